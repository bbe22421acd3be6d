//! Programs: modules that are run as files.

use super::MAIN;
use crate::app::PythonApp;
use crate::modules::{self, Module};
use plugpacks_sdk::Result;
use plugpacks_sdk::shell::quoted;

/// Files that are run if nothing tells a better way, the likeliest first.
const USUAL: [&str; 9] =
    ["app.py", "bot.py", "run.py", "server.py", "api.py", "index.py", "worker.py", "src/main.py", "src/bot.py"];

/// What a module imports to serve the web.
const SERVERS: [&str; 14] = [
    "uvicorn",
    "hypercorn",
    "waitress",
    "flask",
    "fastapi",
    "starlette",
    "aiohttp",
    "tornado",
    "bottle",
    "cherrypy",
    "http",
    "socketserver",
    "wsgiref",
    "websockets",
];

/// The command for `main.py`, if it is there.
pub(super) fn main(app: &PythonApp, modules: &[Module]) -> Result<Option<String>> {
    Ok(app.context.app.has_file(MAIN)?.then(|| run(app, modules, MAIN, "there is main.py")))
}

/// The command for the first file with a usual name; else for the only module at the root that does
/// something when it is run.
pub(super) fn likely(app: &PythonApp, modules: &[Module]) -> Result<Option<String>> {
    if let Some(path) = app.context.app.first_file(&USUAL)? {
        return Ok(Some(run(app, modules, path, &format!("there is {path}"))));
    }
    if let Some(command) = package(app)? {
        return Ok(Some(command));
    }
    let does_something = |module: &&Module| module.source.has_guard || !module.source.calls.is_empty();
    let at_root = modules.iter().filter(|module| module.folder().is_empty());
    let runnable: Vec<&Module> = at_root.filter(does_something).collect();
    let [module] = runnable.as_slice() else { return Ok(None) };
    Ok(Some(run(app, modules, &module.path, &format!("{} is the only program", module.path))))
}

/// The command for the only package with a `__main__.py`.
fn package(app: &PythonApp) -> Result<Option<String>> {
    let paths = app.context.app.find_files("{*,src/*}/__main__.py")?;
    let is_meant = |path: &&String| !modules::is_aside(path);
    let mut meant = paths.iter().filter(is_meant);
    let (Some(path), None) = (meant.next(), meant.next()) else { return Ok(None) };
    app.context.diagnostics.because("start command", format!("there is {path}"));
    let folder = modules::parent(path);
    Ok(Some(match folder.strip_prefix("src/") {
        Some(package) => format!("env PYTHONPATH=src python -m {package}"),
        None => format!("python -m {folder}"),
    }))
}

fn run(app: &PythonApp, modules: &[Module], path: &str, reason: &str) -> String {
    app.context.diagnostics.because("start command", reason);
    if let Some(module) = modules.iter().find(|module| module.path == path) {
        warn_about_port(app, module);
    }
    format!("python {}", quoted(path))
}

/// Warns if a module that serves the web does not read the port.
fn warn_about_port(app: &PythonApp, module: &Module) {
    let serves = SERVERS.iter().any(|package| module.source.imports_package(package));
    if serves && !module.text.contains("PORT") {
        app.context.diagnostics.warn(format!(
            "{} is run as it is: if it serves the web, let it listen on 0.0.0.0 and int(os.environ['PORT']), \
             or give a start command",
            module.path
        ));
    }
}
