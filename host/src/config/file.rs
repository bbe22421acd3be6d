//! The configuration file, `nixpacks.toml` or `nixpacks.json`.

use super::pins::{OwnTable, PinnedProvider, PinnedProviders};
use super::variables::without_effect;
use super::{Origin, Variables};
use crate::app::{App, EntryKind};
use crate::error::{Error, Result};
use crate::plan::{
    ImageSettings, ListEdit, Metadata, NOT_READ, PartialPhase, PartialPlan, PartialStart, Setting, SettingMap, allow,
    describe,
};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where archives and images are fetched from instead of their usual places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mirrors {
    /// URL of a nixpkgs tarball; `{archive}` stands for the commit.
    pub nixpkgs_url: Option<String>,
}

impl Mirrors {
    /// These mirrors with others above them.
    #[must_use]
    pub fn overlaid_by(self, others: &Self) -> Self {
        Self { nixpkgs_url: others.nixpkgs_url.clone().or(self.nixpkgs_url) }
    }
}

/// What is said about building, which is no part of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildSettings {
    /// `builder`: the builder's name.
    pub builder: Option<String>,
    /// `imageLabels`: whether the image gets annotations.
    pub image_labels: Option<bool>,
}

impl BuildSettings {
    /// These settings with others above them.
    #[must_use]
    pub fn overlaid_by(self, others: Self) -> Self {
        Self { builder: others.builder.or(self.builder), image_labels: others.image_labels.or(self.image_labels) }
    }
}

/// What the configuration file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// Its part of the plan.
    pub plan: PartialPlan,
    /// `edition`: the edition's name.
    pub edition: Option<String>,
    /// `nixpkgsUrl`.
    pub mirrors: Mirrors,
    /// What it says about building.
    pub settings: BuildSettings,
    /// `plugpacks.providers`: providers of third parties.
    pub pinned_providers: PinnedProviders,
    /// Warnings about keys that are not known, and variables that do nothing there.
    pub warnings: Vec<String>,
}

/// How an app is planned and built: `nixpacks.toml` or `nixpacks.json` in the app.
// The plan's keys, and those that are not part of a plan; declarations describe those of settings.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(title = "nixpacks.toml", deny_unknown_fields, transform = own_schema)]
struct Document {
    /// Which providers plan the app; `...` stands for the detected one.
    providers: Option<ListEdit>,
    build_image: Option<Setting>,
    /// Variables of the build and of the image.
    variables: Option<SettingMap>,
    /// Files placed below `/assets`: relative name to text.
    static_assets: Option<SettingMap>,
    /// Phases by name.
    phases: Option<BTreeMap<String, PartialPhase>>,
    /// How the container starts.
    start: Option<PartialStart>,
    secrets: Option<ListEdit>,
    /// What the image is like.
    image: Option<ImageSettings>,
    /// Commands of the app's processes, by name.
    processes: Option<SettingMap>,
    /// Who planned the app, as `plan` writes it.
    metadata: Option<Metadata>,
    edition: Option<String>,
    nixpkgs_url: Option<String>,
    builder: Option<String>,
    /// Whether the image gets labels about its source and providers.
    image_labels: Option<bool>,
    /// What Plugpacks alone reads.
    plugpacks: Option<OwnTable>,
}

impl ConfigFile {
    /// The JSON Schema of the file.
    pub fn schema() -> Schema {
        describe(schema_for!(Document))
    }
}

/// Allows a file to name its schema, for editors.
fn own_schema(schema: &mut Schema) {
    allow(schema, "$schema");
}

/// The keys of a table that are read, second names included, in alphabetical order.
fn keys<T: JsonSchema>() -> Vec<String> {
    let schema = schema_for!(T);
    let properties = schema.get("properties").and_then(Value::as_object);
    let is_read = |property: &Value| property["description"] != NOT_READ;
    properties.into_iter().flatten().filter(|(_, property)| is_read(property)).map(|(key, _)| key.clone()).collect()
}

