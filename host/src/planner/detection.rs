//! Whose app it is: which providers plan it, and what to say where that is not clear.

use super::Preparation;
use crate::edition::{DecliningProviders, Detection as Asking};
use crate::error::Result;
use crate::plan::{Item, ListEdit};
use crate::provider::{Description, Detection, ProviderPlan, Session};
use std::fmt;
use std::sync::Arc;

/// A provider's name and its plan, if it makes one.
pub(super) type NamedPlan = (String, Option<ProviderPlan>);

/// The providers that plan an app.
pub(super) struct Choice {
    /// Their names, the first one's plan winning.
    pub(super) names: Vec<String>,
    /// What asking them came to; absent if the user's list left no question.
    pub(super) detection: Option<Detection>,
}

impl Choice {
    /// Those the user lists, a marker standing for the detected one.
    ///
    /// # Errors
    /// A provider that is asked fails.
    pub(super) fn of(preparation: &Preparation, session: &Arc<Session>) -> Result<Self> {
        let everything = ListEdit(vec![Item::Inherited]);
        let listed = preparation.pre_plan.providers.as_ref().unwrap_or(&everything);
        let is_asked = listed.0.contains(&Item::Inherited);
        let detection = match preparation.rules().detection {
            Asking::WhereAsked if !is_asked => None,
            _ => Some(session.detect()?),
        };
        let detected = detection.as_ref().and_then(|detection| detection.chosen.as_ref());
        let name = |item: &Item| match item {
            Item::Value(name) => Some(name.clone()),
            Item::Inherited => detected.cloned(),
        };
        let names = listed.0.iter().filter_map(name).collect();
        Ok(Self { names, detection: detection.filter(|_| is_asked) })
    }

    /// What each of the providers plans. A detected one that makes no plan gives way to the next one that
    /// recognises the app.
    ///
    /// # Errors
    /// A provider is not known, or fails.
    pub(super) fn plans(&mut self, session: &Arc<Session>) -> Result<Vec<NamedPlan>> {
        let mut plans = Vec::new();
        while let Some(name) = self.names.get(plans.len()).cloned() {
            let plan = session.plan(&name)?;
            if plan.is_some() || !self.go_on_after(&name, session)? {
                plans.push((name, plan));
            }
        }
        Ok(plans)
    }

    /// Puts the next provider that recognises the app into the place of a detected one; whether it was one.
    fn go_on_after(&mut self, name: &str, session: &Arc<Session>) -> Result<bool> {
        let gives_way = session.environment().edition.rules().declining_providers == DecliningProviders::GiveWay;
        let detection = self.detection.as_mut().filter(|detection| detection.chosen.as_deref() == Some(name));
        let Some(detection) = detection.filter(|_| gives_way) else { return Ok(false) };
        session.detect_next(detection)?;
        let next = detection.chosen.clone();
        let place = |listed: String| if listed == name { next.clone() } else { Some(listed) };
        self.names = std::mem::take(&mut self.names).into_iter().filter_map(place).collect();
        Ok(true)
    }

    /// Names the providers that recognise the app as the detected one does, and what to write to
    /// take them.
    pub(super) fn hint_at_others(&self, session: &Arc<Session>) {
        let Some(chosen) = self.detection.as_ref().and_then(|detection| detection.chosen.as_ref()) else { return };
        let mut others = session.also_recognised(chosen);
        others.retain(|name| !self.names.contains(name));
        let Some(first) = others.first() else { return };
        let quoted = others.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let verb = if others.len() == 1 { "recognises" } else { "recognise" };
        session.diagnostics().hint(format!(
            "{chosen} plans this app, which {} {verb} too. In nixpacks.toml, `providers = [\"{first}\"]` takes \
             another, `providers = [\"{chosen}\", {quoted}]` several, the first one's start command counting; \
             `providers = [\"{chosen}\"]` keeps this choice without a hint",
            others.join(" and ")
        ));
    }

    /// Why there is nothing to build.
    pub(super) fn explain_nothing(&self, session: &Session) -> Nothing {
        let app = session.app();
        let directory = app.root().display().to_string();
        match (&self.detection, self.names.as_slice()) {
            (Some(detection), []) => Nothing::Unrecognised {
                directory,
                entries: app.top_level_names().unwrap_or_default(),
                folders: recognised_folders(session),
                // Who looks for nothing is taken by name only.
                providers: session
                    .descriptions()
                    .filter(|description| !description.markers.is_empty())
                    .map(|description| Asked::new(description, detection))
                    .collect(),
            },
            (None, []) => Nothing::NobodyAsked { directory },
            (_, names) => Nothing::Declined { names: names.join(", "), directory },
        }
    }
}

