//! Installing the gems, building, starting.

use crate::app::RubyApp;
use crate::gems::{BOOTSNAP, PROPSHAFT, SPROCKETS};
use crate::program::Command;
use crate::toolchain::Toolchain;
use plugpacks_sdk::{Phase, Result};

/// Installs the gems.
pub(crate) fn install(app: &RubyApp, toolchain: &Toolchain) -> Result<Phase> {
    let phase = Phase::install()
        .command("bundle install")
        .commands(app.uses(&BOOTSNAP).then_some("bundle exec bootsnap precompile --gemfile"))
        .cache_directories(["/root/.bundle/cache"])
        .paths(&toolchain.paths);
    let variables = app.rules.install_variables;
    Ok(match (app.rules.install_files)(app)? {
        Some(files) if variables.is_empty() => phase.only_include_files(files),
        Some(files) => phase.only_include_files(files).only_variables_and_proxies(variables.iter().copied()),
        None => phase,
    })
}

/// Nixpacks 1.41: manifest and lockfile, whether they are there or not; everything if `local` occurs.
pub(crate) fn nixpacks_files(app: &RubyApp) -> Result<Option<Vec<String>>> {
    let files = || ["Gemfile", "Gemfile.lock"].map(str::to_owned).to_vec();
    Ok((!app.bundle.mentions("local")).then(files))
}

/// Files that Bundler and a Gemfile without code of its own may read.
const BUNDLER_FILES: [&str; 7] =
    ["Gemfile", "Gemfile.lock", ".bundle/config", ".ruby-version", ".tool-versions", "mise.toml", ".mise.toml"];

/// Variables that Bundler and what compiles native gems read.
pub(crate) const VARIABLES: &[&str] = &[
    "BUNDLE_*",
    "GEM_*",
    "RUBY*",
    "BOOTSNAP_*",
    "PKG_CONFIG_PATH",
    "MALLOC_ARENA_MAX",
    "CFLAGS",
    "CPPFLAGS",
    "LDFLAGS",
    "MAKE*",
];

/// Words of a Gemfile that reads more of the app than that.
const READING: [&str; 9] =
    ["path", "gemspec", "eval_gemfile", "instance_eval", "require_relative", "Dir", "File", "load", "local"];

/// What there is of Bundler's files and of vendored gems; everything if the Gemfile may read more.
pub(crate) fn bundler_files(app: &RubyApp) -> Result<Option<Vec<String>>> {
    let directory = &app.context.app;
    let bundle = &app.bundle;
    if READING.iter().any(|word| bundle.gemfile.contains(word)) || bundle.lockfile.lines().any(|line| line == "PATH") {
        return Ok(None);
    }
    let mut files: Vec<_> = directory.files_of(&BUNDLER_FILES)?.into_iter().map(str::to_owned).collect();
    if directory.has_directory("vendor/cache")? {
        files.push("vendor/cache".to_owned());
    }
    Ok(Some(files))
}

/// Compiles the assets of a Rails app.
pub(crate) fn build(app: &RubyApp) -> Result<Phase> {
    let mut phase = Phase::build();
    if !app.is_rails {
        return Ok(phase.commands((app.rules.framework_assets)(app)));
    }
    if app.uses(&SPROCKETS) || app.uses(&PROPSHAFT) {
        phase = phase.command((app.rules.compile_assets)(app)?);
    }
    if app.uses(&BOOTSNAP) {
        phase = phase.command("bundle exec bootsnap precompile app/ lib/");
    }
    Ok(phase)
}

/// Compiles the assets without a secret: they do not need it.
pub(crate) const COMPILE_ASSETS: &str = "SECRET_KEY_BASE_DUMMY=1 bundle exec rake assets:precompile";

/// Compiles the assets of a framework other than Rails.
pub(crate) fn framework_assets(app: &RubyApp) -> Option<&'static str> {
    app.bundle.depends_on("hanami-assets").then_some("bundle exec hanami assets compile")
}

/// Production, in the build and when the app runs, whatever a Procfile takes for the default.
pub(crate) fn environment(app: &RubyApp) -> Vec<(&'static str, &'static str)> {
    if !app.is_rails {
        let hanami = app.bundle.depends_on("hanami").then_some(("HANAMI_ENV", "production"));
        return [("RACK_ENV", "production")].into_iter().chain(hanami).collect();
    }
    let variables = &app.context.environment;
    if ["SECRET_KEY_BASE", "RAILS_MASTER_KEY"].iter().all(|name| variables.get(name).is_none()) {
        app.context.diagnostics.warn(
            "Rails does not start in production without a secret: set SECRET_KEY_BASE, or RAILS_MASTER_KEY for the \
             app's credentials, when the container runs",
        );
    }
    vec![("RAILS_ENV", "production"), ("RACK_ENV", "production")]
}

/// Servers of Rack apps with a program of their own, and how it is started.
const RACK_SERVERS: [(&str, &str); 5] = [
    ("puma", "bundle exec puma -p ${PORT:-3000}"),
    ("falcon", "bundle exec falcon serve --bind http://0.0.0.0:${PORT:-3000}"),
    ("unicorn", "bundle exec unicorn -o 0.0.0.0 -p ${PORT:-3000}"),
    ("thin", "bundle exec thin start -a 0.0.0.0 -p ${PORT:-3000}"),
    ("iodine", "bundle exec iodine -b 0.0.0.0 -p ${PORT:-3000}"),
];

/// Starts a Rack app. Since Rack 3 the program rackup is a gem of its own; where it is not in the bundle, the app's server is
/// started by its own program. rackup has to be told to listen on all addresses.
pub(crate) fn rack_server(app: &RubyApp) -> &'static str {
    let server = RACK_SERVERS.iter().find(|(gem, _)| app.bundle.depends_on(gem));
    match server.filter(|_| !app.bundle.depends_on("rackup")) {
        Some((_, command)) => command,
        None => "bundle exec rackup config.ru -o 0.0.0.0 -p ${PORT:-3000}",
    }
}

/// Starts a Rails app, a Rack app, or whatever the Rakefile does.
pub(crate) fn start(app: &RubyApp) -> Result<Option<String>> {
    let Some(Command { text, reason }) = start_command(app)? else { return Ok(None) };
    app.context.diagnostics.because("start command", format!("{text}: {reason}"));
    Ok(Some(text))
}

fn start_command(app: &RubyApp) -> Result<Option<Command>> {
    let directory = &app.context.app;
    Ok(Some(if app.is_rails && directory.has_file("rails")? {
        Command::new("bundle exec rails server -b 0.0.0.0 -p ${PORT:-3000}", "a Rails app with a file rails")
    } else if app.is_rails {
        Command::new(app.rules.rails_server, "a Rails app")
    } else if directory.has_file("config/environment.rb")? && directory.has_directory("script")? {
        let reason = "config/environment.rb and a folder script";
        Command::new("bundle exec ruby script/server -p ${PORT:-3000}", reason)
    } else if directory.has_file("config.ru")? {
        Command::new((app.rules.rack_server)(app), "config.ru")
    } else if let Some(script) = (app.rules.script)(app)? {
        script
    } else if directory.has_file("Rakefile")? {
        Command::new("bundle exec rake", "Rakefile")
    } else {
        return Ok(None);
    }))
}
