//! What `package.yaml` says, the description of a package for hpack.

use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

pub(crate) const HPACK: &str = "package.yaml";

/// Code at any depth.
pub(crate) const CODE: &str = "**/*.hs";

/// The settings of a program, which may be anything.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a map")]
pub(crate) struct Executable {}

/// Programs by their names.
pub(crate) type Executables = BTreeMap<String, Executable>;

/// The fields that Nixpacks 1.41 requires.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a map")]
pub(crate) struct Programs {
    pub(crate) executables: Executables,
}

/// The fields that matter.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: Option<String>,
    /// The only program, which is named like the package.
    pub(crate) executable: Option<IgnoredAny>,
    #[serde(default)]
    pub(crate) executables: BTreeMap<String, IgnoredAny>,
}
