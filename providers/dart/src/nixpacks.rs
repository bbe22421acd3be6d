//! The rules of the edition `nixpacks`: those of Nixpacks 1.41.

use crate::Decisions;
use crate::pubspec::{self, VersionedPackage};
use plugpacks_sdk::{Context, Result, Start};

/// The program is named like the package, which has to have a version.
pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let VersionedPackage { name, .. } = pubspec::read(context)?;
    Ok(Decisions {
        package: "dart",
        archive: None,
        manifests: Some(vec![pubspec::FILE]),
        variables: &[],
        excluded: &[],
        source: format!("bin/{name}.dart"),
        start: Start::command(format!("./bin/{name}.exe")),
    })
}
