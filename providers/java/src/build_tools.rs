//! What builds of Maven and Gradle say about themselves.

mod gradle;
mod java;
mod maven;
mod projects;

use crate::Decisions;
use crate::build_tool::GRADLE_WRAPPER;
use crate::frameworks::Framework;
use plugpacks_sdk::{Context, Description, Marker, Package, Result, Start, manifests};

/// The files any of which makes an app a Java app.
const FILES: [&str; 6] = ["pom.xml", "pom.rb", "pom.scala", "pom.yaml", "pom.yml", GRADLE_WRAPPER];

/// Files that do so only in this edition, where no other provider's manifest stands beside them.
const NEW_FILES: [&str; 7] =
    ["pom.atom", "pom.clj", "pom.groovy", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"];

/// Files that make a static site, which is asked later, too.
const SITES: [&str; 2] = ["Staticfile", "index.html"];

pub(crate) fn describe(description: Description) -> Description {
    description.markers(FILES.map(Marker::file)).markers(NEW_FILES.map(Marker::file))
}

pub(crate) fn detect(context: &Context) -> Result<bool> {
    if context.app.first_file(&FILES)?.is_some() {
        return Ok(true);
    }
    // Beside another manifest Nixpacks 1.41 builds the app with the other provider.
    Ok(context.app.first_file(&NEW_FILES)?.is_some()
        && !manifests::has_later(context, "java")?
        && context.app.first_file(&SITES)?.is_none())
}

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    if uses_gradle(context)? { gradle::decide(context) } else { maven::decide(context) }
}

/// Whether the app is built by Gradle: its wrapper goes before all, its build file after `pom.xml`.
fn uses_gradle(context: &Context) -> Result<bool> {
    let files = [GRADLE_WRAPPER, "pom.xml", "pom.rb", "pom.scala", "pom.yaml", "pom.yml"];
    let files = files.into_iter().chain(NEW_FILES).collect::<Vec<_>>();
    let first = context.app.first_file(&files)?.unwrap_or("pom.xml");
    let is_gradle = first == GRADLE_WRAPPER || first.contains(".gradle");
    let tool = if is_gradle { "Gradle" } else { "Maven" };
    context.diagnostics.because("build tool", format!("{tool}, because of {first}"));
    Ok(is_gradle)
}

/// The JDK, which is all that the app needs of the packages.
fn running(command: String, [jdk, _tool]: &[Package; 2]) -> Start {
    Start::command(command).packages([jdk.clone()])
}

/// The start command for the first jar among these that is not made of sources, documentation, tests
/// or of the app without its dependencies.
fn start(framework: Option<Framework>, jars: &str) -> String {
    let port = framework.map(|framework| format!(" -D{}=${{PORT:-8080}}", framework.port_property()));
    let others = r"(-(sources|javadoc|tests|plain)\.jar$|/original-)";
    let jar = format!("$(ls -1 {jars} | grep -vE '{others}' | head -n 1)");
    format!("java{} $JAVA_OPTS -jar {jar}", port.unwrap_or_default())
}
