//! What differs between the editions.

use crate::mix::Mix;
use crate::{build, interpreter};
use plugpacks_sdk::release::Release;
use plugpacks_sdk::{Context, Edition, Result};

/// One edition's answers.
pub(crate) struct Rules {
    /// Which Elixir the app gets.
    pub(crate) interpreter: fn(&Context, &Mix) -> Result<&'static Release>,
    /// How the database is prepared while the app is built.
    pub(crate) database: fn(&Context, &Mix) -> Option<&'static str>,
    /// How the app starts.
    pub(crate) start: fn(&Context, &Mix) -> Result<&'static str>,
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
    interpreter: interpreter::nixpacks,
    database: |_, mix| build::sets_up_database(mix).then_some(build::DATABASE_SETUP),
    start: |_, _| Ok(build::PHOENIX),
};

const NOVEMBER_2026: Rules =
    Rules { interpreter: interpreter::november_2026, database: build::without_database, start: build::start };
