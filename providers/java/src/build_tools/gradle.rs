//! Apps built by Gradle.

use super::archive::Archive;
use super::java::{self, Needs};
use super::output;
use super::projects::{App, Build, Packaging};
use super::servers::{self, Server};
use crate::Decisions;
use crate::build_tool::{GRADLE_CACHE, GRADLE_WRAPPER, GradleWrapper};
use crate::versions::{COMPATIBILITY, Compatibility, GRADLES, NIXPACKS_GRADLES, NIXPACKS_JDKS};
use plugpacks_provider_support::jdk::{self, NIXPKGS_JDK_20};
use plugpacks_provider_support::jvm;
use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Request};
use plugpacks_provider_support::version::{Interval, Range, parse_numbers};
use plugpacks_sdk::{Context, Error, Package, Phase, Result, glob};

/// What stands in a build file before the number of the Java that compiles and runs everything.
const TOOLCHAINS: [&str; 2] = ["JavaLanguageVersion.of(", "jvmToolchain("];

/// What stands before the number of a Java that is new enough.
const MINIMUMS: [&str; 6] = [
    "JavaVersion.VERSION_",
    "JavaVersion.toVersion(",
    "Compatibility",
    "options.release",
    "release.set(",
    "JvmTarget.JVM_",
];

/// The glob of what builds are described by, and written with.
const BUILD_FILES: &str =
    "{*.{gradle,gradle.kts},**/*.{gradle,gradle.kts},**/gradle.properties,gradle/**,gradlew,buildSrc/**}";

/// Variables that Gradle and what it downloads with read.
const VARIABLES: [&str; 3] = ["GRADLE_*", "ORG_GRADLE_*", "JAVA_*"];

/// A Gradle that the app wants: its numbers, and the package nearest to it.
struct Gradle {
    version: (u64, u64),
    release: &'static Release,
}

pub(super) fn decide(context: &Context) -> Result<Decisions> {
    let wrapper = GradleWrapper::find(context)?;
    let build = Build::read(context)?;
    let gradle = choose(context, &wrapper)?;
    let jdk = java::choose(context, &needs(&gradle, &build.text()))?;
    let (packages, archive) = packages(&gradle, jdk)?;
    let app = build.app(context);
    let path = if build.has_other_platforms() { app.path() } else { String::new() };
    let tasks = match app.packaging {
        Packaging::Distribution => format!("clean {path}build {path}installDist"),
        Packaging::Jar(_) | Packaging::Quarkus | Packaging::SpringBoot => format!("clean {path}build"),
    };
    let server = servers::of(context, app.framework, app.folder.trim_end_matches('/'))?;
    jvm::warn_of_loopback(context, &build.text(), &servers::sources(app.folder.trim_end_matches('/')))?;
    let place = format!("{}build/extracted", app.folder);
    let jar = (app.packaging == Packaging::SpringBoot).then(|| format!("{place}/app/app"));
    let classes = Archive::wanted(context, jar.as_deref(), jdk);
    let command = |option: &str| start(&app, &server, option);
    let making = classes.as_ref().map(|classes| classes.step(&command(&classes.making)));
    let apart = jar.as_ref().map(|_| output::taken_apart(&format!("{}build/libs/*.jar", app.folder), &place));
    let steps: Vec<_> = apart.into_iter().chain(making).collect();
    let mut commands = wrapper.build(context, &tasks)?;
    // One step: an archive must not be older than its jar.
    commands.extend((!steps.is_empty()).then(|| steps.join(" && ")));
    let mut start = super::running(command(classes.as_ref().map_or("", |classes| &classes.option)), &packages);
    if jar.is_some() {
        let layers = ["lib", "app"].map(|name| format!("./{place}/{name}"));
        start = start.only_app_files(layers).only_app_files(super::run_time_files(context, &build.folders())?);
    }
    Ok(Decisions {
        packages,
        archive,
        install: Some(fetch(context, &wrapper, &build)?),
        build: commands,
        cache: GRADLE_CACHE,
        variables: super::VARIABLES.to_vec(),
        asset: Some(("fetch.gradle", include_str!("fetch.gradle"))),
        start: Some(start),
    })
}

