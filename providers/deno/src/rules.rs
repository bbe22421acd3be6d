//! What differs between the editions.

use crate::{Decisions, nixpacks, november_2026};
use plugpacks_sdk::{Context, Description, Editions, Marker, Result};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// Whether an app is the provider's.
    pub(crate) detect: fn(&Context) -> Result<bool>,
    /// Decides everything about an app.
    pub(crate) decide: fn(&Context) -> Result<Decisions>,
}

/// The rules of each edition.
pub(crate) static RULES: Editions<Rules> = Editions {
    nixpacks: Rules {
        describe: |description| description.marker(Marker::anywhere(nixpacks::SCRIPTS)),
        detect: nixpacks::detect,
        decide: nixpacks::decide,
    },
    november_2026: Rules {
        describe: november_2026::describe,
        detect: november_2026::detect,
        decide: november_2026::decide,
    },
};
