//! Django: migrations, then a server with the app that the settings name.

use super::{UVICORN, dotted, gunicorn, hypercorn, uvicorn};
use crate::app::PythonApp;
use crate::stack::EVERY_MODULE;
use plugpacks_sdk::{Error, Result};

const MIGRATE: &str = "python manage.py migrate";

/// Nixpacks 1.41: Gunicorn with the module of the first `WSGI_APPLICATION`, in its exact spelling.
pub(super) fn nixpacks(app: &PythonApp) -> Result<String> {
    let setting = r#"WSGI_APPLICATION = ["|'](.*).application["|']"#;
    match first_group(app, EVERY_MODULE, setting)? {
        Some(module) => Ok(format!("{MIGRATE} && gunicorn {module}")),
        None => Err(Error::new("Failed to find your WSGI_APPLICATION django setting. Add this to continue.")),
    }
}

/// An asynchronous server if one is installed and the settings name an ASGI app, or there is no
/// Gunicorn; else Gunicorn.
pub(super) fn server(app: &PythonApp) -> Result<Option<String>> {
    let has_gunicorn = app.dependencies.installs(&["gunicorn"]);
    if let Some(server) = asgi_server(app) {
        let application = match named(app, "ASGI_APPLICATION")? {
            None if !has_gunicorn => made(app, "asgi.py", "get_asgi_application")?,
            application => application,
        };
        if let Some(application) = application {
            return Ok(Some(format!("{MIGRATE} && {}", server(&application.to_string()))));
        }
    }
    let diagnostics = &app.context.diagnostics;
    let application = match named(app, "WSGI_APPLICATION")? {
        None => made(app, "wsgi.py", "get_wsgi_application")?,
        application => application,
    };
    let Some(application) = application else {
        diagnostics.warn("No WSGI app of Django was found: set WSGI_APPLICATION, or give a start command");
        return Ok(None);
    };
    if !has_gunicorn {
        diagnostics.warn("Django is started with gunicorn, which is not among the dependencies; add it");
    }
    Ok(Some(format!("{MIGRATE} && {}", gunicorn(&application.gunicorn_target()))))
}

fn asgi_server(app: &PythonApp) -> Option<fn(&str) -> String> {
    let installs = |names: &[&str]| app.dependencies.installs(names);
    if installs(&["daphne"]) {
        Some(|application| format!("daphne -b 0.0.0.0 -p {} {application}", super::PORT))
    } else if installs(&UVICORN) {
        Some(uvicorn)
    } else if installs(&["hypercorn"]) {
        Some(hypercorn)
    } else {
        None
    }
}

/// An application of a module that a server is to serve.
struct Application {
    module: String,
    object: String,
}

impl Application {
    /// Gunicorn looks for `application` where no object is named.
    fn gunicorn_target(&self) -> String {
        if self.object == "application" { self.module.clone() } else { self.to_string() }
    }
}

impl std::fmt::Display for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.module, self.object)
    }
}

/// The app that a setting names: `mysite.wsgi.application`.
fn named(app: &PythonApp, setting: &str) -> Result<Option<Application>> {
    let pattern = format!(r#"(?m)^\s*{setting}\s*(?::[^=\n]*)?=\s*["']([\w.]+)["']"#);
    let path = first_group(app, EVERY_MODULE, &pattern)?;
    Ok(path.and_then(|path| {
        let (module, object) = path.rsplit_once('.')?;
        Some(Application { module: module.to_owned(), object: object.to_owned() })
    }))
}

/// The app that a file of this name makes with a function of Django's.
fn made(app: &PythonApp, file: &str, function: &str) -> Result<Option<Application>> {
    let pattern = format!(r"(?m)^(\w+)\s*=\s*{function}\(");
    let found = app.context.app.search(&format!("**/{file}"), &pattern)?;
    Ok(found.and_then(|found| {
        let object = found.groups.get(1)?.clone()?;
        Some(Application { module: dotted(&found.path), object })
    }))
}

fn first_group(app: &PythonApp, glob: &str, pattern: &str) -> Result<Option<String>> {
    let found = app.context.app.search(glob, pattern)?;
    Ok(found.and_then(|found| found.groups.get(1)?.clone()))
}
