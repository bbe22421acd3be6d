//! Whose behaviour is wanted.

use crate::Context;

#[path = "../wit/editions.rs"]
#[allow(dead_code, unreachable_pub, reason = "the host needs the rest")]
mod data;

pub use data::{Edition, NIXPKGS_26_05, NIXPKGS_2023_09, NIXPKGS_NODE_24, NIXPKGS_RUST};

/// For example, a package that got another name:
///
/// ```
/// use plugpacks_sdk::{Edition, Since};
///
/// static COMPILER: Since<&str> = Since::new("gnu-cobol", &[(Edition::E2026_11, "gnucobol")]);
///
/// assert_eq!(*COMPILER.of(Edition::NIXPACKS), "gnu-cobol");
/// assert_eq!(*COMPILER.of(Edition::E2026_11), "gnucobol");
/// ```
pub use data::Since;

impl Edition {
    /// The edition that a host means by this name; by one that this SDK does not know, the newest it
    /// knows, since only newer hosts have other names.
    pub fn from_name(name: &str) -> Self {
        Self::named(name).unwrap_or_else(|| Self::ALL.into_iter().max().unwrap_or(Self::DEFAULT))
    }
}

impl<T> Since<T> {
    /// What holds under the edition of this build.
    pub fn at(&self, context: &Context) -> &T {
        self.of(context.environment.edition())
    }
}

#[cfg(test)]
#[allow(clippy::inconsistent_digit_grouping, reason = "a date")]
mod tests {
    use super::{Edition, Since};

    #[test]
    fn the_newest_value_that_is_not_of_a_later_edition_holds() {
        let steps = Since::new(1, &[(Edition::E2026_11, 2)]);
        let both = [Edition::NIXPACKS, Edition::E2026_11];
        assert_eq!(both.map(|edition| *steps.of(edition)), [1, 2]);
        assert_eq!(both.map(|edition| *Since::always(1).of(edition)), [1, 1]);
    }

    #[test]
    fn a_further_edition_changes_only_what_says_so() {
        const NEXT: Edition = Edition::opened("2099.05", 2099_05_01);
        let go = Since::new("1.22", &[(Edition::E2026_11, "1.26"), (NEXT, "1.27")]);
        assert_eq!(
            [Edition::NIXPACKS, Edition::E2026_11, NEXT].map(|edition| *go.of(edition)),
            ["1.22", "1.26", "1.27"]
        );
        let node = Since::new("18", &[(Edition::E2026_11, "24")]);
        assert_eq!(node.of(NEXT), node.of(Edition::E2026_11));
    }

    #[test]
    fn editions_have_names_and_an_order() {
        assert!(Edition::ALL.is_sorted());
        for edition in Edition::ALL {
            assert_eq!(Edition::from_name(edition.name()), edition);
        }
        assert_eq!(Edition::from_name("2099.01"), Edition::ALL[Edition::ALL.len() - 1]);
    }
}
