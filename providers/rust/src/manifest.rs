//! `Cargo.toml`, read without more strictness than its reader needs.

use plugpacks_provider_support::toml_1_0;
use plugpacks_sdk::{Context, Result};
use std::rc::Rc;
use toml::{Table, Value};

/// The three tables of dependencies of a package.
pub(crate) const DEPENDENCIES: [&str; 3] = ["dependencies", "build-dependencies", "dev-dependencies"];

/// A package's or a workspace's manifest; copies share it.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    table: Rc<Table>,
    /// The package's folder: empty, or ends in `/`.
    folder: Rc<str>,
}

impl Manifest {
    /// Reads a manifest.
    pub(crate) fn read(context: &Context, path: &str) -> Result<Self> {
        Ok(Self { table: Rc::new(toml_1_0::read(context, path)?), folder: path.trim_end_matches("Cargo.toml").into() })
    }

    /// The whole of it.
    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// The package's folder: empty, or ends in `/`.
    pub(crate) fn folder(&self) -> &str {
        &self.folder
    }

    pub(crate) fn package(&self) -> Option<&Table> {
        table(&self.table, "package")
    }

    pub(crate) fn workspace(&self) -> Option<&Table> {
        table(&self.table, "workspace")
    }

    /// The package's name.
    pub(crate) fn name(&self) -> Option<&str> {
        text(self.package()?, "name")
    }

    /// The `[[bin]]` tables.
    pub(crate) fn declared_programs(&self) -> impl Iterator<Item = &Table> {
        list(&self.table, "bin").iter().filter_map(Value::as_table)
    }

    /// Whether programs are found by the names of their files, where the manifest says so or not.
    pub(crate) fn autobins(&self) -> Option<bool> {
        self.package()?.get("autobins")?.as_bool()
    }

    /// Whether one of the three tables of dependencies has this key.
    pub(crate) fn depends_on(&self, name: &str) -> bool {
        DEPENDENCIES
            .iter()
            .any(|key| table(&self.table, key).is_some_and(|dependencies| dependencies.contains_key(name)))
    }
}

/// The table of this name.
pub(crate) fn table<'t>(parent: &'t Table, key: &str) -> Option<&'t Table> {
    parent.get(key)?.as_table()
}

/// The text of this name.
pub(crate) fn text<'t>(parent: &'t Table, key: &str) -> Option<&'t str> {
    parent.get(key)?.as_str()
}

/// The elements of a list; of anything else none.
pub(crate) fn list<'t>(parent: &'t Table, key: &str) -> &'t [Value] {
    parent.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts in a list.
pub(crate) fn texts<'t>(parent: &'t Table, key: &str) -> impl Iterator<Item = &'t str> {
    list(parent, key).iter().filter_map(Value::as_str)
}

/// Whether a value is left to the workspace, as in `version.workspace = true`.
pub(crate) fn is_inherited(value: &Value) -> bool {
    value.as_table().and_then(|table| table.get("workspace")).is_some_and(Value::is_bool)
}
