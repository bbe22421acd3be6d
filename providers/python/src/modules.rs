//! The app's modules: which may hold what is started, and from where they are imported.

use crate::app::PythonApp;
use crate::source::{Import, Source, top_level};
use crate::workspace;
use plugpacks_sdk::{Error, Result};

/// Names of modules that start an app, the likeliest first.
const NAMES: [&str; 15] = [
    "main",
    "app",
    "asgi",
    "wsgi",
    "api",
    "server",
    "application",
    "web",
    "index",
    "run",
    "streamlit_app",
    "demo",
    "bot",
    "service",
    "__main__",
];

/// Names of modules with a task queue's app.
const QUEUE_NAMES: [&str; 6] = ["celery_app", "celery", "tasks", "worker", "workers", "broker"];

/// Folders whose modules are not what is started.
const OTHER_FOLDERS: [&str; 12] = [
    "test",
    "tests",
    "testing",
    "docs",
    "doc",
    "examples",
    "example",
    "scripts",
    "migrations",
    "alembic",
    "notebooks",
    "benchmarks",
];

/// As deep as `apps/web/src/shop/main.py`.
const DEEPEST: usize = 5;

/// More modules than this are not read.
const MOST_MODULES: usize = 80;

/// A module of the app.
#[derive(Debug)]
pub(crate) struct Module {
    /// `src/shop/main.py`.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) source: Source,
}

impl Module {
    /// Reads a module; `None` if there is none, or if it is no text.
    pub(crate) fn read(app: &PythonApp, path: &str) -> Option<Self> {
        let text = app.context.app.read_text_if_file(path).ok()??;
        let source = Source::parse(&text);
        Some(Self { path: path.to_owned(), text, source })
    }

    /// The folder it lies in: empty for the app's own.
    pub(crate) fn folder(&self) -> &str {
        parent(&self.path)
    }
}

/// The folder above a path; empty for the app's own.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path below a folder, which may be the app's own.
pub(crate) fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The name under which the module at a path is imported: `app.main` for `app/main.py`, `app` for
/// `app/__init__.py`.
pub(crate) fn dotted(path: &str) -> String {
    let path = path.strip_suffix(".py").unwrap_or(path);
    path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".")
}

/// The modules in which what is started is looked for, the likeliest first: those with a usual name by
/// depth, then packages by their `__init__.py`, then the other modules at the root.
pub(crate) fn candidates(app: &PythonApp) -> Result<Vec<Module>> {
    let directory = &app.context.app;
    let names: Vec<&str> = NAMES.into_iter().chain(QUEUE_NAMES).collect();
    let mut paths = directory.find_files(&format!("**/{{{}}}.py", names.join(",")))?;
    let members = workspace::folders(app)?.into_iter().map(|member| below(&member, "src"));
    for folder in [String::new(), "src".to_owned()].into_iter().chain(members) {
        for package in packages(app, &folder)? {
            let path = format!("{package}/__init__.py");
            if directory.has_file(&path)? {
                paths.push(path);
            }
        }
    }
    paths.extend(directory.find_files("*.py")?);
    let inside = chosen_folder(app)?;
    paths.retain(|path| is_candidate(path) && inside.as_ref().is_none_or(|folder| lies_in(path, folder)));
    let rank = |path: &String| {
        let name = path.rsplit('/').next().and_then(|name| name.strip_suffix(".py")).unwrap_or_default();
        (path.matches('/').count(), names.iter().position(|known| *known == name).unwrap_or(names.len()))
    };
    paths.sort_by_key(rank);
    paths.dedup();
    Ok(paths.iter().take(MOST_MODULES).filter_map(|path| Module::read(app, path)).collect())
}

