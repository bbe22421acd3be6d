//! Which package manager installs the app's dependencies.

use crate::app::PythonApp;
use crate::layout;
use plugpacks_provider_support::release::{Sources, tool_versions};
use plugpacks_sdk::Result;

/// A package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manager {
    /// pip, from `requirements.txt`.
    Requirements,
    /// pip, the app as a package.
    Setuptools,
    Poetry,
    Pdm,
    Uv,
    Pipenv,
    /// uv, from the standard's lock file.
    Pylock,
    /// pip, from what a program says in its comments.
    Script,
}

impl Manager {
    pub(crate) const KNOWN_TO_NIXPACKS: [Self; 6] =
        [Self::Requirements, Self::Setuptools, Self::Poetry, Self::Pdm, Self::Uv, Self::Pipenv];

    pub(crate) const ALL: [Self; 8] = [
        Self::Requirements,
        Self::Setuptools,
        Self::Poetry,
        Self::Pdm,
        Self::Uv,
        Self::Pipenv,
        Self::Pylock,
        Self::Script,
    ];

    /// Its name, as `NIXPACKS_PYTHON_PACKAGE_MANAGER` and `.tool-versions` have it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Requirements => "requirements",
            Self::Setuptools => "setuptools",
            Self::Poetry => "poetry",
            Self::Pdm => "pdm",
            Self::Uv => "uv",
            Self::Pipenv => "pipenv",
            Self::Pylock => "pylock",
            Self::Script => "script",
        }
    }

    /// The file in which it keeps exact versions.
    pub(crate) const fn lock_file(self) -> Option<&'static str> {
        match self {
            Self::Requirements | Self::Setuptools | Self::Pylock | Self::Script => None,
            Self::Poetry => Some("poetry.lock"),
            Self::Pdm => Some("pdm.lock"),
            Self::Uv => Some("uv.lock"),
            Self::Pipenv => Some("Pipfile.lock"),
        }
    }

    /// Where its version may be asked for.
    pub(crate) const fn version_source(self) -> Option<Sources> {
        let (variable, tools): (_, &[_]) = match self {
            Self::Requirements | Self::Setuptools | Self::Pylock | Self::Script => return None,
            Self::Poetry => ("POETRY_VERSION", &["poetry"]),
            Self::Pdm => ("PDM_VERSION", &["pdm"]),
            Self::Uv => ("UV_VERSION", &["uv"]),
            Self::Pipenv => ("PIPENV_VERSION", &["pipenv"]),
        };
        Some(Sources { variable, files: &[], tools })
    }

    /// The variable that holds its version.
    pub(crate) fn version_variable(self) -> Option<String> {
        Some(format!("NIXPACKS_{}", self.version_source()?.variable))
    }
}

/// The package manager that is asked for, else the one whose files are there; `None` if nothing is to
/// be installed.
pub(crate) fn choose(app: &PythonApp) -> Option<Manager> {
    let diagnostics = &app.context.diagnostics;
    let asked = app.context.environment.config("PYTHON_PACKAGE_MANAGER");
    if let Some(asked) = asked {
        let name = asked.to_lowercase();
        if name == "skip" {
            diagnostics.because("package manager", "none because NIXPACKS_PYTHON_PACKAGE_MANAGER is skip");
            return None;
        }
        if let Some(manager) = app.rules.managers.iter().copied().find(|manager| manager.name() == name) {
            let reason = format!("{name} because NIXPACKS_PYTHON_PACKAGE_MANAGER asks for it");
            diagnostics.because("package manager", reason);
            return Some(manager);
        }
        if name != "auto" {
            diagnostics.warn(format!("Unknown package manager '{asked}'. Using auto-detection."));
        }
    }
    let (manager, file) = (app.rules.manager)(app)?;
    diagnostics.because("package manager", format!("{} because there is {file}", manager.name()));
    Some(manager)
}

/// A package manager, and the file that tells it.
pub(crate) type Told = (Manager, String);

/// Nixpacks 1.41: `requirements.txt` before any lock file.
pub(crate) fn by_manifest(app: &PythonApp) -> Option<Told> {
    let manifests = &app.manifests;
    if manifests.requirements.is_some() {
        Some((Manager::Requirements, "requirements.txt".to_owned()))
    } else if manifests.pyproject.is_some() {
        Some(locked(app).unwrap_or((Manager::Setuptools, "pyproject.toml".to_owned())))
    } else {
        manifests.pipfile.is_some().then(|| (Manager::Pipenv, "Pipfile".to_owned()))
    }
}

