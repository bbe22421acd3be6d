//! What differs between the editions.

use crate::{cabal, nixpacks, stack};
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Result, Since};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// Whether an app is the provider's.
    pub(crate) detect: fn(&Context) -> Result<bool>,
    /// Plans an app.
    pub(crate) plan: fn(&Context) -> Result<PartialPlan>,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules { describe: |description| description, detect: nixpacks::detect, plan: nixpacks::plan };

const MENDED: Rules = Rules {
    describe: |description| {
        description
            .markers([stack::STACK, cabal::PROJECT].map(Marker::file))
            .marker(Marker::anywhere(crate::description::AT_THE_ROOT))
            .variable("NIXPACKS_GHC_VERSION", "The version of the compiler that cabal is given, such as 9.12.")
    },
    detect: |context| Ok(stack::detect(context)? || cabal::detect(context)?),
    plan: |context| {
        let is_cabals = cabal::detect(context)? && !stack::detect(context)?;
        if is_cabals { cabal::plan(context) } else { stack::plan(context) }
    },
};
