//! The rules of the edition 2026.11: sbt and Mill.

use crate::{BUILD_FILE, Decisions, mill, sbt};
use plugpacks_provider_support::manifests;
use plugpacks_sdk::{Context, Description, Marker, Result};

pub(crate) fn describe(description: Description) -> Description {
    description.markers(mill::FILES.map(Marker::file))
}

/// A build of Mill's, too, unless Nixpacks 1.41 builds the app with another provider.
pub(crate) fn detect(context: &Context) -> Result<bool> {
    Ok(context.app.has_file(BUILD_FILE)?
        || context.app.first_file(&mill::FILES)?.is_some() && !manifests::has_later(context, "scala")?)
}

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    if context.app.has_file(BUILD_FILE)? { sbt::decide(context) } else { mill::decide(context) }
}
