//! The version table.

use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Releases, Sources};
use plugpacks_sdk::Since;

/// nixpkgs has one version of Dart at a time.
pub(crate) static RELEASES: Since<Releases> =
    Since::always(Releases { language: "Dart", default: "3", all: &[Release::current("3", "dart", NIXPKGS_26_05)] });

/// Where a version is looked for, apart from `pubspec.yaml`.
pub(crate) const SOURCES: Sources = Sources { variable: "DART_VERSION", files: &[".dart-version"], tools: &["dart"] };
