//! Providers that an app's configuration file pins: `[plugpacks.providers.NAME]`, a table that Nixpacks 1.41 passes
//! over.

// A configuration file is written only where somebody asks for that.
#![allow(clippy::disallowed_methods)]

use super::{ConfigFile, Variables};
use crate::app::App;
use crate::error::{Error, Result};
use crate::whole;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Table, value};

/// A pinned provider, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PinnedProvider", deny_unknown_fields)]
pub struct PinnedProvider {
    /// Where it is: `oci://HOST/REPOSITORY:TAG` or `https://HOST/PATH`.
    pub reference: String,
    /// SHA-256 of the `.wasm` file: 64 hexadecimal digits.
    pub sha256: String,
}

/// Pinned providers by name; they are asked in the byte order of the names.
pub type PinnedProviders = BTreeMap<String, PinnedProvider>;

/// What Plugpacks alone reads.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "Plugpacks", deny_unknown_fields)]
pub(super) struct OwnTable {
    /// Providers of third parties that the app is planned with: name to place and digest.
    pub(super) providers: PinnedProviders,
}

const TABLE: &str = "plugpacks";
const PROVIDERS: &str = "providers";

/// The providers that an app's configuration file pins. A file that does not name the table is not parsed.
///
/// # Errors
/// As [`ConfigFile::read`].
pub fn pinned_providers(app: &App, explicit: Option<&Path>, variables: &Variables) -> Result<PinnedProviders> {
    match ConfigFile::text(app, explicit, variables)? {
        Some((path, text)) if text.contains(TABLE) => Ok(ConfigFile::parse(&text, &path)?.pinned_providers),
        _ => Ok(PinnedProviders::new()),
    }
}

/// An app's `nixpacks.toml`, whose pinned providers are changed; everything else in it stays as it is.
pub struct PinFile {
    path: PathBuf,
    document: DocumentMut,
}

impl PinFile {
    /// Opens the file of an app; if there is none, it is made when it is written.
    ///
    /// # Errors
    /// The file cannot be read, is not TOML, or the app has a `nixpacks.json`, which is not written.
    pub fn open(app: &Path) -> Result<Self> {
        let path = app.join("nixpacks.toml");
        let failed = || Error::configuration(format!("Cannot change `{}`", path.display()));
        if !app.is_dir() {
            return Err(failed().cause("its directory is not there"));
        }
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed().cause(error)),
        };
        if text.is_empty() && app.join("nixpacks.json").exists() {
            return Err(Error::configuration(
                "The app has a nixpacks.json, which would not be read any more beside a nixpacks.toml",
            )
            .hint(
                "Write it as nixpacks.toml, or put `plugpacks.providers.NAME` with `reference` and `sha256` into it",
            ));
        }
        let document = text.parse().map_err(|error: toml_edit::TomlError| failed().cause(error.to_string().trim()))?;
        Ok(Self { path, document })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The pinned providers.
    ///
    /// # Errors
    /// As [`ConfigFile::read`].
    pub fn pinned(&self) -> Result<PinnedProviders> {
        Ok(ConfigFile::parse(&self.document.to_string(), &self.path)?.pinned_providers)
    }

    /// Pins a provider, or pins it anew.
    ///
    /// # Errors
    /// The file has something else than a table where the provider belongs.
    pub fn pin(&mut self, name: &str, pinned: &PinnedProvider) -> Result<()> {
        let providers = self.table()?;
        let entry = providers.entry(name).or_insert_with(|| Item::Table(Table::new()));
        let Some(entry) = entry.as_table_like_mut() else { return Err(self.no_table(name)) };
        for (key, text) in [("reference", &pinned.reference), ("sha256", &pinned.sha256)] {
            match entry.get_mut(key).and_then(Item::as_value_mut) {
                Some(known) => {
                    let decor = known.decor().clone();
                    *known = text.into();
                    *known.decor_mut() = decor;
                }
                None => {
                    entry.insert(key, value(text));
                }
            }
        }
        Ok(())
    }

    /// Removes a pinned provider; whether it was there.
    ///
    /// # Errors
    /// As [`Self::pin`].
    pub fn unpin(&mut self, name: &str) -> Result<bool> {
        let providers = self.table()?;
        let was_there = providers.remove(name).is_some();
        if providers.is_empty() {
            let own = self.document.get_mut(TABLE).and_then(Item::as_table_like_mut);
            if own.is_some_and(|own| own.remove(PROVIDERS).is_some() && own.is_empty()) {
                self.document.remove(TABLE);
            }
        }
        Ok(was_there)
    }

    /// Writes the file, which appears whole, with the permissions that it had.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self) -> Result<()> {
        let failed = |error| Error::system(format!("Cannot write `{}`", self.path.display())).cause(error);
        whole::write(&self.path, self.document.to_string().as_bytes()).map_err(failed)
    }

    /// The table of all pinned providers, made where it is absent.
    fn table(&mut self) -> Result<&mut dyn toml_edit::TableLike> {
        let mut implicit = Table::new();
        implicit.set_implicit(true);
        let place = self.path.display().to_string();
        let wrong = |key: &str| not_a_table(&place, key);
        let own = self.document.entry(TABLE).or_insert_with(|| Item::Table(implicit.clone()));
        let own = own.as_table_like_mut().ok_or_else(|| wrong(TABLE))?;
        let providers = own.entry(PROVIDERS).or_insert_with(|| Item::Table(implicit));
        providers.as_table_like_mut().ok_or_else(|| wrong("plugpacks.providers"))
    }

    fn no_table(&self, name: &str) -> Error {
        not_a_table(&self.path.display().to_string(), &format!("plugpacks.providers.{name}"))
    }
}

