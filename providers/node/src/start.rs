//! The files that the app starts by.

use crate::app::NodeApp;
use crate::manager::Manager;
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
    let Some(file) = main_file(app)? else { return Ok(None) };
    match app.package.main.as_deref() {
        Some(main) if main == file => because("main of package.json"),
        _ => because(&format!("the file {file}")),
    }
    Ok(Some(manager.execute(file)))
}

/// The file of an app without a start script.
fn main_file<'a>(app: &'a NodeApp) -> Result<Option<&'a str>> {
    if let Some(main) = app.package.main.as_deref().filter(|main| app.has(main)) {
        return Ok(Some(main));
    }
    let candidates: &[&str] = if app.manager == Manager::Bun { &["index.js", "index.ts"] } else { &["index.js"] };
    app.directory().first_file(candidates)
}

/// What a program has that goes on after its last line, or may: a server, a timer, other modules.
const GOES_ON: &str = r"\b(?:import|require|serve|listen|on|setInterval|while|for)\b|\bexport\s+default\b";

/// Says that the file that starts the app comes to its end at once, as that of `bun init` does.
///
/// # Errors
/// The operating system refuses.
pub(crate) fn warn_if_it_ends(app: &NodeApp) -> Result<()> {
    let Some(file) = main_file(app)? else { return Ok(()) };
    if matches!(app.directory().search(file, GOES_ON), Ok(None)) {
        let server = if app.manager == Manager::Bun { "Bun.serve" } else { "createServer of node:http" };
        app.context.diagnostics.warn(format!(
            "{file} starts no server: the container will end when the program does. A server, such as {server} makes, \
             listens on process.env.PORT"
        ));
    }
    Ok(())
}
