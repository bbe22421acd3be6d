//! The provider `c#`: apps with a `.csproj` anywhere.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod nixpacks;
#[cfg(test)]
mod tests;

use plugpacks_provider_support::dotnet::Language;
use plugpacks_sdk::{Context, Description, Edition, PartialPlan, Provider, Result, Since};

const LANGUAGE: Language = Language {
    extension: "csproj",
    variable: "CSHARP_SDK_VERSION",
    project_variable: "CSHARP_PROJECT",
    has_single_files: true,
    nixpacks_package: nixpacks::package,
};

/// The variables that only some editions look at.
static VARIABLES: Since<&[(&str, &str)]> = Since::new(
    &[],
    &[(
        Edition::E2026_11,
        &[
            ("NIXPACKS_CSHARP_PROJECT", "The project that is started: its path, folder or name."),
            ("ASPNETCORE_URLS", "Where it is set, the app listens there, whatever the port is."),
        ],
    )],
);

/// Apps with a C# project.
pub struct CSharp;

impl Provider for CSharp {
    fn describe(edition: Edition) -> Description {
        Description::new("c#", env!("CARGO_PKG_VERSION"), "C# programs on .NET")
            .markers(LANGUAGE.markers(edition))
            .variable("NIXPACKS_CSHARP_SDK_VERSION", "The version of the .NET SDK, such as 10.")
            .variables(VARIABLES.of(edition).iter().copied())
    }

    fn detect(context: &Context) -> Result<bool> {
        LANGUAGE.detect(context)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        LANGUAGE.plan(context).map(Some)
    }
}

plugpacks_sdk::export_provider!(CSharp);
