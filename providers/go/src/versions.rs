//! The version tables.

use plugpacks_provider_support::release::{
    NIXPKGS_26_05, NIXPKGS_2023_09, NIXPKGS_NODE_24, Release, Releases, Sources,
};
use plugpacks_sdk::{Edition, Since};

const GO_1_20_AND_1_21: &str = "1f13eabcd6f5b00fe9de9575ac52c66a0e887ce6";
const GO_1_22: &str = "e89cf1c932006531f454de7d652163a9a5c86668";
const GO_1_23: &str = "05bbf675397d5366259409139039af8077d695ce";

/// The versions of each edition.
pub(crate) static RELEASES: Since<Releases> = Since::new(NIXPACKS, &[(Edition::E2026_11, SUPPORTED)]);

/// The versions of Nixpacks 1.41.
pub(crate) const NIXPACKS: Releases = Releases {
    language: "Go",
    default: "1.22",
    all: &[
        Release::current("1.18", "go_1_18", NIXPKGS_2023_09),
        Release::current("1.19", "go_1_19", NIXPKGS_2023_09),
        Release::current("1.20", "go_1_20", GO_1_20_AND_1_21),
        Release::current("1.21", "go_1_21", GO_1_20_AND_1_21),
        Release::current("1.22", "go", GO_1_22),
        Release::current("1.23", "go_1_23", GO_1_23),
    ],
};

/// The versions that are supported, and those that were.
///
/// The default comes first, so that it also serves modules that ask for an older version: Go
/// compiles these as their `go` line says.
const SUPPORTED: Releases = Releases {
    language: "Go",
    default: "1.26",
    all: &[
        Release::current("1.26", "go_1_26", NIXPKGS_26_05),
        Release::current("1.27", "go_1_27", NIXPKGS_26_05),
        Release::ended("1.25", "go_1_25", NIXPKGS_26_05, "2026-08"),
        Release::ended("1.24", "go_1_24", NIXPKGS_NODE_24, "2026-02"),
        Release::ended("1.23", "go_1_23", GO_1_23, "2025-08-12"),
        Release::ended("1.22", "go", GO_1_22, "2025-02-11"),
        Release::ended("1.21", "go_1_21", GO_1_20_AND_1_21, "2024-08-13"),
        Release::ended("1.20", "go_1_20", GO_1_20_AND_1_21, "2024-02-06"),
        Release::ended("1.19", "go_1_19", NIXPKGS_2023_09, "2023-08-08"),
        Release::ended("1.18", "go_1_18", NIXPKGS_2023_09, "2023-02-01"),
    ],
};

/// Where a version is looked for, apart from `go.work` and `go.mod`.
pub(crate) const SOURCES: Sources =
    Sources { variable: "GO_VERSION", files: &[".go-version"], tools: &["go", "golang"] };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_contain_their_defaults() {
        assert_eq!(NIXPACKS.default_release().package, "go");
        assert_eq!(SUPPORTED.default_release().package, "go_1_26");
    }
}
