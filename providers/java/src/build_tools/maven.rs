//! Apps built by Maven.

use super::java::{self, Needs};
use crate::Decisions;
use crate::build_tool::maven_build;
use crate::frameworks::Framework;
use crate::versions::{JAVA_OF_SPRING_BOOT, JDKS};
use plugpacks_sdk::release::{NIXPKGS_26_05, Release};
use plugpacks_sdk::{Context, Package, Result, jdk, xml};

/// Elements of a `pom.xml` that name the Java it is compiled for.
const JAVA_VERSIONS: [&str; 7] = [
    "maven.compiler.release",
    "maven.compiler.target",
    "maven.compiler.source",
    "java.version",
    "release",
    "target",
    "source",
];

pub(super) fn decide(context: &Context) -> Result<Decisions> {
    let pom = pom(context)?;
    let release = java::choose(context, &needs(context, &pom))?;
    let packages = [release.package.into(), maven(release)];
    let start = super::start(Framework::of_pom(&pom), "target/*.jar");
    Ok(Decisions {
        start: super::running(start, &packages),
        packages,
        archive: release.archive,
        build: maven_build(context)?,
        cache: "/root/.m2/repository",
    })
}

/// The text of `pom.xml` without its comments; empty where there is none, or it is no text.
fn pom(context: &Context) -> Result<String> {
    let text = if context.app.has_file("pom.xml")? { context.app.read_text("pom.xml").ok() } else { None };
    Ok(text.map(|text| xml::without_comments(&text)).unwrap_or_default())
}

/// Maven on the app's JDK: by itself it runs on the one that nixpkgs was made with, which cannot
/// compile for a newer Java.
fn maven(release: &Release) -> Package {
    let maven = Package::new("maven");
    if release.archive == NIXPKGS_26_05 { maven.overriding("jdk_headless", release.package) } else { maven }
}

fn needs(context: &Context, pom: &str) -> Needs {
    let named = JAVA_VERSIONS.into_iter().find_map(|name| {
        let numbers = xml::texts(pom, name).filter_map(jdk_number);
        numbers.max().map(|number| (number, format!("<{name}> of pom.xml")))
    });
    let minimum = named.or_else(|| spring_boot(pom));
    let default = match &minimum {
        Some((number, source)) => (java::LEAST, format!("builds for Java {number}, as {source} says, too")),
        None => (newest(context), "nothing asks for another one".into()),
    };
    Needs { exact: None, minimum, default, oldest: 0, newest: u64::MAX }
}

/// The number of a plain version such as `17` or `1.8`, as far as Java has such versions.
fn jdk_number(text: &str) -> Option<u64> {
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    jdk::feature_number(text).filter(|number| is_plain && (1..100).contains(number))
}

/// The Java that Spring Boot's parent POM sets.
fn spring_boot(pom: &str) -> Option<(u64, String)> {
    let parent = xml::element(pom, "parent").filter(|parent| parent.contains("org.springframework.boot"))?;
    let version = xml::texts(parent, "version").next()?;
    let major = version.split('.').next()?.parse::<u64>().ok()?;
    let (_, java) = JAVA_OF_SPRING_BOOT.into_iter().find(|(boot, _)| *boot == major)?;
    Some((java, format!("Spring Boot {version}")))
}

fn newest(context: &Context) -> u64 {
    jdk::number(JDKS.at(context).default_release())
}