impl ConfigFile {
    /// Finds and reads the configuration file of an app: `explicit` (`--config`), else
    /// `NIXPACKS_CONFIG_FILE`, else `nixpacks.toml`, else `nixpacks.json`, else none.
    ///
    /// # Errors
    /// A file that was asked for is missing; the file is neither TOML nor JSON or says something
    /// impossible: the cause names line and column.
    pub fn read(app: &App, explicit: Option<&Path>, variables: &Variables) -> Result<Self> {
        let file = Self::text(app, explicit, variables)?;
        file.map_or_else(|| Ok(Self::default()), |(path, text)| Self::parse(&text, &path))
    }

    /// The configuration file's path and text.
    ///
    /// # Errors
    /// It was asked for and is missing, or cannot be read.
    pub(super) fn text(app: &App, explicit: Option<&Path>, variables: &Variables) -> Result<Option<(PathBuf, String)>> {
        let Some(path) = Self::find(app, explicit, variables)? else { return Ok(None) };
        let shown = path.display().to_string();
        let unreadable = || Error::configuration(format!("Failed to read Nixpacks config file `{shown}`"));
        // The user's own choice may lie outside the app; whatever the app itself names may not.
        let text = match explicit {
            Some(explicit) => read_outside(&app.root().join(explicit))
                .map_err(|error| unreadable().cause(format!("Error reading {shown}")).cause(error))?,
            None => app
                .read_text(&shown)
                .map_err(|error| unreadable().cause(format!("Error reading {shown}")).cause(error))?
                .to_string(),
        };
        Ok(Some((path, text)))
    }

    /// Reads an app's `nixpacks.toml`, else `nixpacks.json`, else none.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_usual(app: &App) -> Result<Self> {
        Self::read(app, None, &Variables::default())
    }

    fn find(app: &App, explicit: Option<&Path>, variables: &Variables) -> Result<Option<PathBuf>> {
        if let Some(path) = explicit {
            return Ok(Some(path.to_owned()));
        }
        let is_file = |path: &str| app.entry(path) == Ok(EntryKind::File);
        if let Some(path) = variables.config("CONFIG_FILE") {
            if is_file(&path) {
                return Ok(Some(path.into()));
            }
            return Err(Error::configuration(format!("Config file {path} does not exist"))
                .hint("NIXPACKS_CONFIG_FILE is a path within the app; use --config for a file elsewhere"));
        }
        Ok(["nixpacks.toml", "nixpacks.json"].into_iter().find(|path| is_file(path)).map(PathBuf::from))
    }

    pub(super) fn parse(text: &str, path: &Path) -> Result<Self> {
        let shown = path.display();
        let failed = |cause: String| {
            Error::configuration(format!("Failed to parse Nixpacks config file `{shown}`")).cause(cause)
        };
        let mut unknown = Vec::new();
        let mut ignore = |key: serde_ignored::Path| unknown.push(key.to_string());
        let document: Document = match path.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => {
                let parsed = toml::Deserializer::parse(text).map_err(|error| failed(error.to_string()))?;
                serde_ignored::deserialize(parsed, &mut ignore)
                    .map_err(|error: toml::de::Error| failed(in_toml(error, text)))?
            }
            Some("json") => {
                let mut parsed = serde_json::Deserializer::from_str(text);
                let document = serde_ignored::deserialize(&mut parsed, &mut ignore)
                    .and_then(|document| parsed.end().map(|()| document));
                document.map_err(|error| failed(error.to_string()))?
            }
            _ => {
                return Err(Error::configuration(format!("Unknown file type: {shown}"))
                    .hint("A configuration file ends in .toml or .json"));
            }
        };
        let shown = shown.to_string();
        let without_effect = document.variables.iter().flat_map(|settings| without_effect(settings, &shown));
        let unknown = unknown.iter().filter_map(|key| unknown_key(key, &shown));
        let warnings = unknown.chain(without_effect).collect();
        let plan = PartialPlan {
            providers: document.providers,
            build_image: document.build_image,
            variables: document.variables,
            static_assets: document.static_assets,
            phases: document.phases,
            start: document.start,
            secrets: document.secrets,
            image: document.image,
            processes: document.processes,
            metadata: document.metadata,
        };
        Origin::File(&shown, text).check(&plan)?;
        Ok(Self {
            plan,
            edition: document.edition,
            mirrors: Mirrors { nixpkgs_url: document.nixpkgs_url },
            settings: BuildSettings { builder: document.builder, image_labels: document.image_labels },
            pinned_providers: document.plugpacks.unwrap_or_default().providers,
            warnings,
        })
    }
}

