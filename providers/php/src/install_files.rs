//! Which files installing the dependencies needs: so that nothing else runs it again.

use crate::app::PhpApp;
use plugpacks_provider_support::javascript::elements;
use plugpacks_sdk::{Phase, Result};

/// What Composer and its plugins read.
const FILES: [&str; 4] = ["composer.json", "composer.lock", "symfony.lock", "auth.json"];

/// Variables that Composer and what it downloads with read.
const VARIABLES: [&str; 3] = ["COMPOSER_*", "PHP_*", "GIT_*"];

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
