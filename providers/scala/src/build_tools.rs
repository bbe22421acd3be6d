//! The rules of the edition 2026.11: sbt, Mill and Scala CLI.

use crate::{BUILD_FILE, Decisions, mill, sbt, scala_cli};
use plugpacks_provider_support::manifests;
use plugpacks_sdk::{Context, Description, Marker, Result};

pub(crate) fn describe(description: Description) -> Description {
    description.markers(mill::FILES.map(Marker::file)).markers(scala_cli::FILES.map(Marker::file))
}

/// A build of Mill's or sources of Scala CLI's, too, unless Nixpacks 1.41 builds the app with another provider.
pub(crate) fn detect(context: &Context) -> Result<bool> {
    if context.app.has_file(BUILD_FILE)? {
        return Ok(true);
    }
    let is_new = context.app.first_file(&mill::FILES)?.is_some() || scala_cli::is_there(context)?;
    Ok(is_new && !manifests::has_later(context, "scala")?)
}

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    match context.app.first_file(&[BUILD_FILE, mill::FILES[0], mill::FILES[1], mill::FILES[2]])? {
        Some(BUILD_FILE) => sbt::decide(context),
        Some(_) => mill::decide(context),
        None => scala_cli::decide(context),
    }
}
