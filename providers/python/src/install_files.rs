//! Which files installing the dependencies needs: so that nothing else runs it again.

use crate::app::PythonApp;
use crate::layout;
use crate::manager::Manager;
use plugpacks_sdk::Result;
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
        Manager::Requirements => return requirements(app, "requirements.txt"),
        Manager::Setuptools => return Ok(None),
        Manager::Poetry => &["pyproject.toml", "poetry.lock", "poetry.toml"],
        Manager::Pdm => &["pyproject.toml", "pdm.lock", "pdm.toml"],
        Manager::Uv => &["pyproject.toml", "uv.lock", "uv.toml", ".python-version"],
        Manager::Pipenv => &["Pipfile", "Pipfile.lock"],
    };
    if app.manifests.all().any(|manifest| names_a_place(&Value::Table(manifest.table.clone()))) {
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

/// A requirements file and those it includes.
fn requirements(app: &PythonApp, path: &str) -> Result<Option<Vec<String>>> {
    let mut files = vec![path.to_owned()];
    let mut next = 0;
    while let Some(path) = files.get(next).cloned() {
        next += 1;
        let Some(text) = app.context.app.read_text_if_file(&path)? else { return Ok(None) };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for line in text.lines().map(str::trim) {
            let included = match Line::of(line) {
                Line::Includes(name) if folder.is_empty() => name.to_owned(),
                Line::Includes(name) => format!("{folder}/{name}"),
                Line::IsPlace => return Ok(None),
                Line::Other => continue,
            };
            // At the end, so that no file is passed over.
            if !files.contains(&included) {
                files.push(included);
            }
        }
        if files.len() > MOST_FILES {
            return Ok(None);
        }
    }
    Ok(Some(files))
}

/// More requirements files than any app has include each other.
const MOST_FILES: usize = 50;

/// What a line of a requirements file means for the files that are needed.
enum Line<'a> {
    /// Another requirements or constraints file.
    Includes(&'a str),
    /// A place in the app, or something that may be one.
    IsPlace,
    Other,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        for option in ["--requirement", "--constraint", "-r", "-c"] {
            if let Some(rest) = line.strip_prefix(option) {
                let name = rest.trim_start_matches(['=', ' ', '\t']);
                let is_below = !name.is_empty() && !name.starts_with(['/', '.']) && !name.contains(':');
                return if is_below { Self::Includes(name) } else { Self::IsPlace };
            }
        }
        let is_option = ["-e", "--editable", "-f", "--find-links"].iter().any(|option| line.starts_with(option));
        let is_path = line.starts_with(['.', '/']) || line.contains("file:") || line.contains(" ./");
        let is_archive = [".whl", ".tar.gz", ".zip"].iter().any(|end| line.ends_with(end)) && !line.contains("://");
        if is_option || is_path || is_archive { Self::IsPlace } else { Self::Other }
    }
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
        for line in ["-e .", "./own", "own @ file:///app/own", "-r ../outside.txt", "vendor/x.whl", "-r gone.txt"] {
            let app = FakeApp::new().file("requirements.txt", line);
            assert_eq!(files(&app, Manager::Requirements), None, "{line}");
        }
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
