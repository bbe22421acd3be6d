//! What differs between the editions.

use super::{Decisions, Language};
use plugpacks_sdk::{Context, Edition, Marker, Result, Since};

/// One edition's answers.
pub(super) struct Rules {
    /// Where projects are: what precedes `*.csproj` in the glob.
    pub(super) projects: &'static str,
    /// What betrays an app besides its projects.
    pub(super) markers: fn(&Language) -> Vec<Marker>,
    /// The program in one file that an app without a project is, by the language.
    pub(super) single_file: fn(&Language, &Context) -> Result<Option<&'static str>>,
    /// Decides everything about an app with these projects, at least one.
    pub(super) decide: fn(&Language, &Context, &[String]) -> Result<Decisions>,
}

/// The rules of each edition.
pub(super) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules =
    Rules { projects: "", markers: |_| Vec::new(), single_file: |_, _| Ok(None), decide: Language::nixpacks };

const MENDED: Rules = Rules {
    projects: "**/",
    markers: Language::other_markers,
    single_file: Language::single_file,
    decide: Language::published,
};
