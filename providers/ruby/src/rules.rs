//! What differs between the editions.

use crate::app::RubyApp;
use crate::bundle::Bundle;
use crate::gems::{self, Gem};
use crate::javascript::{self, Dependencies};
use crate::program::{self, Command};
use crate::site::{self, Site};
use crate::toolchain::Toolchain;
use crate::{install, interpreter, nixpacks, running};
use plugpacks_sdk::{Edition, Phase, Result, Since, Start};

/// One edition's answers.
pub(crate) struct Rules {
    /// Whether the app uses a gem.
    pub(crate) uses: fn(&Bundle, &Gem) -> bool,
    /// Which Ruby the app gets, and how.
    pub(crate) toolchain: fn(&RubyApp) -> Result<Toolchain>,
    /// What is copied before the gems are installed; `None`: everything.
    pub(crate) install_files: fn(&RubyApp) -> Result<Option<Vec<String>>>,
    /// The variables that installing the gems reads; empty: all.
    pub(crate) install_variables: &'static [&'static str],
    /// Compiles the assets of a Rails app.
    pub(crate) compile_assets: fn(&RubyApp) -> Result<&'static str>,
    /// Compiles the assets of another framework.
    pub(crate) framework_assets: fn(&RubyApp) -> Option<&'static str>,
    /// What the phases of the provider `node` wait for.
    pub(crate) node_dependencies: Dependencies,
    /// Starts a Rails app, and a Rack app.
    pub(crate) rails_server: &'static str,
    pub(crate) rack_server: fn(&RubyApp) -> &'static str,
    /// The command that runs an app which is a script.
    pub(crate) script: fn(&RubyApp) -> Result<Option<Command>>,
    /// The app as a static site that a gem makes.
    pub(crate) site: fn(&RubyApp) -> Result<Option<Site>>,
    /// The environment of the build and the app.
    pub(crate) environment: fn(&RubyApp) -> Vec<(&'static str, &'static str)>,
    /// What the running app needs, its start command among it.
    pub(crate) running: fn(Option<String>, &Toolchain, &[Phase]) -> Option<Start>,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules {
    uses: gems::mentioned,
    toolchain: nixpacks::toolchain,
    install_files: install::nixpacks_files,
    install_variables: &[],
    compile_assets: |_| Ok("bundle exec rake assets:precompile"),
    framework_assets: |_| None,
    node_dependencies: javascript::as_they_are,
    rails_server: "bundle exec bin/rails server -b 0.0.0.0 -p ${PORT:-3000} -e $RAILS_ENV",
    rack_server: |_| "bundle exec rackup config.ru -p ${PORT:-3000}",
    script: |_| Ok(None),
    site: |_| Ok(None),
    environment: |_| Vec::new(),
    running: running::nixpacks,
};

const MENDED: Rules = Rules {
    uses: gems::named,
    toolchain: interpreter::toolchain,
    install_files: install::bundler_files,
    install_variables: install::VARIABLES,
    compile_assets: |_| Ok(install::COMPILE_ASSETS),
    framework_assets: install::framework_assets,
    node_dependencies: javascript::prefixed,
    rails_server: "bundle exec bin/rails server -b 0.0.0.0 -p ${PORT:-3000} -e ${RAILS_ENV:-production}",
    rack_server: install::rack_server,
    script: program::command,
    site: site::find,
    environment: install::environment,
    running: running::slim,
};
