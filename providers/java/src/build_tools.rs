//! What builds of Maven and Gradle say about themselves.

mod archive;
mod container;
mod element;
mod gradle;
mod java;
mod jbang;
mod maven;
mod maven_java;
mod output;
mod pom;
mod projects;
mod reactor;
mod servers;

use crate::Decisions;
use crate::build_tool::GRADLE_WRAPPER;
use plugpacks_provider_support::manifests;
use plugpacks_sdk::{Context, Description, Marker, Needs, Package, Result, Start};
use std::collections::BTreeSet;

/// The files any of which makes an app a Java app.
const FILES: [&str; 6] = ["pom.xml", "pom.rb", "pom.scala", "pom.yaml", "pom.yml", GRADLE_WRAPPER];

/// Files that do so only in this edition, where no other provider's manifest stands beside them.
const NEW_FILES: [&str; 7] =
    ["pom.atom", "pom.clj", "pom.groovy", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"];

/// Files that make a static site, which is asked later, too.
const SITES: [&str; 2] = ["Staticfile", "index.html"];

pub(crate) fn describe(description: Description) -> Description {
    description
        .markers(FILES.map(Marker::file))
        .markers(NEW_FILES.map(Marker::file))
        .markers(jbang::FILES.map(Marker::file))
        .variable("NIXPACKS_JVM_AOT", "1: the app is started once in the build, for an archive of its classes.")
}

pub(crate) fn detect(context: &Context) -> Result<bool> {
    if context.app.first_file(&FILES)?.is_some() {
        return Ok(true);
    }
    // Beside another manifest Nixpacks 1.41 builds the app with the other provider.
    let is_new = context.app.first_file(&NEW_FILES)?.is_some() || jbang::find(context)?.is_some();
    Ok(is_new && !manifests::has_later(context, "java")? && context.app.first_file(&SITES)?.is_none())
}

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    if context.app.first_file(&FILES)?.is_none()
        && context.app.first_file(&NEW_FILES)?.is_none()
        && let Some(file) = jbang::find(context)?
    {
        return jbang::decide(context, file);
    }
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

/// Variables of every app: without a UTF-8 locale, Java before 18 reads and writes ASCII, and all do so with names of
/// files.
const VARIABLES: [(&str, &str); 1] = [("LANG", "C.UTF-8")];

/// Files and folders at the root that have a meaning before the start only.
const NOT_NEEDED: [&str; 30] = [
    ".dockerignore",
    ".editorconfig",
    ".gitattributes",
    ".github",
    ".gitignore",
    ".gitlab-ci.yml",
    ".mvn",
    ".java-version",
    ".sdkmanrc",
    ".tool-versions",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Dockerfile",
    "LICENSE",
    "Procfile",
    "README.md",
    "build",
    "build.gradle",
    "build.gradle.kts",
    "docs",
    "gradle",
    "gradle.properties",
    "gradlew",
    "gradlew.bat",
    "mvnw",
    "mvnw.cmd",
    "pom.xml",
    "settings.gradle",
    "settings.gradle.kts",
    "src",
];

/// The JDK, which is all that the app needs of the packages.
fn running(command: String, packages: &[Package]) -> Start {
    Start::command(command).needs(Needs::packages(packages.first().cloned()))
}

/// What of the root a program may open when it runs, such as a folder `config`; `own` are the folders of projects.
fn run_time_files(context: &Context, own: &[&str]) -> Result<Vec<String>> {
    let own: BTreeSet<_> = own.iter().filter_map(|folder| folder.split('/').next()).collect();
    let is_needed = |name: &String| {
        let is_own = own.contains(name.as_str());
        !NOT_NEEDED.contains(&name.as_str()) && name != "target" && !is_own
    };
    let (files, folders) = (context.app.find_files("*")?, context.app.find_directories("*")?);
    Ok(files.into_iter().chain(folders).filter(is_needed).map(|name| format!("./{name}")).collect())
}
