//! The PHP releases of each edition, and where they come from.

use plugpacks_provider_support::release::{NIXPKGS_26_05, NIXPKGS_2023_09, Release, Releases};
use plugpacks_sdk::{Edition, Since};

/// nixpkgs of 2025: PHP 8.1 to 8.4.
const NIXPKGS_2025: &str = "e24b4c09e963677b1beea49d411cd315a024ad3a";

/// The versions of each edition.
pub(crate) static RELEASES: Since<Releases> = Since::new(NIXPACKS, &[(Edition::E2026_11, SUPPORTED)]);

/// Nixpacks 1.41: the first of these that occurs in the requirement, 8.3 without one.
pub(crate) const NIXPACKS: Releases = Releases {
    language: "PHP",
    default: "8.3",
    all: &[
        Release::ended("8.0", "php80", NIXPKGS_2023_09, "2023-11-26"),
        Release::ended("8.1", "php81", NIXPKGS_2025, "2025-12-31"),
        Release::current("8.2", "php", NIXPKGS_2025),
        Release::current("8.3", "php83", NIXPKGS_2025),
        Release::current("8.4", "php84", NIXPKGS_2025),
        Release::ended("7.4", "php74", NIXPKGS_2023_09, "2022-11-28"),
    ],
};

/// The default stands first: an open requirement such as `>=8.1` gets what an app without one gets.
const SUPPORTED: Releases = Releases {
    language: "PHP",
    default: "8.4",
    all: &[
        Release::current("8.4", "php84", NIXPKGS_26_05),
        Release::current("8.5", "php85", NIXPKGS_26_05),
        Release::current("8.3", "php83", NIXPKGS_26_05),
        Release::current("8.2", "php82", NIXPKGS_26_05),
        Release::ended("8.1", "php81", NIXPKGS_2025, "2025-12-31"),
        Release::ended("8.0", "php80", NIXPKGS_2023_09, "2023-11-26"),
        Release::ended("7.4", "php74", NIXPKGS_2023_09, "2022-11-28"),
    ],
};

/// The last release that has no JSON without an extension.
pub(crate) const WITH_JSON_EXTENSION: &str = "7.4";
