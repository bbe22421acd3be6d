//! Cache mounts: directories that outlive a build.

use super::image_path;
use base64::Engine as _;
use siphasher::sip::SipHasher13;
use std::fmt;
use std::hash::Hasher as _;
use std::path::Path;

/// The namespace of an app's cache mounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheKey(String);

impl CacheKey {
    /// A key the user chose.
    pub const fn new(key: String) -> Self {
        Self(key)
    }

    /// The key of an app directory without one (Nixpacks 1.41: SipHash-1-3 of the canonical path and
    /// a byte 0xFF, in big-endian order, Base64 without its punctuation).
    pub fn of_directory(canonical: &Path) -> Self {
        let mut hasher = SipHasher13::new();
        hasher.write(canonical.as_os_str().as_encoded_bytes());
        hasher.write_u8(0xff);
        let digest = base64::engine::general_purpose::STANDARD.encode(hasher.finish().to_be_bytes());
        Self(digest.chars().filter(char::is_ascii_alphanumeric).collect())
    }
}

/// How cache directories are mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CacheMounts {
    /// Under ids of this namespace.
    Keyed(CacheKey),
    /// Not at all.
    Off,
}

impl CacheMounts {
    /// The mounts of some cache directories.
    pub(super) fn of(&self, directories: &[String]) -> Vec<CacheMount> {
        match self {
            Self::Off => Vec::new(),
            Self::Keyed(key) => directories.iter().map(|directory| CacheMount::new(key, directory)).collect(),
        }
    }
}

/// One mount of a `RUN` instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CacheMount {
    id: String,
    target: String,
}

impl CacheMount {
    fn new(key: &CacheKey, directory: &str) -> Self {
        let directory = directory.replace('~', "/root");
        let id = format!("{}-{directory}", key.0).replace('.', "").replace(' ', "-");
        Self { id, target: image_path::of_cache_directory(&directory) }
    }
}

impl fmt::Display for CacheMount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--mount=type=cache,id={},target={}", self.id, self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_key_is_upstreams() {
        for (path, key) in [("/app", "SO1bGLQpnUQ"), ("/srv/app", "CvGvn3zVHqw"), ("/home/user/project", "vNlC4xPQeU")]
        {
            assert_eq!(CacheKey::of_directory(Path::new(path)), CacheKey::new(key.to_owned()));
        }
    }

    #[test]
    fn ids_have_no_dots_and_blanks_and_targets_are_absolute() {
        let mounts = CacheMounts::Keyed(CacheKey::new("KEY".into()));
        let shown = |directory: &str| mounts.of(&[directory.to_owned()])[0].to_string();
        assert_eq!(shown("/root/.npm"), "--mount=type=cache,id=KEY-/root/npm,target=/root/.npm");
        assert_eq!(
            shown("node_modules/.cache"),
            "--mount=type=cache,id=KEY-node_modules/cache,target=/app/node_modules/.cache"
        );
        assert_eq!(shown("~/a b"), "--mount=type=cache,id=KEY-/root/a-b,target=/root/a b");
        assert_eq!(CacheMounts::Off.of(&["x".to_owned()]), []);
    }
}
