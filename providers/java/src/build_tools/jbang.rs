//! Apps of JBang: one Java file that names its libraries itself.

use super::java::{self, Needs};
use super::servers::{self, Server};
use crate::Decisions;
use plugpacks_provider_support::jdk;
use plugpacks_provider_support::jvm::{self, Framework};
use plugpacks_sdk::{Context, Package, Result};

/// Names that the file of such an app often has.
pub(super) const FILES: [&str; 8] =
    ["App.java", "Main.java", "Server.java", "Hello.java", "app.java", "main.java", "server.java", "hello.java"];

/// Lines by which a file shows that it is JBang's.
const SIGNS: [&str; 4] = ["//DEPS ", "//JAVA ", "//SOURCES ", "///usr/bin/env jbang"];

/// Where JBang keeps what it downloads: its libraries are Maven's.
const CACHE: &str = "/root/.m2/repository";

/// The jar with everything in it.
const JAR: &str = "target/app.jar";

/// The file that is JBang's.
///
/// # Errors
/// A file cannot be read.
pub(super) fn find(context: &Context) -> Result<Option<&'static str>> {
    let Some(file) = context.app.first_file(&FILES)? else { return Ok(None) };
    let text = context.app.read_text(file)?;
    let is_jbangs = text.lines().any(|line| SIGNS.iter().any(|sign| line.starts_with(sign)));
    Ok(is_jbangs.then_some(file))
}

pub(super) fn decide(context: &Context, file: &str) -> Result<Decisions> {
    context.diagnostics.because("build tool", format!("JBang, because of {file}"));
    let text = context.app.read_text(file)?;
    let minimum = text.lines().find_map(|line| line.strip_prefix("//JAVA ")).and_then(jdk::feature_number);
    let needs = Needs {
        exact: None,
        minimum: minimum.map(|number| (number, format!("the line //JAVA of {file}"))),
        default: (25, "the default of JBang's apps".to_owned()),
        oldest: 11,
        newest: u64::MAX,
    };
    let release = java::choose(context, &needs)?;
    let server = servers::of(context, Framework::find(|group| text.contains(group)), "")?;
    jvm::warn_of_loopback(context, &text, file)?;
    let Server { variable, options, arguments } = server;
    let packages: Vec<Package> = vec![release.package.into(), Package::new("jbang").overriding("jdk", release.package)];
    let command = format!("{variable}java{options} $JAVA_OPTS -jar {JAR}{arguments}");
    Ok(Decisions {
        archive: release.archive,
        install: None,
        build: vec![format!("mkdir -p target && jbang export fatjar --force -O {JAR} {file}")],
        cache: CACHE,
        variables: super::VARIABLES.to_vec(),
        asset: None,
        start: Some(super::running(command, &packages)),
        packages,
    })
}
