//! What differs between the editions.

use crate::java::{self, Java};
use crate::script;
use plugpacks_sdk::{Context, Edition, Result};

/// One edition's answers.
pub(crate) struct Rules {
    /// Which Java builds and runs the app.
    pub(crate) java: fn(&Context) -> Result<Java>,
    /// What the packaged program's script is called.
    pub(crate) script: fn(&Context) -> Result<String>,
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

const NIXPACKS: Rules = Rules { java: java::nixpacks, script: |_| Ok(script::DEFAULT.into()) };

const NOVEMBER_2026: Rules = Rules { java: java::november_2026, script: script::november_2026 };
