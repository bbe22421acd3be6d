//! The files in which a Python app says what it is and what it needs, each read and parsed once.

use plugpacks_sdk::{Context, Result};
use toml::{Table, Value};

/// The app's manifests; `None` where there is no such file.
pub(crate) struct Manifests {
    /// `requirements.txt`, which is no TOML: its table is empty.
    pub(crate) requirements: Option<Manifest>,
    /// `pyproject.toml`.
    pub(crate) pyproject: Option<Manifest>,
    /// `Pipfile`.
    pub(crate) pipfile: Option<Manifest>,
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
    /// Reads the app's manifests.
    pub(crate) fn read(context: &Context) -> Self {
        Self {
            requirements: read_text(context, "requirements.txt").map(|text| Manifest { text, ..Manifest::default() }),
            pyproject: read_toml(context, "pyproject.toml"),
            pipfile: read_toml(context, "Pipfile"),
        }
    }

    /// The manifests there are.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Manifest> {
        [&self.requirements, &self.pyproject, &self.pipfile].into_iter().flatten()
    }
}

fn read_toml(context: &Context, path: &str) -> Option<Manifest> {
    let text = read_text(context, path)?;
    let table = understood(context, path, context.app.read_toml(path));
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

impl Manifest {
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
