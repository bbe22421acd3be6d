//! Programs from PyPI that are the app, where it has no code of its own, and apps that a configuration makes.

use super::Starting;
use crate::app::PythonApp;
use crate::modules::Module;
use crate::put_in::PutIn;
use crate::servers::PORT;
use plugpacks_sdk::Result;

/// A package and the command that serves it.
const PROGRAMS: [(&str, &str); 8] = [
    ("mlflow", "mlflow server --host 0.0.0.0 --port {port}"),
    ("datasette", "datasette serve . --host 0.0.0.0 --port {port}"),
    ("open-webui", "open-webui serve --host 0.0.0.0 --port {port}"),
    ("prefect", "prefect server start --host 0.0.0.0 --port {port}"),
    ("dagster-webserver", "dagster-webserver --host 0.0.0.0 --port {port}"),
    ("locust", "locust --web-host 0.0.0.0 --web-port {port}"),
    ("jupyterlab", "jupyter lab --ip 0.0.0.0 --port {port} --no-browser --allow-root"),
    ("notebook", "jupyter notebook --ip 0.0.0.0 --port {port} --no-browser --allow-root"),
];

/// The command of the first program that is installed, if no module of the app's is a program.
pub(super) fn command(app: &PythonApp, modules: &[Module]) -> Option<String> {
    let is_program = |module: &Module| module.source.has_guard || !module.source.calls.is_empty();
    let is_own = |module: &&Module| module.path != "locustfile.py" && is_program(module);
    if modules.iter().any(|module| is_own(&module)) {
        return None;
    }
    let (package, command) = PROGRAMS.iter().find(|(package, _)| app.dependencies.installs(&[package]))?;
    app.context
        .diagnostics
        .because("start command", format!("{package} is the app: no module of its own is a program"));
    Some(command.replace("{port}", PORT))
}

/// Configurations of Paste, those for production first, that make an app of Pyramid.
const PASTE: [&str; 2] = ["production.ini", "development.ini"];

/// What serves the app that such a configuration makes: Gunicorn, wherever the configuration's own server would listen.
///
/// # Errors
/// The operating system refuses.
pub(super) fn paste(app: &PythonApp) -> Result<Option<Starting>> {
    if !app.dependencies.installs(&["pyramid"]) {
        return Ok(None);
    }
    let Some(path) = app.context.app.first_file(&PASTE)? else { return Ok(None) };
    app.context.diagnostics.because("start command", format!("{path} makes an app of Pyramid"));
    let put_in = (!app.dependencies.installs(&["gunicorn"])).then_some(PutIn::Gunicorn);
    let command = Some(format!("env PORT={PORT} gunicorn --paste {path}"));
    Ok(Some(Starting { command, put_in: put_in.into_iter().collect(), build: Vec::new() }))
}
