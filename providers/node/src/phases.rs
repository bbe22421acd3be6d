//! The phases of the plan.

use crate::app::NodeApp;
use crate::install_files;
use crate::monorepo::{self, Commands, moon};
use crate::needs::Needs;
use crate::node_version::Runtime;
use crate::spa::{self, Spa};
use crate::start;
use crate::tooling::Tooling;
use plugpacks_sdk::{Package, Phase, Result};

/// Installs Node.js, the package manager, and what native packages need.
pub(crate) fn setup(runtime: &Runtime, tooling: &Tooling, needs: &Needs) -> Phase {
    let packages = [Package::new(runtime.release.package)].into_iter().chain(tooling.package.clone());
    let mut phase = Phase::setup(packages).packages(needs.packages.iter().copied()).archive(runtime.archive);
    if !needs.libraries.is_empty() {
        phase = phase.libraries(needs.libraries.iter().copied());
    }
    if !needs.apt_packages.is_empty() {
        phase = phase.apt_packages(needs.apt_packages.iter().copied());
    }
    phase
}

/// Installs the dependencies; without a manifest there are none.
pub(crate) fn install(app: &NodeApp, tooling: &Tooling) -> Result<Phase> {
    let phase = Phase::install().paths(["/app/node_modules/.bin"]);
    let phase = if app.has_manifest {
        let excluded = app.rules.installed.iter().copied();
        phase.commands(tooling.prepare).command(&*tooling.install).exclude_files(excluded)
    } else {
        phase
    };
    let cypress = app.any_depends_on("cypress").then_some("/root/.cache/Cypress");
    let caches: Vec<_> = tooling.cache.into_iter().chain(cypress).collect();
    let phase = if caches.is_empty() { phase } else { phase.cache_directories(caches) };
    Ok(match (app.rules.install_files)(app)? {
        Some(files) => {
            phase.only_include_files(files).only_variables_and_proxies(install_files::VARIABLES.iter().copied())
        }
        None => phase,
    })
}

/// Builds the app.
pub(crate) fn build(app: &NodeApp, command: Option<String>) -> Result<Phase> {
    let phase = Phase::build()
        .commands(command)
        .cache_directories(["node_modules/.cache"])
        .cache_directories(next_caches(app))
        .cache_directories((app.rules.own_caches)(app));
    Ok(if moon::is_used(app)? { phase.cache_directories([moon::CACHE]) } else { phase })
}

/// The cache of every Next.js app.
fn next_caches(app: &NodeApp) -> Vec<String> {
    let apps = app.manifests().filter(|(_, manifest)| manifest.lists("next"));
    let cache = |(directory, _): (&str, _)| match directory {
        "" => ".next/cache".to_owned(),
        directory => format!("{directory}/.next/cache"),
    };
    apps.map(cache).collect()
}

/// How the app is built and started: by a monorepo's tool, else by Caddy, by its own scripts and
/// files, or as its framework does.
pub(crate) fn commands(app: &NodeApp, spa: Option<&Spa>) -> Result<Commands> {
    let Commands { mut build, mut start } = monorepo::commands(app)?;
    if build.is_none() && app.package.script("build").is_some() {
        build = Some(app.manager.run("build"));
    }
    if start.is_none() && spa.is_some_and(Spa::is_served) {
        app.context.diagnostics.because("start command", "Caddy serves what the build makes for the browser");
        start = Some(spa::START.to_owned());
        build = build.or_else(|| Some(spa?.default_build?.to_owned()));
    }
    if start.is_none() {
        start = start::own(app)?;
    }
    if start.is_none()
        && let Some(framework) = start::framework(app)?
    {
        start = Some(framework.start(app).to_owned());
        build = build.or_else(|| Some(framework.build(app)?.to_owned()));
    }
    Ok(Commands { build, start })
}