/// So many folders are looked into.
const MAX_FOLDERS: usize = 16;

/// The folders of an app that nobody recognises which are apps of their own, and who recognises each.
fn recognised_folders(session: &Session) -> Vec<(String, String)> {
    let names = session.app().top_level_directories().unwrap_or_default();
    let tools = session.tools();
    let visible = names.into_iter().filter(|name| !name.starts_with('.') && !tools.generate(name));
    let recognised = |name: String| {
        // What fails there is said when that folder is built.
        let provider = session.in_folder(&name).ok()?.detect().ok()?.chosen?;
        Some((name, provider))
    };
    visible.take(MAX_FOLDERS).filter_map(recognised).collect()
}

/// Why there is nothing to build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// No provider recognises the app.
    Unrecognised {
        /// The app directory.
        directory: String,
        /// What it has.
        entries: Vec<String>,
        /// Its folders that are apps of their own, and who recognises each.
        folders: Vec<(String, String)>,
        /// Who was asked.
        providers: Vec<Asked>,
    },
    /// The configuration has an empty `providers` and no phases.
    NobodyAsked {
        /// The app directory.
        directory: String,
    },
    /// The providers make no plan for the app.
    Declined {
        /// Their names.
        names: String,
        /// The app directory.
        directory: String,
    },
}

/// A provider, and what it looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    name: String,
    markers: String,
    answer: Answer,
}

/// What a provider said about an app that is not its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    NoMarker,
    Declined,
    NoPlan,
}

impl Asked {
    fn new(description: &Description, detection: &Detection) -> Self {
        let markers: Vec<_> = description.markers.iter().map(ToString::to_string).collect();
        let is_among = |names: &[String]| names.iter().any(|name| *name == description.name);
        Self {
            name: description.name.clone().into_owned(),
            markers: markers.join(", "),
            answer: match () {
                () if is_among(&detection.without_plan) => Answer::NoPlan,
                () if is_among(&detection.declined) => Answer::Declined,
                () => Answer::NoMarker,
            },
        }
    }
}

/// So many entries of the app directory are listed.
const MAX_ENTRIES: usize = 24;

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NobodyAsked { directory } => {
                write!(f, "the configuration of `{directory}` has an empty `providers` and no phases")
            }
            Self::Declined { names, directory } => write!(f, "no phase comes of {names} for `{directory}`"),
            Self::Unrecognised { directory, entries, folders, providers } => {
                write!(f, "no provider recognises `{directory}`, which ")?;
                match entries.len().checked_sub(MAX_ENTRIES) {
                    _ if entries.is_empty() => f.write_str("is empty")?,
                    None | Some(0) => write!(f, "has: {}", entries.join(", "))?,
                    Some(more) => write!(f, "has: {}, and {more} more", entries[..MAX_ENTRIES].join(", "))?,
                }
                if let Some((first, _)) = folders.first() {
                    let names: Vec<_> = folders.iter().map(|(name, provider)| format!("{name} ({provider})")).collect();
                    let verb = if folders.len() == 1 { "is an app of its own" } else { "are apps of their own" };
                    return write!(
                        f,
                        "\nits folders hold what it lacks: {} {verb}. Build each by its path, such as `plugpacks build \
                         {directory}/{first}`; an image of several needs a manifest at the root, or phases in nixpacks.toml",
                        names.join(", ")
                    );
                }
                f.write_str("\neach provider looked for one of these:")?;
                let width = providers.iter().map(|asked| asked.name.chars().count()).max().unwrap_or_default();
                providers.iter().try_for_each(|asked| {
                    write!(f, "\n  {:width$}  {}", asked.name, asked.markers)?;
                    match asked.answer {
                        Answer::NoMarker => Ok(()),
                        Answer::Declined => f.write_str("  (found; not enough for this provider)"),
                        Answer::NoPlan => f.write_str("  (found; this provider makes no plan for the app)"),
                    }
                })
            }
        }
    }
}
