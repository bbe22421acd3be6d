//! The provider `scala`: apps built by sbt and packaged by sbt-native-packager.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod java;
mod rules;
mod script;
#[cfg(test)]
mod tests;

use plugpacks_sdk::{Context, Description, Edition, Marker, Package, PartialPlan, Phase, Provider, Result, Start};
use rules::RULES;

/// The file that makes an app a Scala app.
const BUILD_FILE: &str = "build.sbt";

/// Where sbt and what it downloads are kept.
const CACHES: [&str; 3] = ["/root/.cache/coursier", "/root/.ivy2/cache", "/root/.sbt"];

/// Apps with a `build.sbt`.
pub struct Scala;

impl Provider for Scala {
    fn describe(_: Edition) -> Description {
        Description::new("scala", env!("CARGO_PKG_VERSION"), "Scala programs built by sbt")
            .marker(Marker::file(BUILD_FILE))
            .variable("NIXPACKS_JDK_VERSION", "The version of the JDK, such as 21.")
    }

    fn detect(context: &Context) -> Result<bool> {
        context.app.has_file(BUILD_FILE)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        if !Self::detect(context)? {
            return Ok(None);
        }
        let rules = RULES.at(context);
        let java = (rules.java)(context)?;
        let sbt = Package::new("sbt").overriding("jre", java.package);
        let setup = Phase::setup([sbt]).optional_archive(java.archive);
        let build = Phase::build().depends_on("setup").command("sbt stage").cache_directories(CACHES);
        let start = Start::command(format!("./target/universal/stage/bin/{}", (rules.script)(context)?))
            .only_include_files(["./target/universal"]);
        let start = match java.run_image {
            Some(image) => start.run_image(image),
            None => start.packages([java.package]),
        };
        Ok(Some(PartialPlan::new().phase(setup).phase(build).start(start)))
    }
}

plugpacks_sdk::export_provider!(Scala);
