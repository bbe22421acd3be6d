//! The version table of the edition 2026.11.

use plugpacks_sdk::release::{NIXPKGS_26_05, Release, Releases, Sources};

/// nixpkgs of 2023-09-17, the default of Nixpacks 1.41.
const NIXPKGS_2023_09: &str = "5148520bfab61f99fd25fb9ff7bfbb50dad3c9db";

/// The newest comes first: a program for an earlier 1.x compiles with every later one.
pub(crate) const RELEASES: Releases = Releases {
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
};

/// Where a version is looked for, apart from `shard.yml`.
pub(crate) const SOURCES: Sources =
    Sources { variable: "CRYSTAL_VERSION", files: &[".crystal-version"], tools: &["crystal"] };
