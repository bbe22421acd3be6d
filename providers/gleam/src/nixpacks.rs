//! The rules of the edition `nixpacks`: those of Nixpacks 1.41.

use crate::manifest::{MANIFEST, PACKAGE, Resolved};
use crate::{Compiler, Decisions};
use plugpacks_sdk::{Context, Result};

/// The compiler is taken to have the version of the standard library.
pub(crate) fn decide(context: &Context, resolved: &Resolved) -> Result<Decisions> {
    let version = match resolved.standard_library() {
        Some(version) => {
            context.diagnostics.because("Gleam version", format!("{version} is that of gleam_stdlib in {MANIFEST}"));
            version
        }
        None => "main",
    };
    Ok(Decisions {
        compiler: Compiler::Released {
            version: version.to_owned(),
            script: include_str!("../assets/nixpacks/get-gleam.sh"),
        },
        platform: ["erlang", "elixir", "rebar3"],
        archive: None,
        manifests: vec![PACKAGE, MANIFEST],
        built: &[],
        run_time: None,
    })
}