fn not_a_table(place: &str, key: &str) -> Error {
    Error::configuration(format!("Cannot change `{place}`")).cause(format!("`{key}` is something else than a table"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pinned(reference: &str) -> PinnedProvider {
        PinnedProvider { reference: reference.to_owned(), sha256: "00".to_owned() }
    }

    /// What becomes of a file.
    fn changed(text: &str, change: impl FnOnce(&mut PinFile)) -> String {
        let app = tempfile::tempdir().unwrap();
        let path = app.path().join("nixpacks.toml");
        std::fs::write(&path, text).unwrap();
        let mut file = PinFile::open(app.path()).unwrap();
        change(&mut file);
        file.write().unwrap();
        assert_eq!(std::fs::read_dir(app.path()).unwrap().count(), 1, "something was left");
        std::fs::read_to_string(path).unwrap()
    }

    const FILE: &str = "# Ours.\nproviders = ['...']   # all\n\n[phases.setup]\nnixPkgs = [\n    'jq', # a tool\n]\n";

    #[test]
    fn a_pin_is_added_and_removed_and_the_rest_stays() {
        let with = changed(FILE, |file| {
            file.pin("tcl", &pinned("oci://a.b/tcl:1")).unwrap();
            file.pin("c++", &pinned("https://a.b/c.wasm")).unwrap();
        });
        insta::assert_snapshot!(with, @r#"
        # Ours.
        providers = ['...']   # all

        [phases.setup]
        nixPkgs = [
            'jq', # a tool
        ]

        [plugpacks.providers.tcl]
        reference = "oci://a.b/tcl:1"
        sha256 = "00"

        [plugpacks.providers."c++"]
        reference = "https://a.b/c.wasm"
        sha256 = "00"
        "#);
        let config = ConfigFile::parse(&with, Path::new("nixpacks.toml")).unwrap();
        assert_eq!((config.warnings.len(), config.pinned_providers.len()), (0, 2));
        let without = changed(&with, |file| {
            assert!(file.unpin("tcl").unwrap() && file.unpin("c++").unwrap() && !file.unpin("tcl").unwrap());
        });
        assert_eq!(without, FILE);
    }

    #[test]
    fn a_pin_is_changed_where_it_stands() {
        let text = "[plugpacks.providers]\n# The one of the team.\ntcl = { reference = 'oci://a.b/tcl:1', sha256 = 'ff' } # pinned\n";
        let after = changed(text, |file| file.pin("tcl", &pinned("oci://a.b/tcl:2")).unwrap());
        insta::assert_snapshot!(after, @r#"
        [plugpacks.providers]
        # The one of the team.
        tcl = { reference = "oci://a.b/tcl:2", sha256 = "00" } # pinned
        "#);
    }

    #[test]
    fn what_cannot_be_changed_is_named() {
        let app = tempfile::tempdir().unwrap();
        std::fs::write(app.path().join("nixpacks.json"), "{}").unwrap();
        assert!(PinFile::open(app.path()).is_err_and(|error| error.message().contains("nixpacks.json")));
        for text in ["plugpacks = 1", "plugpacks.providers = []", "plugpacks.providers.tcl = ''"] {
            std::fs::write(app.path().join("nixpacks.toml"), text).unwrap();
            let error = PinFile::open(app.path()).unwrap().pin("tcl", &pinned("oci://a.b/tcl:1")).unwrap_err();
            assert!(error.cause_texts()[0].contains("something else than a table"), "{text}");
        }
        std::fs::write(app.path().join("nixpacks.toml"), "[").unwrap();
        assert!(PinFile::open(app.path()).is_err());
    }
}
