//! Where the program listens, as far as its code says that.

use crate::programs::Program;
use plugpacks_sdk::{Context, Result};

/// Starts Dream's server, which hears the machine itself alone, on port 8080, unless it is told otherwise.
const SERVER: &str = "Dream.run";

/// Warns where the program's main module starts Dream and does not say where to listen.
///
/// # Errors
/// The module cannot be read.
pub(crate) fn warn(context: &Context, program: &Program) -> Result<()> {
    let file = program.source();
    let Some(code) = context.app.read_text_if_file(&file)? else { return Ok(()) };
    if code.contains(SERVER) && !(code.contains("~interface") && code.contains("PORT")) {
        context.diagnostics.warn(format!(
            "{file} starts Dream where nothing outside of the container reaches it, or on a port of its own: write \
             `Dream.run ~interface:\"0.0.0.0\" ~port:(int_of_string (Sys.getenv \"PORT\"))`"
        ));
    }
    Ok(())
}
