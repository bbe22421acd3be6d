//! What `gleam.toml` and `manifest.toml` say.

use plugpacks_provider_support::toml_1_0;
use plugpacks_sdk::{Context, Result};
use serde::Deserialize;

/// The package's description.
pub(crate) const PACKAGE: &str = "gleam.toml";

/// The versions that are in use.
pub(crate) const MANIFEST: &str = "manifest.toml";

/// The packages that are in use.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Resolved {
    packages: Vec<ResolvedPackage>,
}

#[derive(Debug, Deserialize)]
struct ResolvedPackage {
    name: String,
    version: String,
    #[serde(default)]
    build_tools: Vec<String>,
}

impl Resolved {
    pub(crate) fn read(context: &Context) -> Result<Self> {
        toml_1_0::read(context, MANIFEST)
    }

    /// The same; nothing where there is no such file.
    pub(crate) fn read_if_there(context: &Context) -> Result<Self> {
        if context.app.has_file(MANIFEST)? { Self::read(context) } else { Ok(Self::default()) }
    }

    /// The version of a package.
    pub(crate) fn version_of(&self, name: &str) -> Option<&str> {
        self.packages.iter().find(|package| package.name == name).map(|package| package.version.as_str())
    }

    /// Whether a package is written in Elixir, whose own modules it then needs.
    pub(crate) fn uses_elixir(&self) -> bool {
        self.packages.iter().any(|package| package.build_tools.iter().any(|tool| tool == "mix"))
    }

    /// The version of the standard library.
    pub(crate) fn standard_library(&self) -> Option<&str> {
        self.version_of("gleam_stdlib")
    }
}

/// What the app asks of the compiler.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Package {
    #[serde(default)]
    pub(crate) name: String,
    /// What it is compiled for, unless that is Erlang.
    pub(crate) target: Option<String>,
    /// The versions of the compiler that may build it.
    pub(crate) gleam: Option<String>,
}

impl Package {
    /// The app's description; nothing if there is none.
    pub(crate) fn read(context: &Context) -> Result<Self> {
        if context.app.has_file(PACKAGE)? { toml_1_0::read(context, PACKAGE) } else { Ok(Self::default()) }
    }
}
