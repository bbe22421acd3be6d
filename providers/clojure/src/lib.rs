//! The provider `clojure`: apps built by Leiningen or tools.build.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod build_tool;
mod deps;
mod java;
mod program;
mod rules;
#[cfg(test)]
mod tests;

use build_tool::BuildTool;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result};
use rules::RULES;

/// The files any of which makes an app a Clojure app: builds. The first one goes before the other.
const BUILDS: [&str; 2] = ["build.clj", "project.clj"];

/// Libraries without a build.
const DEPS: &str = "deps.edn";

/// Moves the program from where some profiles of Leiningen put it.
const MOVE: &str = "if [ -d /app/target/default+uberjar ]; then \
                    find /app/target/default+uberjar -name \"*.jar\" -exec mv -t /app/target/ {} +; fi";

/// Apps with a `project.clj` or a `build.clj`.
pub struct Clojure;

impl Provider for Clojure {
    fn describe(edition: Edition) -> Description {
        let description = Description::new("clojure", env!("CARGO_PKG_VERSION"), "Clojure programs")
            .generated(["target"])
            .markers(BUILDS.map(Marker::file))
            .variable("NIXPACKS_JDK_VERSION", "The version of the JDK, such as 25.");
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.first_file(&BUILDS)?.is_some() || (RULES.at(context).detects_more)(context)?)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let tool = BuildTool::of(context)?;
        let rules = RULES.at(context);
        let java = (rules.java)(context)?;
        let packages = [java.tool_package(tool.package()), java.package.into()];
        let setup = Phase::setup(packages).optional_archive(java.archive);
        let steps = (rules.steps)(context, tool, &java)?;
        let build = Phase::build().depends_on("setup").command(steps.build);
        let build = if steps.caches.is_empty() { build } else { build.cache_directories(steps.caches.iter().copied()) };
        let plan =
            PartialPlan::new().variables(steps.variables.iter().copied()).phase(setup).phase(build).start(steps.start);
        Ok(Some(steps.install.into_iter().fold(plan, PartialPlan::phase)))
    }
}

plugpacks_sdk::export_provider!(Clojure);
