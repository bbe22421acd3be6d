//! What differs between the editions.

use crate::{Decisions, build_tools, nixpacks};
use plugpacks_sdk::{Context, Description, Edition, Result, Since};

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
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules =
    Rules { describe: |description| description, detect: nixpacks::detect, decide: nixpacks::decide };

const MENDED: Rules =
    Rules { describe: build_tools::describe, detect: build_tools::detect, decide: build_tools::decide };
