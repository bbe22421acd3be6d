//! The version table of the edition 2026.11.

use plugpacks_sdk::release::{NIXPKGS_26_05, Release, Releases, Sources};

/// nixpkgs of 2023-09-17, the default of Nixpacks 1.41.
const NIXPKGS_2023_09: &str = "5148520bfab61f99fd25fb9ff7bfbb50dad3c9db";

/// nixpkgs has one version of Deno at a time.
pub(crate) const RELEASES: Releases = Releases {
    language: "Deno",
    default: "2",
    all: &[Release::current("2", "deno", NIXPKGS_26_05), Release::ended("1", "deno", NIXPKGS_2023_09, "2024-10-09")],
};

/// Where a version is looked for.
pub(crate) const SOURCES: Sources =
    Sources { variable: "DENO_VERSION", files: &[".deno-version", ".dvmrc"], tools: &["deno"] };
