//! What differs between the editions.

use crate::manifest::{MANIFEST, PACKAGE, Resolved};
use crate::{Decisions, compiler, nixpacks};
use plugpacks_provider_support::manifests;
use plugpacks_sdk::{Context, Description, Edition, Marker, Result, Since};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// Whether an app is the provider's.
    pub(crate) detect: fn(&Context) -> Result<bool>,
    /// The packages in use.
    pub(crate) resolved: fn(&Context) -> Result<Resolved>,
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
    resolved: Resolved::read,
    decide: nixpacks::decide,
};

const MENDED: Rules = Rules {
    describe: |description| {
        let summary = "The version of Gleam, such as 1.13.0.";
        description.marker(Marker::file(PACKAGE)).variable("NIXPACKS_GLEAM_VERSION", summary)
    },
    // Without its manifest a package next to one of another language may be a part of that.
    detect: |context| {
        Ok(context.app.has_file(PACKAGE)?
            && (context.app.has_file(MANIFEST)? || !manifests::has_later(context, "gleam")?))
    },
    resolved: Resolved::read_if_there,
    decide: compiler::decide,
};
