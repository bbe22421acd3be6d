//! The rules of the edition `nixpacks`: those of Nixpacks 1.41.

use crate::{BUILD_FILE, CACHES, Decisions, java};
use plugpacks_sdk::{Context, Needs, Package, Phase, Result, Start};

pub(crate) fn detect(context: &Context) -> Result<bool> {
    context.app.has_file(BUILD_FILE)
}

/// The script has to be called `main`.
pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let java = java::nixpacks(context)?;
    let start = Start::command("./target/universal/stage/bin/main").only_app_files(["./target/universal"]);
    Ok(Decisions {
        setup: Phase::setup([Package::new("sbt").overriding("jre", java.package)]).optional_archive(java.archive),
        install: None,
        build: Phase::build().depends_on("setup").command("sbt stage").cache_directories(CACHES),
        start: match java.run_image {
            Some(image) => start.on_image(image),
            None => start.needs(Needs::packages([java.package])),
        },
        variables: &[],
    })
}
