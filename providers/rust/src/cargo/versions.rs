//! The pinned sources, and what they contain.

use crate::Pins;
use plugpacks_provider_support::release::{NIXPKGS_26_05, Sources};

/// The Rust overlay of 2026-09-28.
pub(crate) const PINS: Pins = Pins {
    archive: NIXPKGS_26_05,
    rust_overlay: "https://github.com/oxalica/rust-overlay/archive/3f4df219c0d9aa82710232324856755d51ef0b69.tar.gz",
};

/// The first minor version of Rust 1 that the overlay has.
pub(super) const OLDEST_MINOR: u64 = 29;

/// The last one: of 2026-08-20.
pub(super) const NEWEST_MINOR: u64 = 98;

/// The day of the first beta and nightly toolchains: the overlay keeps this and the last year's.
pub(super) const OLDEST_PREVIEW: &str = "2025-01-01";

/// The first minor version that calls the target `wasm32-wasi` by its new name `wasm32-wasip1`;
/// since 1.84 the old one is gone.
pub(super) const FIRST_MINOR_WITH_WASIP1: u64 = 78;

/// Where a version is looked for, apart from toolchain file and manifest.
pub(super) const SOURCES: Sources = Sources { variable: "RUST_VERSION", files: &[".rust-version"], tools: &["rust"] };
