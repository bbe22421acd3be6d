//! Which files installing the dependencies needs: so that nothing else runs it again.

use crate::app::PhpApp;
use plugpacks_sdk::javascript::elements;
use plugpacks_sdk::{Phase, Result};
use serde_json::Value;

/// What Composer and its plugins read.
const FILES: [&str; 4] = ["composer.json", "composer.lock", "symfony.lock", "auth.json"];

/// Variables that Composer and what it downloads with read.
const VARIABLES: [&str; 3] = ["COMPOSER_*", "PHP_*", "GIT_*"];

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
pub(crate) fn is_manifest_enough(manifest: &Value) -> bool {
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
pub(crate) fn vendor(manifest: &Value) -> Option<String> {
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

/// What the phase that installs the packages of Composer and Node.js is to be given; all of the app if
/// either needs that.
pub(crate) fn restrict(phase: Phase, app: &PhpApp, node: &Phase) -> Result<Phase> {
    let node_files = app.package_json.is_some().then_some(node.only_include_files.as_ref());
    if !app.composer.is_enough || node_files == Some(None) {
        return Ok(phase);
    }
    let directory = &app.context.app;
    let mut files: Vec<_> = directory.files_of(&FILES)?.into_iter().map(str::to_owned).collect();
    files.extend_from_slice(elements(node_files.flatten()));
    let phase = phase.only_include_files(files).only_variables_and_proxies(VARIABLES);
    let of_both = elements(phase.only_variables.as_ref()).to_vec();
    let of_node = elements(node.only_variables.as_ref()).iter().filter(|name| !of_both.contains(name)).cloned();
    Ok(phase.only_variables(of_node))
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
