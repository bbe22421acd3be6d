//! Java development kits: what the providers of languages on the Java virtual machine share.

use crate::release::{NIXPKGS_26_05, Release, Releases, Request, Sources, Support};
use crate::version::{Interval, Range, parse_numbers};
use plugpacks_sdk::{Context, Result};

/// The nixpkgs commit that Nixpacks 1.41 pins for Java: the last with JDK 19 and 20.
pub const NIXPKGS_JDK_20: &str = "59dc10b5a6f2a592af36375c68fda41246794b86";

/// The JDKs that are supported, and those that were, newest first: those without windows and sound, which no server has.
pub const RELEASES: &[Release] = &[
    Release::current("25", "jdk25_headless", NIXPKGS_26_05),
    Release::current("21", "jdk21_headless", NIXPKGS_26_05),
    Release::current("17", "jdk17_headless", NIXPKGS_26_05),
    Release::current("11", "jdk11_headless", NIXPKGS_26_05),
    Release::current("8", "jdk8_headless", NIXPKGS_26_05),
    Release::ended("20", "jdk20", NIXPKGS_JDK_20, "2023-09-19"),
    Release::ended("19", "jdk", NIXPKGS_JDK_20, "2023-03-21"),
];

/// Where a JDK may be asked for, [`PROPERTIES`] and manifests aside.
const SOURCES: Sources =
    Sources { variable: "JDK_VERSION", files: &[".java-version", ".jdk-version"], tools: &["java"] };

/// Files of properties that name a JDK, after the plain version files: SDKMAN's and Heroku's.
const PROPERTIES: [(&str, &str); 2] = [(".sdkmanrc", "java"), ("system.properties", "java.runtime.version")];

/// The JDK that an app asks for, manifests aside: `NIXPACKS_JDK_VERSION`, `.java-version`,
/// `.jdk-version`, `.sdkmanrc`, `system.properties`, `.tool-versions`, `mise.toml`.
///
/// # Errors
/// One of these files cannot be read.
pub fn requested(context: &Context) -> Result<Option<Request>> {
    SOURCES.find_with(context, || {
        for (path, key) in PROPERTIES {
            let text = context.app.read_text_if_file(path)?;
            if let Some(request) = text.and_then(|text| Request::new(property(&text, key)?, path)) {
                return Ok(Some(request));
            }
        }
        Ok(None)
    })
}

/// The JDK for a request: exactly the version it names.
///
/// # Errors
/// The version cannot be understood, or is not available.
pub fn select<'r>(releases: &'r Releases, context: &Context, request: &Request) -> Result<&'r Release> {
    let range = if matches!(&*request.text, "latest" | "lts") {
        Range::any()
    } else {
        let number = feature_number(&request.text).ok_or_else(|| releases.malformed(request))?;
        Range::new(vec![Interval::series(&[number])])
    };
    releases.select(context, request, &range)
}

/// The JDK that an app asks for, manifests aside, else the default of the language's table.
///
/// # Errors
/// As [`requested`] and [`select`].
pub fn choose<'r>(releases: &'r Releases, context: &Context) -> Result<&'r Release> {
    match requested(context)? {
        Some(request) => select(releases, context, &request),
        None => Ok(releases.choose_default(context)),
    }
}

/// The oldest maintained JDK that is at least this one.
pub fn at_least(releases: &Releases, minimum: u64) -> Option<&Release> {
    let numbered = releases.all.iter().filter(|release| release.support == Support::Current);
    numbered.filter(|release| number(release) >= minimum).min_by_key(|release| number(release))
}

/// A release's number: 21.
pub fn number(release: &Release) -> u64 {
    parse_numbers(release.version).and_then(|numbers| numbers.first().copied()).unwrap_or_default()
}

/// The number of the JDK that a text names: 21 of `21.0.2`, `temurin-21.0.2+13`, `21.0.2-tem` or
/// `openjdk64-21`; 8 of `1.8`.
pub fn feature_number(text: &str) -> Option<u64> {
    let version = text.split(['-', ' ', '@']).map(|word| word.trim_start_matches("jdk").trim_start_matches("java"));
    let version = version.map(|word| word.trim_start_matches('v')).find(|word| begins_with_digit(word))?;
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    match (numbers.next()?.ok()?, numbers.next()) {
        (1, Some(Ok(number))) => Some(number),
        (number, _) => Some(number),
    }
}

fn begins_with_digit(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// The value of a key in a file of properties.
fn property<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let values = text.lines().filter_map(|line| line.split_once(['=', ':']));
    values.filter(|(name, _)| name.trim() == key).map(|(_, value)| value.trim()).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELEASES_OF_A_LANGUAGE: Releases = Releases { language: "Java", default: "25", all: RELEASES };

    #[test]
    fn numbers_of_jdks() {
        for (text, expected) in [
            ("21", 21),
            ("17.0.9", 17),
            ("1.8", 8),
            ("1.8.0_392", 8),
            ("temurin-21.0.2+13.0.LTS", 21),
            ("openjdk64-11.0.2", 11),
            ("21.0.2-tem", 21),
            ("jdk11", 11),
            ("1", 1),
        ] {
            assert_eq!(feature_number(text), Some(expected), "{text}");
        }
        for text in ["", "lts", "temurin", "99999999999999999999", "-"] {
            assert_eq!(feature_number(text), None, "{text}");
        }
    }

    #[test]
    fn the_oldest_that_is_new_enough() {
        let version = |minimum| at_least(&RELEASES_OF_A_LANGUAGE, minimum).map(|release| release.version);
        assert_eq!(version(8), Some("8"));
        assert_eq!(version(18), Some("21"));
        assert_eq!(version(22), Some("25"));
        assert_eq!(version(26), None);
    }

    #[test]
    fn files_of_the_language_come_before_files_of_all_languages() {
        use plugpacks_sdk::testing::FakeApp;
        let app =
            FakeApp::new().file(".tool-versions", "java temurin-17.0.9\n").file("mise.toml", "[tools]\njava = '11'\n");
        let source = |app: &FakeApp| app.with(|context| requested(context).unwrap().unwrap().source);
        assert_eq!(source(&app), ".tool-versions");
        let app = app.file("system.properties", "java.runtime.version=21\n");
        assert_eq!(source(&app), "system.properties");
        let app = app.file(".sdkmanrc", "java=21.0.2-tem\n");
        assert_eq!(source(&app), ".sdkmanrc");
        let app = app.file(".jdk-version", "25\n");
        assert_eq!(source(&app), ".jdk-version");
    }

    #[test]
    fn properties_are_read_line_by_line() {
        assert_eq!(property("# java=11\njava=21.0.2-tem\n", "java"), Some("21.0.2-tem"));
        assert_eq!(property("java.runtime.version : 17\n", "java.runtime.version"), Some("17"));
        assert_eq!(property("javac=1\n", "java"), None);
    }
}
