//! The provider `scala`: apps built by sbt or Mill.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod build;
mod build_tools;
mod java;
mod mill;
mod nixpacks;
mod play;
mod rules;
mod sbt;
mod scala_cli;
#[cfg(test)]
mod tests;

use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};
use rules::RULES;

/// The file that makes an app a Scala app.
const BUILD_FILE: &str = "build.sbt";

/// Where sbt and what it downloads are kept.
const CACHES: [&str; 3] = ["/root/.cache/coursier", "/root/.ivy2/cache", "/root/.sbt"];

/// Apps with a `build.sbt` or a build of Mill's.
pub struct Scala;

impl Provider for Scala {
    fn describe(edition: Edition) -> Description {
        let description = Description::new("scala", env!("CARGO_PKG_VERSION"), "Scala programs built by sbt or Mill")
            .generated(["target"])
            .marker(Marker::file(BUILD_FILE))
            .variable("NIXPACKS_JDK_VERSION", "The version of the JDK, such as 21.");
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        (RULES.at(context).detect)(context)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        if !Self::detect(context)? {
            return Ok(None);
        }
        Ok(Some((RULES.at(context).decide)(context)?.into_plan()))
    }
}

plugpacks_sdk::export_provider!(Scala);

/// Everything that is decided about an app.
struct Decisions {
    setup: Phase,
    /// Fetches libraries before the sources are there.
    install: Option<Phase>,
    build: Phase,
    start: Start,
    variables: &'static [(&'static str, &'static str)],
}

/// Variables of every app: without a UTF-8 locale, names of files with other letters are errors.
const VARIABLES: &[(&str, &str)] = &[("LANG", "C.UTF-8")];

impl Decisions {
    fn into_plan(self) -> PartialPlan {
        let plan = PartialPlan::new()
            .variables(self.variables.iter().copied())
            .phase(self.setup)
            .phase(self.build)
            .start(self.start);
        self.install.into_iter().fold(plan, PartialPlan::phase)
    }
}
