use super::{UVICORN, dotted, gunicorn, hypercorn, uvicorn};
use crate::project::Project;
use plugpacks_sdk::{Error, Result};

const MIGRATE: &str = "python manage.py migrate";

/// Nixpacks 1.41: Gunicorn with the module of the first `WSGI_APPLICATION`, in its exact spelling.
pub(super) fn nixpacks(project: &Project) -> Result<String> {
    let setting = r#"WSGI_APPLICATION = ["|'](.*).application["|']"#;
    match first_group(project, "**/*.py", setting)? {
        Some(module) => Ok(format!("{MIGRATE} && gunicorn {module}")),
        None => Err(Error::new("Failed to find your WSGI_APPLICATION django setting. Add this to continue.")),
    }
}

/// An asynchronous server if the settings name an ASGI app and one is installed, else Gunicorn.
pub(super) fn november_2026(project: &Project) -> Result<Option<String>> {
    if let Some(server) = asgi_server(project) {
        if let Some(app) = application(project, "ASGI_APPLICATION", "asgi.py", "get_asgi_application")? {
            return Ok(Some(format!("{MIGRATE} && {}", server(&app.to_string()))));
        }
    }
    let diagnostics = &project.context.diagnostics;
    let Some(app) = application(project, "WSGI_APPLICATION", "wsgi.py", "get_wsgi_application")? else {
        diagnostics.warn("No WSGI app of Django was found: set WSGI_APPLICATION, or give a start command");
        return Ok(None);
    };
    if !project.dependencies.installs(&["gunicorn"]) {
        diagnostics.warn("Django is started with gunicorn, which is not among the dependencies; add it");
    }
    Ok(Some(format!("{MIGRATE} && {}", gunicorn(&app.gunicorn_target()))))
}

fn asgi_server(project: &Project) -> Option<fn(&str) -> String> {
    let installs = |names: &[&str]| project.dependencies.installs(names);
    if installs(&["daphne"]) {
        Some(|app| format!("daphne -b 0.0.0.0 -p {} {app}", super::PORT))
    } else if installs(&UVICORN) {
        Some(uvicorn)
    } else if installs(&["hypercorn"]) {
        Some(hypercorn)
    } else {
        None
    }
}

/// An object of a module that a server is to serve.
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

/// The app that a setting names, else the one that a file by convention makes.
fn application(project: &Project, setting: &str, file: &str, function: &str) -> Result<Option<Application>> {
    let pattern = format!(r#"(?m)^\s*{setting}\s*(?::[^=\n]*)?=\s*["']([\w.]+)["']"#);
    if let Some(path) = first_group(project, "**/*.py", &pattern)? {
        if let Some((module, object)) = path.rsplit_once('.') {
            return Ok(Some(Application { module: module.to_owned(), object: object.to_owned() }));
        }
    }
    let made = project.context.app.search(&format!("**/{file}"), &format!(r"(?m)^(\w+)\s*=\s*{function}\("))?;
    Ok(made.and_then(|made| {
        let object = made.groups.get(1)?.clone()?;
        Some(Application { module: dotted(&made.path), object })
    }))
}

fn first_group(project: &Project, glob: &str, pattern: &str) -> Result<Option<String>> {
    let found = project.context.app.search(glob, pattern)?;
    Ok(found.and_then(|found| found.groups.get(1)?.clone()))
}
