//! What differs between the editions.

use crate::{Decisions, cargo, front_end, nixpacks};
use plugpacks_provider_support::sources;
use plugpacks_sdk::{Context, Description, Edition, PartialPlan, Result, Since};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// The plan of an app that a tool for browsers builds.
    pub(crate) front_end: fn(&Context) -> Result<Option<PartialPlan>>,
    /// Decides everything about an app.
    pub(crate) decide: fn(&Context) -> Result<Decisions>,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules =
    Rules { describe: |description| description, front_end: |_| Ok(None), decide: nixpacks::decide };

const MENDED: Rules = Rules {
    describe: |description| {
        let summary = "Where it is set, the whole app is kept for the run time.";
        description
            .variable("NIXPACKS_CARGO_FEATURES", "The features that are turned on, such as `sqlite,tls`.")
            .variables(sources::COMMANDS.map(|name| (name, summary)))
    },
    front_end: front_end::plan,
    decide: cargo::decide,
};