/// An error about the shape of a TOML document, with line and column.
fn in_toml(mut error: toml::de::Error, text: &str) -> String {
    error.set_input(Some(text));
    error.to_string()
}

// The user names this file; it may lie anywhere.
#[allow(clippy::disallowed_methods)]
fn read_outside(path: &Path) -> std::io::Result<String> {
    let bytes = std::fs::read(path)?;
    String::from_utf8(bytes)
        .map(|text| text.replace("\r\n", "\n"))
        .map_err(|_| std::io::Error::other("stream did not contain valid UTF-8"))
}

/// Says that a key (such as `phases.setup.nixPkg`) is not known, and which one may be meant.
fn unknown_key(key: &str, path: &str) -> Option<String> {
    let parts: Vec<&str> = key.split('.').filter(|part| *part != "?").collect();
    let known = match parts.as_slice() {
        // Nixpacks 1.41: accepted and ignored, the table's key is the name.
        ["phases", _, "name"] | ["$schema"] => return None,
        [phase @ ("setup" | "install" | "build"), ..] => {
            return Some(format!("{path}: unknown key `{phase}`; did you mean `phases.{phase}`?"));
        }
        ["phases", _, _, ..] => keys::<PartialPhase>(),
        ["start", _, ..] => keys::<PartialStart>(),
        ["image", _, ..] => keys::<ImageSettings>(),
        ["plugpacks", "providers", _, ..] => keys::<PinnedProvider>(),
        ["plugpacks", _, ..] => keys::<OwnTable>(),
        _ => keys::<Document>(),
    };
    let key = parts.join(".");
    let last = parts.last().copied().unwrap_or_default();
    let distance = |candidate: &&String| strsim::damerau_levenshtein(&last.to_lowercase(), &candidate.to_lowercase());
    Some(match known.iter().min_by_key(distance).filter(|nearest| distance(nearest) <= 1 + last.len() / 3) {
        Some(nearest) => format!("{path}: unknown key `{key}`; did you mean `{nearest}`?"),
        None => format!("{path}: unknown key `{key}`; known here: {}", known.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Item;
    use serde_json::json;

    fn parse(text: &str, path: &str) -> Result<ConfigFile> {
        ConfigFile::parse(text, Path::new(path))
    }

    #[test]
    fn both_formats_give_the_same() {
        let toml = "edition = 'nixpacks'\n[phases.setup]\nnixPackages = ['...', 'x']\n[start]\ncmd = 'run'\n";
        let json =
            r#"{"edition":"nixpacks","phases":{"setup":{"nixPkgs":["@auto","x"]}},"start":{"cmd":"run","user":null}}"#;
        let config = parse(toml, "nixpacks.toml").unwrap();
        assert_eq!(config, parse(json, "a/b.json").unwrap());
        assert_eq!(
            config.plan.phases.unwrap()["setup"].nix_packages,
            Some(ListEdit(vec![Item::Inherited, Item::Value("x".into())]))
        );
    }

    /// Something that a schema of a key allows.
    fn sample(schema: &Value) -> Value {
        let of_type = |name: &str| schema["type"] == name || schema["type"][0] == name;
        match () {
            () if of_type("boolean") => json!(true),
            () if of_type("array") => json!([]),
            () if of_type("object") || schema["anyOf"][0].get("$ref").is_some() => json!({}),
            () => json!("x"),
        }
    }

    #[test]
    fn every_key_of_the_schema_is_read() {
        let schema = Value::from(ConfigFile::schema());
        let of_table = |table: &Value, place: &str, name: &str| match place {
            "" => json!({ name: sample(table) }),
            "Phase" => json!({ "phases": { "x": { name: sample(table) } } }),
            "Start" => json!({ "start": { name: sample(table) } }),
            _ => json!({ "image": { name: sample(table) } }),
        };
        let mut read = 0;
        for place in ["", "Phase", "Start", "Image"] {
            let table = if place.is_empty() { &schema } else { &schema["$defs"][place] };
            for (name, key) in table["properties"].as_object().unwrap() {
                let document = of_table(key, place, name);
                let config = parse(&document.to_string(), "nixpacks.json");
                assert_eq!(config.unwrap().warnings, [""; 0], "{document}");
                read += 1;
            }
        }
        assert!(read > 45, "{read} keys");
    }

    #[test]
    fn unknown_keys_are_named_with_the_nearest_known_one() {
        let toml = "providres = []\n[phases.setup]\nnixPkg = []\nname = 'setup'\n[phases.x]\nzzzzzz = 1\n[start]\ncommand = 'x'\n";
        insta::assert_snapshot!(parse(toml, "nixpacks.toml").unwrap().warnings.join("\n"), @"
        nixpacks.toml: unknown key `phases.setup.nixPkg`; did you mean `nixPkgs`?
        nixpacks.toml: unknown key `phases.x.zzzzzz`; known here: aptPackages, aptPkgs, cacheDirectories, cmds, commands, dependsOn, envPaths, excludeFiles, nixLibraries, nixLibs, nixOverlays, nixPackages, nixPkgs, nixpkgsArchive, onlyIncludeFiles, onlyVariables, paths, secrets, skip
        nixpacks.toml: unknown key `providres`; did you mean `providers`?
        nixpacks.toml: unknown key `start.command`; known here: aptPackages, aptPkgs, cmd, nixLibraries, nixLibs, nixPackages, nixPkgs, onlyIncludeFiles, runImage, user
        ");
    }

    #[test]
    fn an_error_names_file_line_and_column() {
        let error = |text, path| parse(text, path).unwrap_err().report();
        insta::assert_snapshot!(error("[phases.setup]\nnixPkgs = 'x'\n", "nixpacks.toml"), @r#"
        Failed to parse Nixpacks config file `nixpacks.toml`

        Caused by:
            TOML parse error at line 2, column 11
              |
            2 | nixPkgs = 'x'
              |           ^^^
            invalid type: string "x", expected a sequence
        "#);
        insta::assert_snapshot!(error("[phases\n", "nixpacks.toml"), @"
        Failed to parse Nixpacks config file `nixpacks.toml`

        Caused by:
            TOML parse error at line 1, column 8
              |
            1 | [phases
              |        ^
            unclosed table, expected `]`
        ");
        insta::assert_snapshot!(error("{\"variables\": {\"A\": 1}}", "nixpacks.json"), @"
        Failed to parse Nixpacks config file `nixpacks.json`

        Caused by:
            invalid type: integer `1`, expected a string, or `false` to unset it at line 1 column 21
        ");
        insta::assert_snapshot!(error("[start]\n", "nixpacks.yml"), @"
        Unknown file type: nixpacks.yml

        Hint: A configuration file ends in .toml or .json
        ");
        insta::assert_snapshot!(error("{\"phases\":{\"a\":{\"cmds\":[],\"commands\":[]}}}", "nixpacks.json"), @"
        Failed to parse Nixpacks config file `nixpacks.json`

        Caused by:
            duplicate field `cmds` at line 1 column 36
        ");
    }
}
