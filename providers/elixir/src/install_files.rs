//! Which files installing the dependencies needs: so that nothing else runs it again.

use crate::mix::Mix;
use plugpacks_provider_support::install::Inputs;
use plugpacks_sdk::{Context, Result};

/// What Mix, Hex and what they download with read.
pub(crate) const INPUTS: Inputs = Inputs {
    files: &["mix.exs", "mix.lock"],
    // Places, an umbrella, files.
    signs: &["path:", "apps_path", "File.", "Path.", "Code.", "System.cmd"],
    // They would replace those that are installed.
    brought: &["deps"],
    variables: &["MIX_*", "HEX_*", "ELIXIR_*", "ERL_*", "GIT_*"],
};

/// Manifest and lock file; all of the app (`None`) where the manifest may read more of it.
pub(crate) fn manifests(context: &Context, mix: &Mix) -> Result<Option<Vec<&'static str>>> {
    INPUTS.of(context, mix.text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn files(app: &FakeApp) -> Option<Vec<&'static str>> {
        app.with(|context| manifests(context, &Mix::read(context).unwrap()).unwrap())
    }

    #[test]
    fn a_plain_manifest_reads_nothing_else() {
        let app = || FakeApp::new().file("mix.exs", "{:jason, \"~> 1.4\"}");
        assert_eq!(files(&app()), Some(vec!["mix.exs"]));
        assert_eq!(files(&app().file("mix.lock", "")), Some(vec!["mix.exs", "mix.lock"]));
        assert_eq!(files(&app().directory("deps")), None);
        for text in ["{:own, path: \"own\"}", "apps_path: \"apps\"", "version: File.read!(\"VERSION\")"] {
            assert_eq!(files(&FakeApp::new().file("mix.exs", text)), None, "{text}");
        }
    }
}
