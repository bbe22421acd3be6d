//! Which frameworks and databases an app uses.

use crate::app::PythonApp;
use crate::dependencies::{DJANGO, Library};
use crate::project::Project;
use plugpacks_sdk::Result;

/// The frameworks and databases that change the plan.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    pub(crate) django: bool,
    pub(crate) postgres: bool,
    pub(crate) mysql: bool,
    /// The Django project; not looked for under the edition `nixpacks`.
    pub(crate) project: Option<Project>,
}

/// The app's modules.
pub(crate) const EVERY_MODULE: &str = "**/*.py";

const PSYCOPG: Library =
    Library { word: "psycopg", names: &["psycopg", "psycopg-binary", "psycopg-c", "psycopg-pool", "psycopg2*"] };
const MYSQLCLIENT: Library = Library { word: "mysqlclient", names: &["mysqlclient"] };

const MYSQL_ENGINE: &str = r"django\.db\.backends\.mysql|django_psdb_engine";

/// Nixpacks 1.41: every module is searched for a PostgreSQL engine, those of other apps than Django's
/// too, and one that is not UTF-8 is an error.
pub(crate) fn nixpacks(app: &PythonApp) -> Result<Stack> {
    let directory = &app.context.app;
    let dependencies = &app.dependencies;
    let django = directory.has_file("manage.py")? && dependencies.uses(&DJANGO);
    let engine = directory.search(EVERY_MODULE, "django.db.backends.postgresql")?.is_some();
    let mysql = django && directory.search(EVERY_MODULE, MYSQL_ENGINE)?.is_some();
    Ok(Stack { django, postgres: engine || dependencies.uses(&PSYCOPG), mysql, project: None })
}

/// A driver among the dependencies tells a database, or an engine in the settings of Django.
pub(crate) fn by_dependencies(app: &PythonApp) -> Result<Stack> {
    let project = Project::find(app)?;
    let engine = |names: &[&str]| project.as_ref().is_some_and(|it| names.iter().any(|name| it.mentions(name)));
    let postgres = app.dependencies.uses(&PSYCOPG)
        || engine(&["django.db.backends.postgresql", "django.contrib.gis.db.backends.postgis"]);
    let mysql = app.dependencies.uses(&MYSQLCLIENT) || engine(&["django.db.backends.mysql", "django_psdb_engine"]);
    Ok(Stack { django: project.is_some(), postgres, mysql, project })
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::Context;
    use plugpacks_sdk::testing::FakeApp;

    fn stack(app: &FakeApp) -> Result<Stack> {
        let context = Context::new(app);
        let app = PythonApp::read(&context)?;
        (app.rules.stack)(&app)
    }

    /// What the app is found to use, in words.
    fn uses(app: &FakeApp) -> String {
        let Stack { django, postgres, mysql, .. } = stack(app).unwrap();
        let words = [(django, "django"), (postgres, "postgres"), (mysql, "mysql")];
        words.iter().filter(|(used, _)| *used).map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
    }

    fn both() -> [FakeApp; 2] {
        [FakeApp::nixpacks(), FakeApp::new()]
    }

    #[test]
    fn engines_in_settings_tell_the_database() {
        for app in both() {
            let app = app.file("manage.py", "").file("requirements.txt", "Django");
            assert_eq!(uses(&app), "django");
            let app = app.file("a/settings.py", "E = 'django.db.backends.postgresql'");
            assert_eq!(uses(&app), "django postgres");
            let both = app.file("a/settings.py", "'django.db.backends.postgresql', 'django_psdb_engine'");
            assert_eq!(uses(&both), "django postgres mysql");
        }
    }

    #[test]
    fn mysql_counts_for_django_only() {
        for app in both() {
            assert_eq!(uses(&app.file("a.py", "'django.db.backends.mysql'")), "");
        }
        assert_eq!(uses(&FakeApp::new().file("requirements.txt", "mysqlclient==2")), "mysql");
    }

    #[test]
    fn a_module_that_is_not_text_is_an_error_under_nixpacks_only() {
        let [nixpacks, mended] = both().map(|app| app.file("lib/old.py", b"# caf\xe9").file("main.py", ""));
        assert_eq!(stack(&nixpacks).unwrap_err().message(), "Error reading lib/old.py");
        assert_eq!(uses(&mended), "");
    }

    #[test]
    fn drivers_are_told_by_name() {
        let of = |requirements: &str| uses(&FakeApp::new().file("requirements.txt", requirements));
        for driver in ["psycopg", "psycopg[c]>=3", "psycopg2-binary", "Psycopg2"] {
            assert_eq!(of(driver), "postgres", "{driver}");
        }
        assert_eq!(of("# psycopg2\naiopg-psycopg\n"), "");
        assert_eq!(uses(&FakeApp::nixpacks().file("requirements.txt", "# psycopg2\n")), "postgres");
    }

    #[test]
    fn manage_py_tells_django_where_no_manifest_does() {
        let app = FakeApp::new().file("manage.py", "'DJANGO_SETTINGS_MODULE'\nfrom django.core import x\n");
        assert_eq!(uses(&app), "django");
        let other = FakeApp::new().file("manage.py", "import click\n").file("requirements.txt", "flask\n");
        assert_eq!(uses(&other), "");
    }
}
