//! The version table.

use plugpacks_provider_support::release::{NIXPKGS_26_05, NIXPKGS_2023_09, Release, Releases, Sources};
use plugpacks_sdk::Since;

/// nixpkgs has one version of Deno at a time.
pub(crate) static RELEASES: Since<Releases> = Since::always(Releases {
    language: "Deno",
    default: "2",
    all: &[Release::current("2", "deno", NIXPKGS_26_05), Release::ended("1", "deno", NIXPKGS_2023_09, "2024-10-09")],
});

/// Where a version is looked for.
pub(crate) const SOURCES: Sources =
    Sources { variable: "DENO_VERSION", files: &[".deno-version", ".dvmrc"], tools: &["deno"] };
