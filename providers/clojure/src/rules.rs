//! What differs between the editions.

use crate::build_tool::BuildTool;
use crate::java::{self, Java};
use crate::program;
use plugpacks_provider_support::manifests;
use plugpacks_sdk::{Context, Description, Edition, Marker, Phase, Result, Since, Start};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// Whether an app without a build is the provider's.
    pub(crate) detects_more: fn(&Context) -> Result<bool>,
    /// Which JDK the app gets.
    pub(crate) java: fn(&Context) -> Result<Java>,
    /// How the app is fetched, built and started.
    pub(crate) steps: fn(&Context, BuildTool, &Java) -> Result<Steps>,
}

/// How an app is fetched, built and started.
pub(crate) struct Steps {
    /// Fetches libraries before the sources are there.
    pub(crate) install: Option<Phase>,
    pub(crate) build: String,
    /// Where the build keeps what it downloads.
    pub(crate) caches: &'static [&'static str],
    pub(crate) start: Start,
    pub(crate) variables: &'static [(&'static str, &'static str)],
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41: a build that fails goes on.
const NIXPACKS: Rules = Rules {
    describe: |description| description,
    detects_more: |_| Ok(false),
    java: java::nixpacks,
    steps: |context, tool, _| {
        Ok(Steps {
            install: None,
            build: format!("{}; {}", tool.compile(context)?, crate::MOVE),
            caches: &[],
            start: Start::command(NIXPACKS_COMMAND),
            variables: &[],
        })
    },
};

const MENDED: Rules = Rules {
    describe: |description| description.marker(Marker::file(crate::DEPS)),
    detects_more: has_libraries_alone,
    java: java::requested,
    steps: program::steps,
};

/// Whether there is a `deps.edn`, and no manifest by which Nixpacks 1.41 builds the app with another provider.
fn has_libraries_alone(context: &Context) -> Result<bool> {
    Ok(context.app.has_file(crate::DEPS)?
        && !manifests::has_later(context, "clojure")?
        && context.app.first_file(&manifests::STATIC_SITE)?.is_none())
}

/// The first jar that comes along, with its dependencies or without.
const NIXPACKS_COMMAND: &str = "JAR_FILE=$(find /app/target -name \"*-standalone.jar\" -o -name \"*.jar\" ! -name \"*-SNAPSHOT.jar\" \
                                | head -n 1) && bash -c \"java $JAVA_OPTS -jar $JAR_FILE\"";
