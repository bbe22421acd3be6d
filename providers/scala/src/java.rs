//! Which Java builds and runs the app.

use crate::build::Build;
use plugpacks_provider_support::jdk;
use plugpacks_provider_support::release::{Releases, Request};
use plugpacks_provider_support::version::parse_numbers;
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

static RELEASES: Since<Releases> = Since::always(Releases { language: "Java", default: "21", all: jdk::RELEASES });

/// The oldest versions of Scala's compilers that run on a Java: of 2.12, 2.13 and 3, whose number comes first.
const COMPILERS: [(u64, [[u64; 3]; 3]); 3] = [
    (21, [[2, 12, 18], [2, 13, 11], [3, 3, 1]]),
    (17, [[2, 12, 15], [2, 13, 6], [3, 0, 0]]),
    (11, [[2, 12, 4], [2, 13, 0], [3, 0, 0]]),
];

/// The oldest sbt that runs on Java 21.
const SBT_ON_21: [u64; 2] = [1, 9];

/// What stands before the number of the Java that the code is compiled for.
const RELEASE_OPTIONS: [&str; 6] =
    ["-release:", "--release\", \"", "-release\", \"", "-java-output-version:", "-target:jvm-", "-target:"];

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

/// The Java that the app asks for, else the one that fits its build with sbt.
///
/// # Errors
/// The Java that is asked for is not available.
pub(crate) fn of_build(context: &Context, build: &Build) -> Result<Java> {
    let text = format!("{}\n{}", build.text, build.plugins);
    let of_sbt = build.version.as_deref().and_then(parse_numbers);
    let is_old_sbt = of_sbt.is_some_and(|numbers| numbers.as_slice() < SBT_ON_21.as_slice());
    choose(context, &text, if is_old_sbt { 17 } else { u64::MAX })
}

/// The Java that the app asks for, else the one that fits a build with this text.
///
/// # Errors
/// As [`of_build`].
pub(crate) fn of_text(context: &Context, text: &str) -> Result<Java> {
    choose(context, text, u64::MAX)
}

/// `newest` is the newest Java that the build tool runs on.
fn choose(context: &Context, text: &str, newest: u64) -> Result<Java> {
    let releases = RELEASES.at(context);
    let java = |package, archive| Java { package, archive: Some(archive), run_image: None };
    if let Some(request) = jdk::requested(context)? {
        let release = jdk::select(releases, context, &request)?;
        return Ok(java(release.package, release.archive));
    }
    let default = jdk::number(releases.default_release());
    let of_compiler = compiler(text).unwrap_or(default).min(newest).min(default);
    let wanted = target(text).unwrap_or(0);
    let (number, reason) = if wanted > of_compiler {
        (wanted, "the code is compiled for it".to_owned())
    } else if of_compiler < default {
        (of_compiler, "the build's Scala or sbt runs on nothing newer".to_owned())
    } else {
        (default, "the default: nothing asks for another one".to_owned())
    };
    let release = jdk::at_least(releases, number).ok_or_else(|| {
        let request = Request { text: number.to_string(), source: "the compiler's options".into() };
        releases.unavailable(&request)
    })?;
    context.diagnostics.because("Java version", format!("{}: {reason}", release.version));
    Ok(java(release.package, release.archive))
}

/// The newest Java, of those in the table, that all versions of Scala of a build run on; `None` if it names none.
fn compiler(text: &str) -> Option<u64> {
    let versions = text.match_indices("scalaVersion").chain(text.match_indices("crossScalaVersions"));
    let versions = versions.filter_map(|(at, key)| text[at + key.len()..].lines().next()?.split('"').nth(1));
    versions.filter_map(parse_numbers).map(|numbers| newest_for(&numbers)).min()
}

fn newest_for(scala: &[u64]) -> u64 {
    let line = match scala {
        [2, 12, ..] => 0,
        [2, 13, ..] => 1,
        [major, ..] if *major >= 3 => 2,
        _ => return 8,
    };
    COMPILERS.iter().find(|(_, oldest)| scala >= oldest[line].as_slice()).map_or(8, |(java, _)| *java)
}

/// The Java that the code is compiled for, as far as the options of a compiler say it.
fn target(text: &str) -> Option<u64> {
    let values = RELEASE_OPTIONS
        .iter()
        .flat_map(|option| text.match_indices(option).map(|(at, option)| &text[at + option.len()..]));
    let numbers = values.filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        jdk::feature_number(&rest[..end])
    });
    numbers.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compilers_run_on_some_javas() {
        for (text, expected) in [
            ("scalaVersion := \"3.3.6\"", Some(21)),
            ("ThisBuild / scalaVersion := \"2.13.10\"", Some(17)),
            ("scalaVersion := \"2.12.8\"", Some(11)),
            ("scalaVersion := \"2.11.12\"", Some(8)),
            ("name := \"a\"", None),
        ] {
            assert_eq!(compiler(text), expected, "{text}");
        }
    }

    #[test]
    fn options_name_the_java_that_code_is_compiled_for() {
        for (text, expected) in [
            ("scalacOptions += \"-release:21\"", Some(21)),
            ("javacOptions ++= Seq(\"--release\", \"25\")", Some(25)),
            ("scalacOptions += \"-target:jvm-1.8\"", Some(8)),
            ("scalacOptions += \"-deprecation\"", None),
        ] {
            assert_eq!(target(text), expected, "{text}");
        }
    }
}
