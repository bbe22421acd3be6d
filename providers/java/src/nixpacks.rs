//! The rules of the edition `nixpacks`: those of Nixpacks 1.41.

use crate::Decisions;
use crate::build_tool::{GRADLE_CACHE, GRADLE_WRAPPER, GradleWrapper, maven_build};
use crate::frameworks::Framework;
use crate::versions::{NIXPACKS_GRADLES, NIXPACKS_JDKS};
use plugpacks_provider_support::jdk::NIXPKGS_JDK_20;
use plugpacks_provider_support::release::{Release, Releases};
use plugpacks_sdk::{Context, Description, Error, Marker, Result, Start};

/// The files any of which makes an app a Java app.
const FILES: [&str; 6] = ["pom.xml", "pom.rb", "pom.scala", "pom.yaml", "pom.yml", GRADLE_WRAPPER];

/// The folders any of which does: meant as files.
const FOLDERS: [&str; 3] = ["pom.atom", "pom.clj", "pom.groovy"];

const DEFAULT_GRADLE: u32 = 8;
const DEFAULT_JDK: u32 = 17;

pub(crate) fn describe(description: Description) -> Description {
    description.markers(FILES.map(Marker::file)).markers(FOLDERS.map(Marker::directory))
}

pub(crate) fn detect(context: &Context) -> Result<bool> {
    if context.app.first_file(&FILES)?.is_some() {
        return Ok(true);
    }
    for folder in FOLDERS {
        if context.app.has_directory(folder)? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    if context.app.has_file(GRADLE_WRAPPER)? { gradle(context) } else { maven(context) }
}

fn gradle(context: &Context) -> Result<Decisions> {
    let wrapper = GradleWrapper::find(context)?;
    let gradle = match number(context, "GRADLE_VERSION")? {
        Some(number) => number,
        None => wrapper.version(context)?.and_then(|version| major(&version)).unwrap_or(DEFAULT_GRADLE),
    };
    let default_jdk = match gradle {
        6 => 11,
        0..6 => 8,
        _ => DEFAULT_JDK,
    };
    let jdk = number(context, "JDK_VERSION")?.unwrap_or(default_jdk);
    let jdk = supported(context, &NIXPACKS_JDKS, jdk)?;
    let gradle = supported(context, &NIXPACKS_GRADLES, gradle)?;
    let port = port_option(Framework::of_gradle_build(&gradle_script(context)?));
    Ok(Decisions {
        packages: vec![jdk.package.into(), gradle.package.into()],
        archive: NIXPKGS_JDK_20,
        install: None,
        variables: Vec::new(),
        asset: None,
        build: wrapper.build(context, "clean build")?,
        cache: GRADLE_CACHE,
        start: Some(Start::command(format!("java $JAVA_OPTS -jar {port} $(ls -1 build/libs/*jar | grep -v plain)"))),
    })
}

fn maven(context: &Context) -> Result<Decisions> {
    let jdk = number(context, "JDK_VERSION")?.unwrap_or(DEFAULT_JDK);
    let jdk = supported(context, &NIXPACKS_JDKS, jdk)?;
    // Of no use here, but it has to be a text (Nixpacks 1.41).
    gradle_script(context)?;
    let start = if context.app.has_file("pom.xml")? {
        // A file that is no text names no framework.
        let pom = context.app.read_text("pom.xml").ok();
        let port = port_option(pom.and_then(|pom| Framework::of_pom(&pom)));
        format!("java {port} $JAVA_OPTS -jar target/*jar")
    } else {
        "java $JAVA_OPTS -jar target/*jar".into()
    };
    Ok(Decisions {
        packages: vec![jdk.package.into(), "maven".into()],
        archive: NIXPKGS_JDK_20,
        install: None,
        variables: Vec::new(),
        asset: None,
        build: maven_build(context)?,
        // Relative to the app: not where Maven looks.
        cache: ".m2/repository",
        start: Some(Start::command(start)),
    })
}

/// The text of Gradle's build file; empty where there is none.
fn gradle_script(context: &Context) -> Result<String> {
    match context.app.first_file(&["build.gradle", "build.gradle.kts"])? {
        Some(path) => context.app.read_text(path),
        None => Ok(String::new()),
    }
}

/// The option that sets a framework's port; without one the text is empty, and the blanks around it
/// stay.
fn port_option(framework: Option<Framework>) -> String {
    framework.map(|framework| format!("-D{}=$PORT", framework.port_property())).unwrap_or_default()
}

/// The number that a config variable names.
fn number(context: &Context, variable: &str) -> Result<Option<u32>> {
    let Some(text) = context.environment.config(variable) else { return Ok(None) };
    let number = text.parse::<u32>().map_err(|error| {
        Error::new(error.to_string()).hint(format!("NIXPACKS_{variable} is {text:?}: write a number such as 17"))
    })?;
    Ok(Some(number))
}

/// The first number of a version: of one to three groups of digits with dots between; `None` for
/// another text. Without digits in the first place, or with too many, it is 0.
fn major(version: &str) -> Option<u32> {
    let after = |text: &str, is_part: fn(&char) -> bool| text.chars().take_while(is_part).count();
    let is_digit: fn(&char) -> bool = char::is_ascii_digit;
    let is_dot: fn(&char) -> bool = |c| *c == '.';
    let digits = after(version, is_digit);
    let rest = [is_dot, is_digit, is_dot, is_digit]
        .into_iter()
        .fold(&version[digits..], |rest, is_part| &rest[after(rest, is_part)..]);
    rest.is_empty().then(|| version[..digits].parse().unwrap_or(0))
}

fn supported(context: &Context, releases: &'static Releases, number: u32) -> Result<&'static Release> {
    let release = releases.exactly(&number.to_string()).ok_or_else(|| {
        let versions: Vec<_> = releases.all.iter().map(|release| release.version).collect();
        Error::new(format!("Unsupported {} version: {number}", releases.language))
            .hint(format!("Supported versions: {}", versions.join(", ")))
    })?;
    context.diagnostics.because(&format!("{} version", releases.language), release.version);
    Ok(release)
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_number_of_a_version() {
        for (version, expected) in [
            ("8.5", Some(8)),
            ("06", Some(6)),
            ("6..5", Some(6)),
            ("7...1...2", Some(7)),
            ("", Some(0)),
            (".6", Some(0)),
            ("99999999999", Some(0)),
            ("6.5.1.2", None),
            ("7.1.1.", None),
            ("7|8", None),
        ] {
            assert_eq!(major(version), expected, "{version}");
        }
    }
}
