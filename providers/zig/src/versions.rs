//! The version table.

use plugpacks_provider_support::release::{NIXPKGS_26_05, NIXPKGS_2023_09, Release, Releases, Sources};
use plugpacks_sdk::Since;

/// Only the newest version gets fixes, but each is a language of its own: the one before stays
/// without a warning.
pub(crate) static RELEASES: Since<Releases> = Since::always(Releases {
    language: "Zig",
    default: "0.16",
    all: &[
        Release::current("0.16", "zig_0_16", NIXPKGS_26_05),
        Release::current("0.15", "zig_0_15", NIXPKGS_26_05),
        Release::ended("0.14", "zig_0_14", NIXPKGS_26_05, "2025-08-19"),
        Release::ended("0.13", "zig_0_13", NIXPKGS_26_05, "2025-03-05"),
        Release::ended("0.11", "zig", NIXPKGS_2023_09, "2024-04-20"),
    ],
});

/// Where a version is looked for, apart from `build.zig.zon`.
pub(crate) const SOURCES: Sources =
    Sources { variable: "ZIG_VERSION", files: &[".zigversion", ".zig-version"], tools: &["zig"] };
