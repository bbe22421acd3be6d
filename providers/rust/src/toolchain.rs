//! The compiler and cargo, as packages of the Rust overlay.

use crate::target::Target;
use plugpacks_sdk::{Context, Package, Result};

/// A toolchain.
#[derive(Debug)]
pub(crate) struct Toolchain {
    /// Its Nix expression, without targets.
    expression: String,
    /// The app's toolchain file, which then has to be there before packages are installed.
    pub(crate) file: Option<&'static str>,
    /// The targets it has besides the build image's.
    pub(crate) targets: Vec<String>,
}

impl Toolchain {
    /// The newest stable release that the overlay knows.
    pub(crate) fn newest() -> Self {
        Self::new("rust-bin.stable.latest.default")
    }

    /// The stable release of this full version.
    pub(crate) fn stable(version: &str) -> Self {
        Self::new(format!("rust-bin.stable.\"{version}\".default"))
    }

    /// What a toolchain file says.
    pub(crate) fn from_file(file: &'static str) -> Self {
        Self::new(format!("(rust-bin.fromRustupToolchainFile ../{file})")).with_file(Some(file))
    }

    /// The newest toolchain of a channel in rustup's words.
    pub(crate) fn of_channel(channel: &str) -> Self {
        Self::new(format!("(rust-bin.fromRustupToolchain {{ channel = \"{channel}\"; }})"))
    }

    fn new(expression: impl Into<String>) -> Self {
        Self { expression: expression.into(), file: None, targets: Vec::new() }
    }

    /// Says which toolchain file the app has, whether it is followed or not.
    pub(crate) fn with_file(self, file: Option<&'static str>) -> Self {
        Self { file, ..self }
    }

    /// Says which targets the toolchain has besides the build image's.
    pub(crate) fn with_targets(self, targets: Vec<String>) -> Self {
        Self { targets, ..self }
    }

    /// The package, with what is needed for a target.
    pub(crate) fn package(&self, target: &Target) -> Package {
        let package = Package::new(&self.expression);
        match target.triple() {
            Some(triple) if !self.targets.iter().any(|own| own == triple) => {
                package.overriding("targets", &format!("[\"{triple}\"]"))
            }
            _ => package,
        }
    }
}

/// The app's toolchain file: the first that rustup would read.
pub(crate) fn file(context: &Context) -> Result<Option<&'static str>> {
    context.app.first_file(&["rust-toolchain", "rust-toolchain.toml"])
}
