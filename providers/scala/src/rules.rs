//! What differs between the editions.

use crate::java::{self, Java};
use crate::script;
use plugpacks_sdk::{Context, Editions, Result};

/// One edition's answers.
pub(crate) struct Rules {
    /// Which Java builds and runs the app.
    pub(crate) java: fn(&Context) -> Result<Java>,
    /// What the packaged program's script is called.
    pub(crate) script: fn(&Context) -> Result<String>,
}

/// The rules of each edition.
pub(crate) static RULES: Editions<Rules> = Editions {
    nixpacks: Rules { java: java::nixpacks, script: |_| Ok(script::DEFAULT.into()) },
    november_2026: Rules { java: java::november_2026, script: script::november_2026 },
};
