//! What differs between the editions.

use crate::program::{self, Program};
use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::{Context, Edition, Needs, Result, Since, Start};

/// One edition's answers.
pub(crate) struct Rules {
    /// The compiler, and what it compiles with.
    pub(crate) packages: [&'static str; 2],
    /// The nixpkgs commit; `None`: the edition's default.
    pub(crate) archive: Option<&'static str>,
    /// The program that is built.
    pub(crate) program: fn(&Context) -> Result<Option<Program>>,
    /// Adds the packages that the running program needs.
    pub(crate) running: fn(Start) -> Start,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules {
    packages: ["gnu-cobol", "gcc"],
    archive: None,
    program: |context| Ok(Some(program::nixpacks(context))),
    running: |start| start,
};

const MENDED: Rules = Rules {
    packages: ["gnucobol", "gcc"],
    archive: Some(NIXPKGS_26_05),
    program: program::find,
    // It refers to the library by its path.
    running: |start| start.needs(Needs::nothing()),
};
