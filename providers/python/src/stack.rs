//! Which frameworks and databases an app uses.

use crate::dependencies::{DJANGO, Library};
use crate::project::Project;
use plugpacks_sdk::Result;

/// The frameworks and databases that change the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stack {
    pub(crate) django: bool,
    pub(crate) postgres: bool,
    pub(crate) mysql: bool,
}

const EVERY_MODULE: &str = "**/*.py";

const PSYCOPG: Library =
    Library { word: "psycopg", names: &["psycopg", "psycopg-binary", "psycopg-c", "psycopg-pool", "psycopg2*"] };
const MYSQLCLIENT: Library = Library { word: "mysqlclient", names: &["mysqlclient"] };

const MYSQL_ENGINE: &str = r"django\.db\.backends\.mysql|django_psdb_engine";

/// Nixpacks 1.41: every module is searched for a PostgreSQL engine, those of other apps than Django's
/// too, and one that is not UTF-8 is an error.
pub(crate) fn nixpacks(project: &Project) -> Result<Stack> {
    let app = &project.context.app;
    let dependencies = &project.dependencies;
    let django = app.has_file("manage.py")? && dependencies.uses(&DJANGO);
    let engine = app.search(EVERY_MODULE, "django.db.backends.postgresql")?.is_some();
    let mysql = django && app.search(EVERY_MODULE, MYSQL_ENGINE)?.is_some();
    Ok(Stack { django, postgres: engine || dependencies.uses(&PSYCOPG), mysql })
}

/// A driver among the dependencies tells a database, or an engine in the settings.
pub(crate) fn november_2026(project: &Project) -> Result<Stack> {
    let app = &project.context.app;
    let dependencies = &project.dependencies;
    let django =
        app.has_file("manage.py")? && (dependencies.uses(&DJANGO) || app.search("manage.py", "django")?.is_some());
    let engine = r"django\.db\.backends\.postgresql|django\.contrib\.gis\.db\.backends\.postgis";
    let postgres = dependencies.uses(&PSYCOPG) || app.search(EVERY_MODULE, engine)?.is_some();
    let mysql = dependencies.uses(&MYSQLCLIENT) || django && app.search(EVERY_MODULE, MYSQL_ENGINE)?.is_some();
    Ok(Stack { django, postgres, mysql })
}
