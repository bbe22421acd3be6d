//! What differs between the editions.

use crate::java::{self, Java};
use crate::script;
use plugpacks_sdk::{Context, Edition, Result, Since};

/// One edition's answers.
pub(crate) struct Rules {
    /// Which Java builds and runs the app.
    pub(crate) java: fn(&Context) -> Result<Java>,
    /// What the packaged program's script is called.
    pub(crate) script: fn(&Context) -> Result<String>,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules { java: java::nixpacks, script: |_| Ok(script::DEFAULT.into()) };

const MENDED: Rules = Rules { java: java::requested, script: script::declared };
