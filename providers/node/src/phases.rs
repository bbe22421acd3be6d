//! The phases of the plan.

use crate::app::NodeApp;
use crate::install_files;
use crate::monorepo::moon;
use crate::needs::Needs;
use crate::node_version::Runtime;
use crate::npm_program::NpmProgram;
use crate::tooling::Tooling;
use plugpacks_provider_support::install::reading;
use plugpacks_sdk::{Package, Phase, Result};

/// What every app gets: a build for production that has its development dependencies.
pub(crate) const VARIABLES: [(&str, &str); 3] =
    [("CI", "true"), ("NODE_ENV", "production"), ("NPM_CONFIG_PRODUCTION", "false")];

/// Installs Node.js, the package manager, and what native packages need.
pub(crate) fn setup(runtime: &Runtime, tooling: &Tooling, needs: &Needs) -> Phase {
    let packages = [Package::new(runtime.release.package)].into_iter().chain(tooling.packages());
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
pub(crate) fn install(app: &NodeApp, programs: &[&NpmProgram], tooling: &Tooling) -> Result<Phase> {
    let phase = Phase::install().paths(programs.iter().map(|program| program.path())).paths(["/app/node_modules/.bin"]);
    let phase = if app.has_manifest {
        let excluded = app.rules.installed.iter().copied();
        phase
            .commands(programs.iter().map(|program| program.command()))
            .commands(tooling.prepare)
            .command(&*tooling.install)
            .exclude_files(excluded)
    } else {
        phase
    };
    let cypress = app.any_depends_on("cypress").then_some("/root/.cache/Cypress");
    let caches: Vec<_> = tooling.cache.into_iter().chain(cypress).collect();
    let phase = if caches.is_empty() { phase } else { phase.cache_directories(caches) };
    Ok(reading(phase, (app.rules.install_files)(app)?, install_files::VARIABLES))
}

/// Builds the app.
pub(crate) fn build(app: &NodeApp, commands: impl IntoIterator<Item = String>) -> Result<Phase> {
    let phase = Phase::build()
        .commands(commands)
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
