//! The providers that an app pins, before there is a plan.

use super::PlanRequest;
use crate::app::App;
use crate::config::{PinnedProviders, Variables, pinned_providers};
use crate::edition::Edition;
use crate::error::Result;
use crate::plan::{Metadata, Planner};
use crate::provider::Session;
use crate::provider::remote::Pin;

/// The providers that the configuration file of an app pins, in the byte order of their names.
///
/// # Errors
/// The file cannot be read, or a pin is wrong.
pub fn pins(request: &PlanRequest) -> Result<Vec<Pin>> {
    let rules = request.edition.unwrap_or(Edition::DEFAULT).rules();
    let given = [&request.imported[..], &request.env.values(rules.list_options)].concat();
    let usual = ["nixpacks.toml", "nixpacks.json"];
    let has_file = || usual.iter().any(|name| request.directory.join(name).symlink_metadata().is_ok());
    if request.config.is_none() && given.is_empty() && !has_file() {
        return Ok(Vec::new());
    }
    // What is wrong with directory and variables is said when the app is planned.
    let Ok(app) = App::open(&request.directory, rules.search, Vec::new) else { return Ok(Vec::new()) };
    let variables = Variables::parse(&given, rules.env_syntax, request.machine.variable);
    let pinned = pinned_providers(&app, request.config.as_deref(), &variables.unwrap_or_default())?;
    pinned.iter().map(|(name, pinned)| Pin::read(name, pinned)).collect()
}

/// Says which pinned providers are not loaded, since they are those of a subdirectory.
pub(super) fn not_loaded(pinned: &PinnedProviders, app: &App) -> Option<String> {
    let names: Vec<_> = pinned.keys().map(String::as_str).collect();
    (!names.is_empty()).then(|| {
        format!(
            "The providers that `{0}` pins are not asked ({1}): plan that directory itself, `plugpacks plan {0}`",
            app.root().display(),
            names.join(", ")
        )
    })
}

/// Where another provider would answer here than the one that made a plan, in words.
pub(super) fn other_providers(metadata: &Metadata, session: &Session) -> Vec<String> {
    let other = |planner: &Planner| {
        let here = session.third_party_digest(&planner.name);
        let made_by = match (&planner.digest, &here) {
            (made, here) if made == here => return None,
            (Some(digest), _) => digest.as_str(),
            (None, _) => "the built-in one",
        };
        let here = match &here {
            Some(digest) => format!("it would be another one: {digest}"),
            None if session.check_name(&planner.name).is_ok() => "it would be the built-in one".to_owned(),
            None => "there is none of that name".to_owned(),
        };
        Some(format!("The plan was made by the provider {} ({made_by}); here {here}", planner.name))
    };
    metadata.providers.iter().filter_map(other).collect()
}
