//! The files in which a Python app says what it is and what it needs, each read and parsed once.

use crate::script;
use plugpacks_provider_support::toml_1_0;
use plugpacks_sdk::{Context, Result};
use toml::{Table, Value};

/// The app's manifests; `None` where there is no such file.
pub(crate) struct Manifests {
    /// `requirements.txt`, or what stands for it; it is no TOML: its table is empty.
    pub(crate) requirements: Option<Manifest>,
    /// Where that is.
    pub(crate) requirements_path: String,
    /// `pyproject.toml`.
    pub(crate) pyproject: Option<Manifest>,
    /// `Pipfile`.
    pub(crate) pipfile: Option<Manifest>,
    /// `pylock.toml`; not under the edition `nixpacks`, like what follows.
    pub(crate) pylock: Option<Manifest>,
    /// `setup.py` and `setup.cfg`, the texts of both, if one is there; no TOML.
    pub(crate) setup: Option<Manifest>,
    /// The block `script` in the comments of a module, where there is no other manifest.
    pub(crate) script: Option<Manifest>,
}

/// A manifest. What cannot be read or parsed counts as empty, with a warning: the package manager
/// may well understand it, and says better than a planner what is wrong (Nixpacks 1.41: likewise).
#[derive(Default)]
pub(crate) struct Manifest {
    /// Its text.
    pub(crate) text: String,
    /// Its top-level table.
    pub(crate) table: Table,
}

impl Manifests {
    /// Reads the three manifests that Nixpacks 1.41 knows.
    pub(crate) fn known_to_nixpacks(context: &Context) -> Self {
        let path = "requirements.txt";
        Self {
            requirements: read_text(context, path).map(Manifest::of_text),
            requirements_path: path.to_owned(),
            pyproject: read_toml(context, "pyproject.toml"),
            pipfile: read_toml(context, "Pipfile"),
            pylock: None,
            setup: None,
            script: None,
        }
    }

    /// Reads the app's manifests.
    pub(crate) fn read(context: &Context) -> Self {
        let mut manifests = Self::known_to_nixpacks(context);
        manifests.pylock = read_toml(context, "pylock.toml");
        let is_declared = manifests.pyproject.as_ref().is_some_and(Manifest::declares_dependencies);
        if manifests.requirements.is_none()
            && !is_declared
            && manifests.pipfile.is_none()
            && manifests.pylock.is_none()
            && let Some(path) = requirements_elsewhere(context)
        {
            manifests.requirements = read_text(context, &path).map(Manifest::of_text);
            manifests.requirements_path = path;
        }
        let texts: Vec<String> = ["setup.py", "setup.cfg"].iter().filter_map(|path| read_text(context, path)).collect();
        manifests.setup = (!texts.is_empty()).then(|| Manifest::of_text(texts.join("\n")));
        if manifests.are_missing() {
            manifests.script = script::read(context);
        }
        manifests
    }

    /// Whether the app has no manifest at all.
    pub(crate) fn are_missing(&self) -> bool {
        self.all().next().is_none() && self.pylock.is_none() && self.setup.is_none() && self.script.is_none()
    }

    /// Whether a dependency is fetched from a repository: `git+https://…`, or `{ git = "…" }`.
    pub(crate) fn name_repositories(&self) -> bool {
        let tables = [&self.pyproject, &self.pipfile, &self.script].into_iter().flatten();
        self.all().chain(&self.setup).chain(&self.script).any(|manifest| manifest.text.contains("git+"))
            || tables.into_iter().any(|manifest| manifest.table.values().any(names_a_repository))
    }

    /// The manifests among those that Nixpacks 1.41 knows.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Manifest> {
        [&self.requirements, &self.pyproject, &self.pipfile].into_iter().flatten()
    }
}

/// Files that stand for `requirements.txt`, those for production first.
const REQUIREMENTS: [&str; 14] = [
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements/deploy.txt",
    "requirements/requirements.txt",
    "requirements/main.txt",
    "requirements/base.txt",
    "requirements/common.txt",
    "requirements/default.txt",
    "requirements-prod.txt",
    "requirements-production.txt",
    "requirements_prod.txt",
    "requirements_production.txt",
    "requirements.prod.txt",
    "requirements.in",
];

/// What the names of files have that are for development.
const NOT_FOR_PRODUCTION: [&str; 8] = ["dev", "test", "local", "lint", "doc", "ci", "stag", "optional"];

/// The file that stands for `requirements.txt`: one of a usual name, or the only one in `requirements` that is not for
/// development.
fn requirements_elsewhere(context: &Context) -> Option<String> {
    let app = &context.app;
    if let Some(path) = app.first_file(&REQUIREMENTS).ok()? {
        return Some(path.to_owned());
    }
    if !app.has_directory("requirements").ok()? {
        return None;
    }
    let files = app.find_files("requirements/*.txt").ok()?;
    let is_meant = |path: &&String| files.len() == 1 || !NOT_FOR_PRODUCTION.iter().any(|name| path.contains(name));
    let mut meant = files.iter().filter(is_meant);
    let (path, None) = (meant.next()?, meant.next()) else { return None };
    Some(path.clone())
}

fn read_toml(context: &Context, path: &str) -> Option<Manifest> {
    let text = read_text(context, path)?;
    let table = understood(context, path, toml_1_0::read(context, path));
    Some(Manifest { text, table })
}

fn read_text(context: &Context, path: &str) -> Option<String> {
    match context.app.read_text_if_file(path) {
        Ok(text) => text,
        Err(error) => Some(understood(context, path, Err(error))),
    }
}

/// What was read, or, with a warning, nothing.
fn understood<T: Default>(context: &Context, path: &str, read: Result<T>) -> T {
    read.unwrap_or_else(|error| {
        context.diagnostics.warn(format!("{path} is not taken into account: {error}"));
        T::default()
    })
}

/// Whether a table somewhere below a value has the key `git`.
fn names_a_repository(value: &Value) -> bool {
    match value {
        Value::Table(table) => table.contains_key("git") || table.values().any(names_a_repository),
        Value::Array(list) => list.iter().any(names_a_repository),
        _ => false,
    }
}

impl Manifest {
    /// One that is no TOML.
    fn of_text(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// Whether a `pyproject.toml` says what the app depends on, or that it is a package.
    fn declares_dependencies(&self) -> bool {
        [["project"].as_slice(), &["tool", "poetry"], &["build-system"]]
            .iter()
            .any(|path| self.table_at(path).is_some())
    }

    /// The value at a path of keys, such as `["project", "name"]`.
    pub(crate) fn value(&self, path: &[&str]) -> Option<&Value> {
        let (last, tables) = path.split_last()?;
        tables.iter().try_fold(&self.table, |table, key| table.get(*key)?.as_table())?.get(*last)
    }

    /// The text at a path of keys.
    pub(crate) fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.value(path)?.as_str()
    }

    /// The table at a path of keys.
    pub(crate) fn table_at(&self, path: &[&str]) -> Option<&Table> {
        self.value(path)?.as_table()
    }

    /// The texts in the list at a path of keys.
    pub(crate) fn list_at(&self, path: &[&str]) -> impl Iterator<Item = &str> {
        self.value(path).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }
}
