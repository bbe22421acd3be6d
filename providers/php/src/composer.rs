//! `composer.json`: what of it matters.

use crate::lock::{self, LockedPackage};
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
    /// The whole of it.
    pub(crate) manifest: Value,
    /// The packages that the lock has for production.
    pub(crate) locked: Vec<LockedPackage>,
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

    /// Whether the app itself requires a package.
    pub(crate) fn requires(&self, package: &str) -> bool {
        self.require.contains_key(package)
    }

    /// The extensions that locked packages require, each with the package's name.
    pub(crate) fn locked_extensions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.locked.iter().flat_map(|package| {
            let extensions = package.require.keys().filter_map(|name| name.strip_prefix("ext-"));
            extensions.map(|extension| (package.name.as_str(), extension))
        })
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
        manifest: Value::Null,
        locked: Vec::new(),
        is_enough: false,
        vendor: None,
    })
}

/// A manifest that cannot be read is an error, as it is to Composer; a requirement in another form is
/// passed over.
pub(crate) fn strict(context: &Context) -> Result<Composer> {
    let Some(text) = context.app.read_text_if_file(MANIFEST)? else {
        return Ok(Composer {
            exists: false,
            require: Requirements::new(),
            manifest: Value::Null,
            locked: Vec::new(),
            is_enough: false,
            vendor: None,
        });
    };
    let manifest: Value = serde_json::from_str(&text)
        .map_err(|error| Error::new(error.to_string()).context(format!("Error reading {MANIFEST} as JSON")))?;
    Ok(Composer {
        exists: true,
        require: manifest.get("require").map(texts).unwrap_or_default(),
        locked: lock::packages(context)?,
        is_enough: is_manifest_enough(&manifest),
        vendor: vendor(&manifest),
        manifest,
    })
}

/// The requirements of a map whose values are texts, their names in small letters.
pub(crate) fn texts(require: &Value) -> Requirements {
    let require = require.as_object().into_iter().flatten();
    require.filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned()))).collect()
}

/// The scripts that run when the autoloader is written, or never in a build; scripts of other events
/// are run by installing, and their commands may read the app.
const LATER_SCRIPTS: [&str; 6] = [
    "pre-autoload-dump",
    "post-autoload-dump",
    "pre-update-cmd",
    "post-update-cmd",
    "post-root-package-install",
    "post-create-project-cmd",
];

/// Plugins that leave the app's own files alone, or read them when the autoloader is written.
const HARMLESS_PLUGINS: [&str; 7] = [
    "pestphp/pest-plugin",
    "php-http/discovery",
    "symfony/runtime",
    "composer/package-versions-deprecated",
    "dealerdirect/phpcodesniffer-composer-installer",
    "phpstan/extension-installer",
    "infection/extension-installer",
];

/// Whether packages can be installed without the app: it has no scripts, plugins or packages that are
/// in the way. The autoloader is written later, as it knows the app's classes.
fn is_manifest_enough(manifest: &Value) -> bool {
    let names = |key: &str| manifest.get(key).and_then(Value::as_object).into_iter().flat_map(|map| map.keys());
    let runs_scripts = names("scripts").any(|event| is_event(event) && !LATER_SCRIPTS.contains(&event.as_str()));
    let plugins = manifest.pointer("/config/allow-plugins").unwrap_or(&Value::Null);
    let has_plugins = match plugins {
        Value::Object(plugins) => {
            plugins.iter().any(|(name, is_allowed)| *is_allowed == true && !HARMLESS_PLUGINS.contains(&name.as_str()))
        }
        other => *other == true,
    };
    !runs_scripts && !has_plugins && !has_local_packages(manifest)
}

/// The folder of packages; `None` if packages come out of the app, maybe out of this very folder.
fn vendor(manifest: &Value) -> Option<String> {
    let chosen = manifest.pointer("/config/vendor-dir").and_then(Value::as_str);
    (!has_local_packages(manifest)).then(|| chosen.unwrap_or("vendor").to_owned())
}

/// Whether a script is one that Composer runs by itself: its own events are named so.
fn is_event(name: &str) -> bool {
    ["pre-", "post-", "init"].iter().any(|start| name.starts_with(start))
}

/// Whether packages come out of the app.
fn has_local_packages(manifest: &Value) -> bool {
    let repositories: Vec<&Value> = match manifest.get("repositories") {
        Some(Value::Array(repositories)) => repositories.iter().collect(),
        Some(Value::Object(repositories)) => repositories.values().collect(),
        _ => Vec::new(),
    };
    repositories.into_iter().any(|repository| {
        let url = repository.get("url").and_then(Value::as_str);
        url.is_some_and(|url| !url.contains("://") && !url.starts_with("git@"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_manifest_is_enough() {
        for manifest in [
            r#"{}"#,
            r#"{"scripts": {"post-autoload-dump": "@php artisan package:discover", "test": "phpunit"}}"#,
            r#"{"config": {"allow-plugins": {"php-http/discovery": true, "own/plugin": false}}}"#,
            r#"{"repositories": [{"type": "vcs", "url": "git@github.com:own/shop.git"}, {"packagist.org": false}]}"#,
        ] {
            assert!(is_manifest_enough(&serde_json::from_str(manifest).unwrap()), "{manifest}");
        }
    }

    #[test]
    fn the_folder_of_packages_is_made_unless_they_are_the_apps() {
        let of = |manifest: &str| vendor(&serde_json::from_str(manifest).unwrap());
        assert_eq!(of("{}").as_deref(), Some("vendor"));
        assert_eq!(of(r#"{"config": {"vendor-dir": "lib/php"}}"#).as_deref(), Some("lib/php"));
        assert_eq!(of(r#"{"repositories": [{"type": "path", "url": "vendor/own/shop"}]}"#), None);
    }

    #[test]
    fn whatever_may_read_more_gets_everything() {
        for manifest in [
            r#"{"scripts": {"post-install-cmd": ["@auto-scripts"]}}"#,
            r#"{"scripts": {"pre-package-install": "Own\\Hook::run"}}"#,
            r#"{"config": {"allow-plugins": true}}"#,
            r#"{"config": {"allow-plugins": {"cweagans/composer-patches": true}}}"#,
            r#"{"repositories": [{"type": "path", "url": "packages/*"}]}"#,
            r#"{"repositories": {"own": {"type": "artifact", "url": "./zips"}}}"#,
        ] {
            assert!(!is_manifest_enough(&serde_json::from_str(manifest).unwrap()), "{manifest}");
        }
    }
}
