//! What differs between the editions.

use crate::app::PhpApp;
use crate::composer::{self, Composer};
use crate::document_root::DocumentRoot;
use crate::programs::{self, Program};
use crate::servers::{self, Server};
use crate::{extensions, frameworks, interpreter, phases};
use plugpacks_provider_support::release::Release;
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
    /// The names of the script of `package.json` that builds the app; the first that there is counts.
    pub(crate) build_scripts: &'static [&'static str],
    /// The phase that builds the app, if there is anything to build.
    pub(crate) build: fn(&PhpApp) -> Result<Option<Phase>>,
    /// The folder that nginx serves; `None`: the plan says nothing of it, except for Laravel.
    pub(crate) document_root: fn(&Context, &Composer) -> Result<Option<DocumentRoot>>,
    /// The server that the app starts itself.
    pub(crate) server: fn(&Context) -> Result<Option<&'static Server>>,
    /// The program that is started instead of nginx.
    pub(crate) program: fn(&PhpApp) -> Result<Option<Program>>,
    /// How the servers are started.
    pub(crate) start: fn(&PhpApp) -> Result<Start>,
    /// What nginx's configuration is made of.
    pub(crate) template: &'static str,
    /// Variables of the build and the image.
    pub(crate) variables: fn(&PhpApp) -> Vec<(&'static str, &'static str)>,
}

/// Composer leaves development packages out, and lets plugins run though the build's user is root: it
/// would leave them out without a word where it does not see that it is in a container.
const COMPOSER: [(&str, &str); 2] = [("COMPOSER_NO_DEV", "1"), ("COMPOSER_ALLOW_SUPERUSER", "1")];

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
    build_scripts: &["prod", "build"],
    build: phases::build,
    document_root: |_, _| Ok(None),
    server: |_| Ok(None),
    program: |_| Ok(None),
    start: phases::nixpacks_start,
    template: concat!(include_str!("assets/nginx/server.conf"), include_str!("assets/nginx/end.conf")),
    variables: |_| vec![("PORT", "80")],
};

// Without `PORT`: the script that prepares nginx has the default, and the image can be given another.
const MENDED: Rules = Rules {
    describe: |description| description.variable("NIXPACKS_PHP_VERSION", "The version of PHP, such as 8.4 or ^8.3."),
    composer: composer::strict,
    interpreter: interpreter::requested,
    extensions: extensions::required,
    setup: phases::setup,
    install: phases::install,
    // Laravel Mix calls it `production`.
    build_scripts: &["prod", "production", "build"],
    build: phases::cached_build,
    document_root: |context, composer| DocumentRoot::find(context, composer).map(Some),
    server: servers::find,
    program: programs::find,
    start: phases::unprivileged_start,
    template: concat!(
        include_str!("assets/nginx/server.conf"),
        include_str!("assets/nginx/manifests.conf"),
        include_str!("assets/nginx/end.conf")
    ),
    variables: |app| COMPOSER.into_iter().chain(frameworks::production(app)).collect(),
};
