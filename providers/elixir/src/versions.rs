//! The Elixir releases of each edition, and where they come from.

use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Releases};
use plugpacks_sdk::{Edition, Since};

/// nixpkgs of early 2025: Elixir 1.9 to 1.17.
pub(crate) const NIXPKGS_2025: &str = "c5702bd28cbde41a191a9c2a00501f18941efbd0";

/// The versions of each edition.
pub(crate) static RELEASES: Since<Releases> = Since::new(NIXPACKS, &[(Edition::E2026_11, SUPPORTED)]);

/// Nixpacks 1.41: whatever is not in the table becomes the unversioned `elixir`.
pub(crate) const NIXPACKS: Releases = Releases {
    language: "Elixir",
    default: "1",
    all: &[
        Release::current("1", "elixir", NIXPKGS_2025),
        Release::current("1.17", "elixir_1_17", NIXPKGS_2025),
        Release::current("1.16", "elixir_1_16", NIXPKGS_2025),
        Release::current("1.15", "elixir_1_15", NIXPKGS_2025),
        Release::ended("1.14", "elixir_1_14", NIXPKGS_2025, "2025-10-16"),
        Release::ended("1.13", "elixir_1_13", NIXPKGS_2025, "2024-12-19"),
        Release::ended("1.12", "elixir_1_12", NIXPKGS_2025, "2024-06-12"),
        Release::ended("1.11", "elixir_1_11", NIXPKGS_2025, "2023-12-22"),
        Release::ended("1.10", "elixir_1_10", NIXPKGS_2025, "2023-06-19"),
        Release::ended("1.9", "elixir_1_9", NIXPKGS_2025, "2022-09-01"),
    ],
};

/// Each runs on an Erlang/OTP of its own set. A release ends with the fifth one after it; 1.16 when
/// nixpkgs dropped Erlang/OTP 26, the last it runs on.
const SUPPORTED: Releases = Releases {
    language: "Elixir",
    default: "1.20",
    all: &[
        Release::current("1.20", "beam28Packages.elixir_1_20", NIXPKGS_26_05),
        Release::current("1.19", "beam28Packages.elixir_1_19", NIXPKGS_26_05),
        Release::current("1.18", "beam27Packages.elixir_1_18", NIXPKGS_26_05),
        Release::current("1.17", "beam27Packages.elixir_1_17", NIXPKGS_26_05),
        Release::ended("1.16", "elixir_1_16", NIXPKGS_2025, "2026-04-01"),
        Release::ended("1.15", "elixir_1_15", NIXPKGS_2025, "2026-06-03"),
        Release::ended("1.14", "elixir_1_14", NIXPKGS_2025, "2025-10-16"),
        Release::ended("1.13", "elixir_1_13", NIXPKGS_2025, "2024-12-19"),
        Release::ended("1.12", "elixir_1_12", NIXPKGS_2025, "2024-06-12"),
        Release::ended("1.11", "elixir_1_11", NIXPKGS_2025, "2023-12-22"),
        Release::ended("1.10", "elixir_1_10", NIXPKGS_2025, "2023-06-19"),
        Release::ended("1.9", "elixir_1_9", NIXPKGS_2025, "2022-09-01"),
    ],
};

/// The Erlang/OTP that an Elixir is built with, where the two come from a set of their own.
pub(crate) fn erlang(elixir: &Release) -> Option<String> {
    elixir.package.split_once('.').map(|(set, _)| format!("{set}.erlang"))
}

/// The Erlang/OTP major of such a set.
pub(crate) fn otp(elixir: &Release) -> Option<&'static str> {
    elixir.package.strip_prefix("beam")?.split_once("Packages").map(|(major, _)| major)
}
