//! The provider `cpp`: C and C++ programs built by CMake, Meson or Make.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod build;
mod cmake;
mod libraries;
mod make;
mod meson;
mod program;
#[cfg(test)]
mod tests;
mod versions;

use build::{BuildTool, MAKEFILES};
use plugpacks_provider_support::listening::{Listening, Numbers};
use plugpacks_provider_support::manifests;
use plugpacks_provider_support::native::each_once;
use plugpacks_sdk::{Context, Description, Edition, Marker, Needs, PartialPlan, Phase, Provider, Result, Start};

/// C and C++ programs built by CMake, Meson or Make.
pub struct Cpp;

/// The first edition with this provider; Nixpacks has none like it.
const FIRST_EDITION: Edition = Edition::E2026_11;

impl Provider for Cpp {
    fn describe(edition: Edition) -> Description {
        Description::new("cpp", env!("CARGO_PKG_VERSION"), "C and C++ programs built by CMake, Meson or Make")
            .last_resort()
            .markers([cmake::FILE, meson::FILE].map(Marker::file))
            .markers(MAKEFILES.map(Marker::file))
            .variable("NIXPACKS_GCC_VERSION", "The major version of GCC, such as 15.")
            .variable("NIXPACKS_CPP_PROGRAM", "The program that is started, such as `server`.")
            .since(FIRST_EDITION, edition)
    }

    fn detect(context: &Context) -> Result<bool> {
        if context.environment.edition() < FIRST_EDITION
            || context.app.first_file(&manifests::STATIC_SITE)?.is_some()
            || context.app.has_file("build.zig")?
        {
            return Ok(false);
        }
        match BuildTool::find(context)? {
            Some(BuildTool::CMake | BuildTool::Meson) => Ok(true),
            Some(BuildTool::Make(_)) => make::has_code(context),
            None => Ok(false),
        }
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        context.environment.require("cpp", FIRST_EDITION)?;
        let Some(tool) = BuildTool::find(context)? else { return Ok(None) };
        let gcc = versions::RELEASES.at(context).choose(context, &versions::SOURCES, None)?;
        let build = tool.read(context)?;
        let libraries = libraries::of(context, &build.dependencies)?;
        let setup = Phase::setup([gcc.package])
            .packages(build.tools.iter().copied())
            .packages(each_once(&libraries, |library| library.build))
            .archive(gcc.archive);
        let loaded = each_once(&libraries, |library| library.libraries);
        let setup = if loaded.is_empty() { setup } else { setup.libraries(loaded) };
        let plan = PartialPlan::new()
            .variables(libraries::PATHS)
            .phase(setup)
            .phase(Phase::new("build").depends_on("setup").commands(build.commands))
            .start(program::choose(context, &build.programs)?.map(running));
        warn_of_fixed_places(context)?;
        Ok(Some(plan))
    }
}

plugpacks_sdk::export_provider!(Cpp);

/// How servers of Crow, cpp-httplib, Drogon and others are told where to listen.
const LISTENING: Listening = Listening {
    calls: &[".port(", ".listen(", ".bindaddr(", "addListener("],
    numbers: Numbers::Always,
    port: "std::getenv(\"PORT\")",
};

/// Where programs begin, by convention.
const MAIN: [&str; 4] = ["main.cpp", "src/main.cpp", "main.cc", "src/main.cc"];

/// Says where the program's code spells out a port, or an address that only the machine itself reaches.
fn warn_of_fixed_places(context: &Context) -> Result<()> {
    if let Some(file) = context.app.first_file(&MAIN)? {
        LISTENING.warn(context, file, &context.app.read_text(file)?);
    }
    Ok(())
}

/// A program that runs without any package: what it is linked with comes along, as the program refers to it.
/// It may read any file of the app.
fn running(command: String) -> Start {
    Start::command(command).needs(Needs::nothing())
}
