//! What the running app needs.

use crate::interpreter::GEM_HOME;
use crate::toolchain::Toolchain;
use plugpacks_provider_support::javascript::elements;
use plugpacks_sdk::{Needs, Phase, Start};

/// Nixpacks 1.41: the image has whatever the build had.
pub(crate) fn nixpacks(command: Option<String>, _: &Toolchain, _: &[Phase]) -> Option<Start> {
    command.map(Start::command)
}

/// Ruby, the programs that gems call, Node.js if the app has it, the app and its gems. A compiled Ruby
/// needs packages of Ubuntu that nothing names: there the image keeps the build's.
pub(crate) fn slim(command: Option<String>, toolchain: &Toolchain, node: &[Phase]) -> Option<Start> {
    let Some(packages) = &toolchain.run_time else { return command.map(Start::command) };
    // Node.js stands first among the packages of its plan.
    let node = node.iter().find_map(|phase| elements(phase.nix_packages.as_ref()).first().cloned());
    let start = command.map_or_else(Start::new, Start::command);
    Some(start.needs(Needs::packages(packages.iter().copied()).and(node).no_apt_packages()).image_files([GEM_HOME]))
}
