//! moon: `.moon/workspace.yml` and the app that a variable names.

use super::Commands;
use crate::app::NodeApp;
use plugpacks_sdk::Result;

/// What moon keeps between builds.
pub(crate) const CACHE: &str = ".moon/cache/outputs";

/// The app that moon is asked for, if the app is a moon workspace.
fn name(app: &NodeApp) -> Result<Option<String>> {
    let Some(name) = app.setting("MOON_APP_NAME") else { return Ok(None) };
    Ok(app.directory().has_file(".moon/workspace.yml")?.then_some(name))
}

/// Whether moon builds the app.
pub(crate) fn is_used(app: &NodeApp) -> Result<bool> {
    Ok(name(app)?.is_some())
}

pub(super) fn commands(app: &NodeApp) -> Result<Option<Commands>> {
    let Some(name) = name(app)? else { return Ok(None) };
    let run = |task: &str| format!("{} @moonrepo/cli run {name}:{task}", app.manager.download_and_run());
    let build = app.setting("MOON_BUILD_TASK");
    let start = app.setting("MOON_START_TASK");
    Ok(Some(Commands {
        build: Some(run(build.as_deref().unwrap_or("build"))),
        start: Some(run(start.as_deref().unwrap_or("start"))),
    }))
}
