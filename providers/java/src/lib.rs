//! The provider `java`: apps built by Maven or Gradle, whatever their language on the Java virtual
//! machine.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod build_tool;
mod build_tools;
mod frameworks;
mod nixpacks;
mod rules;
#[cfg(test)]
mod tests;
mod versions;

use plugpacks_sdk::{Context, Description, Edition, Package, PartialPlan, Phase, Provider, Result, Start};
use rules::RULES;

/// Apps with a `pom.xml`, one of its relatives, or a Gradle build.
pub struct Java;

impl Provider for Java {
    fn describe(edition: Edition) -> Description {
        let description = Description::new("java", env!("CARGO_PKG_VERSION"), "Apps built by Maven or Gradle")
            .generated(["target", ".gradle"])
            .variable("NIXPACKS_JDK_VERSION", "The version of the JDK, such as 21.")
            .variable("NIXPACKS_GRADLE_VERSION", "The major version of Gradle, such as 8.");
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        (RULES.at(context).detect)(context)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let decisions = (RULES.at(context).decide)(context)?;
        Ok(Some(decisions.into_plan()))
    }
}

plugpacks_sdk::export_provider!(Java);

/// Everything that is decided about an app.
struct Decisions {
    /// The JDK, the build tool, and what that needs.
    packages: Vec<Package>,
    /// The nixpkgs commit.
    archive: &'static str,
    /// The phase that fetches libraries before the sources are there.
    install: Option<Phase>,
    build: Vec<String>,
    /// Where the build tool keeps what it downloads.
    cache: &'static str,
    variables: Vec<(&'static str, &'static str)>,
    /// A file of the image: its name and its text.
    asset: Option<(&'static str, &'static str)>,
    start: Option<Start>,
}

impl Decisions {
    fn into_plan(self) -> PartialPlan {
        let plan = PartialPlan::new()
            .variables(self.variables)
            .phase(Phase::setup(self.packages).archive(self.archive))
            .phase(Phase::build().depends_on("setup").commands(self.build).cache_directories([self.cache]))
            .start(self.start);
        let plan = self.asset.into_iter().fold(plan, |plan, (name, text)| plan.static_asset(name, text));
        self.install.into_iter().fold(plan, PartialPlan::phase)
    }
}
