//! What differs between the editions.

use crate::app::PhpApp;
use crate::composer::{self, Composer};
use crate::{interpreter, phases};
use plugpacks_sdk::release::Release;
use plugpacks_sdk::{Context, Description, Editions, Phase, Result, Start};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// How `composer.json` is read.
    pub(crate) composer: fn(&Context) -> Result<Composer>,
    /// Which PHP the app gets.
    pub(crate) interpreter: fn(&Context, &Composer) -> Result<&'static Release>,
    /// Which extensions are installed.
    pub(crate) extensions: fn(&Context, &Composer, &Release) -> Vec<String>,
    /// The phases that install PHP, nginx and Node.js, and the app's dependencies.
    pub(crate) setup: fn(&PhpApp) -> Vec<Phase>,
    pub(crate) install: fn(&PhpApp) -> Result<Vec<Phase>>,
    /// Runs a script of `package.json`.
    pub(crate) build: fn(&PhpApp, &str) -> Phase,
    /// How the servers are started.
    pub(crate) start: fn(&PhpApp) -> Result<Start>,
    /// Variables of every app.
    pub(crate) variables: &'static [(&'static str, &'static str)],
}

/// The rules of each edition.
pub(crate) static RULES: Editions<Rules> = Editions {
    nixpacks: Rules {
        describe: |description| description,
        composer: composer::nixpacks,
        interpreter: interpreter::nixpacks,
        extensions: interpreter::nixpacks_extensions,
        setup: phases::nixpacks_setup,
        install: phases::nixpacks_install,
        build: phases::build,
        start: phases::nixpacks_start,
        variables: &[("PORT", "80")],
    },
    // Without `PORT`: the script that prepares nginx has the default, and the image can be given another.
    november_2026: Rules {
        describe: |description| {
            description.variable("NIXPACKS_PHP_VERSION", "The version of PHP, such as 8.4 or ^8.3.")
        },
        composer: composer::november_2026,
        interpreter: interpreter::november_2026,
        extensions: interpreter::november_2026_extensions,
        setup: phases::november_2026_setup,
        install: phases::november_2026_install,
        build: phases::november_2026_build,
        start: phases::november_2026_start,
        variables: &[("COMPOSER_NO_DEV", "1")],
    },
};
