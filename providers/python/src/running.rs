//! What the running app needs.

use crate::app::PythonApp;
use crate::install::VIRTUAL_ENVIRONMENT_PATH;
use crate::manager::Manager;
use crate::native;
use plugpacks_sdk::Start;
use plugpacks_sdk::release::Release;

/// Python, the programs that libraries call, the app and its virtual environment; no compiler.
pub(crate) fn slim(
    command: Option<String>,
    app: &PythonApp,
    python: &Release,
    manager: Option<Manager>,
) -> Option<Start> {
    let start = command
        .map_or_else(Start::new, Start::command)
        .packages([python.package])
        .packages(native::run_time_packages(app, python));
    Some(match manager {
        Some(_) => start.only_include_files(["/app/", VIRTUAL_ENVIRONMENT_PATH]),
        None => start,
    })
}
