//! Django: static files in the build; migrations, then a server with the app that the settings name.

use super::Starting;
use crate::app::PythonApp;
use crate::project::Project;
use crate::servers::{self, Serving};
use crate::stack::EVERY_MODULE;
use plugpacks_sdk::shell::quoted;
use plugpacks_sdk::{Error, Result};

const MIGRATE: &str = "python manage.py migrate";

/// Nixpacks 1.41: Gunicorn with the module of the first `WSGI_APPLICATION`, in its exact spelling.
pub(super) fn nixpacks(app: &PythonApp) -> Result<String> {
    let setting = r#"WSGI_APPLICATION = ["|'](.*).application["|']"#;
    let found = app.context.app.search(EVERY_MODULE, setting)?;
    match found.and_then(|found| found.groups.get(1)?.clone()) {
        Some(module) => Ok(format!("{MIGRATE} && gunicorn {module}")),
        None => Err(Error::new("Failed to find your WSGI_APPLICATION django setting. Add this to continue.")),
    }
}

/// The project's server, from the project's folder; `None` if no app object is found.
pub(super) fn server(app: &PythonApp, project: &Project) -> Result<Option<Starting>> {
    let Some(Serving { command, put_in }) = serving(app, project)? else {
        app.context.diagnostics.warn("No WSGI app of Django was found: set WSGI_APPLICATION, or give a start command");
        return Ok(None);
    };
    warn_about_hosts(app, project);
    let inside = |command: String| match project.folder.as_str() {
        "" => command,
        folder => format!("cd {} && {command}", quoted(folder)),
    };
    Ok(Some(Starting {
        command: Some(inside(format!("{MIGRATE} && {command}"))),
        put_in: put_in.into_iter().collect(),
        build: collect_static(app, project).map(inside).into_iter().collect(),
    }))
}

/// An asynchronous server if one is installed and the settings name an ASGI app, or no synchronous one
/// is installed; else a synchronous one.
fn serving(app: &PythonApp, project: &Project) -> Result<Option<Serving>> {
    let wsgi = match project.named_application("WSGI_APPLICATION") {
        None => project.made_application(app, "wsgi.py", "get_wsgi_application")?,
        target => target,
    };
    let installed_wsgi = wsgi.as_ref().and_then(|target| servers::installed_wsgi(app, target));
    let asgi = match project.named_application("ASGI_APPLICATION") {
        None if installed_wsgi.is_none() => project.made_application(app, "asgi.py", "get_asgi_application")?,
        target => target,
    };
    if let Some(serving) = asgi.as_ref().and_then(|target| servers::installed_asgi(app, target)) {
        return Ok(Some(serving));
    }
    Ok(installed_wsgi.or_else(|| Some(servers::wsgi(app, &wsgi?))))
}

/// A value for a variable of the settings while static files are collected, which does not need it.
const STAND_IN: &str = "only-to-collect-static-files";

/// The command that collects static files where the settings say into which folder.
fn collect_static(app: &PythonApp, project: &Project) -> Option<String> {
    let (folder, path) = project.setting("STATIC_ROOT")?;
    if matches!(folder, "None" | "''" | "\"\"") {
        return None;
    }
    app.context.diagnostics.because("static files", format!("collected because {path} sets STATIC_ROOT"));
    let is_served = app.dependencies.installs(&["whitenoise"]) || project.mentions("whitenoise");
    if !is_served {
        app.context.diagnostics.warn(format!(
            "Django's static files are collected, as {path} says, but no server of the app's sends them; \
             add whitenoise to the dependencies and to MIDDLEWARE, or serve them from elsewhere"
        ));
    }
    let values = project.required_variables().into_iter().map(|name| {
        let value = if name == "DATABASE_URL" { "sqlite://:memory:" } else { STAND_IN };
        format!("{name}=${{{name}:-{value}}} ")
    });
    let values: String = values.collect();
    let environment = if values.is_empty() { String::new() } else { format!("env {values}") };
    Some(format!("{environment}python manage.py collectstatic --noinput"))
}

/// Warns that Django will refuse every request from outside.
fn warn_about_hosts(app: &PythonApp, project: &Project) {
    if let Some(("[]", path)) = project.setting("ALLOWED_HOSTS") {
        app.context.diagnostics.warn(format!(
            "ALLOWED_HOSTS in {path} is empty, so that Django answers requests from outside with 400; write \
             ALLOWED_HOSTS = os.environ.get('ALLOWED_HOSTS', '').split(',') and set the variable, or name the hosts"
        ));
    }
}
