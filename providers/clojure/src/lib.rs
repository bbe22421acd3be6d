//! The provider `clojure`: apps built by Leiningen or tools.build.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod build_tool;
mod java;
#[cfg(test)]
mod tests;

use build_tool::BuildTool;
use java::Java;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};

/// The files any of which makes an app a Clojure app.
const MARKERS: [&str; 2] = ["project.clj", "build.clj"];

/// Moves the program from where some profiles of Leiningen put it.
const MOVE: &str = "if [ -d /app/target/default+uberjar ]; then \
                    find /app/target/default+uberjar -name \"*.jar\" -exec mv -t /app/target/ {} +; fi";

/// The start command of an edition.
///
/// Nixpacks 1.41 takes the first jar that comes along, with its dependencies or without; since then
/// one with its dependencies goes first.
const fn start(edition: Edition) -> &'static str {
    match edition {
        Edition::Nixpacks => {
            "JAR_FILE=$(find /app/target -name \"*-standalone.jar\" -o -name \"*.jar\" ! -name \"*-SNAPSHOT.jar\" \
             | head -n 1) && bash -c \"java $JAVA_OPTS -jar $JAR_FILE\""
        }
        Edition::November2026 => {
            "JAR_FILE=$( (find /app/target -name \"*-standalone.jar\"; \
             find /app/target -name \"*.jar\" ! -name \"*-SNAPSHOT.jar\") | head -n 1) \
             && bash -c \"java $JAVA_OPTS -jar $JAR_FILE\""
        }
    }
}

/// Apps with a `project.clj` or a `build.clj`.
pub struct Clojure;

impl Provider for Clojure {
    fn describe(_: Edition) -> Description {
        Description::new("clojure", env!("CARGO_PKG_VERSION"), "Clojure programs")
            .markers(MARKERS.map(Marker::file))
            .variable("NIXPACKS_JDK_VERSION", "The version of the JDK, such as 25.")
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.first_file(&MARKERS)?.is_some())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let tool = BuildTool::of(context)?;
        let java = Java::choose(context)?;
        let packages = [java.tool_package(tool.package()), java.package.into()];
        let setup = Phase::setup(packages).optional_archive(java.archive);
        let build = format!("{}; {MOVE}", tool.compile(context)?);
        let edition = context.environment.edition();
        let start = Start::command(start(edition));
        let start = match edition {
            Edition::Nixpacks => start,
            // The jar has everything else in it.
            Edition::November2026 => start.packages([java.package]),
        };
        Ok(Some(PartialPlan::new().phase(setup).phase(Phase::build().depends_on("setup").command(build)).start(start)))
    }
}

plugpacks_sdk::export_provider!(Clojure);
