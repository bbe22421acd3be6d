//! What the rules of every edition start from.

use crate::dependencies::Dependencies;
use crate::manager::Manager;
use crate::manifests::Manifests;
use crate::rules::{RULES, Rules};
use plugpacks_sdk::{Context, Result};

/// An app, its manifests read.
pub(crate) struct PythonApp<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) rules: &'static Rules,
    pub(crate) manifests: Manifests,
    pub(crate) dependencies: Dependencies,
    /// The package managers whose lock file is there.
    locked_by: Vec<Manager>,
}

impl<'a> PythonApp<'a> {
    /// Reads what there is.
    ///
    /// # Errors
    /// A path leaves the app.
    pub(crate) fn read(context: &'a Context<'a>) -> Result<Self> {
        let rules = RULES.at(context);
        let manifests = (rules.manifests)(context);
        let dependencies = (rules.dependencies)(context, &manifests);
        let mut locked_by = Vec::new();
        for manager in Manager::KNOWN_TO_NIXPACKS {
            if let Some(path) = manager.lock_file()
                && context.app.has_file(path)?
            {
                locked_by.push(manager);
            }
        }
        Ok(Self { context, rules, manifests, dependencies, locked_by })
    }

    /// The package managers whose lock file is there.
    pub(crate) fn locked_by(&self) -> impl Iterator<Item = Manager> {
        self.locked_by.iter().copied()
    }

    /// Whether a package manager's lock file is there.
    pub(crate) fn is_locked_by(&self, manager: Manager) -> bool {
        self.locked_by.contains(&manager)
    }
}
