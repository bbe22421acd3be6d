//! The version table.

use plugpacks_provider_support::release::{NIXPKGS_26_05, NIXPKGS_2023_09, Release, Releases, Sources};
use plugpacks_sdk::Since;

/// The newest comes first: a program for an earlier 1.x compiles with every later one.
pub(crate) static RELEASES: Since<Releases> = Since::always(Releases {
    language: "Crystal",
    default: "1.19",
    all: &[
        Release::current("1.19", "crystal_1_19", NIXPKGS_26_05),
        Release::current("1.18", "crystal_1_18", NIXPKGS_26_05),
        Release::current("1.17", "crystal_1_17", NIXPKGS_26_05),
        Release::current("1.16", "crystal_1_16", NIXPKGS_26_05),
        Release::current("1.15", "crystal_1_15", NIXPKGS_26_05),
        Release::current("1.14", "crystal_1_14", NIXPKGS_26_05),
        Release::ended("1.9", "crystal", NIXPKGS_2023_09, "2023-10-09"),
    ],
});

/// Where a version is looked for, apart from `shard.yml`.
pub(crate) const SOURCES: Sources =
    Sources { variable: "CRYSTAL_VERSION", files: &[".crystal-version"], tools: &["crystal"] };
