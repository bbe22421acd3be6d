//! How the app is built and started: by a monorepo's tool, by its own scripts and files, as its framework
//! does, or as files that Caddy serves.

use crate::app::NodeApp;
use crate::caddy::{self, Files};
use crate::folders;
use crate::monorepo::{self, Commands, members, nx_inferred};
use crate::npm_program::NpmProgram;
use crate::outputs::{self, Angular};
use crate::own_server::{self, OwnServer};
use crate::scripts::Invocation;
use crate::servers::{self, Addition, ServerFramework, ServerStart};
use crate::sites::{self, Site};
use crate::spa::{self, Spa};
use crate::start;
use crate::start_script;
use crate::unsupported;
use plugpacks_sdk::Result;

/// What builds the app, and what starts it.
#[derive(Debug, Default)]
pub(crate) struct Serving {
    pub(crate) build: Vec<String>,
    pub(crate) start: Option<String>,
    /// The files of a site, and what serves them.
    pub(crate) files: Option<Files>,
    /// Programs that the start command needs and the app does not depend on.
    pub(crate) programs: Vec<NpmProgram>,
    /// Folders of programs besides those of the app directory.
    pub(crate) paths: Vec<String>,
}

impl Serving {
    fn commands(build: Option<String>, start: Option<String>) -> Self {
        Self { build: build.into_iter().collect(), start, ..Self::default() }
    }
}

/// Nixpacks 1.41: a Vite app is served by Caddy whatever its scripts start, unless a framework makes pages
/// on a server.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn nixpacks(app: &NodeApp) -> Result<Serving> {
    let spa = Spa::find(app)?;
    let Commands { build, mut start } = monorepo::commands(app)?;
    let build = build.or_else(|| app.package.script("build").map(|_| app.manager.run("build")));
    let is_served = spa.as_ref().is_some_and(|spa| spa.is_served);
    if start.is_none() && is_served {
        start = Some(caddy::START.to_owned());
    }
    if start.is_none() {
        start = start::own(app)?;
    }
    let files =
        spa.map(|spa| if is_served { Files::Served(spa.output_directory) } else { Files::Named(spa.output_directory) });
    Ok(Serving { files, ..Serving::commands(build, start) })
}

/// What answers in production: a server for development is replaced by the files that the build makes, or
/// by the framework's own server, and a program of the app's own is never replaced.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn in_production(app: &NodeApp) -> Result<Serving> {
    warn_of_member(app)?;
    let Commands { build, start } = monorepo::commands(app)?;
    if start.is_some() {
        return Ok(Serving::commands(build.or_else(|| build_script(app)), start));
    }
    let of_packages = match nx_inferred::serving(app)? {
        Some(serving) => Some(serving),
        None => members::serving(app, build.as_ref())?,
    };
    if let Some(serving) = of_packages {
        return Ok(serving);
    }
    let mut serving = alone(app)?;
    if let Some(build) = build {
        serving.build = vec![build];
    }
    serving.build.splice(0..0, folders::commands(app)?);
    if serving.start.is_none() && !is_monorepo(app)? {
        folders::say_what_starts(app)?;
    }
    Ok(serving)
}

/// Says that a member of a workspace cannot be installed without the workspace.
fn warn_of_member(app: &NodeApp) -> Result<()> {
    let has_workspace = app.package.workspaces.is_some() || app.directory().has_file("pnpm-workspace.yaml")?;
    if app.package.has_workspace_packages && !has_workspace {
        app.context.diagnostics.warn(format!(
            "package.json has dependencies with `workspace:`, which are packages of a workspace around this folder: \
             installing will fail. Build the workspace's folder instead, with NIXPACKS_NODE_WORKSPACE={}",
            app.package.name.as_deref().unwrap_or("the package's name")
        ));
    }
    Ok(())
}

/// The app by itself.
///
/// # Errors
/// As [`in_production`].
pub(crate) fn alone(app: &NodeApp) -> Result<Serving> {
    if let Some(site) = wanted_site(app) {
        return served(app, site);
    }
    if let Some(text) = unsupported::find(app) {
        app.context.diagnostics.warn(text);
        return Ok(Serving::default());
    }
    let may_be_site = spa::is_caddy_allowed(app);
    let of_configuration = || if may_be_site { sites::of_configuration(app) } else { Ok(None) };
    if let Some(framework) = servers::framework(app)?
        && !is_monorepo(app)?
        && (app.package.script("start").is_none() || framework.replaces_start(app))
    {
        return match of_configuration()? {
            Some(site) => served(app, site),
            None => by_framework(app, framework),
        };
    }
    if app.package.script("start").is_none() {
        return without_script(app, may_be_site);
    }
    if let Some(platform) = start_script::platform(app) {
        return off_platform(app, platform, may_be_site);
    }
    by_script(app, may_be_site)
}

