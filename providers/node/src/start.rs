//! The files that the app starts by.

use crate::app::NodeApp;
use crate::manager::Manager;
use crate::servers::SERVER_FILES;
use plugpacks_sdk::Result;

/// What the app's own manifest and files say: its start script, its main file, `index.js`, or with
/// Bun `index.ts`.
pub(crate) fn own(app: &NodeApp) -> Result<Option<String>> {
    let manager = app.manager;
    let because = |reason: &str| app.context.diagnostics.because("start command", reason);
    if app.package.script("start").is_some() {
        because("the script start of package.json");
        return Ok(Some(manager.run("start")));
    }
    if let Some(main) = app.package.main.as_deref().filter(|main| app.has(main)) {
        because("main of package.json");
        return Ok(Some(manager.execute(main)));
    }
    let candidates: &[&str] = if manager == Manager::Bun { &["index.js", "index.ts"] } else { &["index.js"] };
    let Some(file) = app.directory().first_file(candidates)? else { return Ok(None) };
    because(&format!("the file {file}"));
    Ok(Some(manager.execute(file)))
}

/// The file that the server of an app stands in that says nothing about it.
///
/// # Errors
/// The operating system refuses.
pub(crate) fn server_file(app: &NodeApp) -> Result<Option<String>> {
    let Some(file) = app.directory().first_file(SERVER_FILES)? else { return Ok(None) };
    app.context.diagnostics.because("start command", format!("the file {file} beside the dependency on a server"));
    let runs_types = file.ends_with(".ts") && app.depends_on("tsx") && app.manager != Manager::Bun;
    Ok(Some(if runs_types { format!("tsx {file}") } else { app.manager.execute(file) }))
}
