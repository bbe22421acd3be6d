//! Apps of Scala CLI: sources that name their libraries themselves.

use crate::Decisions;
use plugpacks_provider_support::jvm;
use plugpacks_sdk::{Context, Needs, Phase, Result, Start};

/// Names that a file of such an app often has.
pub(crate) const FILES: [&str; 7] =
    ["project.scala", "Main.scala", "App.scala", "Server.scala", "main.scala", "app.scala", "server.scala"];

/// How the lines begin that Scala CLI reads.
const SIGN: &str = "//> using ";

/// Where the tool and what it downloads are kept.
const CACHES: [&str; 1] = ["/root/.cache/coursier"];

/// The jar with everything in it.
const JAR: &str = "app.jar";

/// Whether one of the files is Scala CLI's.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn is_there(context: &Context) -> Result<bool> {
    for file in FILES {
        if context.app.read_text_if_file(file)?.is_some_and(|text| text.contains(SIGN)) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let paths = context.app.find_files("**/*.scala")?;
    let texts = paths.iter().map(|path| context.app.read_text(path)).collect::<Result<Vec<_>>>()?;
    let settings: Vec<_> = texts.iter().flat_map(|text| text.lines()).filter(|line| line.starts_with(SIGN)).collect();
    context.diagnostics.because("build tool", "Scala CLI, because of lines `//> using`");
    let java = crate::java::of_text(context, &as_build(&settings))?;
    jvm::warn_of_loopback(context, &settings.join("\n"), "**/*.scala")?;
    Ok(Decisions {
        setup: Phase::setup([java.package, "scala-cli"]).optional_archive(java.archive),
        install: None,
        build: Phase::build()
            .depends_on("setup")
            .command(format!("scala-cli --power package . --assembly --server=false --force -o {JAR}"))
            .cache_directories(CACHES),
        start: Start::command(format!("java $JAVA_OPTS -jar {JAR}")).needs(Needs::packages([java.package])),
        variables: crate::VARIABLES,
    })
}

/// The settings as a build of sbt's says them: which Scala, and which Java the code is compiled for.
fn as_build(settings: &[&str]) -> String {
    let lines = settings.iter().filter_map(|line| {
        let (key, value) = line.strip_prefix(SIGN)?.trim().split_once(' ')?;
        match key {
            "scala" => Some(format!("scalaVersion := \"{}\"", value.trim().trim_matches('"'))),
            "jvm" => Some(format!("-release:{}", value.trim().trim_matches('"').rsplit(':').next()?)),
            _ => Some((*line).to_owned()),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}
