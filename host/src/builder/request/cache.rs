//! What of earlier builds is used and what is left for later ones.

use super::ImageName;
use crate::builder::fields::Fields;
use crate::error::{Error, Result};
use std::fmt;

/// What of earlier builds is used and what is left for later ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerCache {
    /// What the builder does with its own cache.
    pub own: OwnCache,
    /// Caches of other builds.
    pub imports: Vec<CacheLocation>,
    /// Caches that this build writes.
    pub exports: Vec<CacheLocation>,
    /// What the image itself carries.
    pub inline: InlineCache,
}

/// What a builder does with its own cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnCache {
    /// Steps that it knows do not run again.
    #[default]
    Used,
    /// Every step runs.
    Ignored,
}

/// Whether an image is a cache for later builds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InlineCache {
    /// It is not.
    #[default]
    Absent,
    /// It carries what it takes.
    Carried,
}

/// Where a cache is: an image reference, or BuildKit's `type=…,…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CacheLocation {
    /// A repository in a registry.
    Registry(ImageName),
    /// Something else that BuildKit knows.
    Specification(CacheSpecification),
}

/// A cache in BuildKit's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheSpecification(Fields);

impl CacheLocation {
    /// Reads the argument of `--cache-from` and `--cache-to`.
    ///
    /// # Errors
    /// It is neither an image reference nor a list of `key=value` with a `type`.
    pub fn parse(text: &str) -> Result<Self> {
        if !text.contains('=') {
            return ImageName::parse(text).map(Self::Registry);
        }
        match Fields::parse(text) {
            Some(fields) if fields.without_value().is_none() && fields.get("type").is_some() => {
                Ok(Self::Specification(CacheSpecification(fields)))
            }
            _ => Err(Error::configuration(format!("`{text}` does not say where a cache is"))
                .hint("Write an image reference, or `type=registry,ref=REFERENCE`, `type=local,dest=DIR`")),
        }
    }

    /// The whole specification for BuildKit; `defaults` apply to references.
    pub(in crate::builder) fn specification(&self, defaults: &[(&str, &str)]) -> String {
        let mut fields = match self {
            Self::Specification(CacheSpecification(fields)) => return fields.to_string(),
            Self::Registry(reference) => Fields::of([("type", "registry"), ("ref", reference.as_str())]),
        };
        for (key, value) in defaults {
            fields.set(key, *value);
        }
        fields.to_string()
    }

    /// The reference, if the cache is in a registry.
    pub(in crate::builder) fn reference(&self) -> Option<&str> {
        match self {
            Self::Registry(reference) => Some(reference.as_str()),
            Self::Specification(CacheSpecification(fields)) => {
                (fields.get("type") == Some("registry")).then(|| fields.get("ref")).flatten()
            }
        }
    }
}

impl fmt::Display for CacheLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registry(reference) => write!(f, "{reference}"),
            Self::Specification(CacheSpecification(fields)) => write!(f, "{fields}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_is_a_reference_or_a_specification() {
        let specification = |text: &str| CacheLocation::parse(text).unwrap().specification(&[("mode", "max")]);
        assert_eq!(specification("r.io/cache"), "type=registry,ref=r.io/cache,mode=max");
        assert_eq!(specification("type=local,dest=d"), "type=local,dest=d");
        let reference = |text: &str| CacheLocation::parse(text).unwrap().reference().map(str::to_owned);
        assert_eq!(reference("type=registry,ref=r.io/c:x").as_deref(), Some("r.io/c:x"));
        assert_eq!(reference("type=local,dest=d"), None);
        for text in ["", "ref=x", "type=registry,ref", "a b"] {
            assert!(CacheLocation::parse(text).is_err(), "{text}");
        }
    }
}
