//! Frameworks that serve requests, and how their programs are told where to listen.

use crate::MANIFEST;
use plugpacks_sdk::{Context, Result, Start};

/// A framework whose programs listen elsewhere than on `$PORT` unless they are told.
struct Framework {
    name: &'static str,
    /// How its dependency is written in the manifest.
    pattern: &'static str,
    arguments: &'static str,
    /// Variables in front of the program.
    environment: &'static str,
}

static FRAMEWORKS: [Framework; 2] = [
    Framework {
        name: "Vapor",
        pattern: r"github\.com/vapor/vapor(?:\.git)?[\x22/]",
        arguments: " serve --env production --hostname 0.0.0.0 --port ${PORT:-8080}",
        environment: "",
    },
    // The template of Hummingbird takes these options and reads these variables.
    Framework {
        name: "Hummingbird",
        pattern: r"github\.com/hummingbird-project/hummingbird(?:\.git)?[\x22/]",
        arguments: "",
        environment: "HTTP_HOST=0.0.0.0 HTTP_PORT=${PORT:-8080} ",
    },
];

/// The options of Hummingbird's template, as its source declares them.
const HOSTNAME_OPTION: &str = r"@Option\b[\s\S]{0,80}\bvar hostname\b";

/// What follows a program with these options.
const HOSTNAME_ARGUMENTS: &str = " --hostname 0.0.0.0 --port ${PORT:-8080}";

/// Starts a program as its framework wants it.
///
/// # Errors
/// The manifest or the code cannot be read.
pub(crate) fn start(context: &Context, program: &str) -> Result<Start> {
    for framework in &FRAMEWORKS {
        if context.app.search(MANIFEST, framework.pattern)?.is_none() {
            continue;
        }
        context.diagnostics.because("port", format!("told as {} wants it", framework.name));
        let takes_options = context.app.search("Sources/**/*.swift", HOSTNAME_OPTION)?.is_some();
        let arguments =
            if framework.arguments.is_empty() && takes_options { HOSTNAME_ARGUMENTS } else { framework.arguments };
        return Ok(Start::command(format!("{}./{program}{arguments}", framework.environment)));
    }
    Ok(Start::command(format!("./{program}")))
}
