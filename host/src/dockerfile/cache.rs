//! Cache mounts: directories that outlive a build.

use super::document::{Copy, CopySource, Instruction};
use super::encode;
use super::image_path::ImagePath;
use crate::digest::hex;
use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use siphasher::sip::SipHasher13;
use std::fmt;
use std::hash::Hasher as _;
use std::path::Path;

/// The namespace of an app's cache mounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheKey(String);

impl CacheKey {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

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

    /// The key of an app that is known by these texts, wherever it lies.
    pub fn of_identity<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self(digest(texts.into_iter().map(str::as_bytes)))
    }
}

/// The namespaces of an app's cache mounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheKeys {
    /// Of directories of tools, such as a package manager's downloads: useful to others, too.
    pub of_tools: CacheKey,
    /// Of directories in the app: of no use, or even wrong, for another app.
    pub of_app: CacheKey,
}

impl CacheKeys {
    /// The same namespace for all directories.
    pub fn same(key: CacheKey) -> Self {
        Self { of_tools: key.clone(), of_app: key }
    }
}

/// How the id of a cache mount is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheIds {
    /// Key and directory without dots, so that `.m2` and `m2` are the same (Nixpacks 1.41).
    Nixpacks,
    /// Key, directory and a digest of both, so that no two are the same.
    Distinct,
}

/// How cache directories are mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CacheMounts {
    /// Under ids of these namespaces.
    Keyed(CacheKeys, CacheIds),
    /// Not at all.
    Off,
    /// Not as mounts: an image brings their content and another takes it along.
    Image {
        /// The image's reference.
        reference: String,
        /// Whether there is one from an earlier build.
        state: CacheImage,
    },
}

/// Whether a cache image is there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheImage {
    /// It is: cached directories are copied out of it.
    Present,
    /// This build is the first.
    Absent,
}

impl CacheMounts {
    /// The mounts of some cache directories.
    pub(super) fn of(&self, directories: &[String]) -> Vec<CacheMount> {
        match self {
            Self::Off | Self::Image { .. } => Vec::new(),
            Self::Keyed(keys, ids) => {
                directories.iter().map(|directory| CacheMount::new(keys, *ids, directory)).collect()
            }
        }
    }

    /// Instructions that bring the content of cache directories before a phase's commands.
    pub(super) fn restore(&self, directories: &[String]) -> Vec<Instruction> {
        match self {
            Self::Image { reference, state: CacheImage::Present } => {
                directories.iter().map(|directory| copy_if_there(reference, directory)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The steps of a last stage that is nothing but the cache directories of the first one, where an
    /// image is to keep them.
    pub(super) fn keep(&self, directories: &[&str]) -> Option<Vec<Instruction>> {
        let Self::Image { .. } = self else { return None };
        let from = Instruction::From { image: "scratch".to_owned(), name: None };
        Some([from].into_iter().chain(directories.iter().map(|directory| copy_if_there("0", directory))).collect())
    }
}

/// Copies a directory out of a stage or image. A pattern, even one that matches just one name, makes
/// BuildKit go on where there is nothing to copy.
fn copy_if_there(from: &str, directory: &str) -> Instruction {
    let path = ImagePath::of_cache_directory(directory);
    let path = path.as_str().trim_end_matches('/');
    let (last, _) = path.char_indices().next_back().unwrap_or_default();
    let (head, tail) = path.split_at(last);
    let from = CopySource::Image(from.to_owned(), ImagePath::new(format!("{head}[{tail}]")));
    Instruction::Copy(Copy { from, to: ImagePath::new(path), owner: None })
}

/// One mount of a `RUN` instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CacheMount {
    pub(crate) id: String,
    pub(crate) target: ImagePath,
    ids: CacheIds,
}

impl CacheMount {
    fn new(keys: &CacheKeys, ids: CacheIds, directory: &str) -> Self {
        let directory = directory.replace('~', "/root");
        let target = ImagePath::of_cache_directory(&directory);
        let key = if target.is_of_app() { &keys.of_app } else { &keys.of_tools };
        match ids {
            CacheIds::Nixpacks => {
                Self { id: format!("{}-{directory}", key.0).replace('.', "").replace(' ', "-"), target, ids }
            }
            CacheIds::Distinct => Self { id: distinct_id(key, target.as_str()), target, ids },
        }
    }
}

/// An id of letters, digits and dashes that tells its key and directory and is that of no other.
fn distinct_id(key: &CacheKey, target: &str) -> String {
    let target = target.trim_end_matches('/');
    let digest = digest([key.0.as_bytes(), target.as_bytes()]);
    let readable = |text: &str| {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-")
    };
    format!("{}-{}-{digest}", readable(&key.0), readable(target))
}

/// 48 bits of a SHA-256, in hexadecimal digits; the parts cannot run into each other.
fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part);
    }
    hex(&hasher.finalize()[..6])
}