/// Fetches what the build files name, before the sources are there. What is missing after it, the build fetches.
fn fetch(context: &Context, wrapper: &GradleWrapper, build: &Build) -> Result<Phase> {
    let mut files = context.app.find_files(BUILD_FILES)?;
    for folder in build.included_builds() {
        files.extend(context.app.find_files(&format!("{}/**", glob::literal(&folder)))?);
    }
    let commands = wrapper.run(context, "-I /assets/fetch.gradle fetchLibraries")?;
    let fetch = format!("{} || echo 'Not all could be fetched: the build tries again'", commands.join(" && "));
    let phase = Phase::install().command(fetch).cache_directories([GRADLE_CACHE]);
    Ok(phase.only_include_files(files).only_variables_and_proxies(VARIABLES))
}

/// The start command of what a project is built into; `added` are options of `java`, with a blank before each.
fn start(app: &App, server: &Server, added: &str) -> String {
    let App { folder, packaging, .. } = app;
    let Server { variable, options, arguments } = server;
    match packaging {
        // The script, which is named after the project or as the build says, heeds `$JAVA_OPTS`.
        Packaging::Distribution => {
            let options = match options.trim_start() {
                "" => String::new(),
                options => format!(
                    "JAVA_OPTS='{}'\" $JAVA_OPTS\" ",
                    options.replace('"', "").replace("${PORT:-8080}", "'\"${PORT:-8080}\"'")
                ),
            };
            let script = format!("$(ls -1 {folder}build/install/*/bin/* | grep -v '\\.bat$' | head -n 1)");
            let verticle = app.verticle.map(|verticle| format!(" run {verticle}")).unwrap_or_default();
            format!("{variable}{options}{script}{verticle}{arguments}")
        }
        Packaging::Quarkus => {
            format!("{variable}java{options} $JAVA_OPTS -jar {folder}build/quarkus-app/quarkus-run.jar{arguments}")
        }
        Packaging::SpringBoot => {
            format!("{variable}java{added}{options} $JAVA_OPTS -jar {folder}build/extracted/app/app.jar{arguments}")
        }
        Packaging::Jar(name) => {
            let jar = output::first_jar(&format!("{folder}build/libs/{name}"));
            format!("{variable}java{options} $JAVA_OPTS -jar {jar}{arguments}")
        }
    }
}

/// The Gradle that `NIXPACKS_GRADLE_VERSION` names, else the one that the wrapper downloads.
fn choose(context: &Context, wrapper: &GradleWrapper) -> Result<Gradle> {
    let gradles = GRADLES.at(context);
    let asked = context.environment.config("GRADLE_VERSION");
    if let Some(request) = asked.and_then(|text| Request::new(&text, "NIXPACKS_GRADLE_VERSION")) {
        let version = numbers(&request.text).ok_or_else(|| gradles.malformed(&request))?;
        let range = Range::new(vec![Interval::series(&[version.0])]);
        return Ok(Gradle { version, release: gradles.select(context, &request, &range)? });
    }
    if let Some(version) = wrapper.version(context)?.as_deref().and_then(numbers) {
        let reason = format!("{}.{} from Gradle's wrapper", version.0, version.1);
        context.diagnostics.because("Gradle version", reason);
        return Ok(Gradle { version, release: nearest(context, version.0) });
    }
    let has_wrapper = context.app.has_file(GRADLE_WRAPPER)?;
    // Nixpacks 1.41: a wrapper that names no version is one for Gradle 8.
    let version = if has_wrapper { "8" } else { gradles.default };
    context.diagnostics.because("Gradle version", format!("{version} is the default"));
    let release = gradles.exactly(version).unwrap_or_else(|| gradles.default_release());
    Ok(Gradle { version: numbers(version).map_or((0, 0), |(major, _)| (major, u64::MAX)), release })
}

