//! Caddy, which serves the files of a site.

use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::{Package, PartialPlan, Phase};

/// How Caddy is started.
pub(crate) const START: &str = "exec caddy run --config /assets/Caddyfile --adapter caddyfile 2>&1";

/// How Caddy is started with the app's own configuration.
pub(crate) const OWN_START: &str = "exec caddy run --config /app/Caddyfile --adapter caddyfile 2>&1";

/// What serves a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Files {
    /// Caddy serves this directory, relative to the app.
    Served(String),
    /// Caddy serves what the app's own Caddyfile says.
    ByOwnCaddyfile,
    /// The app itself; the plan only names its directory (Nixpacks 1.41).
    Named(String),
}

/// Where Caddy comes from, and what it is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caddy {
    /// The nixpkgs commit.
    archive: &'static str,
    configuration: &'static str,
    /// Says what of the app the phase that prepares it needs.
    restrict: fn(Phase) -> Phase,
}

/// Nixpacks 1.41.
pub(crate) const NIXPACKS: Caddy = Caddy {
    archive: crate::versions::NIXPKGS_CADDY,
    configuration: include_str!("spa/nixpacks.Caddyfile"),
    restrict: |phase| phase,
};

pub(crate) const HARDENED: Caddy = Caddy {
    archive: NIXPKGS_26_05,
    configuration: include_str!("spa/hardened.Caddyfile"),
    restrict: |phase| phase.only_include_files([""; 0]).only_variables([""; 0]),
};

impl Caddy {
    /// The plan with Caddy in it where Caddy serves files.
    pub(crate) fn add_to(self, plan: PartialPlan, files: &Files) -> PartialPlan {
        let phase = Phase::new("caddy").depends_on("setup").packages([Package::new("caddy")]).archive(self.archive);
        let name = |plan: PartialPlan, directory: &str| plan.variable("NIXPACKS_SPA_OUTPUT_DIR", directory);
        match files {
            Files::Named(directory) => name(plan, directory),
            Files::ByOwnCaddyfile => plan.phase((self.restrict)(phase)),
            Files::Served(directory) => {
                let phase = phase.command("caddy fmt --overwrite /assets/Caddyfile");
                let plan = name(plan, directory).phase((self.restrict)(phase));
                plan.static_asset("Caddyfile", self.configuration)
            }
        }
    }
}