/// The manager whose lock file lies beside `pyproject.toml`.
fn locked(app: &PythonApp) -> Option<Told> {
    let manager = [Manager::Poetry, Manager::Pdm, Manager::Uv].into_iter().find(|it| app.is_locked_by(*it))?;
    Some((manager, manager.lock_file()?.to_owned()))
}

/// A lock file before what has none; `pyproject.toml` by the tool that it has settings for.
pub(crate) fn by_lock_file(app: &PythonApp) -> Option<Told> {
    let manifests = &app.manifests;
    let requirements = &manifests.requirements_path;
    let locked = locked(app).filter(|_| manifests.pyproject.is_some());
    let locked = locked.or_else(|| {
        let pipfile = manifests.pipfile.is_some() && app.is_locked_by(Manager::Pipenv);
        pipfile.then(|| (Manager::Pipenv, "Pipfile.lock".to_owned()))
    });
    let locked = locked.or_else(|| manifests.pylock.is_some().then(|| (Manager::Pylock, "pylock.toml".to_owned())));
    if let Some((manager, file)) = locked {
        warn_about_others(app, manager, &file);
        return Some((manager, file));
    }
    if manifests.requirements.is_some() {
        return Some((Manager::Requirements, requirements.clone()));
    }
    if manifests.pyproject.is_some() {
        return Some((unlocked(app), "pyproject.toml".to_owned()));
    }
    let others = [
        (manifests.pipfile.is_some(), Manager::Pipenv, "Pipfile"),
        (manifests.setup.is_some(), Manager::Setuptools, "setup.py or setup.cfg"),
        (manifests.script.is_some(), Manager::Script, "a block script in a module's comments"),
    ];
    let (_, manager, file) = others.into_iter().find(|(is_there, ..)| *is_there)?;
    Some((manager, file.to_owned()))
}

/// Who installs from a `pyproject.toml` without a lock file: its own tool where only that can.
fn unlocked(app: &PythonApp) -> Manager {
    let Some(pyproject) = &app.manifests.pyproject else { return Manager::Setuptools };
    let has = |path: &[&str]| pyproject.table_at(path).is_some();
    let is_for_uv_alone = has(&["tool", "uv", "sources"]) || has(&["tool", "uv", "workspace"]);
    let backend = pyproject.text_at(&["build-system", "build-backend"]).unwrap_or_default();
    // pip would have its backend build a package of the app, which may be none.
    let is_no_package = || backend.starts_with("poetry.") && matches!(layout::poetry_installs_app(app), Ok(false));
    if !has(&["project"]) && has(&["tool", "poetry"]) || is_no_package() {
        Manager::Poetry
    } else if is_for_uv_alone {
        Manager::Uv
    } else {
        Manager::Setuptools
    }
}

/// Warns that manifests of other package managers are passed over.
fn warn_about_others(app: &PythonApp, manager: Manager, file: &str) {
    let mut others: Vec<String> =
        app.locked_by().filter(|it| *it != manager).filter_map(|it| Some(it.lock_file()?.to_owned())).collect();
    if app.manifests.requirements.is_some() {
        others.push(app.manifests.requirements_path.clone());
    }
    if !others.is_empty() {
        app.context.diagnostics.warn(format!(
            "{} installs from {file}; {} is passed over. NIXPACKS_PYTHON_PACKAGE_MANAGER chooses another",
            manager.name(),
            others.join(", ")
        ));
    }
}

/// The package manager's version that the app asks for, the way Nixpacks 1.41 does: the last line of
/// `.tool-versions` that begins with its name.
///
/// # Errors
/// `.tool-versions` cannot be read.
pub(crate) fn asdf_version(app: &PythonApp, manager: Manager) -> Result<Option<String>> {
    let text = app.context.app.read_text_if_file(".tool-versions")?;
    Ok(text.and_then(|text| {
        let versions = tool_versions(&text);
        let line = versions.into_iter().rev().find(|(tool, _)| *tool == manager.name());
        line.map(|(_, version)| version.to_owned())
    }))
}
