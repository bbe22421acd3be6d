//! The version table of the edition 2026.11.

use plugpacks_sdk::release::{NIXPKGS_26_05, Release, Releases, Sources};

/// nixpkgs of 2023-09-17, the default of Nixpacks 1.41.
const NIXPKGS_2023_09: &str = "5148520bfab61f99fd25fb9ff7bfbb50dad3c9db";

/// Only the newest version gets fixes, but each is a language of its own: the one before stays
/// without a warning.
pub(crate) const RELEASES: Releases = Releases {
    language: "Zig",
    default: "0.16",
    all: &[
        Release::current("0.16", "zig_0_16", NIXPKGS_26_05),
        Release::current("0.15", "zig_0_15", NIXPKGS_26_05),
        Release::ended("0.14", "zig_0_14", NIXPKGS_26_05, "2025-08-19"),
        Release::ended("0.13", "zig_0_13", NIXPKGS_26_05, "2025-03-05"),
        Release::ended("0.11", "zig", NIXPKGS_2023_09, "2024-04-20"),
    ],
};

/// Where a version is looked for, apart from `build.zig.zon`.
pub(crate) const SOURCES: Sources =
    Sources { variable: "ZIG_VERSION", files: &[".zigversion", ".zig-version"], tools: &["zig"] };
