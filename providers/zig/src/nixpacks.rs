//! The rules of the edition `nixpacks`: those of Nixpacks 1.41.

use crate::{Decisions, start};
use plugpacks_sdk::{Context, Result};

/// The program is taken to be named like the app directory.
pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    Ok(Decisions {
        package: "zig",
        archive: None,
        fetches_submodules: context.app.has_file(".gitmodules")?,
        start: start(&context.app.name()),
        caches: &[],
    })
}
