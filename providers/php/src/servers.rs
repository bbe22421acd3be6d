//! Servers that the app starts itself instead of nginx, as Laravel Octane does.

use crate::app::PhpApp;
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

/// Says that Octane is not what serves, and what to write for it.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn warn_of_octane(app: &PhpApp) -> Result<()> {
    if app.server.is_some() || !app.composer.requires("laravel/octane") {
        return Ok(());
    }
    let configuration = app.context.app.read_text_if_file("config/octane.php")?.unwrap_or_default();
    let chosen = app.context.environment.get("OCTANE_SERVER");
    let is_named = |server: &&Server| match &chosen {
        Some(name) => name == server.name,
        None => configuration.contains(&format!("'OCTANE_SERVER', '{}'", server.name)),
    };
    let name = SERVERS.iter().find(is_named).unwrap_or(&SERVERS[0]).name;
    app.context.diagnostics.warn(format!(
        "laravel/octane is required, but php-fpm and nginx serve the app: `web: php artisan octane:start --server={name} \
         --host=0.0.0.0 --port=$PORT` in a Procfile lets Octane serve it"
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Php;
    use plugpacks_sdk::PartialPlan;
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

    #[test]
    fn octane_that_nothing_starts_is_said() {
        let warnings = |procfile: &str| {
            let app = FakeApp::new()
                .file("composer.json", r#"{"require": {"laravel/octane": "^2.5"}}"#)
                .file("artisan", "")
                .file("config/octane.php", "'server' => env('OCTANE_SERVER', 'roadrunner'),")
                .file("Procfile", procfile)
                .plan_of("node", PartialPlan::new());
            app.plan::<Php>().unwrap();
            app.warnings()
        };
        assert!(warnings("web: x\n").iter().any(|text| text.contains("--server=roadrunner")));
        assert_eq!(warnings("web: php artisan octane:start --server=roadrunner\n"), [""; 0]);
    }
}
