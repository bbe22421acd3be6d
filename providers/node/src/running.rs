//! What the running app needs.

use crate::needs::Needs;
use crate::node_version::Runtime;
use crate::spa::Spa;
use crate::tooling::{COREPACK_HOME, Tooling};
use plugpacks_sdk::{Package, Start};

/// What decides about it.
pub(crate) struct Running<'a> {
    pub(crate) command: Option<String>,
    pub(crate) runtime: &'a Runtime,
    pub(crate) tooling: &'a Tooling,
    pub(crate) needs: &'a Needs,
    pub(crate) spa: Option<&'a Spa>,
}

impl Running<'_> {
    fn start(&self) -> Start {
        self.command.clone().map_or_else(Start::new, Start::command)
    }

    /// The place of the package manager that Corepack brought.
    fn has_corepack(&self) -> bool {
        self.tooling.variables.iter().any(|(_, value)| *value == COREPACK_HOME)
    }
}

/// Nixpacks 1.41: the image has whatever the build had.
pub(crate) fn nixpacks(running: &Running) -> Option<Start> {
    running.command.clone().map(Start::command)
}

/// Caddy and the built files, or Node.js with its package manager and the whole app.
pub(crate) fn slim(running: &Running) -> Option<Start> {
    let start = running.start();
    if let Some(spa) = running.spa.filter(|spa| spa.is_served()) {
        let directory = spa.output_directory().trim_start_matches("./");
        let start = start.packages(["caddy"]).libraries(Vec::<String>::new()).apt_packages(Vec::<String>::new());
        // Elsewhere than below the app it is not for us to say what is needed.
        let is_below = !directory.is_empty() && !directory.starts_with(['/', '.']);
        return Some(if is_below { start.only_include_files([directory]) } else { start });
    }
    let manager = running.tooling.package.clone();
    let start = start
        .packages([Package::new(running.runtime.release.package)].into_iter().chain(manager))
        .packages(running.needs.run_time_packages.iter().copied());
    Some(if running.has_corepack() { start.only_include_files(["/app/", COREPACK_HOME]) } else { start })
}
