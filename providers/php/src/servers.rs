//! Servers that the app starts itself instead of nginx, as Laravel Octane does.

use plugpacks_sdk::{Context, Result};

/// A server that a start command may name.
pub(crate) struct Server {
    /// A regular expression for the start command.
    pattern: &'static str,
    /// What it is called in Octane's variable `OCTANE_SERVER`.
    name: &'static str,
    /// Its program's package, unless it is an extension.
    pub(crate) package: Option<&'static str>,
    /// The extension that it is.
    pub(crate) extension: Option<&'static str>,
}

static SERVERS: [Server; 3] = [
    Server { pattern: r"\bfrankenphp\b", name: "frankenphp", package: Some("frankenphp"), extension: None },
    Server {
        pattern: r"\broadrunner\b|\brr serve\b",
        name: "roadrunner",
        package: Some("roadrunner"),
        extension: None,
    },
    Server { pattern: r"\bswoole\b", name: "swoole", package: None, extension: Some("swoole") },
];

/// Octane's command.
const OCTANE: &str = r"\boctane:start\b";

/// Files in which a start command may stand.
const FILES: [&str; 2] = ["Procfile", "nixpacks.toml"];

/// The server that the app's start command names, if it does.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn find(context: &Context) -> Result<Option<&'static Server>> {
    let chosen = context.environment.get("OCTANE_SERVER");
    for file in FILES {
        if !context.app.has_file(file)? {
            continue;
        }
        let starts_octane = context.app.search(file, OCTANE)?.is_some();
        for server in &SERVERS {
            let is_chosen = starts_octane && chosen.as_deref() == Some(server.name);
            if is_chosen || context.app.search(file, server.pattern)?.is_some() {
                context.diagnostics.because("PHP server", format!("{} from {file}", server.name));
                return Ok(Some(server));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn server(app: &FakeApp) -> Option<&'static str> {
        app.with(|context| find(context).unwrap()).map(|server| server.name)
    }

    #[test]
    fn the_start_command_or_octanes_variable_names_the_server() {
        let app = |command: &str| FakeApp::new().file("Procfile", format!("web: {command}\n"));
        assert_eq!(server(&app("php artisan octane:start --server=frankenphp")), Some("frankenphp"));
        assert_eq!(server(&app("rr serve -c .rr.yaml")), Some("roadrunner"));
        assert_eq!(server(&app("php artisan octane:start")), None);
        let chosen = app("php artisan octane:start").variable("OCTANE_SERVER", "swoole");
        assert_eq!(server(&chosen), Some("swoole"));
        assert_eq!(server(&app("php artisan serve").variable("OCTANE_SERVER", "swoole")), None);
        assert_eq!(server(&FakeApp::new()), None);
    }
}
