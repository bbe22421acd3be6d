//! How the app starts.

mod django;
mod module;
mod web;

use crate::manager::Manager;
use crate::project::Project;
use crate::stack::Stack;
use plugpacks_sdk::Result;

const MAIN: &str = "main.py";
const RUN_MAIN: &str = "python main.py";

/// Where a server listens: the port it is told, or one that needs no privilege.
const PORT: &str = "${PORT:-8000}";

/// Nixpacks 1.41: Django, `main.py`, or the module that `pyproject.toml` names.
pub(crate) fn nixpacks(project: &Project, _: Option<Manager>, stack: &Stack) -> Result<Option<String>> {
    if stack.django {
        return django::nixpacks(project).map(Some);
    }
    if project.context.app.has_file(MAIN)? {
        return Ok(Some(RUN_MAIN.to_owned()));
    }
    Ok(module::nixpacks(project))
}

/// Django, a web framework's server, `main.py`, or what `pyproject.toml` declares.
pub(crate) fn november_2026(project: &Project, manager: Option<Manager>, stack: &Stack) -> Result<Option<String>> {
    let because = |reason: &str| project.context.diagnostics.because("start command", reason);
    if stack.django {
        if let Some(command) = django::november_2026(project)? {
            because("the server of the Django app");
            return Ok(Some(command));
        }
    }
    if let Some(command) = web::server(project)? {
        because("the server of the web framework's app");
        return Ok(Some(command));
    }
    if project.context.app.has_file(MAIN)? {
        because("there is main.py");
        return Ok(Some(RUN_MAIN.to_owned()));
    }
    module::november_2026(project, manager)
}

/// Gunicorn with an app object. The port goes by variable, which a `gunicorn.conf.py` and
/// `GUNICORN_CMD_ARGS` overrule; an option would overrule them.
fn gunicorn(target: &str) -> String {
    format!("env PORT={PORT} gunicorn {target}")
}

/// Uvicorn with an app object.
fn uvicorn(target: &str) -> String {
    format!("uvicorn {target} --host 0.0.0.0 --port {PORT}")
}

/// Hypercorn with an app object.
fn hypercorn(target: &str) -> String {
    format!("hypercorn {target} --bind 0.0.0.0:{PORT}")
}

/// The names of a library that brings Uvicorn.
const UVICORN: [&str; 2] = ["uvicorn", "fastapi[standard]"];

/// The name under which the module at a path is imported: `app.main` for `app/main.py`, `app` for
/// `app/__init__.py`.
fn dotted(path: &str) -> String {
    let path = path.strip_suffix(".py").unwrap_or(path);
    path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".")
}
