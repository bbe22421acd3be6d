//! Which files installing the dependencies needs: so that nothing else runs it again.

use crate::app::PythonApp;
use crate::dependencies::{option_value, without_comment};
use crate::layout;
use crate::manager::Manager;
use crate::modules::parent;
use plugpacks_sdk::{EntryKind, Result};
use toml::Value;

/// Variables that Python and its package managers read.
pub(crate) const VARIABLES: &[&str] =
    &["CI", "PIP_*", "PYTHON*", "UV_*", "POETRY_*", "PDM_*", "PIPENV_*", "CFLAGS", "LDFLAGS"];

/// Manifest and lock file of the package manager; all of the app (`None`) where installing reads
/// more of it: because the app is a package itself, or depends on places in it.
pub(crate) fn manifests(app: &PythonApp, manager: Manager) -> Result<Option<Vec<String>>> {
    if layout::installs_app(app, manager)? {
        return Ok(None);
    }
    let files: &[&str] = match manager {
        Manager::Requirements => return requirements(app, &app.manifests.requirements_path),
        Manager::Pylock => &["pylock.toml", "uv.toml"],
        // Its requirements stand in the command.
        Manager::Script => return Ok(None),
        Manager::Setuptools => return Ok(None),
        Manager::Poetry => &["pyproject.toml", "poetry.lock", "poetry.toml"],
        Manager::Pdm => &["pyproject.toml", "pdm.lock", "pdm.toml"],
        Manager::Uv => &["pyproject.toml", "uv.lock", "uv.toml", ".python-version"],
        Manager::Pipenv => &["Pipfile", "Pipfile.lock"],
    };
    let manifests = app.manifests.all().chain(&app.manifests.pylock);
    if manifests.into_iter().any(|manifest| names_a_place(&Value::Table(manifest.table.clone()))) {
        return Ok(None);
    }
    let present = app.context.app.files_of(files)?;
    Ok(Some(present.into_iter().map(str::to_owned).collect()))
}

/// Whether a dependency is a place in the app, or the app has members.
fn names_a_place(value: &Value) -> bool {
    const PLACES: [&str; 4] = ["path", "file", "workspace", "editable"];
    match value {
        Value::Table(table) => table.iter().any(|(key, value)| PLACES.contains(&key.as_str()) || names_a_place(value)),
        Value::Array(list) => list.iter().any(names_a_place),
        Value::String(text) => text.contains("file:"),
        _ => false,
    }
}

/// A requirements file, those it includes, and the folders and archives in the app that they name;
/// `None` if one of them cannot be told.
fn requirements(app: &PythonApp, path: &str) -> Result<Option<Vec<String>>> {
    let mut files = vec![path.to_owned()];
    let mut places = Vec::new();
    let mut next = 0;
    while let Some(path) = files.get(next).cloned() {
        next += 1;
        let Some(text) = app.context.app.read_text_if_file(&path)? else { return Ok(None) };
        for line in text.lines().map(without_comment) {
            match Line::of(line) {
                // Files are named relative to the one that includes them, places to the app.
                Line::Includes(name) => match resolved(parent(&path), name) {
                    Some(included) if !files.contains(&included) => files.push(included),
                    Some(_) => {}
                    None => return Ok(None),
                },
                Line::Place(name) => match resolved("", name).filter(|place| !place.is_empty()) {
                    Some(place) if app.context.app.entry(&place)? != EntryKind::Missing => places.push(place),
                    _ => return Ok(None),
                },
                Line::MaybePlace(name) => {
                    let place = resolved("", name).filter(|place| !place.is_empty());
                    if let Some(place) = place
                        && app.context.app.entry(&place)? != EntryKind::Missing
                    {
                        places.push(place);
                    }
                }
                Line::Other => {}
            }
        }
        if files.len() > MOST_FILES {
            return Ok(None);
        }
    }
    files.extend(places);
    Ok(Some(files))
}

/// More requirements files than any app has include each other.
const MOST_FILES: usize = 50;

