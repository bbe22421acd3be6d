//! What differs between the editions.

use crate::{Decisions, nixpacks, november_2026};
use plugpacks_sdk::{Context, Description, Editions, Result};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// Decides everything about an app.
    pub(crate) decide: fn(&Context) -> Result<Decisions>,
}

/// The rules of each edition.
pub(crate) static RULES: Editions<Rules> = Editions {
    nixpacks: Rules { describe: |description| description, decide: nixpacks::decide },
    november_2026: Rules {
        describe: |description| description.variable("NIXPACKS_DART_VERSION", "The version of Dart, such as 3."),
        decide: november_2026::decide,
    },
};
