//! `package.json`: what of it matters, read as strictly as the edition wants.

use crate::install_files::is_local;
use plugpacks_sdk::{Diagnostics, Error, Result};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A map from names to versions, commands and the like.
pub(crate) type Texts = BTreeMap<String, String>;

/// The fields of a `package.json` that the plan depends on (Nixpacks 1.41 reads the same ones; a
/// value of another type anywhere in them is an error there).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PackageJson {
    pub(crate) name: Option<String>,
    pub(crate) scripts: Option<Texts>,
    pub(crate) engines: Option<Texts>,
    pub(crate) main: Option<String>,
    pub(crate) dependencies: Option<Texts>,
    pub(crate) dev_dependencies: Option<Texts>,
    #[serde(rename = "type")]
    #[allow(dead_code, reason = "its type is checked")]
    pub(crate) kind: Option<String>,
    pub(crate) workspaces: Option<Value>,
    pub(crate) cache_directories: Option<Vec<String>>,
    pub(crate) package_manager: Option<String>,
    /// Whether some dependency, override or patch is a file of the app. (Edition 2026.11 only.)
    #[serde(skip)]
    pub(crate) has_local_packages: bool,
    /// Whether some dependency is a package of a workspace around the app. (Edition 2026.11 only.)
    #[serde(skip)]
    pub(crate) has_workspace_packages: bool,
    /// The tools that developers are to have. (Edition 2026.11 only.)
    #[serde(skip)]
    pub(crate) dev_engines: Option<Value>,
    /// The versions that Volta pins. (Edition 2026.11 only.)
    #[serde(skip)]
    pub(crate) volta: Texts,
}

impl PackageJson {
    /// A script's command.
    pub(crate) fn script(&self, name: &str) -> Option<&str> {
        self.scripts.as_ref()?.get(name).map(String::as_str)
    }

    /// What `devEngines` says about a kind of tool: `runtime`, `packageManager`.
    pub(crate) fn dev_engine(&self, kind: &str) -> Option<&Value> {
        self.dev_engines.as_ref()?.get(kind)
    }

    /// Whether a package is among the dependencies or the development dependencies.
    pub(crate) fn lists(&self, package: &str) -> bool {
        let maps = [&self.dependencies, &self.dev_dependencies];
        maps.into_iter().flatten().any(|map| map.contains_key(package))
    }

    /// Nixpacks 1.41: the development dependencies count only where there are no others.
    pub(crate) fn lists_first(&self, package: &str) -> bool {
        let map = self.dependencies.as_ref().or(self.dev_dependencies.as_ref());
        map.is_some_and(|map| map.contains_key(package))
    }

    /// The workspace globs of a list of texts.
    pub(crate) fn workspace_list(&self) -> Option<Vec<String>> {
        texts(self.workspaces.as_ref()?)
    }

    /// The workspace globs, be they a list or an object with a list of `packages`.
    pub(crate) fn workspace_globs(&self) -> Option<Vec<String>> {
        self.workspace_list().or_else(|| texts(self.workspaces.as_ref()?.get("packages")?))
    }
}

/// The elements of a list of texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|element| element.as_str().map(str::to_owned)).collect()
}

/// Reads a `package.json` and takes exception to any value of a wrong type.
pub(crate) fn strict(path: &str, text: &str, _: Diagnostics) -> Result<PackageJson> {
    serde_json::from_str(text).map_err(|error| not_json(path, &error))
}

/// Reads a `package.json` as npm does: a byte order mark is passed over, numbers count as texts, and
/// a value of a wrong type is left out with a warning.
pub(crate) fn forgiving(path: &str, text: &str, diagnostics: Diagnostics) -> Result<PackageJson> {
    let text = text.trim_start_matches('\u{feff}');
    let value: Value = serde_json::from_str(text).map_err(|error| not_json(path, &error))?;
    let has_local_packages = has_local_packages(&value);
    let has_workspace_packages = has_workspace_packages(&value);
    let Value::Object(fields) = value else {
        return Err(Error::new("it is not an object").context(format!("Error reading {path} as JSON")));
    };
    let mut reader = Reader { path, fields, diagnostics };
    Ok(PackageJson {
        name: reader.text("name"),
        scripts: reader.map("scripts"),
        engines: reader.map("engines"),
        main: reader.text("main"),
        dependencies: reader.map("dependencies"),
        dev_dependencies: reader.map("devDependencies"),
        kind: None,
        workspaces: reader.fields.remove("workspaces"),
        cache_directories: reader.list("cacheDirectories"),
        package_manager: reader.text("packageManager"),
        has_local_packages,
        has_workspace_packages,
        dev_engines: reader.take("devEngines"),
        volta: reader.map("volta").unwrap_or_default(),
    })
}

/// Looks for dependencies that only a workspace brings.
fn has_workspace_packages(manifest: &Value) -> bool {
    let maps = ["dependencies", "devDependencies", "optionalDependencies"].map(|name| manifest.get(name));
    let versions = maps.into_iter().flatten().filter_map(Value::as_object).flat_map(|map| map.values());
    versions.filter_map(Value::as_str).any(|version| version.starts_with("workspace:"))
}

