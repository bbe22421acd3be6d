//! What differs between the editions.

use crate::program::{self, Program};
use crate::toolchain::{self, Toolchain};
use plugpacks_sdk::{Context, Description, Edition, Result};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// Which Swift builds the app.
    pub(crate) toolchain: fn(&Context) -> Result<Toolchain>,
    /// What is built anew, whatever the app directory has of it.
    pub(crate) built: &'static [&'static str],
    /// Which program is started.
    pub(crate) program: fn(&Context) -> Result<Program>,
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

const NIXPACKS: Rules = Rules {
    describe: |description| description,
    toolchain: toolchain::nixpacks,
    built: &[],
    program: program::nixpacks,
};

const NOVEMBER_2026: Rules = Rules {
    describe: toolchain::describe,
    toolchain: toolchain::november_2026,
    built: &[".build"],
    program: program::november_2026,
};
