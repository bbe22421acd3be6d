//! What the running app needs.

use crate::caddy::Files;
use crate::needs;
use crate::node_version::Runtime;
use crate::npm_program::NpmProgram;
use crate::tooling::Tooling;
use plugpacks_sdk::{Needs, Package, Start};

/// What decides about it.
pub(crate) struct Running<'a> {
    pub(crate) command: Option<String>,
    pub(crate) runtime: &'a Runtime,
    pub(crate) tooling: &'a Tooling,
    pub(crate) needs: &'a needs::Needs,
    /// What npm brought.
    pub(crate) programs: &'a [&'a NpmProgram],
    pub(crate) files: Option<&'a Files>,
}

impl Running<'_> {
    fn start(&self) -> Start {
        self.command.clone().map_or_else(Start::new, Start::command)
    }

    /// Whether the command names a program.
    fn calls(&self, program: &str) -> bool {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | '@');
        self.command.iter().flat_map(|command| command.split(|c| !is_word(c))).any(|word| word == program)
    }

    /// The packages: Node.js with npm, unless npm brought them, and another manager if that starts the app.
    fn packages(&self) -> Vec<Package> {
        let node = self.runtime.exact.is_none().then(|| Package::new(self.runtime.release.package));
        let manager = self.tooling.package.clone().filter(|_| self.calls_manager());
        node.into_iter().chain(manager).chain(self.tooling.runtime_package()).collect()
    }

    fn calls_manager(&self) -> bool {
        ["pnpm", "pnpx", "yarn", "bun", "bunx", "npm", "npx"].iter().any(|program| self.calls(program))
    }

    /// The folders of those programs from npm that the command may call.
    fn folders(&self) -> Vec<String> {
        let manager = self.tooling.program.as_ref().filter(|_| !self.calls_manager());
        let is_needed = |program: &&&NpmProgram| manager != Some(**program);
        self.programs.iter().filter(is_needed).map(|program| program.folder()).collect()
    }
}

/// Nixpacks 1.41: the image has whatever the build had.
pub(crate) fn nixpacks(running: &Running) -> Option<Start> {
    running.command.clone().map(Start::command)
}

/// Caddy and the built files, or Node.js with its package manager and the whole app.
pub(crate) fn slim(running: &Running) -> Option<Start> {
    let start = running.start();
    let caddy = || Needs::packages(["caddy"]).no_libraries().no_apt_packages();
    match running.files {
        Some(Files::Served(directory)) => {
            let directory = directory.trim_start_matches("./");
            let start = start.needs(caddy());
            // Elsewhere than below the app it is not for us to say what is needed.
            let is_below = !directory.is_empty() && !directory.starts_with(['/', '.']);
            return Some(if is_below { start.only_app_files([directory]) } else { start });
        }
        Some(Files::ByOwnCaddyfile) => return Some(start.needs(caddy())),
        Some(Files::Named(_)) | None => {}
    }
    let needs = Needs::packages(running.packages()).and(running.needs.run_time_packages.iter().copied());
    Some(start.needs(needs).image_files(running.folders()))
}
