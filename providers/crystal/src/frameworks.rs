//! Frameworks: their production mode, and how each is told where to listen.

use crate::shard::FILE;
use plugpacks_sdk::{Context, Result};

/// A framework.
pub(crate) struct Framework {
    shard: &'static str,
    /// Turns production mode on.
    pub(crate) variable: (&'static str, &'static str),
    /// Stands before the program.
    pub(crate) prefix: &'static str,
    /// Stands behind it.
    pub(crate) arguments: &'static str,
}

static FRAMEWORKS: [Framework; 3] = [
    Framework { shard: "kemal", variable: ("KEMAL_ENV", "production"), prefix: "", arguments: " --port ${PORT:-3000}" },
    Framework { shard: "lucky", variable: ("LUCKY_ENV", "production"), prefix: "PORT=${PORT:-3000} ", arguments: "" },
    Framework { shard: "amber", variable: ("AMBER_ENV", "production"), prefix: "", arguments: "" },
];

/// Who reads the program's arguments besides: Kemal refuses what it does not know, and so does the app.
const OWN_ARGUMENTS: &str = r"\bOptionParser\b|Kemal\.run\(?[^\n]*args";

/// The framework that the shard depends on.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn find(context: &Context) -> Result<Option<&'static Framework>> {
    let text = context.app.read_text(FILE)?;
    let depends_on = |framework: &&Framework| text.lines().any(|line| line.trim() == format!("{}:", framework.shard));
    let Some(framework) = FRAMEWORKS.iter().find(depends_on) else { return Ok(None) };
    context.diagnostics.because("framework", framework.shard);
    if framework.shard == "kemal" && context.app.search("src/**/*.cr", OWN_ARGUMENTS)?.is_some() {
        return Ok(None);
    }
    Ok(Some(framework))
}
