//! The rules of the edition `nixpacks`: those of Nixpacks 1.41.

use crate::pubspec::{self, VersionedPackage};
use crate::{Decisions, start};
use plugpacks_sdk::{Context, Result};

/// The program is named like the package, which has to have a version.
pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let VersionedPackage { name, .. } = pubspec::read(context)?;
    Ok(Decisions {
        package: "dart",
        archive: None,
        manifests: vec![pubspec::FILE],
        variables: &[],
        excluded: &[],
        start: start(&name),
        program: name,
    })
}
