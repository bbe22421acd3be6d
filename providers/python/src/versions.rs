//! Which Pythons and which package managers there are, under each edition.

use crate::manager::Manager;
use plugpacks_provider_support::release::{NIXPKGS_26_05, NIXPKGS_2023_09, Release, Releases};
use plugpacks_sdk::{Edition, Since};

/// nixpkgs of early 2025: the last to have Python 3.10.
const NIXPKGS_2025: &str = "bc8f8d1be58e8c8383e683a06e1e1e57893fff87";

/// The versions of each edition.
pub(crate) static RELEASES: Since<Releases> = Since::new(NIXPACKS, &[(Edition::E2026_11, SUPPORTED)]);

/// Nixpacks 1.41: whatever is not in the table becomes the unversioned `python3`.
pub(crate) const NIXPACKS: Releases = Releases {
    language: "Python",
    default: "3",
    all: &[
        Release::current("3", "python3", NIXPKGS_2025),
        Release::current("3.13", "python313", NIXPKGS_2025),
        Release::current("3.12", "python312", NIXPKGS_2025),
        Release::current("3.11", "python311", NIXPKGS_2025),
        Release::ended("3.10", "python310", NIXPKGS_2025, "2026-10-31"),
        Release::ended("3.9", "python39", NIXPKGS_2023_09, "2025-10-31"),
        Release::ended("3.8", "python38", NIXPKGS_2023_09, "2024-10-07"),
        Release::ended("3.7", "python37", NIXPKGS_2023_09, "2023-06-27"),
        Release::ended("2.7", "python27", NIXPKGS_2023_09, "2020-01-01"),
    ],
};

/// The default comes first, so that an open range such as `>=3.10` yields it rather than the newest
/// release, for which not every library has wheels yet.
const SUPPORTED: Releases = Releases {
    language: "Python",
    default: "3.13",
    all: &[
        Release::current("3.13", "python313", NIXPKGS_26_05),
        Release::current("3.14", "python314", NIXPKGS_26_05),
        Release::current("3.12", "python312", NIXPKGS_26_05),
        Release::current("3.11", "python311", NIXPKGS_26_05),
        Release::current("3.15", "python315", NIXPKGS_26_05),
        Release::ended("3.10", "python310", NIXPKGS_2025, "2026-10-31"),
        Release::ended("3.9", "python39", NIXPKGS_2023_09, "2025-10-31"),
        Release::ended("3.8", "python38", NIXPKGS_2023_09, "2024-10-07"),
        Release::ended("3.7", "python37", NIXPKGS_2023_09, "2023-06-27"),
        Release::ended("2.7", "python27", NIXPKGS_2023_09, "2020-01-01"),
    ],
};

/// The builds without the global interpreter lock, asked for as `3.14t`.
pub(crate) const FREE_THREADED: Releases = Releases {
    language: "Python (free-threaded)",
    default: "3.14",
    all: &[
        Release::current("3.14", "python314FreeThreading", NIXPKGS_26_05),
        Release::current("3.13", "python313FreeThreading", NIXPKGS_26_05),
        Release::current("3.15", "python315FreeThreading", NIXPKGS_26_05),
    ],
};

/// Package managers and the versions of them that are installed where the app does not say.
pub(crate) type ManagerVersions = &'static [(Manager, &'static str)];

/// The package managers of Nixpacks 1.41.
pub(crate) const NIXPACKS_MANAGERS: ManagerVersions =
    &[(Manager::Poetry, "1.3.1"), (Manager::Pdm, "2.13.3"), (Manager::Uv, "0.4.30")];

/// Current package managers, which need Python 3.10.
const CURRENT_MANAGERS: ManagerVersions =
    &[(Manager::Poetry, "2.5.1"), (Manager::Pdm, "2.29.3"), (Manager::Uv, "0.13.9"), (Manager::Pipenv, "2026.10.3")];

/// The package managers for Pythons whose end of life is long past.
const OLD_MANAGERS: ManagerVersions =
    &[(Manager::Poetry, "1.3.1"), (Manager::Pdm, "2.13.3"), (Manager::Uv, "0.13.9"), (Manager::Pipenv, "2023.10.3")];

/// Whether a Python's end of life is long past, so that current packages do not run on it.
pub(crate) fn is_old(python: &Release) -> bool {
    python.archive == NIXPKGS_2023_09
}

/// The package managers that run on a Python.
pub(crate) fn managers_for(python: &Release) -> ManagerVersions {
    if is_old(python) { OLD_MANAGERS } else { CURRENT_MANAGERS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_contain_their_defaults() {
        for table in [NIXPACKS, SUPPORTED, FREE_THREADED] {
            assert_eq!(table.default_release().version, table.default);
        }
    }

    #[test]
    fn a_python_before_3_10_gets_package_managers_that_still_run_on_it() {
        let managers = |version: &str| managers_for(SUPPORTED.exactly(version).unwrap());
        assert_eq!(managers("3.8"), OLD_MANAGERS);
        assert_eq!(managers("3.10"), CURRENT_MANAGERS);
    }
}