/// The modules that are no candidates, those at the top first.
///
/// # Errors
/// A directory cannot be read.
pub(crate) fn others(app: &PythonApp, candidates: &[Module]) -> Result<Vec<Module>> {
    let mut paths = app.context.app.find_files("**/*.py")?;
    let inside = chosen_folder(app)?;
    paths.retain(|path| {
        is_candidate(path)
            && inside.as_ref().is_none_or(|folder| lies_in(path, folder))
            && candidates.iter().all(|module| module.path != *path)
    });
    paths.sort_by_key(|path| path.matches('/').count());
    Ok(paths.iter().take(MOST_MODULES).filter_map(|path| Module::read(app, path)).collect())
}

/// The folder that `NIXPACKS_PYTHON_APP_DIR` names.
fn chosen_folder(app: &PythonApp) -> Result<Option<String>> {
    let Some(folder) = app.context.environment.config("PYTHON_APP_DIR") else { return Ok(None) };
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    if app.context.app.has_directory(folder)? {
        return Ok(Some(folder.to_owned()));
    }
    let message = format!("NIXPACKS_PYTHON_APP_DIR is {folder:?}, and the app has no such folder");
    Err(Error::new(message).hint("Name a folder relative to the app, such as apps/web"))
}

/// Whether a path lies in a folder.
pub(crate) fn lies_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The folders in a folder that may be packages.
fn packages(app: &PythonApp, folder: &str) -> Result<Vec<String>> {
    app.context.app.find_directories(&below(folder, "*"))
}

fn is_candidate(path: &str) -> bool {
    path.matches('/').count() < DEEPEST
        && !matches!(path, "setup.py" | "manage.py" | "conftest.py" | "noxfile.py" | "fabfile.py")
        && !is_aside(path)
}

/// Whether a module lies in a folder whose modules are not what is started.
pub(crate) fn is_aside(path: &str) -> bool {
    parent(path).split('/').any(|folder| OTHER_FOLDERS.contains(&folder) || folder.starts_with('.'))
}

/// The folder from which a module is imported: the one from which its own imports are found; else the
/// one above its package.
///
/// For example `app/main.py` that imports `app.db` is imported from the app's own folder; if it imports
/// `db`, and there is `app/db.py`, from `app`.
///
/// # Errors
/// A path leaves the app.
pub(crate) fn import_root(app: &PythonApp, module: &Module) -> Result<String> {
    let folder = module.folder();
    let usual = above_package(app, folder)?;
    let levels = module.source.imports.iter().map(|import| import.level).max().unwrap_or_default();
    let mut best = (0, usual.clone());
    for root in ancestors(folder).skip(levels) {
        let found = imports_found_from(app, module, root)?;
        if found > best.0 || found == best.0 && found > 0 && root == usual {
            best = (found, root.to_owned());
        }
    }
    Ok(best.1)
}

/// A folder and those above it, up to the app's own.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| parent(folder)))
}

/// The folder above the outermost package that a folder belongs to. A folder at the top without
/// `__init__.py` is a package as well, except `src`, which is not meant to be one.
fn above_package(app: &PythonApp, folder: &str) -> Result<String> {
    let mut root = folder;
    while !root.is_empty() && app.context.app.has_file(&below(root, "__init__.py"))? {
        root = parent(root);
    }
    let is_top = !root.is_empty() && root == folder && !root.contains('/') && root != "src";
    Ok(if is_top { String::new() } else { root.to_owned() })
}

/// How many of a module's imports stand below a folder.
fn imports_found_from(app: &PythonApp, module: &Module, root: &str) -> Result<usize> {
    let mut names: Vec<&str> =
        module.source.imports.iter().filter(|i| i.level == 0).map(|i| top_level(&i.module)).collect();
    names.sort_unstable();
    names.dedup();
    let mut found = 0;
    for name in names {
        let path = below(root, name);
        let is_itself = module.path == format!("{path}.py");
        // The folder of a workspace's member is named as the package in it.
        let is_project = || app.context.app.has_file(&below(&path, "pyproject.toml"));
        found += usize::from(!is_itself && crate::layout::has_module(app, &path)? && !is_project()?);
    }
    Ok(found)
}

