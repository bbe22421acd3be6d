//! What differs between the editions.

use crate::app::PythonApp;
use crate::dependencies::Dependencies;
use crate::install::{self, Recipe, Variables};
use crate::manager::{self, Manager, Told};
use crate::manifests::Manifests;
use crate::native::{self, SystemNeeds};
use crate::running::Environment;
use crate::stack::{self, Stack};
use crate::start::Starting;
use crate::{install_files, interpreter, running, start};
use plugpacks_provider_support::assets::Assets;
use plugpacks_provider_support::release::Release;
use plugpacks_sdk::{Context, Edition, Result, Since, Start};

/// One edition's answers.
pub(crate) struct Rules {
    /// Reads the app's manifests.
    pub(crate) manifests: fn(&Context) -> Manifests,
    /// The package managers that can be asked for.
    pub(crate) managers: &'static [Manager],
    /// The package manager whose files are there.
    pub(crate) manager: fn(&PythonApp) -> Option<Told>,
    /// Which libraries the app depends on.
    pub(crate) dependencies: fn(&Context, &Manifests) -> Dependencies,
    /// Which Python the app gets.
    pub(crate) interpreter: fn(&PythonApp) -> Result<&'static Release>,
    /// Which frameworks and databases the app uses.
    pub(crate) stack: fn(&PythonApp) -> Result<Stack>,
    /// What the app needs of the system.
    pub(crate) native: fn(&PythonApp, &Release, &Stack) -> SystemNeeds,
    /// What JavaScript tools build for the app.
    pub(crate) assets: fn(&Context) -> Result<Option<Assets>>,
    /// The command that makes and enters the virtual environment.
    pub(crate) virtual_environment: &'static str,
    /// How a package manager installs the app's dependencies.
    pub(crate) recipe: fn(&PythonApp, Manager, &Stack) -> Result<Recipe>,
    /// Which files a package manager needs; `None`: all of the app.
    pub(crate) install_files: fn(&PythonApp, Manager) -> Result<Option<Vec<String>>>,
    /// Variables of every app.
    pub(crate) variables: &'static [(&'static str, &'static str)],
    /// Variables that hold the package managers' versions.
    pub(crate) manager_variables: fn(&PythonApp, Option<Manager>, &Release) -> Result<Variables>,
    /// The command that starts the app.
    pub(crate) start: fn(&PythonApp, Option<Manager>, &Stack) -> Result<Starting>,
    /// What the running app needs besides.
    pub(crate) running: fn(Option<String>, &Release, &SystemNeeds, Environment) -> Option<Start>,
}

/// The rules of each edition.
pub(crate) static RULES: Since<Rules> = Since::new(NIXPACKS, &[(Edition::E2026_11, MENDED)]);

/// Nixpacks 1.41.
const NIXPACKS: Rules = Rules {
    manifests: Manifests::known_to_nixpacks,
    managers: &Manager::KNOWN_TO_NIXPACKS,
    manager: manager::by_manifest,
    dependencies: |_, manifests| Dependencies::mentioned(manifests),
    interpreter: interpreter::nixpacks,
    stack: stack::nixpacks,
    native: native::nixpacks,
    assets: |_| Ok(None),
    virtual_environment: install::COPIED_ENVIRONMENT,
    recipe: install::nixpacks,
    install_files: |_, _| Ok(None),
    variables: &[
        ("PYTHONFAULTHANDLER", "1"),
        ("PYTHONUNBUFFERED", "1"),
        ("PYTHONHASHSEED", "random"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PIP_NO_CACHE_DIR", "1"),
        ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
        ("PIP_DEFAULT_TIMEOUT", "100"),
    ],
    manager_variables: install::nixpacks_variables,
    start: start::nixpacks,
    running: |command, _, _, _| command.map(Start::command),
};

// Without `PIP_NO_CACHE_DIR`, which would leave the mounted cache directory empty.
const MENDED: Rules = Rules {
    manifests: Manifests::read,
    managers: &Manager::ALL,
    manager: manager::by_lock_file,
    dependencies: Dependencies::named,
    interpreter: interpreter::requested,
    stack: stack::by_dependencies,
    native: native::by_dependencies,
    assets: Assets::of,
    virtual_environment: install::LINKED_ENVIRONMENT,
    recipe: install::cached,
    install_files: install_files::manifests,
    variables: &[
        ("PYTHONFAULTHANDLER", "1"),
        ("PYTHONUNBUFFERED", "1"),
        ("PYTHONHASHSEED", "random"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
        ("PIP_DEFAULT_TIMEOUT", "100"),
    ],
    manager_variables: install::used_manager_variables,
    start: start::by_framework,
    running: running::slim,
};
