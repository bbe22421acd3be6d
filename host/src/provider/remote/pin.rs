//! Which provider exactly is meant.

use super::ContentDigest;
use super::Reference;
use crate::config::PinnedProvider;
use crate::error::{Error, Result};

/// A provider that a configuration file or an argument pins: where it is, and its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// What messages and commands call it.
    pub name: String,
    /// Where it is.
    pub reference: Reference,
    /// SHA-256 of the `.wasm` file.
    pub sha256: ContentDigest,
}

impl Pin {
    /// The pin in a table of the configuration file.
    ///
    /// # Errors
    /// Reference or digest is none.
    pub fn read(name: &str, pinned: &PinnedProvider) -> Result<Self> {
        let wrong = |error: Error| {
            error.context(format!("`[plugpacks.providers.{name}]` of the configuration file pins nothing"))
        };
        Ok(Self {
            name: name.to_owned(),
            reference: Reference::parse(&pinned.reference).map_err(wrong)?,
            sha256: ContentDigest::parse(&pinned.sha256).map_err(wrong)?,
        })
    }

    /// Compares a content with the pin; `place` says where it lies.
    ///
    /// # Errors
    /// It is another content.
    pub fn verify(&self, wasm: &[u8], place: &str, hint: &str) -> Result<()> {
        self.sha256.check(wasm, &format!("`{}`", self.name), place, hint)
    }
}
