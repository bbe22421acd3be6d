//! What differs between the editions.

use super::{Decisions, Language};
use crate::{Context, Edition, Marker, Result};

/// One edition's answers.
pub(super) struct Rules {
    /// Where projects are: what precedes `*.csproj` in the glob.
    pub(super) projects: &'static str,
    /// What betrays an app besides its projects.
    pub(super) markers: fn() -> Vec<Marker>,
    /// Decides everything about an app with these projects, at least one.
    pub(super) decide: fn(&Language, &Context, &[String]) -> Result<Decisions>,
}

impl Rules {
    /// The rules of an edition.
    pub(super) const fn of(edition: Edition) -> &'static Self {
        match edition {
            Edition::Nixpacks => &NIXPACKS,
            Edition::November2026 => &NOVEMBER_2026,
        }
    }
}

const NIXPACKS: Rules = Rules { projects: "", markers: Vec::new, decide: Language::nixpacks };

const NOVEMBER_2026: Rules = Rules {
    projects: "**/",
    markers: || vec![Marker::anywhere("*.{sln,slnx}"), Marker::file("global.json")],
    decide: Language::november_2026,
};