/// A path that is named in a folder, without `.` and `..`; `None` if it leaves the app.
fn resolved(folder: &str, name: &str) -> Option<String> {
    if name.is_empty() || name.starts_with('/') || name.contains(':') {
        return None;
    }
    let mut path = Vec::new();
    for part in folder.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(path.pop()?),
            part => path.push(part),
        }
    }
    Some(path.join("/"))
}

/// What a line of a requirements file means for the files that are needed.
enum Line<'a> {
    /// Another requirements or constraints file.
    Includes(&'a str),
    /// A folder or an archive.
    Place(&'a str),
    /// A folder if there is one of this name, such as `libs/pet`.
    MaybePlace(&'a str),
    Other,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        if let Some(name) = option_value(line, &["--requirement", "--constraint", "-r", "-c"]) {
            return Self::Includes(name);
        }
        if let Some(name) = option_value(line, &["--editable", "--find-links", "-e", "-f"]) {
            return if name.contains("://") { Self::Other } else { Self::Place(without_extras(name)) };
        }
        let name = line.split(';').next().unwrap_or(line).trim();
        if let Some((_, place)) = name.split_once("file:") {
            return Self::Place(place);
        }
        let is_path = name.starts_with(['.', '/']);
        let is_archive = [".whl", ".tar.gz", ".zip"].iter().any(|end| name.ends_with(end));
        if name.contains("://") {
            Self::Other
        } else if is_path || is_archive {
            Self::Place(without_extras(name.rsplit(' ').next().unwrap_or(name)))
        } else if name.contains('/') {
            Self::MaybePlace(without_extras(name))
        } else {
            Self::Other
        }
    }
}

/// A path without extras: `./own` for `./own[web]`.
fn without_extras(path: &str) -> &str {
    path.split('[').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn files(app: &FakeApp, manager: Manager) -> Option<Vec<String>> {
        app.with(|context| manifests(&PythonApp::read(context).unwrap(), manager).unwrap())
    }

    #[test]
    fn requirements_bring_what_they_include() {
        let app = FakeApp::new()
            .file("requirements.txt", "-r deps/base.txt\nflask==3 # -e .\n--constraint=limits.txt\n")
            .file("deps/base.txt", "-r more.txt\n")
            .file("deps/more.txt", "")
            .file("limits.txt", "");
        let expected = ["deps/base.txt", "deps/more.txt", "limits.txt", "requirements.txt"];
        let mut found = files(&app, Manager::Requirements).unwrap();
        found.sort_unstable();
        assert_eq!(found, expected);
        for line in ["-e .", "./own", "own @ file:///app/own", "-r ../outside.txt", "vendor/x.whl", "-r gone.txt", "."]
        {
            let app = FakeApp::new().file("requirements.txt", line);
            assert_eq!(files(&app, Manager::Requirements), None, "{line}");
        }
    }

    #[test]
    fn requirements_bring_the_folders_that_they_name() {
        let app = FakeApp::new()
            .file("requirements/base.txt", "flask\nlibs/pet\n-e ./own[web]\nwheels/x.whl ; python_version > '3'\n")
            .file("libs/pet/setup.py", "")
            .file("own/setup.py", "")
            .file("wheels/x.whl", "");
        let expected = ["requirements/base.txt", "libs/pet", "own", "wheels/x.whl"];
        assert_eq!(files(&app, Manager::Requirements).unwrap(), expected);
    }

    #[test]
    fn packages_and_places_need_the_app() {
        let uv =
            |manifest: &str| files(&FakeApp::new().file("pyproject.toml", manifest).file("uv.lock", ""), Manager::Uv);
        assert_eq!(uv("[project]\nname = 'x'\n"), Some(vec!["pyproject.toml".into(), "uv.lock".into()]));
        assert_eq!(uv("[project]\nname = 'x'\n[build-system]\nrequires = []\n"), None);
        assert_eq!(uv("[tool.uv.sources]\nown = { path = 'own' }\n"), None);
        assert_eq!(uv("[tool.uv.workspace]\nmembers = ['a']\n"), None);
    }
}
