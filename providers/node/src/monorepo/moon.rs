//! moon: `.moon/workspace.yml` and the app that a variable names.

use super::Commands;
use crate::project::Project;
use plugpacks_sdk::Result;

/// What moon keeps between builds.
pub(crate) const CACHE: &str = ".moon/cache/outputs";

/// The app that moon is asked for, if the app is a moon workspace.
fn app(project: &Project) -> Result<Option<String>> {
    let Some(app) = project.setting("MOON_APP_NAME") else { return Ok(None) };
    Ok(project.app().has_file(".moon/workspace.yml")?.then_some(app))
}

/// Whether moon builds the app.
pub(crate) fn is_used(project: &Project) -> Result<bool> {
    Ok(app(project)?.is_some())
}

pub(super) fn commands(project: &Project) -> Result<Option<Commands>> {
    let Some(app) = app(project)? else { return Ok(None) };
    let run = |task: &str| format!("{} @moonrepo/cli run {app}:{task}", project.manager.download_and_run());
    let build = project.setting("MOON_BUILD_TASK");
    let start = project.setting("MOON_START_TASK");
    Ok(Some(Commands {
        build: Some(run(build.as_deref().unwrap_or("build"))),
        start: Some(run(start.as_deref().unwrap_or("start"))),
    }))
}
