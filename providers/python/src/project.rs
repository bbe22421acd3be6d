//! A Django project: where it is, and what its settings say.

use crate::app::PythonApp;
use crate::dependencies::DJANGO;
use crate::modules::{Module, below, dotted, imported};
use crate::servers::Target;
use plugpacks_sdk::Result;

/// As deep as `services/backend/manage.py`.
const DEEPEST: usize = 2;

/// Settings that import others which import others: no app has more.
const MOST_SETTINGS: usize = 8;

/// A folder with `manage.py`.
#[derive(Debug)]
pub(crate) struct Project {
    /// Empty for the app's own.
    pub(crate) folder: String,
    /// The modules of the settings: those that count before the ones they import.
    settings: Vec<Module>,
    /// The settings that the server's module names, where `manage.py` names others.
    pub(crate) served_settings: Option<String>,
}

impl Project {
    /// The project of the app: at its root, or one or two folders down.
    ///
    /// # Errors
    /// A path leaves the app.
    pub(crate) fn find(app: &PythonApp) -> Result<Option<Self>> {
        let directory = &app.context.app;
        let manage = if directory.has_file("manage.py")? {
            Some("manage.py".to_owned())
        } else if app.dependencies.uses(&DJANGO) {
            let depth = |path: &String| path.matches('/').count();
            let paths = directory.find_files("**/manage.py")?;
            paths.into_iter().filter(|path| depth(path) <= DEEPEST).min_by_key(depth)
        } else {
            None
        };
        let Some(manage) = manage.and_then(|path| Module::read(app, &path)) else { return Ok(None) };
        if !app.dependencies.uses(&DJANGO) && !manage.text.contains("django") {
            return Ok(None);
        }
        let folder = manage.folder().to_owned();
        let project = Self { settings: settings(app, &folder, &manage)?, folder, served_settings: None };
        project.with_served_settings(app, &manage).map(Some)
    }

    /// The project with the settings of its server, which may be others than those of `manage.py`, which developers
    /// run: `config.settings.production` rather than `config.settings.local`.
    fn with_served_settings(self, app: &PythonApp, manage: &Module) -> Result<Self> {
        let targets = ["WSGI_APPLICATION", "ASGI_APPLICATION"].map(|setting| self.named_application(setting));
        let Some(target) = targets.into_iter().flatten().next() else { return Ok(self) };
        let path = below(&self.folder, &format!("{}.py", target.module.replace('.', "/")));
        let Some(text) = app.context.app.read_text_if_file(&path)? else { return Ok(self) };
        let Some(name) = settings_name(&text).filter(|name| Some(*name) != settings_name(&manage.text)) else {
            return Ok(self);
        };
        let Some(module) = settings_module(app, &self.folder, name) else { return Ok(self) };
        let settings = with_imported(app, module)?;
        Ok(Self { settings, served_settings: Some(name.to_owned()), ..self })
    }

