//! One run over one app: which providers run, in which instances, and what they say.

use super::catalog::{Catalog, Entry};
use super::description::{Description, Tools};
use super::limits::{Budget, Usage};
use super::sandbox::Candidate;
use super::{Guest, Marker, ProviderIdentity, ProviderPlan};
use crate::app::{App, EntryKind};
use crate::config::Variables;
use crate::edition::{Edition, MarkerOrder};
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a plan depends on besides the app.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The variables given to this build.
    pub variables: Variables,
    /// Whose behaviour is wanted.
    pub edition: Edition,
    /// The image's processor architecture: `x86_64` or `aarch64`.
    pub architecture: String,
}

/// What providers said besides their plans, and what the planner has to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// Shown; each text once.
    pub warnings: Vec<String>,
    /// What the reader may want to know or write; shown.
    pub hints: Vec<String>,
    /// Provider, decision, reason; shown on request.
    pub reasons: Vec<(String, String, String)>,
}

/// What asking the providers whether an app is theirs came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detection {
    /// The first, in detection order, that recognises the app.
    pub chosen: Option<String>,
    /// Those of which a marker matched, but who said no.
    pub declined: Vec<String>,
    /// Those that recognise the app, but make no plan for it.
    pub without_plan: Vec<String>,
}

impl Detection {
    /// Whether a provider was asked already.
    fn has_asked(&self, name: &str) -> bool {
        [&self.declined, &self.without_plan].into_iter().flatten().any(|asked| asked == name)
    }
}

impl Diagnostics {
    /// Adds a warning unless it is known.
    pub fn warn(&mut self, message: impl Into<String>) {
        let message = message.into();
        if !self.warnings.contains(&message) {
            self.warnings.push(message);
        }
    }

    /// Adds a hint.
    pub fn hint(&mut self, message: impl Into<String>) {
        self.hints.push(message.into());
    }
}

/// Providers at work on one app.
pub struct Session {
    catalog: Arc<Catalog>,
    app: Arc<App>,
    environment: Environment,
    budget: Budget,
    diagnostics: Mutex<Diagnostics>,
    /// Idle instances by provider name.
    idle: Mutex<BTreeMap<String, Box<dyn Guest>>>,
    /// The providers whose calls have not returned, outermost first.
    running: Mutex<Vec<String>>,
    /// The providers that made a plan, those that others built on before these.
    planned: Mutex<Vec<ProviderIdentity>>,
}

impl Session {
    /// A session over an app.
    pub fn new(catalog: Arc<Catalog>, app: Arc<App>, environment: Environment, budget: Budget) -> Arc<Self> {
        Arc::new(Self {
            catalog,
            app,
            environment,
            budget,
            diagnostics: Mutex::default(),
            idle: Mutex::default(),
            running: Mutex::default(),
            planned: Mutex::default(),
        })
    }

    /// Another session over the same app, which hears nothing of this one and says nothing to it.
    pub fn apart(&self) -> Arc<Self> {
        Self::new(Arc::clone(&self.catalog), Arc::clone(&self.app), self.environment.clone(), self.budget.clone())
    }

    /// Runs something of which neither what is said nor who planned is remembered.
    pub fn quietly<T>(&self, run: impl FnOnce() -> T) -> T {
        let said = self.diagnostics().clone();
        let planned = self.planned_by();
        let result = run();
        *self.diagnostics() = said;
        *lock(&self.planned) = planned;
        result
    }

    /// Another session over a folder of the app.
    ///
    /// # Errors
    /// There is no such folder, or it cannot be read.
    pub fn in_folder(&self, name: &str) -> std::io::Result<Arc<Self>> {
        let edition = self.environment.edition;
        let generated = self.catalog.generated(edition);
        let app = App::open(&self.app.root().join(name), edition.rules().search, generated)?;
        Ok(Self::new(Arc::clone(&self.catalog), Arc::new(app), self.environment.clone(), self.budget.clone()))
    }

    /// The app.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Variables, edition, architecture.
    pub const fn environment(&self) -> &Environment {
        &self.environment
    }

