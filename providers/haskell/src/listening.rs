//! Where the program listens: by a variable of Yesod's, or as its code spells it out.

use plugpacks_provider_support::listening::{Listening, Numbers};
use plugpacks_sdk::{Context, Result};

const LISTENING: Listening =
    Listening { calls: &["scotty ", "run "], numbers: Numbers::Always, port: "System.Environment.lookupEnv \"PORT\"" };

/// Where programs begin, by convention.
const MAIN: [&str; 5] = ["app/Main.hs", "app/main.hs", "src/Main.hs", "Main.hs", "src/main.hs"];

/// The settings of a Yesod app, and the variable that they read the port from.
const SETTINGS: &str = "config/settings.yml";
const YESOD_PORT: &str = "YESOD_PORT";

/// What stands before the program in the start command, with a blank behind it. Warns where the code spells out a port.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn prefix(context: &Context) -> Result<&'static str> {
    let settings = context.app.read_text_if_file(SETTINGS)?.unwrap_or_default();
    if settings.contains(YESOD_PORT) {
        context.diagnostics.because("port", format!("{SETTINGS} reads {YESOD_PORT}"));
        return Ok("YESOD_PORT=${PORT:-3000} ");
    }
    if let Some(file) = context.app.first_file(&MAIN)? {
        LISTENING.warn(context, file, &context.app.read_text(file)?);
    }
    Ok("")
}
