//! The version tables.

use plugpacks_provider_support::jdk::{self, NIXPKGS_JDK_20};
use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Releases};
use plugpacks_sdk::{Edition, Since};

/// The JDKs of each edition.
pub(crate) static JDKS: Since<Releases> = Since::new(NIXPACKS_JDKS, &[(Edition::E2026_11, SUPPORTED_JDKS)]);

/// The Gradles of each edition.
pub(crate) static GRADLES: Since<Releases> = Since::new(NIXPACKS_GRADLES, &[(Edition::E2026_11, SUPPORTED_GRADLES)]);

/// The JDKs of Nixpacks 1.41.
pub(crate) const NIXPACKS_JDKS: Releases = Releases {
    language: "JDK",
    default: "17",
    all: &[
        Release::current("21", "jdk21", NIXPKGS_JDK_20),
        Release::current("20", "jdk20", NIXPKGS_JDK_20),
        Release::current("19", "jdk", NIXPKGS_JDK_20),
        Release::current("17", "jdk17", NIXPKGS_JDK_20),
        Release::current("11", "jdk11", NIXPKGS_JDK_20),
        Release::current("8", "jdk8", NIXPKGS_JDK_20),
    ],
};

/// The Gradles of Nixpacks 1.41.
pub(crate) const NIXPACKS_GRADLES: Releases = Releases {
    language: "Gradle",
    default: "8",
    all: &[
        Release::current("8", "gradle", NIXPKGS_JDK_20),
        Release::current("7", "gradle_7", NIXPKGS_JDK_20),
        Release::current("6", "gradle_6", NIXPKGS_JDK_20),
        Release::current("5", "gradle_5", NIXPKGS_JDK_20),
        Release::current("4", "gradle_4", NIXPKGS_JDK_20),
    ],
};

/// The JDKs that are supported, and those that were.
const SUPPORTED_JDKS: Releases = Releases { language: "Java", default: "25", all: jdk::RELEASES };

/// The Gradles that are supported, and those that were.
const SUPPORTED_GRADLES: Releases = Releases {
    language: "Gradle",
    default: "9",
    all: &[
        Release::current("9", "gradle_9", NIXPKGS_26_05),
        Release::current("8", "gradle_8", NIXPKGS_26_05),
        Release::ended("7", "gradle_7", NIXPKGS_26_05, "2025-07-31"),
        Release::ended("6", "gradle_6", NIXPKGS_JDK_20, "2023-02-13"),
        Release::ended("5", "gradle_5", NIXPKGS_JDK_20, "2021-04-09"),
        Release::ended("4", "gradle_4", NIXPKGS_JDK_20, "2019-11-08"),
    ],
};

/// Which JDKs a Gradle runs on.
pub(crate) struct Compatibility {
    /// The first Gradle that this is true of: major and minor number.
    pub(crate) since: (u64, u64),
    /// The JDK where the app does not ask for one: that of Nixpacks 1.41, unless this Gradle does not
    /// run on it.
    pub(crate) default: u64,
    /// The oldest JDK.
    pub(crate) oldest: u64,
    /// The newest JDK with long-term support.
    pub(crate) newest: u64,
}

/// Newest Gradle first.
pub(crate) const COMPATIBILITY: [Compatibility; 8] = [
    Compatibility { since: (9, 1), default: 25, oldest: 17, newest: 25 },
    Compatibility { since: (9, 0), default: 21, oldest: 17, newest: 21 },
    Compatibility { since: (8, 5), default: 17, oldest: 8, newest: 21 },
    Compatibility { since: (7, 3), default: 17, oldest: 8, newest: 17 },
    Compatibility { since: (7, 0), default: 11, oldest: 8, newest: 11 },
    Compatibility { since: (6, 0), default: 11, oldest: 8, newest: 11 },
    Compatibility { since: (5, 0), default: 8, oldest: 8, newest: 11 },
    Compatibility { since: (0, 0), default: 8, oldest: 8, newest: 8 },
];

/// The Java that a `pom.xml` means which builds on Spring Boot's: major number of Spring Boot and
/// `java.version` of its parent POM.
pub(crate) const JAVA_OF_SPRING_BOOT: [(u64, u64); 4] = [(4, 17), (3, 17), (2, 8), (1, 8)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_contain_their_defaults() {
        for table in [NIXPACKS_JDKS, NIXPACKS_GRADLES, SUPPORTED_JDKS, SUPPORTED_GRADLES] {
            assert_eq!(table.default_release().version, table.default);
        }
        for row in COMPATIBILITY {
            assert!(SUPPORTED_JDKS.exactly(&row.default.to_string()).is_some());
            assert!((row.oldest..=row.newest).contains(&row.default));
        }
    }
}
