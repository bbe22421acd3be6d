//! FastAPI and Flask: a server with the app's object.

use super::{MAIN, PORT, UVICORN, dotted, gunicorn, hypercorn, uvicorn};
use crate::app::PythonApp;
use crate::dependencies::Library;
use plugpacks_sdk::{Occurrence, Result};

/// Where an app object is looked for, the first match wins; `main.py` has been looked at before.
const PLACES: [&str; 2] = ["*.py", "{api,app,backend,server,src,web}/{__init__,api,app,main,server,wsgi}.py"];

/// What tells that a module starts its server itself.
const STARTS_ITSELF: &str = r"__main__|\b(run|run_app|run_simple|serve|serve_forever|start)\s*\(";

/// A web framework.
struct Framework {
    library: Library,
    /// Finds a module's app object (group 1) or the function without which there is none (group 2).
    pattern: &'static str,
    /// The command that serves an app object.
    server: fn(&PythonApp, &str) -> Option<String>,
}

const FRAMEWORKS: [Framework; 2] = [
    Framework {
        library: Library { word: "fastapi", names: &["fastapi"] },
        pattern: r"(?m)^(\w+)\s*(?::[^=\n]*)?=\s*(?:\w+\.)*FastAPI\(",
        server: asgi_server,
    },
    Framework {
        library: Library { word: "flask", names: &["flask"] },
        pattern: r"(?m)^(\w+)\s*(?::[^=\n]*)?=\s*(?:(?:\w+\.)*Flask|create_app)\(|^def\s+(create_app)\(",
        server: wsgi_server,
    },
];

/// The command that serves the app object of a web framework; `None` if there is none, or if `main.py`
/// starts a server itself.
pub(super) fn server(app: &PythonApp) -> Result<Option<String>> {
    for framework in FRAMEWORKS.iter().filter(|framework| app.dependencies.uses(&framework.library)) {
        if let Some(object) = app_object(app, framework.pattern)? {
            return Ok((framework.server)(app, &object));
        }
    }
    Ok(None)
}

/// The first app object that a pattern finds: `main:app`.
fn app_object(app: &PythonApp, pattern: &str) -> Result<Option<String>> {
    let directory = &app.context.app;
    if directory.has_file(MAIN)? {
        let serves = directory.search(MAIN, STARTS_ITSELF)?.is_none();
        let found = if serves { directory.search(MAIN, pattern)? } else { None };
        return Ok(found.as_ref().and_then(target));
    }
    for place in PLACES {
        if let Some(found) = directory.search(place, pattern)? {
            return Ok(target(&found));
        }
    }
    Ok(None)
}

fn target(found: &Occurrence) -> Option<String> {
    let module = dotted(&found.path);
    match found.groups.as_slice() {
        [_, Some(object), ..] => Some(format!("{module}:{object}")),
        [_, None, Some(function)] => Some(format!("'{module}:{function}()'")),
        _ => None,
    }
}

fn asgi_server(app: &PythonApp, object: &str) -> Option<String> {
    let installs = |names: &[&str]| app.dependencies.installs(names);
    if installs(&UVICORN) {
        Some(uvicorn(object))
    } else if installs(&["hypercorn"]) {
        Some(hypercorn(object))
    } else {
        let warning = "FastAPI needs a server, and none is among the dependencies; add uvicorn";
        app.context.diagnostics.warn(warning);
        None
    }
}

fn wsgi_server(app: &PythonApp, object: &str) -> Option<String> {
    if app.dependencies.installs(&["gunicorn"]) {
        return Some(gunicorn(object));
    }
    app.context.diagnostics.warn("Flask is started with its server for development; add gunicorn");
    Some(format!("flask --app {object} run --host 0.0.0.0 --port {PORT}"))
}
