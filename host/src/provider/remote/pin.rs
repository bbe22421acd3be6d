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
        let wrong = |error: Error| error.context(format!("The pinned provider `{name}` says nothing usable"));
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
        let found = ContentDigest::of(wasm);
        if found == self.sha256 {
            return Ok(());
        }
        Err(Error::provider(format!("The provider `{}` is not the one that is pinned", self.name))
            .cause(format!("pinned is sha256:{}", self.sha256))
            .cause(format!("{place} has sha256:{found}"))
            .hint(hint))
    }
}
