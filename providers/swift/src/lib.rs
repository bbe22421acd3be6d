//! The provider `swift`: apps with a `Package.swift`.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod framework;
mod program;
mod rules;
#[cfg(test)]
mod tests;
mod toolchain;
mod versions;

use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result};
use program::Program;
use rules::RULES;

/// The file that makes an app a Swift app.
const MANIFEST: &str = "Package.swift";

/// The versions of the dependencies.
const LOCK_FILE: &str = "Package.resolved";

/// Apps with a `Package.swift`.
pub struct Swift;

impl Provider for Swift {
    fn describe(edition: Edition) -> Description {
        let description =
            Description::new("swift", env!("CARGO_PKG_VERSION"), "Swift packages").marker(Marker::file(MANIFEST));
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        context.app.has_file(MANIFEST)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let rules = RULES.at(context);
        let toolchain = (rules.toolchain)(context)?;
        let Program(name) = (rules.program)(context)?;
        let mut manifests = vec![MANIFEST];
        if context.app.has_file(LOCK_FILE)? {
            manifests.push(LOCK_FILE);
        }
        let install = Phase::install().command("swift package resolve").only_include_files(manifests);
        let install = install.exclude_files(rules.built.iter().copied());
        let build = Phase::build()
            .command(toolchain.build_command())
            .command(format!("cp ./.build/release/{name} ./{name} && rm -rf ./.build"));
        let plan = PartialPlan::new().phase(install).phase(build).start((rules.start)(context, &name)?);
        Ok(Some(toolchain.into_plan(plan)))
    }
}

plugpacks_sdk::export_provider!(Swift);
