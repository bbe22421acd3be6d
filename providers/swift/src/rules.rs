//! What differs between the editions.

use crate::framework;
use crate::program::{self, Program};
use crate::toolchain::{self, Toolchain};
use plugpacks_sdk::{Context, Description, Edition, Result, Since, Start};

/// One edition's answers.
pub(crate) struct Rules {
    /// Adds what only this edition looks at.
    pub(crate) describe: fn(Description) -> Description,
    /// Which Swift builds the app.
    pub(crate) toolchain: fn(&Context) -> Result<Toolchain>,
    /// What is built anew, whatever the app directory has of it.
    pub(crate) built: &'static [&'static str],
    /// How a program of this name is started.
    pub(crate) start: fn(&Context, &str) -> Result<Start>,
    /// Which program is started.
    pub(crate) program: fn(&Context) -> Result<Program>,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules {
    describe: |description| description,
    toolchain: toolchain::nixpacks,
    built: &[],
    program: program::nixpacks,
    start: |_, name| Ok(Start::command(format!("./{name}"))),
};

const MENDED: Rules = Rules {
    describe: toolchain::describe,
    toolchain: toolchain::requested,
    built: &[".build"],
    program: program::product,
    start: framework::start,
};
