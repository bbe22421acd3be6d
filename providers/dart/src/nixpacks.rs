//! The rules of the edition `nixpacks`: those of Nixpacks 1.41.

use crate::pubspec::{self, VersionedPackage};
use crate::{Decisions, Output};
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
        tools: None,
        install: "dart pub get",
        build: vec![format!("dart compile exe bin/{name}.dart")],
        output: Output::Program(Start::command(format!("./bin/{name}.exe"))),
    })
}