    /// Whether the settings have a text.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        self.settings.iter().any(|module| module.text.contains(text))
    }

    /// What a setting is set to, and the file that says so.
    pub(crate) fn setting(&self, name: &str) -> Option<(&str, &str)> {
        self.settings.iter().find_map(|module| {
            let last = module.source.assignments.iter().rev().find(|assignment| assignment.name == name)?;
            Some((last.value.as_str(), module.path.as_str()))
        })
    }

    /// The app object that a setting names: `mysite.wsgi.application`.
    pub(crate) fn named_application(&self, setting: &str) -> Option<Target> {
        let (value, _) = self.setting(setting)?;
        let path = value.trim_matches(['"', '\'']);
        let (module, object) = path.rsplit_once('.')?;
        path.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).then(|| Target::object(module, object))
    }

    /// The app object that a file of this name makes with a function of Django's.
    ///
    /// # Errors
    /// A directory cannot be read.
    pub(crate) fn made_application(&self, app: &PythonApp, file: &str, function: &str) -> Result<Option<Target>> {
        let paths = app.context.app.find_files(&format!("**/{file}"))?;
        let inside = paths.iter().filter(|path| self.inner(path).is_some());
        Ok(inside.filter_map(|path| Module::read(app, path)).find_map(|module| {
            let assignments = &module.source.assignments;
            let made = assignments.iter().find(|it| it.callee().is_some_and(|callee| callee.ends_with(function)))?;
            Some(Target::object(dotted(self.inner(&module.path)?), &made.name))
        }))
    }

    /// A path as it is seen from the project's folder; `None` if it lies elsewhere.
    fn inner<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.folder.is_empty() { Some(path) } else { path.strip_prefix(&self.folder)?.strip_prefix('/') }
    }

    /// Variables without which the settings cannot be loaded: `os.environ["SECRET_KEY"]`.
    pub(crate) fn required_variables(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.settings.iter().flat_map(|module| required_variables(&module.text)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The settings that `manage.py` names, with those they import everything from; if these
/// cannot be found, whatever is called settings.
fn settings(app: &PythonApp, folder: &str, manage: &Module) -> Result<Vec<Module>> {
    if let Some(module) = settings_name(&manage.text).and_then(|name| settings_module(app, folder, name)) {
        return with_imported(app, module);
    }
    let names = "**/{settings,settings/production,settings/base,settings/__init__}.py";
    let paths = app.context.app.find_files(names)?;
    Ok(paths.iter().filter_map(|path| Module::read(app, path)).take(MOST_SETTINGS).collect())
}

/// A module of settings, and those that it imports everything from.
fn with_imported(app: &PythonApp, module: Module) -> Result<Vec<Module>> {
    let mut settings = Vec::new();
    let mut next = Some(module);
    while let Some(module) = next.take().filter(|_| settings.len() < MOST_SETTINGS) {
        let everything = module.source.imports.iter().find(|import| import.item.as_deref() == Some("*"));
        if let Some(import) = everything {
            next = imported(app, &module, import)?.filter(|other| other.path != module.path);
        }
        settings.push(module);
    }
    Ok(settings)
}

/// The name of the module that a text sets `DJANGO_SETTINGS_MODULE` to.
fn settings_name(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("DJANGO_SETTINGS_MODULE")?;
    let is_module = |word: &&str| word.contains("settings") || word.contains('.');
    rest.split(['"', '\'']).skip(1).take(3).find(is_module)
}

/// The module of settings of a name.
fn settings_module(app: &PythonApp, folder: &str, name: &str) -> Option<Module> {
    let path = below(folder, &name.replace('.', "/"));
    [format!("{path}.py"), format!("{path}/__init__.py")].iter().find_map(|path| Module::read(app, path))
}

/// The names in `os.environ["NAME"]`, `env("NAME")` and `config("NAME")` without a default.
fn required_variables(text: &str) -> impl Iterator<Item = &str> {
    const READERS: [(&str, char); 4] = [("os.environ[", ']'), ("env(", ')'), ("env.str(", ')'), ("config(", ')')];
    READERS.into_iter().flat_map(move |(reader, end)| {
        text.match_indices(reader).filter_map(move |(at, _)| {
            let rest = text[at + reader.len()..].trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (name, after) = rest[1..].split_once(quote)?;
            after.trim_start().starts_with(end).then_some(name)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn with_project<T>(app: &FakeApp, read: impl FnOnce(&PythonApp, &Project) -> T) -> Option<T> {
        app.with(|context| {
            let app = PythonApp::read(context).unwrap();
            Project::find(&app).unwrap().map(|project| read(&app, &project))
        })
    }

    fn app(manage: &str) -> FakeApp {
        let text = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.dev')\nimport django\n";
        FakeApp::new().file(manage, text).file("requirements.txt", "django\n")
    }

    #[test]
    fn a_project_lies_at_most_two_folders_down() {
        let folder = |app: &FakeApp| with_project(app, |_, project| project.folder.clone());
        assert_eq!(folder(&app("manage.py")).as_deref(), Some(""));
        assert_eq!(folder(&app("a/backend/manage.py").file("b/manage.py", "")).as_deref(), Some("b"));
        assert_eq!(folder(&app("a/b/c/manage.py")), None);
        assert_eq!(folder(&FakeApp::new().file("manage.py", "print('a game')")), None);
    }

    #[test]
    fn settings_count_before_those_they_import() {
        let app = app("manage.py")
            .file("shop/settings/dev.py", "from .base import *\nDEBUG = True\n")
            .file("shop/settings/base.py", "DEBUG = False\nSTATIC_ROOT = BASE_DIR / 'static'\n")
            .file("shop/settings/production.py", "SECRET_KEY = os.environ['SECRET_KEY']\n");
        let settings = with_project(&app, |_, project| {
            let value = |name: &str| project.setting(name).map(|(value, _)| value.to_owned());
            (value("DEBUG"), value("STATIC_ROOT"), project.required_variables().len())
        });
        assert_eq!(settings, Some((Some("True".into()), Some("BASE_DIR / 'static'".into()), 0)));
    }

    #[test]
    fn variables_without_default_are_required() {
        let text =
            "a = os.environ['A']\nb = env(\"B\")\nc = env('C', default=1)\nd = config( 'D' )\nos.environ.get('E')";
        assert_eq!(required_variables(text).collect::<Vec<_>>(), ["A", "B", "D"]);
    }

    #[test]
    fn applications_are_named_or_made() {
        let app = app("backend/manage.py")
            .file("backend/shop/settings/dev.py", "WSGI_APPLICATION: str = \"shop.wsgi.application\"\n")
            .file("backend/shop/asgi.py", "application = get_asgi_application()\n");
        let targets = with_project(&app, |app, project| {
            let made = project.made_application(app, "asgi.py", "get_asgi_application").unwrap();
            [project.named_application("WSGI_APPLICATION"), made].map(|target| target.unwrap().path())
        });
        assert_eq!(targets.unwrap(), ["shop.wsgi:application", "shop.asgi:application"]);
    }
}
