//! Which content exactly is meant.

use crate::digest::sha256;
use crate::error::{Error, Result};
use std::fmt;

/// A SHA-256 that tells which content exactly is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentDigest(String);

impl ContentDigest {
    /// The digest of a content.
    pub fn of(content: impl AsRef<[u8]>) -> Self {
        Self(sha256(content))
    }

    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// The text is something else.
    pub fn parse(text: &str) -> Result<Self> {
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        let digits = text.to_ascii_lowercase();
        if digits.len() == 64 && digits.chars().all(is_digit) {
            return Ok(Self(digits));
        }
        Err(Error::configuration(format!("`{text}` is not a SHA-256")).hint("Write 64 hexadecimal digits"))
    }

    /// Compares what a provider's place has with the digest that is pinned.
    ///
    /// # Errors
    /// It is another content: the provider's name, both digests, and what to do.
    pub fn check(&self, wasm: &[u8], provider: &str, place: &str, hint: &str) -> Result<()> {
        let found = Self::of(wasm);
        if found == *self {
            return Ok(());
        }
        Err(Error::provider(format!("The provider {provider} is not the one that is pinned"))
            .cause(format!("pinned is sha256:{self}"))
            .cause(format!("{place} has sha256:{found}"))
            .hint(hint))
    }

    /// The 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
