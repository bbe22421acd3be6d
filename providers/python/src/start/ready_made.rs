//! Programs from PyPI that are the app, where it has no code of its own.

use crate::app::PythonApp;
use crate::modules::Module;
use crate::servers::PORT;

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
