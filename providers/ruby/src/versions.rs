//! The Ruby series, and where they come from.

use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Releases};
use plugpacks_sdk::Since;

/// What stands in place of a Nix attribute for a series that ruby-build compiles.
pub(crate) const COMPILED: &str = "ruby-build";

/// The release of ruby-build whose definitions are used. A Ruby that is newer than this is looked for
/// in the newest one.
pub(crate) const RUBY_BUILD: &str = "v20260714";

/// The default stands first: an open range such as `>= 3.1` gets what an app without a wish gets.
/// Nix would have some of the ended series in older archives, but only one patch of each.
pub(crate) static RELEASES: Since<Releases> = Since::always(Releases {
    language: "Ruby",
    default: "3.4",
    all: &[
        Release::current("3.4", "ruby_3_4", NIXPKGS_26_05),
        Release::current("4.0", "ruby_4_0", NIXPKGS_26_05),
        Release::current("3.3", "ruby_3_3", NIXPKGS_26_05),
        Release::ended("3.2", COMPILED, NIXPKGS_26_05, "2026-03-31"),
        Release::ended("3.1", COMPILED, NIXPKGS_26_05, "2025-03-26"),
        Release::ended("3.0", COMPILED, NIXPKGS_26_05, "2024-04-23"),
        Release::ended("2.7", COMPILED, NIXPKGS_26_05, "2023-03-31"),
        Release::ended("2.6", COMPILED, NIXPKGS_26_05, "2022-04-12"),
        Release::ended("2.5", COMPILED, NIXPKGS_26_05, "2021-04-05"),
        Release::ended("2.4", COMPILED, NIXPKGS_26_05, "2020-04-05"),
    ],
});
