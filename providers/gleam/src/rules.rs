//! What differs between the editions.

use crate::manifest::{MANIFEST, PACKAGE, Resolved};
use crate::{Decisions, compiler, nixpacks};
use plugpacks_sdk::{Context, Description, Edition, Result, Since};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// Whether an app is the provider's.
    pub(crate) detect: fn(&Context) -> Result<bool>,
    /// Decides everything about an app.
    pub(crate) decide: fn(&Context, &Resolved) -> Result<Decisions>,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules {
    describe: |description| description,
    // Nixpacks 1.41 finds them by a pattern: ignore files apply.
    detect: |context| Ok(context.app.has_match(PACKAGE)? && context.app.has_match(MANIFEST)?),
    decide: nixpacks::decide,
};

const MENDED: Rules = Rules {
    describe: |description| description.variable("NIXPACKS_GLEAM_VERSION", "The version of Gleam, such as 1.13.0."),
    detect: |context| Ok(context.app.has_file(PACKAGE)? && context.app.has_file(MANIFEST)?),
    decide: compiler::decide,
};
