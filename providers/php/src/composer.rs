//! `composer.json`: what of it matters.

use crate::install_files;
use plugpacks_sdk::{Context, Error, Result};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The packages, extensions and the PHP that the app requires, by name.
pub(crate) type Requirements = BTreeMap<String, String>;

const MANIFEST: &str = "composer.json";

/// The app's manifest.
pub(crate) struct Composer {
    /// Whether there is one.
    pub(crate) exists: bool,
    pub(crate) require: Requirements,
    /// Whether installing packages needs no more of the app than the manifest and what belongs to it.
    pub(crate) is_enough: bool,
    /// The folder of packages, if installing makes all of it.
    pub(crate) vendor: Option<String>,
}

impl Composer {
    /// What the app requires of PHP itself.
    pub(crate) fn php(&self) -> Option<&str> {
        self.require.get("php").map(String::as_str)
    }

    /// The extensions the app requires, sorted by name.
    pub(crate) fn extensions(&self) -> impl Iterator<Item = &str> {
        self.require.keys().filter_map(|name| name.strip_prefix("ext-"))
    }
}

/// Nixpacks 1.41: a manifest that cannot be read, or requires anything in another form than a text,
/// says nothing.
pub(crate) fn nixpacks(context: &Context) -> Result<Composer> {
    #[derive(Deserialize)]
    struct Manifest {
        require: Option<Requirements>,
    }
    let exists = context.app.has_file(MANIFEST)?;
    let manifest = context.app.read_json::<Manifest>(MANIFEST).ok();
    Ok(Composer {
        exists,
        require: manifest.and_then(|manifest| manifest.require).unwrap_or_default(),
        is_enough: false,
        vendor: None,
    })
}

/// A manifest that cannot be read is an error, as it is to Composer; a requirement in another form is
/// passed over.
pub(crate) fn november_2026(context: &Context) -> Result<Composer> {
    let Some(text) = context.app.read_text_if_file(MANIFEST)? else {
        return Ok(Composer { exists: false, require: Requirements::new(), is_enough: false, vendor: None });
    };
    let manifest: Value = serde_json::from_str(&text)
        .map_err(|error| Error::new(error.to_string()).context(format!("Error reading {MANIFEST} as JSON")))?;
    let require = manifest.get("require").and_then(Value::as_object).into_iter().flatten();
    let texts = require.filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned())));
    Ok(Composer {
        exists: true,
        require: texts.collect(),
        is_enough: install_files::is_manifest_enough(&manifest),
        vendor: install_files::vendor(&manifest),
    })
}
