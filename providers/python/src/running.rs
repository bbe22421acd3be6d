//! What the running app needs.

use crate::install::VIRTUAL_ENVIRONMENT_PATH;
use crate::native::SystemNeeds;
use plugpacks_provider_support::release::Release;
use plugpacks_sdk::{Needs, Start};

/// Whether the phase `install` makes a virtual environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Environment {
    Made,
    None,
}

/// Python, the programs that libraries call, the app and its virtual environment; no compiler.
pub(crate) fn slim(
    command: Option<String>,
    python: &Release,
    needs: &SystemNeeds,
    environment: Environment,
) -> Option<Start> {
    let start = command
        .map_or_else(Start::new, Start::command)
        .needs(Needs::packages([python.package]).and(needs.programs.iter().copied()));
    Some(match environment {
        Environment::Made => start.image_files([VIRTUAL_ENVIRONMENT_PATH]),
        Environment::None => start,
    })
}
