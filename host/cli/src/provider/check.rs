//! `provider check`: whether a provider keeps to the contract where the host does not see to it.

use super::super::options::GivenProviders;
use super::super::print;
use super::{bytes, inspect, rows, trial};
use clap::Args;
use plugpacks::app::App;
use plugpacks::config::Variables;
use plugpacks::edition::Edition;
use plugpacks::error::{Error, Result};
use plugpacks::provider::{
    Budget, Catalog, Description, Environment, Form, Inspection, Limits, Listed, Marker, Session, Source,
};
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

#[derive(Args)]
pub(super) struct Arguments {
    /// A .wasm file
    file: PathBuf,
    /// Also plan this app, twice [repeatable]
    #[arg(long, value_name = "DIR")]
    app: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, options: &GivenProviders) -> Result<()> {
    let Arguments { file, app: apps } = arguments;
    let cache = options.cache();
    let inspection = cache.inspect(file)?;
    let mut catalog = Catalog::builtin();
    catalog.add_file(file, &cache)?;
    let catalog = Arc::new(catalog);
    let name = |listed: Listed| (listed.source == Source::File(file)).then_some(listed.identity.name);
    let name = catalog.listed(Edition::DEFAULT).find_map(name).expect("it was added");
    let check = Check { name, catalog, limits: options.limits() };
    let Verdict { tried, problems } = check.verdict(apps)?;
    print(&rows(&facts(&inspection, &check, tried)))?;
    refuse_problems(&file.display(), problems)
}

/// What came of a check.
pub(super) struct Verdict {
    /// How many apps were tried.
    tried: usize,
    pub(super) problems: Vec<String>,
}

/// Fails if a provider does not keep to the contract.
///
/// # Errors
/// There are problems.
pub(super) fn refuse_problems(place: &dyn Display, problems: Vec<String>) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    Err(Error::provider(format!("{place} does not keep to the contract")).causes(problems))
}

fn facts(inspection: &Inspection, check: &Check, tried: usize) -> Vec<(&'static str, String)> {
    let foreign = |import: &&String| !import.starts_with("plugpacks:");
    let wasi: Vec<_> = inspection.imports.iter().filter(foreign).map(String::as_str).collect();
    let packed = if inspection.form == Form::CoreModule { "; packed with an empty WASI preview 1" } else { "" };
    vec![
        ("name", check.name.clone()),
        ("form", inspect::form(inspection.form).to_owned()),
        ("contract", inspection.contract.clone()),
        ("size", format!("{} of at most {}", bytes(inspection.size), bytes(check.limits.file))),
        ("WASI", if wasi.is_empty() { format!("none{packed}") } else { wasi.join(", ") }),
        ("tried", format!("{tried} apps, each twice")),
    ]
}

/// The name of an app that is made up.
const APP: &str = "app";

/// A provider that is checked.
pub(super) struct Check {
    pub(super) name: String,
    pub(super) catalog: Arc<Catalog>,
    pub(super) limits: Limits,
}

impl Check {
    /// Tries the provider on apps that are made up, and on these, under every edition.
    ///
    /// # Errors
    /// The provider breaks a limit, or an app cannot be read.
    pub(super) fn verdict(&self, apps: &[PathBuf]) -> Result<Verdict> {
        let mut problems = Vec::new();
        let mut tried = 0;
        for edition in Edition::ALL {
            let made = self.apps(edition)?;
            for app in made.iter().map(|app| app.path().join(APP)).chain(apps.iter().cloned()) {
                tried += 1;
                problems.extend(self.determinism(&app, edition)?);
            }
            problems.extend(self.markers(edition)?);
        }
        Ok(Verdict { tried, problems })
    }

    /// An empty app, and one for each marker that names a file or directory.
    #[allow(clippy::disallowed_methods)]
    fn apps(&self, edition: Edition) -> Result<Vec<TempDir>> {
        let description = self.description(edition)?;
        let make = |marker: Option<&Marker>| -> Result<TempDir> {
            let directory = trial::empty()?;
            let app = directory.path().join(APP);
            let unwritable = |error: std::io::Error| Error::system("Cannot make an app to try").cause(error);
            fs::create_dir(&app).map_err(unwritable)?;
            match marker {
                Some(Marker::File(path)) if is_inside(path) => {
                    let path = app.join(&**path);
                    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(unwritable)?;
                    fs::write(path, "").map_err(unwritable)?;
                }
                Some(Marker::Directory(path)) if is_inside(path) => {
                    fs::create_dir_all(app.join(&**path)).map_err(unwritable)?;
                }
                _ => {}
            }
            Ok(directory)
        };
        let markers = description.markers.iter().filter(|marker| !matches!(marker, Marker::Anywhere(_)));
        [None].into_iter().chain(markers.map(Some)).map(make).collect()
    }

    fn description(&self, edition: Edition) -> Result<Description> {
        let known = self.catalog.descriptions(edition).find(|description| description.name == *self.name);
        known.cloned().ok_or_else(|| Error::provider(format!("Provider {} is not there", self.name)))
    }

    fn session(&self, app: &Path, edition: Edition) -> Result<Arc<Session>> {
        let app = App::open(app, edition.rules().search, self.catalog.generated(edition))
            .map_err(|error| Error::configuration(format!("Cannot read the app `{}`", app.display())).cause(error))?;
        let architecture = std::env::consts::ARCH.to_owned();
        let environment = Environment { variables: Variables::default(), edition, architecture };
        Ok(Session::new(Arc::clone(&self.catalog), Arc::new(app), environment, Budget::new(self.limits)))
    }

    /// Whether the provider recognises an app in which none of its markers lies.
    fn markers(&self, edition: Edition) -> Result<Option<String>> {
        let app = trial::empty()?;
        let session = self.session(app.path(), edition)?;
        let recognises = !session.has_marker_of(&self.name)? && session.recognises(&self.name).unwrap_or(false);
        Ok(recognises.then(|| {
            format!(
                "`detect` recognises an empty app under the edition {}, for which no marker has it asked",
                edition.name()
            )
        }))
    }

    /// Whether the provider says the same of an app at each run, whatever the order of its files.
    fn determinism(&self, app: &Path, edition: Edition) -> Result<Option<String>> {
        let shuffled = trial::shuffled(app)?;
        let again = shuffled.path().join(app.file_name().unwrap_or_default());
        let (first, second) = (self.answers(app, edition)?, self.answers(&again, edition)?);
        Ok((first != second).then(|| {
            format!("`{}`, asked twice under the edition {}, gets two answers", app.display(), edition.name())
        }))
    }

    /// Everything that the provider says of an app.
    fn answers(&self, app: &Path, edition: Edition) -> Result<String> {
        let session = self.session(app, edition)?;
        let recognised = session.recognises(&self.name);
        let plan = session.plan(&self.name);
        for error in [recognised.as_ref().err(), plan.as_ref().err()].into_iter().flatten() {
            // Broken limits and crashes are the provider's in any app; what it says of an app is not.
            if error.kind() == plugpacks::error::ErrorKind::Provider {
                return Err(error.clone());
            }
        }
        Ok(format!("{recognised:?} {plan:?} {:?}", *session.diagnostics()))
    }
}

/// Whether a marker's path can be made in an app.
fn is_inside(path: &str) -> bool {
    plugpacks::app::AppPath::new(path).is_some_and(|path| !path.as_str().is_empty())
}
