//! Which files installing the dependencies needs: so that nothing else runs it again.

use crate::shard;
use plugpacks_provider_support::install::Inputs;
use plugpacks_sdk::{Context, Result};

/// What Shards and what it downloads with read.
pub(crate) const INPUTS: Inputs = Inputs {
    files: &[shard::FILE, "shard.lock", "shard.override.yml"],
    signs: &[],
    brought: &["lib"],
    variables: &["SHARDS_*", "CRYSTAL_*", "GIT_*"],
};

/// A dependency that is a folder of the app, or of its neighbours.
const LOCAL: &str = r"(?m)^\s*path:";

/// Manifest, lockfile and overrides; all of the app (`None`) where a dependency is a part of it, or the
/// app brings the folder that dependencies are put into.
pub(crate) fn find(context: &Context) -> Result<Option<Vec<&'static str>>> {
    let is_local = context.app.search("shard.{yml,lock,override.yml}", LOCAL)?.is_some();
    if is_local { Ok(None) } else { INPUTS.of(context, "") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn files(app: &FakeApp) -> Option<Vec<&'static str>> {
        app.with(|context| find(context).unwrap())
    }

    #[test]
    fn manifest_and_lockfile_are_enough_unless_the_app_brings_dependencies() {
        let app = || FakeApp::new().file("shard.yml", "name: relay\ndependencies:\n  kemal:\n    github: a/kemal\n");
        assert_eq!(files(&app()).unwrap(), ["shard.yml"]);
        assert_eq!(files(&app().file("shard.lock", "version: 2.0")).unwrap(), ["shard.yml", "shard.lock"]);
        assert_eq!(files(&app().directory("lib")), None);
        assert_eq!(files(&app().file("shard.override.yml", "dependencies:\n  kemal:\n    path: own/kemal\n")), None);
    }
}
