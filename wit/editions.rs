//! The editions, as data. The host, its build script and the Rust SDK compile this very file.
//!
//! An edition is a step in time. To open one, add a constant of [`Edition`] and put it at the end of
//! [`Edition::ALL`]; then give whatever is to differ from then on a further step in its [`Since`]:
//! here, in the host's `edition.rs`, or in a provider. All else stays as it was.

/// The behaviour and version tables a plan is made with.
///
/// Editions are ordered: the older one compares less. What differs between them is the value of a
/// [`Since`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edition {
    /// The day from which on its behaviour is fixed: year, month and day in one number.
    date: u32,
    name: &'static str,
}

#[allow(clippy::inconsistent_digit_grouping, reason = "dates are read more easily so")]
impl Edition {
    /// `nixpacks`: the plan of Nixpacks 1.41, exactly.
    pub const NIXPACKS: Self = Self::opened("nixpacks", 2025_10_24);

    /// `2026.11`: supported versions and mended rules.
    pub const E2026_11: Self = Self::opened("2026.11", 2026_11_29);

    /// Every edition, oldest first.
    pub const ALL: [Self; 2] = [Self::NIXPACKS, Self::E2026_11];

    /// The edition of those who do not choose.
    pub const DEFAULT: Self = Self::E2026_11;
}

/// nixpkgs of 2023-09-17: the last with .NET 6 and 7, PHP 7.4 and 8.0, Python 2.7 to 3.9.
pub const NIXPKGS_2023_09: &str = "5148520bfab61f99fd25fb9ff7bfbb50dad3c9db";

/// The nixpkgs commit that Nixpacks 1.41 pins for Rust; it still has Lunatic.
pub const NIXPKGS_RUST: &str = "ef56e777fedaa4da8c66a150081523c5de1e0171";

/// The nixpkgs commit, of 2025, that Nixpacks 1.41 pins for Node.js 24.
pub const NIXPKGS_NODE_24: &str = "23f9169c4ccce521379e602cc82ed873a1f1b52b";

/// The nixpkgs commit, with OpenSSL 1.1, that `NIXPACKS_DEBIAN` chooses.
pub const NIXPKGS_DEBIAN: &str = "a0b7e70db7a55088d3de0cc370a59f9fbcc906c3";

/// Channel `nixos-26.05` of 2026-10-06.
pub const NIXPKGS_26_05: &str = "b25309931cfda5f0b8805f462a29897eeae50168";

/// The nixpkgs commit of phases that name none.
pub const NIXPKGS: Since<&str> = Since::new(NIXPKGS_2023_09, &[(Edition::E2026_11, NIXPKGS_26_05)]);

/// The base image: Nixpacks', since a newer one is not published.
pub const UBUNTU_IMAGE: Since<&str> = Since::always("ghcr.io/railwayapp/nixpacks:ubuntu-1745885067");

/// The base image that `NIXPACKS_DEBIAN` chooses.
pub const DEBIAN_IMAGE: Since<&str> = Since::always("ghcr.io/railwayapp/nixpacks:debian-1745885067");

/// A value that changes from edition to edition: what it was at first, and each value that took its
/// place, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since<T: 'static> {
    first: T,
    later: &'static [(Edition, T)],
}

impl<T> Since<T> {
    /// What held at first, and what holds since later editions, oldest first.
    pub const fn new(first: T, later: &'static [(Edition, T)]) -> Self {
        Self { first, later }
    }

    /// What holds under every edition, so far.
    pub const fn always(value: T) -> Self {
        Self::new(value, &[])
    }

    /// What holds under an edition: the newest value that is not of a later one.
    pub const fn of(&self, edition: Edition) -> &T {
        let mut value = &self.first;
        let mut next = 0;
        while next < self.later.len() && !edition.is_before(self.later[next].0) {
            value = &self.later[next].1;
            next += 1;
        }
        value
    }
}

impl Edition {
    /// An edition with this name, from a day on: year, month and day in one number.
    pub(super) const fn opened(name: &'static str, date: u32) -> Self {
        Self { date, name }
    }

    /// The name on the command line, in configuration files and in the contract.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Whether it is older than another.
    pub const fn is_before(self, other: Self) -> bool {
        self.date < other.date
    }

    /// The edition of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|edition| edition.name == name)
    }
}

impl std::fmt::Display for Edition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