/// What the start script starts in production.
fn by_script(app: &NodeApp, may_be_site: bool) -> Result<Serving> {
    if let Some(site) = if may_be_site { sites::of_start_script(app)? } else { None } {
        return match own_server::of_site(app)? {
            Some(server) => Ok(by_own_server(app, server)),
            None => served(app, site),
        };
    }
    if sites::starts_development_beside(app)
        && let Some(server) = own_server::of_site(app)?
    {
        return Ok(by_own_server(app, server));
    }
    servers::warn_of_fixed_port(app)?;
    if app.started().iter().any(own_server::is_watching)
        && let Some(command) = without_watching(app)?
    {
        return Ok(Serving::commands(build_script(app), Some(command)));
    }
    let command = start_script::command(app, "start")?;
    let mut serving = Serving::commands(build_script(app), Some(command));
    serving.build.extend(servers::standalone_files(app));
    Ok(serving)
}

/// What starts the app in production whose start script starts it anew when a file changes.
fn without_watching(app: &NodeApp) -> Result<Option<String>> {
    if let Some(script) = production_script(app) {
        return start_script::command(app, script).map(Some);
    }
    app.context.diagnostics.because("start command", "the script start, without watching files");
    Ok(own_server::once(app).or(own_server::of_scripts(app)?.map(|server| server.command)))
}

/// What starts an app without a start script: another script, its server, or Caddy.
fn without_script(app: &NodeApp, may_be_site: bool) -> Result<Serving> {
    if let Some(script) = production_script(app) {
        return Ok(Serving::commands(build_script(app), Some(start_script::command(app, script)?)));
    }
    if servers::has_server_package(app) {
        let named = built_main(app).map_or_else(|| start::own(app), |command| Ok(Some(command)))?;
        if named.is_some() {
            servers::warn_of_fixed_port(app)?;
            return Ok(Serving::commands(build_script(app), named));
        }
    }
    if let Some(serving) = server_or_site(app, may_be_site)? {
        return Ok(serving);
    }
    if servers::has_server_package(app)
        && let Some(server) = own_server::unclear(app)?
    {
        servers::warn_of_fixed_port(app)?;
        return Ok(by_own_server(app, server));
    }
    start::warn_if_it_ends(app)?;
    Ok(Serving::commands(build_script(app), start::own(app)?))
}

/// The app's own server, else Caddy for the site that a tool makes of it.
fn server_or_site(app: &NodeApp, may_be_site: bool) -> Result<Option<Serving>> {
    if let Some(server) = own_server::find(app)? {
        servers::warn_of_fixed_port(app)?;
        return Ok(Some(by_own_server(app, server)));
    }
    if may_be_site
        && !is_monorepo(app)?
        && let Some(site) = sites::of_dependencies(app)?
    {
        return served(app, site).map(Some);
    }
    Ok(None)
}

/// An app whose start script starts the server that a hosting service has for development.
fn off_platform(app: &NodeApp, platform: &str, may_be_site: bool) -> Result<Serving> {
    if let Some(serving) = server_or_site(app, may_be_site)? {
        return Ok(serving);
    }
    app.context.diagnostics.warn(format!(
        "The script start of package.json runs `{platform}`, which is for development and needs the service behind it: let \
         start run the app's own server, such as `node server.js`"
    ));
    Ok(Serving::commands(build_script(app), None))
}

/// Whether the build makes a file, by its folder.
pub(crate) fn is_built(app: &NodeApp, file: &str) -> bool {
    OUTPUTS.iter().any(|folder| file.starts_with(folder)) && !app.has(file) && build_script(app).is_some()
}

/// The command that runs `main` of `package.json`, if the build makes that file.
fn built_main(app: &NodeApp) -> Option<String> {
    let main = app.package.main.as_deref().filter(|main| is_built(app, main))?;
    app.context.diagnostics.because("start command", "main of package.json, which the build makes");
    Some(app.manager.execute(main))
}

/// The app's own server, which no start script names.
fn by_own_server(app: &NodeApp, server: OwnServer) -> Serving {
    server.explain(app);
    Serving {
        programs: server.program.into_iter().collect(),
        ..Serving::commands(build_script(app), Some(server.command))
    }
}

/// Scripts that build the app, the first that is there. (Nixpacks 1.41: `build` alone.)
/// The last three are those that hosting services run.
const BUILD_SCRIPTS: &[&str] =
    &["build", "build:production", "build:prod", "heroku-postbuild", "gcp-build", "vercel-build"];

/// Further ones, which count where the app starts from what a build makes.
const COMPILE_SCRIPTS: &[&str] = &["compile", "build:ts", "build:server", "transpile", "bundle", "tsc"];

/// Folders that builds write to.
const OUTPUTS: &[&str] = &["dist/", "build/", "lib/", "out/", "./dist/", "./build/", "./lib/", "./out/"];

