//! The provider `f#`: apps with an `.fsproj` anywhere.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

#[cfg(test)]
mod tests;

use plugpacks_provider_support::dotnet::Language;
use plugpacks_sdk::{Context, Description, Edition, PartialPlan, Provider, Result, Since};

/// Nixpacks 1.41: F# apps get the SDK 6, whatever they ask for.
const LANGUAGE: Language = Language {
    extension: "fsproj",
    variable: "FSHARP_SDK_VERSION",
    project_variable: "FSHARP_PROJECT",
    has_single_files: false,
    nixpacks_package: |_| Ok("dotnet-sdk".into()),
};

/// The variables that an edition looks at.
static VARIABLES: Since<&[(&str, &str)]> = Since::new(
    &[],
    &[(
        Edition::E2026_11,
        &[
            ("NIXPACKS_FSHARP_SDK_VERSION", "The version of the .NET SDK, such as 10."),
            ("NIXPACKS_FSHARP_PROJECT", "The project that is started: its path, folder or name."),
            ("ASPNETCORE_URLS", "Where it is set, the app listens there, whatever the port is."),
        ],
    )],
);

/// Apps with an F# project.
pub struct FSharp;

impl Provider for FSharp {
    fn describe(edition: Edition) -> Description {
        Description::new("f#", env!("CARGO_PKG_VERSION"), "F# programs on .NET")
            .markers(LANGUAGE.markers(edition))
            .variables(VARIABLES.of(edition).iter().copied())
    }

    fn detect(context: &Context) -> Result<bool> {
        LANGUAGE.detect(context)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        LANGUAGE.plan(context).map(Some)
    }
}

plugpacks_sdk::export_provider!(FSharp);
