//! The versions of Swift.

use plugpacks_provider_support::release::{Release, Releases, Sources};
use plugpacks_sdk::Since;

/// Nixpacks 1.41: versions and the nixpkgs commits that have them. The last is the default, and
/// stands for all that are not listed.
pub(crate) const NIXPACKS: [(&str, &str); 17] = [
    ("3.1", "aeaa79dc82980869a88a5955ea3cd3e1944b7d80"),
    ("3.1.1", "8414d8386b9a6b855b291fb3f01a4e3b04c08bbb"),
    ("4.0.3", "2c9d2d65266c2c3aca1e4c80215de8bee5295b04"),
    ("4.1", "92a047a6c4d46a222e9c323ea85882d0a7a13af8"),
    ("4.1.3", "a3962299f14944a0e9ccf8fd84bd7be524b74cd6"),
    ("4.2.1", "7ff8a16f0726342f0a25697867d8c1306d4da7b0"),
    ("4.2.3", "3fa154fd7fed3d6a94322bf08a6def47d6f8e0f6"),
    ("5.0.1", "4599f2bb9a5a6b1482e72521ead95cb24e0aa819"),
    ("5.0.2", "a9eb3eed170fa916e0a8364e5227ee661af76fde"),
    ("5.1.1", "9986226d5182c368b7be1db1ab2f7488508b5a87"),
    ("5.4", "c82b46413401efa740a0b994f52e9903a4f6dcd5"),
    ("5.4.2", "c82b46413401efa740a0b994f52e9903a4f6dcd5"),
    ("5.5.2", "7592790b9e02f7f99ddcb1bd33fd44ff8df6a9a7"),
    ("5.5.3", "7cf5ccf1cdb2ba5f08f0ac29fc3d04b0b59a07e4"),
    ("5.6.2", "3c3b3ab88a34ff8026fc69cb78febb9ec9aedb16"),
    ("5.7.3", "8cad3dbe48029cb9def5cdb2409a6c80d3acfe2e"),
    ("5.8", "9957cd48326fe8dbd52fdc50dd2502307f188b0d"),
];

/// In place of a nixpkgs commit: the release's package is an image of the Swift project.
pub(crate) const IMAGE: &str = "";

/// The versions that are supported, and those that were, newest first.
///
/// nixpkgs 26.05 has no Swift 6, and its Swift 5.10 is made of packages (compiler, package manager,
/// Foundation) that find each other in Nix builds, but not in a profile. So these come as the images
/// of the Swift project.
pub(crate) static RELEASES: Since<Releases> = Since::always(Releases {
    language: "Swift",
    default: "6.2",
    all: &[
        Release::current("6.2", "swift:6.2-noble", IMAGE),
        Release::ended("6.1", "swift:6.1-noble", IMAGE, "2025-09-15"),
        Release::ended("6.0", "swift:6.0-noble", IMAGE, "2025-03-31"),
        Release::ended("5.10", "swift:5.10-noble", IMAGE, "2024-09-17"),
        Release::ended("5.9", "swift:5.9-jammy", IMAGE, "2024-03-05"),
        Release::ended("5.8", "swift", "9957cd48326fe8dbd52fdc50dd2502307f188b0d", "2023-09-18"),
        Release::ended("5.7", "swift", "8cad3dbe48029cb9def5cdb2409a6c80d3acfe2e", "2023-03-30"),
        Release::ended("5.6", "swift", "3c3b3ab88a34ff8026fc69cb78febb9ec9aedb16", "2022-09-12"),
        Release::ended("5.5", "swift", "7cf5ccf1cdb2ba5f08f0ac29fc3d04b0b59a07e4", "2022-03-14"),
        Release::ended("5.4", "swift", "c82b46413401efa740a0b994f52e9903a4f6dcd5", "2021-09-20"),
        Release::ended("5.1", "swift", "9986226d5182c368b7be1db1ab2f7488508b5a87", "2020-03-24"),
        Release::ended("5.0", "swift", "a9eb3eed170fa916e0a8364e5227ee661af76fde", "2019-09-19"),
        Release::ended("4.2", "swift", "3fa154fd7fed3d6a94322bf08a6def47d6f8e0f6", "2019-03-25"),
        Release::ended("4.1", "swift", "a3962299f14944a0e9ccf8fd84bd7be524b74cd6", "2018-09-17"),
        Release::ended("4.0", "swift", "2c9d2d65266c2c3aca1e4c80215de8bee5295b04", "2018-03-29"),
        Release::ended("3.1", "swift", "8414d8386b9a6b855b291fb3f01a4e3b04c08bbb", "2017-09-19"),
    ],
});

/// The oldest tools version that the current Swift reads.
pub(crate) const OLDEST_TOOLS: u64 = 4;

/// Where a version is looked for, apart from the manifest.
pub(crate) const SOURCES: Sources =
    Sources { variable: "SWIFT_VERSION", files: &[".swift-version"], tools: &["swift"] };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_contain_their_defaults() {
        assert_eq!(NIXPACKS[NIXPACKS.len() - 1].0, "5.8");
        assert_eq!(RELEASES.of(plugpacks_sdk::Edition::DEFAULT).default_release().package, "swift:6.2-noble");
    }
}
