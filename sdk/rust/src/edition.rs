//! Whose behaviour is wanted.

use std::fmt;

/// The behaviour and version tables a plan is made with.
///
/// Editions are ordered: the older one compares less. A provider keeps what differs between them
/// in its data tables, such as [`Editions`], and asks [`crate::Environment::edition`] in few, named
/// places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// `nixpacks`: the plan of Nixpacks 1.41, exactly.
    Nixpacks,
    /// `2026.11`: supported versions and mended rules.
    November2026,
}

impl Edition {
    /// Every edition, oldest first.
    pub const ALL: [Self; 2] = [Self::Nixpacks, Self::November2026];

    /// The edition's name as it is written on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nixpacks => "nixpacks",
            Self::November2026 => "2026.11",
        }
    }

    /// The edition with this name; of a name that this SDK does not know, the newest it knows,
    /// since only newer hosts have other names.
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|edition| edition.name() == name).unwrap_or(Self::November2026)
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One value for each edition: a provider's rules, say, or the name of a package.
///
/// As it has a field for every edition, none can be forgotten.
///
/// ```
/// use plugpacks_sdk::{Edition, Editions};
///
/// static COMPILER: Editions<&str> = Editions { nixpacks: "gnu-cobol", november_2026: "gnucobol" };
///
/// assert_eq!(*COMPILER.of(Edition::November2026), "gnucobol");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Editions<T> {
    /// What holds under [`Edition::Nixpacks`].
    pub nixpacks: T,
    /// What holds under [`Edition::November2026`].
    pub november_2026: T,
}

impl<T> Editions<T> {
    /// What holds under this edition.
    pub const fn of(&self, edition: Edition) -> &T {
        match edition {
            Edition::Nixpacks => &self.nixpacks,
            Edition::November2026 => &self.november_2026,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Edition, Editions};

    #[test]
    fn each_edition_has_its_own_value() {
        let names = Editions { nixpacks: "nixpacks", november_2026: "2026.11" };
        for edition in Edition::ALL {
            assert_eq!(*names.of(edition), edition.name());
        }
    }
}
