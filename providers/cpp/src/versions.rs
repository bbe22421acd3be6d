//! The version table.

use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Releases, Sources};
use plugpacks_sdk::Since;

/// GCC's branches have no published ends, so none is marked as ended.
pub(crate) static RELEASES: Since<Releases> = Since::always(Releases {
    language: "GCC",
    default: "15",
    all: &[
        Release::current("15", "gcc15", NIXPKGS_26_05),
        Release::current("14", "gcc14", NIXPKGS_26_05),
        Release::current("13", "gcc13", NIXPKGS_26_05),
    ],
});

/// Where a version is looked for.
pub(crate) const SOURCES: Sources = Sources { variable: "GCC_VERSION", files: &[], tools: &["gcc"] };

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_contains_its_default() {
        assert_eq!(super::RELEASES.of(plugpacks_sdk::Edition::DEFAULT).default_release().package, "gcc15");
    }
}
