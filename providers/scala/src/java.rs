//! Which Java builds and runs the app.

use plugpacks_provider_support::jdk;
use plugpacks_provider_support::release::Releases;
use plugpacks_sdk::{Context, Error, Result, Since};

/// A Java to build and run with.
pub(crate) struct Java {
    pub(crate) package: &'static str,
    /// The nixpkgs commit; `None`: the edition's default.
    pub(crate) archive: Option<&'static str>,
    /// The image that the app runs in; `None`: the package is needed at run time.
    pub(crate) run_image: Option<&'static str>,
}

/// The packages and run images of Nixpacks 1.41; the first is the default.
const NIXPACKS: [(u32, &str, &str); 6] = [
    (17, "jdk17", "eclipse-temurin:17.0.9_9-jre-jammy"),
    (21, "jdk21", "eclipse-temurin:21.0.1_12-jre-jammy"),
    (20, "jdk20", "eclipse-temurin:20.0.2_9-jre-jammy"),
    (19, "jdk", "eclipse-temurin:19.0.2_7-jre-jammy"),
    (11, "jdk11", "eclipse-temurin:11.0.21_9-jre-jammy"),
    (8, "jdk8", "eclipse-temurin:8u392-b08-jre-jammy"),
];

/// Java 17 unless an app asks for a newer one: a Scala compiler reads the classes of the Java it runs
/// on, and refuses to if they are newer than itself.
static RELEASES: Since<Releases> = Since::always(Releases { language: "Java", default: "17", all: jdk::RELEASES });

/// Nixpacks 1.41: a number that is not in the table is the default; it crashes at what is no number.
pub(crate) fn nixpacks(context: &Context) -> Result<Java> {
    let wanted = match context.environment.config("JDK_VERSION") {
        Some(text) => Some(text.parse::<u32>().map_err(|error| {
            Error::new(error.to_string()).context(format!("NIXPACKS_JDK_VERSION is no version: {text:?}"))
        })?),
        None => None,
    };
    let known = NIXPACKS.into_iter().find(|(version, ..)| Some(*version) == wanted);
    let (version, package, run_image) = known.unwrap_or(NIXPACKS[0]);
    context.diagnostics.because(
        "Java version",
        match (wanted, known) {
            (Some(_), Some(_)) => format!("{version} from NIXPACKS_JDK_VERSION"),
            (Some(wanted), None) => format!("{version} is the default; {wanted} is not in the table"),
            (None, _) => format!("{version} is the default"),
        },
    );
    Ok(Java { package, archive: None, run_image: Some(run_image) })
}

pub(crate) fn requested(context: &Context) -> Result<Java> {
    let release = jdk::choose(RELEASES.at(context), context)?;
    Ok(Java { package: release.package, archive: Some(release.archive), run_image: None })
}