    /// What was said so far.
    pub fn diagnostics(&self) -> MutexGuard<'_, Diagnostics> {
        lock(&self.diagnostics)
    }

    /// The provider of whichever call is running.
    pub(super) fn running_provider(&self) -> String {
        lock(&self.running).last().cloned().unwrap_or_default()
    }

    /// Looks for the first provider that recognises the app, in the order of the catalog or, where the
    /// edition has it so, among the user's own and those with a file at the root before the others.
    ///
    /// # Errors
    /// A provider fails or exceeds its limits.
    pub fn detect(self: &Arc<Self>) -> Result<Detection> {
        let mut detection = Detection::default();
        self.go_on(&mut detection)?;
        Ok(detection)
    }

    /// Looks for the next provider that recognises the app, the chosen one making no plan for it.
    ///
    /// # Errors
    /// A provider fails or exceeds its limits.
    pub fn detect_next(self: &Arc<Self>, detection: &mut Detection) -> Result<()> {
        detection.without_plan.extend(detection.chosen.take());
        self.go_on(detection)
    }

    fn go_on(self: &Arc<Self>, detection: &mut Detection) -> Result<()> {
        let edition = self.environment.edition;
        let anywhere = |entry: &Entry| self.matches(entry.description(edition));
        let first = |entry: &Entry| match entry {
            Entry::External(_) => anywhere(entry),
            Entry::Builtin(_) => self.decides_at_root(entry.description(edition)),
        };
        match edition.rules().marker_order {
            MarkerOrder::InTurn => self.ask(anywhere, detection),
            MarkerOrder::FilesAtRootFirst => {
                self.ask(first, detection)?;
                if detection.chosen.is_none() {
                    self.ask(|entry| !first(entry) && anywhere(entry), detection)?;
                }
                Ok(())
            }
        }
    }

    /// Asks some of the providers in turn, those that were asked already aside, until one recognises the app.
    fn ask(self: &Arc<Self>, is_asked: impl Fn(&Entry) -> bool, detection: &mut Detection) -> Result<()> {
        for entry in self.catalog.entries() {
            let name = entry.description(self.environment.edition).name.clone().into_owned();
            if detection.has_asked(&name) || !is_asked(entry) {
                continue;
            }
            if self.call(entry, |guest| guest.detect())? {
                detection.chosen = Some(name);
                break;
            }
            detection.declined.push(name);
        }
        Ok(())
    }

    /// The providers after `chosen`, in detection order, that recognise the app too, as far as that
    /// is cheap to know: only those are asked of which a marker lies in the app root. Left out are
    /// those that had part in the plan, and those that fail.
    pub fn also_recognised(self: &Arc<Self>, chosen: &str) -> Vec<String> {
        let edition = self.environment.edition;
        let name = |entry: &Entry| entry.description(edition).name.clone().into_owned();
        let had_part = |name: &String| lock(&self.planned).iter().any(|planner| planner.name == *name);
        let later = self.catalog.entries().skip_while(|entry| name(entry) != chosen).skip(1);
        let others = later.filter(|entry| {
            let name = name(entry);
            // To ask about a `Makefile` would walk the tree.
            !entry.description(edition).last_resort
                && !had_part(&name)
                && self.matches_in_root(entry.description(edition))
                && self.call(entry, |guest| guest.detect()).unwrap_or(false)
        });
        others.map(name).collect()
    }

    /// What is true of the tools of all languages.
    pub fn tools(&self) -> &Tools {
        self.catalog.tools(self.environment.edition)
    }

    /// The descriptions of all providers, in detection order.
    pub fn descriptions(&self) -> impl Iterator<Item = &Description> {
        self.catalog.descriptions(self.environment.edition)
    }

    /// The description of the provider of this name.
    ///
    /// # Errors
    /// There is none; the hint lists those there are.
    pub fn description(&self, name: &str) -> Result<&Description> {
        Ok(self.find(name)?.description(self.environment.edition))
    }

    /// Checks that there is a provider of this name.
    ///
    /// # Errors
    /// There is none; the hint lists those there are.
    pub fn check_name(&self, name: &str) -> Result<()> {
        self.find(name).map(|_| ())
    }

    /// Which provider exactly this is, if there is one of this name and it is none of Plugpacks' own.
    pub fn third_party_digest(&self, name: &str) -> Option<String> {
        let edition = self.environment.edition;
        match self.catalog.find(name, edition)? {
            Entry::Builtin(_) => None,
            external @ Entry::External(_) => external.identity(edition).digest,
        }
    }

    fn find(&self, name: &str) -> Result<&Entry> {
        let edition = self.environment.edition;
        self.catalog.find(name, edition).ok_or_else(|| {
            let known: Vec<_> = self.catalog.descriptions(edition).map(|description| &*description.name).collect();
            Error::configuration(format!("Provider {name} not found"))
                .hint(format!("Known providers: {}", known.join(", ")))
        })
    }

    /// The plan of the provider of this name; `None` if it declines.
    ///
    /// # Errors
    /// There is no such provider, it fails or exceeds its limits, or its plan is being made already.
    pub fn plan(self: &Arc<Self>, name: &str) -> Result<Option<ProviderPlan>> {
        let entry = self.find(name)?;
        {
            let running = lock(&self.running);
            if let Some(at) = running.iter().position(|running| running == name) {
                let cycle: Vec<_> = running[at..].iter().map(String::as_str).chain([name]).collect();
                return Err(Error::provider(format!("Providers ask for each other's plans: {}", cycle.join(" -> "))));
            }
        }
        let plan = self.call(entry, |guest| guest.plan())?;
        let identity = entry.identity(self.environment.edition);
        let mut planned = lock(&self.planned);
        if plan.is_some() && !planned.contains(&identity) {
            planned.push(identity);
        }
        drop(planned);
        Ok(plan)
    }

    /// Whether one of the markers of the provider of this name matches, without which it is not asked.
    ///
    /// # Errors
    /// There is no such provider.
    pub fn has_marker_of(&self, name: &str) -> Result<bool> {
        Ok(self.matches(self.description(name)?))
    }

    /// Whether the provider of this name recognises the app, markers aside.
    ///
    /// # Errors
    /// There is no such provider, it fails or exceeds its limits.
    pub fn recognises(self: &Arc<Self>, name: &str) -> Result<bool> {
        self.call(self.find(name)?, |guest| guest.detect())
    }

    /// What the provider of this name used up so far.
    pub fn usage(&self, name: &str) -> Usage {
        self.budget.usage(name)
    }

    /// The providers that made plans, be it for each other.
    pub fn planned_by(&self) -> Vec<ProviderIdentity> {
        lock(&self.planned).clone()
    }

    /// Whether one of a provider's markers matches.
    fn matches(&self, description: &Description) -> bool {
        description.markers.iter().any(|marker| self.is_there(marker))
    }

    /// Whether one of a provider's markers lies in the app root, whose entries are known.
    fn matches_in_root(&self, description: &Description) -> bool {
        description.markers.iter().any(|marker| match marker {
            Marker::File(path) | Marker::Directory(path) => self.app.has_in_root(path) && self.is_there(marker),
            Marker::Anywhere(_) => false,
        })
    }

    fn is_there(&self, marker: &Marker) -> bool {
        let found = match marker {
            Marker::File(path) => self.app.entry(path).map(|kind| kind == EntryKind::File),
            Marker::Directory(path) => self.app.entry(path).map(|kind| kind == EntryKind::Directory),
            Marker::Anywhere(glob) => self.app.has_match(glob),
        };
        // What cannot be looked at is not there: a link out of the app, for one.
        found.unwrap_or(false)
    }

    /// Whether a file that has a fixed place or lies in the app root, whose entries are known, makes the
    /// app a provider's rather than that of one whose files lie deeper.
    fn decides_at_root(&self, description: &Description) -> bool {
        let is_file_at_root = |marker: &Marker| match marker {
            Marker::File(_) => self.is_there(marker),
            Marker::Directory(_) => false,
            Marker::Anywhere(glob) => self.app.has_top_level_match(glob).unwrap_or(false),
        };
        !description.last_resort && description.markers.iter().any(is_file_at_root)
    }

    /// Calls into a provider's instance, which is made on its first call.
    fn call<T>(self: &Arc<Self>, entry: &Entry, run: impl FnOnce(&mut dyn Guest) -> Result<T>) -> Result<T> {
        let name = entry.description(self.environment.edition).name.clone().into_owned();
        let idle = lock(&self.idle).remove(&name);
        let mut guest = match idle {
            Some(guest) => guest,
            None => {
                let meter = self.budget.meter(&name, entry.time());
                let candidate = Candidate { title: entry.title(), limits: self.budget.limits, meter };
                entry.adapter().instantiate(&entry.load()?, candidate, Arc::downgrade(self))?
            }
        };
        lock(&self.running).push(name.clone());
        let result = run(&mut *guest).map_err(|error| error.after_warnings(&self.diagnostics().warnings));
        lock(&self.running).pop();
        // After a trap an instance is in no state to be called again.
        if result.is_ok() {
            lock(&self.idle).insert(name, guest);
        }
        result
    }
}

/// A lock whose holder panicked still guards valid data: every change is a single step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