impl fmt::Display for CacheMount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = match self.ids {
            CacheIds::Nixpacks => self.target.to_string(),
            CacheIds::Distinct => encode::flag_value(self.target.as_str()),
        };
        write!(f, "--mount=type=cache,id={},target={target}", self.id)
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
        let mounts = CacheMounts::Keyed(CacheKeys::same(CacheKey::new("KEY".into())), CacheIds::Nixpacks);
        let shown = |directory: &str| mounts.of(&[directory.to_owned()])[0].to_string();
        assert_eq!(shown("/root/.npm"), "--mount=type=cache,id=KEY-/root/npm,target=/root/.npm");
        assert_eq!(
            shown("node_modules/.cache"),
            "--mount=type=cache,id=KEY-node_modules/cache,target=/app/node_modules/.cache"
        );
        assert_eq!(shown("~/a b"), "--mount=type=cache,id=KEY-/root/a-b,target=/root/a b");
        assert_eq!(CacheMounts::Off.of(&["x".to_owned()]), []);
    }

    #[test]
    fn distinct_ids_collide_with_no_other_directory_or_key() {
        let id = |key: &str, directory: &str| {
            let mounts = CacheMounts::Keyed(CacheKeys::same(CacheKey::new(key.into())), CacheIds::Distinct);
            mounts.of(&[directory.to_owned()]).remove(0).id
        };
        assert_eq!(id("my/app", "~/.m2"), "my-app-root-m2-9d72e2d252cb");
        let ids = [("a", ".m2"), ("a", "m2"), ("a", "/m2"), ("a-app", "m2"), ("a/app", "m2"), ("a", "m.2")];
        let distinct: std::collections::BTreeSet<_> = ids.map(|(key, directory)| id(key, directory)).into();
        assert_eq!(distinct.len(), ids.len());
        assert_eq!(id("a", "target"), id("a", "target/"));
    }

    #[test]
    fn a_cache_image_brings_and_keeps_directories_that_may_be_missing() {
        let image = |state| CacheMounts::Image { reference: "shop-cache".into(), state };
        let directories = ["~/.npm".to_owned(), "node_modules/.cache/".to_owned()];
        let restored = image(CacheImage::Present).restore(&directories);
        let shown = |instructions: &[Instruction]| {
            let paths = instructions.iter().map(|instruction| match instruction {
                Instruction::Copy(Copy { from: CopySource::Image(image, path), to, .. }) => {
                    format!("{image}: {path} {to}")
                }
                other => format!("{other:?}"),
            });
            paths.collect::<Vec<_>>()
        };
        assert_eq!(
            shown(&restored),
            ["shop-cache: /root/.np[m] /root/.npm", "shop-cache: /app/node_modules/.cach[e] /app/node_modules/.cache"]
        );
        assert_eq!(image(CacheImage::Absent).restore(&directories), []);
        let kept = image(CacheImage::Absent).keep(&["target"]).unwrap();
        assert_eq!(shown(&kept[1..]), ["0: /app/targe[t] /app/target"]);
        assert_eq!(CacheMounts::Off.keep(&["target"]), None);
    }
}