/// Looks through every map of packages that a package manager reads.
fn has_local_packages(manifest: &Value) -> bool {
    const MAPS: [&str; 6] =
        ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "overrides", "resolutions"];
    let of_pnpm = manifest.get("pnpm");
    let patches = [manifest.get("patchedDependencies"), of_pnpm.and_then(|pnpm| pnpm.get("patchedDependencies"))];
    let maps = MAPS.iter().filter_map(|name| manifest.get(name));
    patches.into_iter().flatten().next().is_some()
        || maps.chain(of_pnpm.and_then(|pnpm| pnpm.get("overrides"))).any(names_a_file)
}

fn names_a_file(value: &Value) -> bool {
    match value {
        Value::String(version) => is_local(version),
        Value::Object(entries) => entries.values().any(names_a_file),
        _ => false,
    }
}

fn not_json(path: &str, error: &serde_json::Error) -> Error {
    Error::new(error.to_string()).context(format!("Error reading {path} as JSON"))
}

/// Takes fields out of a `package.json`.
struct Reader<'r> {
    path: &'r str,
    fields: Map<String, Value>,
    diagnostics: Diagnostics<'r>,
}

impl Reader<'_> {
    fn take(&mut self, field: &str) -> Option<Value> {
        self.fields.remove(field).filter(|value| !value.is_null())
    }

    fn text(&mut self, field: &str) -> Option<String> {
        let value = self.take(field)?;
        self.scalar(value, field)
    }

    fn map(&mut self, field: &str) -> Option<Texts> {
        match self.take(field)? {
            Value::Object(entries) => {
                let entry = |(key, value)| Some((self.scalar(value, &format!("{field}.{key}"))?, key));
                Some(entries.into_iter().filter_map(entry).map(|(text, key)| (key, text)).collect())
            }
            _ => self.ignore(field),
        }
    }

    fn list(&mut self, field: &str) -> Option<Vec<String>> {
        let value = self.take(field)?;
        texts(&value).or_else(|| self.ignore(field))
    }

    fn scalar(&self, value: Value, field: &str) -> Option<String> {
        match value {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => self.ignore(field),
        }
    }

    fn ignore<T>(&self, field: &str) -> Option<T> {
        self.diagnostics.warn(format!("{field} in {} has the wrong type and is ignored", self.path));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn read(
        read: fn(&str, &str, Diagnostics) -> Result<PackageJson>,
        text: &str,
    ) -> (Result<PackageJson>, Vec<String>) {
        let app = FakeApp::new();
        let package = app.with(|context| read("package.json", text, context.diagnostics));
        (package, app.warnings())
    }

    #[test]
    fn strict_reading_refuses_every_wrong_type() {
        for text in [
            "",
            "[]",
            "\u{feff}{}",
            r#"{"main": 3}"#,
            r#"{"engines": "18"}"#,
            r#"{"engines": {"node": 18}}"#,
            r#"{"scripts": {"start": null}}"#,
            r#"{"cacheDirectories": "x"}"#,
        ] {
            let error = read(strict, text).0.unwrap_err();
            assert_eq!(error.message(), "Error reading package.json as JSON", "{text}");
        }
        let package = read(strict, r#"{"workspaces": 3, "scripts": null, "unknown": [], "type": "module"}"#).0.unwrap();
        assert_eq!(package.workspace_globs(), None);
    }

    #[test]
    fn forgiving_reading_leaves_wrong_types_out() {
        let text = "\u{feff}{\"main\": {}, \"engines\": {\"node\": 22, \"npm\": []}, \"scripts\": []}";
        let (package, warnings) = read(forgiving, text);
        let package = package.unwrap();
        assert_eq!(package.engines, Some(Texts::from([("node".into(), "22".into())])));
        assert_eq!((package.main, package.scripts), (None, None));
        assert_eq!(
            warnings,
            ["scripts", "engines.npm", "main"]
                .map(|field| format!("{field} in package.json has the wrong type and is ignored"))
        );
        for text in ["", "[]", "{"] {
            let error = read(forgiving, text).0.unwrap_err();
            assert_eq!(error.message(), "Error reading package.json as JSON", "{text}");
        }
    }

    #[test]
    fn workspaces_have_two_forms() {
        let list = read(strict, r#"{"workspaces": ["a/*"]}"#).0.unwrap();
        let object = read(strict, r#"{"workspaces": {"packages": ["a/*"]}}"#).0.unwrap();
        assert_eq!(list.workspace_globs(), object.workspace_globs());
        assert_eq!(object.workspace_list(), None);
    }

    #[test]
    fn development_dependencies_count_for_nixpacks_only_alone() {
        let both = read(strict, r#"{"dependencies": {"a": "1"}, "devDependencies": {"b": "1"}}"#).0.unwrap();
        assert!(both.lists("a") && both.lists("b") && both.lists_first("a") && !both.lists_first("b"));
        let alone = read(strict, r#"{"devDependencies": {"b": "1"}}"#).0.unwrap();
        assert!(alone.lists_first("b"));
    }
}