fn build_script(app: &NodeApp) -> Option<String> {
    let first = |scripts: &[&'static str]| scripts.iter().copied().find(|script| app.package.script(script).is_some());
    let starts_from_output = || {
        let started = app.started();
        let main = app.package.main.as_deref().into_iter();
        let files = started.iter().filter_map(Invocation::operand).chain(main);
        files.into_iter().any(|file| OUTPUTS.iter().any(|folder| file.starts_with(folder)) && !app.has(file))
    };
    let script = first(BUILD_SCRIPTS).or_else(|| first(COMPILE_SCRIPTS).filter(|_| starts_from_output()))?;
    Some(app.manager.run(script))
}

/// Whether this is the root of a monorepo, which has dependencies, but is no app.
fn is_monorepo(app: &NodeApp) -> Result<bool> {
    let tools = ["nx.json", "turbo.json", "turbo.jsonc", "lerna.json"];
    Ok(app.package.workspaces.is_some() || app.directory().first_file(&tools)?.is_some())
}

/// The site that the user says there is.
fn wanted_site(app: &NodeApp) -> Option<Site> {
    let directory = app.setting("SPA_OUT_DIR").filter(|_| spa::is_caddy_allowed(app))?;
    app.context.diagnostics.because("site", "NIXPACKS_SPA_OUT_DIR names its directory");
    Some(Site { directory, build: build_script(app) })
}

/// Scripts that start the app in production, where `start` does so for development, or is missing.
const PRODUCTION_SCRIPTS: &[&str] = &["start:prod", "start:production", "prod", "serve:prod"];

fn production_script(app: &NodeApp) -> Option<&'static str> {
    PRODUCTION_SCRIPTS.iter().copied().find(|script| app.package.script(script).is_some())
}

/// The files of a site, which Caddy serves: as the app's own Caddyfile says, where there is one.
fn served(app: &NodeApp, site: Site) -> Result<Serving> {
    let has_own = app.directory().has_file("Caddyfile")?;
    let reason = if has_own {
        "Caddy serves what the app's Caddyfile says"
    } else {
        "Caddy serves what the build makes for the browser"
    };
    app.context.diagnostics.because("start command", reason);
    let (files, start) =
        if has_own { (Files::ByOwnCaddyfile, caddy::OWN_START) } else { (Files::Served(site.directory), caddy::START) };
    Ok(Serving { files: Some(files), ..Serving::commands(site.build, Some(start.to_owned())) })
}

/// Says that Angular's server answers only for hosts that the app names.
fn warn_of_hosts(app: &NodeApp, angular: &Angular) {
    let in_source = || matches!(app.directory().search("src/server.ts", "allowedHosts"), Ok(Some(_)));
    if !angular.allows_hosts() && app.context.environment.get("NG_ALLOWED_HOSTS").is_none() && !in_source() {
        app.context.diagnostics.warn(
            "Angular answers requests from outside with 400, as angular.json names no hosts: set \
             NG_ALLOWED_HOSTS=www.example.org when the container runs, or name the hosts in `security.allowedHosts` of the \
             build's options",
        );
    }
}

/// The server of a framework, which the app's scripts do not start for production.
fn by_framework(app: &NodeApp, framework: &ServerFramework) -> Result<Serving> {
    let build = build_script(app).or_else(|| framework.build(app).map(str::to_owned));
    let reason = format!("the server that {} makes", framework.packages.join(" and "));
    app.context.diagnostics.because("start command", reason);
    let start = match framework.start {
        ServerStart::Command(command) => Some(command.to_owned()),
        ServerStart::Angular => outputs::angular(app).map(|angular| {
            warn_of_hosts(app, &angular);
            format!("node {}", angular.server())
        }),
        ServerStart::Nest => Some(match production_script(app) {
            Some(script) => start_script::direct(app, script)?.unwrap_or_else(|| app.manager.run(script)),
            None => format!("node {}", outputs::nest(app)),
        }),
        ServerStart::Script(script, _) if app.package.script(script).is_some() => {
            Some(start_script::command(app, script)?)
        }
        ServerStart::Script(_, hint) | ServerStart::Nothing(hint) => {
            app.context.diagnostics.warn(format!("Nothing of the app serves it in production: {hint}"));
            None
        }
    };
    let mut serving = Serving::commands(build, start);
    match framework.addition {
        Some(Addition::Adapter { package, switch }) => {
            let build = serving.build.iter().map(|command| format!("{switch} {command}"));
            serving.build = [app.manager.add(package)].into_iter().chain(build).collect();
        }
        Some(Addition::Program(name, package, version)) => {
            serving.programs.push(NpmProgram::scripts(name, package, version));
        }
        None => {}
    }
    Ok(serving)
}
