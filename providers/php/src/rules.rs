//! What differs between the editions.

use crate::app::PhpApp;
use crate::composer::{self, Composer};
use crate::{interpreter, phases};
use plugpacks_sdk::release::Release;
use plugpacks_sdk::{Context, Description, Edition, Phase, Result, Since, Start};

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
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules {
    describe: |description| description,
    composer: composer::nixpacks,
    interpreter: interpreter::nixpacks,
    extensions: interpreter::nixpacks_extensions,
    setup: phases::nixpacks_setup,
    install: phases::nixpacks_install,
    build: phases::build,
    start: phases::nixpacks_start,
    variables: &[("PORT", "80")],
};

// Without `PORT`: the script that prepares nginx has the default, and the image can be given another.
const MENDED: Rules = Rules {
    describe: |description| description.variable("NIXPACKS_PHP_VERSION", "The version of PHP, such as 8.4 or ^8.3."),
    composer: composer::strict,
    interpreter: interpreter::requested,
    extensions: interpreter::packaged_extensions,
    setup: phases::setup,
    install: phases::install,
    build: phases::cached_build,
    start: phases::unprivileged_start,
    variables: &[("COMPOSER_NO_DEV", "1")],
};