/// The module of the app that an import names, or the package whose part the item is.
///
/// # Errors
/// A path leaves the app.
pub(crate) fn imported(app: &PythonApp, module: &Module, import: &Import) -> Result<Option<Module>> {
    let root = match import.level {
        0 => import_root(app, module)?,
        level => match ancestors(module.folder()).nth(level - 1) {
            Some(folder) => folder.to_owned(),
            None => return Ok(None),
        },
    };
    let path = below(&root, &import.module.replace('.', "/"));
    let item = import.item.as_deref().unwrap_or_default();
    let paths = [format!("{path}.py"), format!("{path}/__init__.py"), format!("{path}/{item}.py")];
    Ok(paths.iter().map(|path| path.trim_start_matches('/')).find_map(|path| Module::read(app, path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn root(app: &FakeApp, path: &str) -> String {
        app.with(|context| {
            let app = PythonApp::read(context).unwrap();
            import_root(&app, &Module::read(&app, path).unwrap()).unwrap()
        })
    }

    #[test]
    fn a_module_is_named_after_its_path() {
        assert_eq!(dotted("main.py"), "main");
        assert_eq!(dotted("app/__init__.py"), "app");
        assert_eq!(dotted("src/shop/wsgi.py"), "src.shop.wsgi");
    }

    #[test]
    fn likely_modules_come_first() {
        let paths = ["shop/main.py", "app.py", "tool.py", "src/shop/__init__.py", "tests/main.py", "a/b/c/d/e/main.py"];
        let app = paths.iter().fold(FakeApp::new(), |app, path| app.file(path, ""));
        let found = app.with(|context| candidates(&PythonApp::read(context).unwrap()).unwrap());
        let found: Vec<_> = found.iter().map(|module| module.path.as_str()).collect();
        assert_eq!(found, ["app.py", "tool.py", "shop/main.py", "src/shop/__init__.py"]);
    }

    #[test]
    fn a_folder_can_be_chosen() {
        let app = FakeApp::new().file("main.py", "").file("apps/web/main.py", "");
        let found = |folder: &str| {
            let app = app.clone().variable("NIXPACKS_PYTHON_APP_DIR", folder);
            let found = app.with(|context| candidates(&PythonApp::read(context).unwrap()));
            found.map(|modules| modules.into_iter().map(|module| module.path).collect::<Vec<_>>())
        };
        assert_eq!(found("./apps/web/").unwrap(), ["apps/web/main.py"]);
        assert!(found("apps/api").unwrap_err().to_string().contains("\"apps/api\""));
    }

    #[test]
    fn imports_tell_where_a_module_is_imported_from() {
        let app = |text: &str| FakeApp::new().file("app/main.py", text).file("app/db.py", "");
        assert_eq!(root(&app("from app.db import x\n"), "app/main.py"), "");
        assert_eq!(root(&app("import db\n"), "app/main.py"), "app");
        assert_eq!(root(&app("from .db import x\n"), "app/main.py"), "");
        assert_eq!(root(&app("import fastapi\n"), "app/main.py"), "");
    }

    #[test]
    fn without_imports_the_package_tells() {
        assert_eq!(root(&FakeApp::new().file("src/main.py", ""), "src/main.py"), "src");
        let package = FakeApp::new().file("backend/app/main.py", "").file("backend/app/__init__.py", "");
        assert_eq!(root(&package, "backend/app/main.py"), "backend");
        let src = FakeApp::new().file("src/shop/main.py", "").file("src/shop/__init__.py", "");
        assert_eq!(root(&src, "src/shop/main.py"), "src");
    }

    #[test]
    fn imports_lead_to_modules() {
        let app = FakeApp::new().file("run.py", "from shop import app\n").file("shop/__init__.py", "app = 1\n");
        let path = app.with(|context| {
            let app = PythonApp::read(context).unwrap();
            let run = Module::read(&app, "run.py").unwrap();
            imported(&app, &run, &run.source.imports[0]).unwrap().unwrap().path
        });
        assert_eq!(path, "shop/__init__.py");
    }
}
