//! Which package manager installs the app's dependencies.

use crate::app::PythonApp;
use plugpacks_sdk::Result;
use plugpacks_sdk::release::{Sources, tool_versions};

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
}

impl Manager {
    pub(crate) const ALL: [Self; 6] =
        [Self::Requirements, Self::Setuptools, Self::Poetry, Self::Pdm, Self::Uv, Self::Pipenv];

    /// Its name, as `NIXPACKS_PYTHON_PACKAGE_MANAGER` and `.tool-versions` have it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Requirements => "requirements",
            Self::Setuptools => "setuptools",
            Self::Poetry => "poetry",
            Self::Pdm => "pdm",
            Self::Uv => "uv",
            Self::Pipenv => "pipenv",
        }
    }

    /// The file in which it keeps exact versions.
    pub(crate) const fn lock_file(self) -> Option<&'static str> {
        match self {
            Self::Requirements | Self::Setuptools => None,
            Self::Poetry => Some("poetry.lock"),
            Self::Pdm => Some("pdm.lock"),
            Self::Uv => Some("uv.lock"),
            Self::Pipenv => Some("Pipfile.lock"),
        }
    }

    /// Where its version may be asked for.
    pub(crate) const fn version_source(self) -> Option<Sources> {
        let (variable, tools): (_, &[_]) = match self {
            Self::Requirements | Self::Setuptools => return None,
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
        if let Some(manager) = Manager::ALL.into_iter().find(|manager| manager.name() == name) {
            let reason = format!("{name} because NIXPACKS_PYTHON_PACKAGE_MANAGER asks for it");
            diagnostics.because("package manager", reason);
            return Some(manager);
        }
        if name != "auto" {
            diagnostics.warn(format!("Unknown package manager '{asked}'. Using auto-detection."));
        }
    }
    let (manager, file) = by_files(app)?;
    diagnostics.because("package manager", format!("{} because there is {file}", manager.name()));
    Some(manager)
}

/// The package manager whose files are there, and the file that tells.
fn by_files(app: &PythonApp) -> Option<(Manager, &'static str)> {
    let manifests = &app.manifests;
    if manifests.requirements.is_some() {
        Some((Manager::Requirements, "requirements.txt"))
    } else if manifests.pyproject.is_some() {
        let locked = [Manager::Poetry, Manager::Pdm, Manager::Uv].into_iter().find(|it| app.is_locked_by(*it));
        let locked = locked.and_then(|manager| Some((manager, manager.lock_file()?)));
        Some(locked.unwrap_or((Manager::Setuptools, "pyproject.toml")))
    } else {
        manifests.pipfile.is_some().then_some((Manager::Pipenv, "Pipfile"))
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
