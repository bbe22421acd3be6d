//! What differs between the editions.

use crate::{Decisions, nixpacks, november_2026};
use plugpacks_sdk::{Context, Description, Edition, Marker, Result};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// Whether an app is the provider's.
    pub(crate) detect: fn(&Context) -> Result<bool>,
    /// Decides everything about an app.
    pub(crate) decide: fn(&Context) -> Result<Decisions>,
}

impl Rules {
    /// The rules of an edition.
    pub(crate) const fn of(edition: Edition) -> &'static Self {
        match edition {
            Edition::Nixpacks => &NIXPACKS,
            Edition::November2026 => &NOVEMBER_2026,
        }
    }
}

const NIXPACKS: Rules =
    Rules { describe: |description| description, detect: nixpacks::detect, decide: nixpacks::decide };

const NOVEMBER_2026: Rules = Rules {
    describe: |description| description.marker(Marker::file(november_2026::STACK)),
    detect: november_2026::detect,
    decide: november_2026::decide,
};
