//! The SDK under the edition `nixpacks`.

use plugpacks_sdk::{Context, Result};
use serde::Deserialize;

#[derive(Deserialize)]
struct GlobalJson {
    sdk: Option<Sdk>,
}

#[derive(Deserialize)]
struct Sdk {
    version: Option<String>,
}

/// Nixpacks 1.41: the SDK of this number is the package without one.
const DEFAULT: u8 = 6;

/// The package of the SDK (Nixpacks 1.41: the variable goes before `global.json`, which is read all
/// the same; what is no number up to 255 is the default; nobody checks that the package exists).
pub(crate) fn package(context: &Context) -> Result<String> {
    let from_file = if context.app.has_file("global.json")? {
        context.app.read_json::<GlobalJson>("global.json")?.sdk.and_then(|sdk| sdk.version)
    } else {
        None
    };
    let version = context.environment.config("CSHARP_SDK_VERSION").or(from_file);
    let major = version.as_ref().and_then(|version| version.split('.').next()).and_then(|major| major.parse().ok());
    context.diagnostics.because(
        ".NET SDK version",
        match (&version, major) {
            (Some(version), Some(_)) => format!("{version} is asked for"),
            (Some(version), None) => format!("{DEFAULT} is the default; {version:?} names no version"),
            (None, _) => format!("{DEFAULT} is the default"),
        },
    );
    Ok(match major.unwrap_or(DEFAULT) {
        DEFAULT => "dotnet-sdk".into(),
        major => format!("dotnet-sdk_{major}"),
    })
}