/// The package of a major version. Where there is none, the wrapper brings Gradle all the same, so
/// that the nearest one will do.
fn nearest(context: &Context, major: u64) -> &'static Release {
    let gradles = GRADLES.at(context);
    let number = |release: &&Release| parse_numbers(release.version).and_then(|numbers| numbers.first().copied());
    let distance = |release: &&Release| number(release).map_or(u64::MAX, |number| number.abs_diff(major));
    let nearest = gradles.all.iter().min_by_key(distance);
    let release = nearest.unwrap_or_else(|| gradles.default_release());
    if number(&release) == Some(major) {
        gradles.warn_if_ended(context, release);
    } else {
        context.diagnostics.warn(format!(
            "There is no package of Gradle {major}, which the wrapper downloads; beside it Gradle {} is installed",
            release.version
        ));
    }
    release
}

/// The first two numbers of a version.
fn numbers(version: &str) -> Option<(u64, u64)> {
    let mut numbers = version.split('.').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next().flatten().unwrap_or(0)))
}

fn needs(gradle: &Gradle, script: &str) -> Needs {
    let row = COMPATIBILITY.iter().find(|row| row.since <= gradle.version);
    let Compatibility { default, oldest, newest, .. } = row.unwrap_or(&COMPATIBILITY[COMPATIBILITY.len() - 1]);
    Needs {
        exact: java_version(script, &TOOLCHAINS).map(|number| (number, "the build's toolchain".into())),
        minimum: java_version(script, &MINIMUMS).map(|number| (number, "the build file".into())),
        default: (*default, format!("Gradle {} runs on it", gradle.version.0)),
        oldest: *oldest,
        newest: *newest,
    }
}

/// The greatest Java that a build file names behind one of these words.
fn java_version(script: &str, words: &[&str]) -> Option<u64> {
    let rests = words.iter().flat_map(|start| {
        script
            .match_indices(start)
            .map(|(at, start)| script[at + start.len()..].trim_start_matches([' ', '=', '"', '\'']))
    });
    let numbers = rests.filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(rest.len());
        jdk::feature_number(&rest[..end].replace('_', "."))
    });
    numbers.filter(|number| (1..100).contains(number)).max()
}

/// JDK and Gradle from one nixpkgs: the current one, if it has both.
fn packages(gradle: &Gradle, jdk: &Release) -> Result<(Vec<Package>, &'static str)> {
    if jdk.archive == NIXPKGS_26_05 && gradle.release.archive == NIXPKGS_26_05 {
        // By itself, Gradle runs on the JDK that nixpkgs was made with.
        let tool = Package::new(gradle.release.package).overriding("java", jdk.package);
        return Ok((vec![jdk.package.into(), tool], NIXPKGS_26_05));
    }
    let tool = NIXPACKS_GRADLES.exactly(gradle.release.version);
    match (NIXPACKS_JDKS.exactly(jdk.version), tool) {
        (Some(jdk), Some(tool)) => Ok((vec![jdk.package.into(), tool.package.into()], NIXPKGS_JDK_20)),
        _ => Err(Error::new(format!(
            "Java {} and Gradle {} are not available together",
            jdk.version, gradle.release.version
        ))
        .hint("Choose others with NIXPACKS_JDK_VERSION, NIXPACKS_GRADLE_VERSION or Gradle's wrapper")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_java_of_a_build_file() {
        for (script, words, expected) in [
            ("languageVersion = JavaLanguageVersion.of(21)", &TOOLCHAINS[..], Some(21)),
            ("kotlin { jvmToolchain(17) }", &TOOLCHAINS[..], Some(17)),
            ("sourceCompatibility = '1.8'\ntargetCompatibility = \"11\"", &MINIMUMS[..], Some(11)),
            ("sourceCompatibility = JavaVersion.VERSION_1_8", &MINIMUMS[..], Some(8)),
            ("sourceCompatibility = JavaVersion.toVersion(\"21\")", &MINIMUMS[..], Some(21)),
            ("compilerOptions { jvmTarget = JvmTarget.JVM_21 }", &MINIMUMS[..], Some(21)),
            ("tasks.withType<JavaCompile> { options.release = 21 }", &MINIMUMS[..], Some(21)),
            ("sourceCompatibility = '21'", &TOOLCHAINS[..], None),
            ("jvmTarget = \"x\"\njvmToolchain(n)", &TOOLCHAINS[..], None),
        ] {
            assert_eq!(java_version(script, words), expected, "{script}");
        }
    }
}
