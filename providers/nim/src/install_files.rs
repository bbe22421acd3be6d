//! Which files installing the dependencies needs: so that nothing else runs it again.

use plugpacks_provider_support::install::Inputs;
use plugpacks_sdk::{Context, Result};

/// What Nimble, Nim and what they download with read beside the manifest.
pub(crate) const INPUTS: Inputs = Inputs {
    files: &["nimble.lock", "config.nims", "nim.cfg", "nimble.develop"],
    // A manifest is a program.
    signs: &["include", "import", "readFile", "staticRead", "slurp", "file://"],
    brought: &["nimbledeps"],
    variables: &["NIMBLE_*", "NIM_*", "GIT_*"],
};

/// Manifest, lockfile and configuration; all of the app (`None`) where one of them may read more of it, or
/// the app brings dependencies.
pub(crate) fn find(context: &Context, manifest: &str) -> Result<Option<Vec<String>>> {
    let mut text = context.app.read_text(manifest)?;
    for file in context.app.files_of(INPUTS.files)? {
        text += &context.app.read_text(file)?;
    }
    let others = INPUTS.of(context, &text)?;
    Ok(others.map(|others| [manifest].into_iter().chain(others).map(str::to_owned).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn files(app: &FakeApp) -> Option<Vec<String>> {
        app.with(|context| find(context, "relay.nimble").unwrap())
    }

    #[test]
    fn a_plain_manifest_reads_nothing_else() {
        let app = || FakeApp::new().file("relay.nimble", "requires \"nim >= 2.0\"").file("src/relay.nim", "");
        assert_eq!(files(&app()).unwrap(), ["relay.nimble"]);
        assert_eq!(files(&app().file("nimble.lock", "{}")).unwrap(), ["relay.nimble", "nimble.lock"]);
        assert_eq!(files(&app().directory("nimbledeps")), None);
        assert_eq!(files(&app().file("config.nims", "import std/os")), None);
        for text in ["include common", "version = staticRead(\"VERSION\")", "requires \"file://own\""] {
            assert_eq!(files(&FakeApp::new().file("relay.nimble", text)), None, "{text}");
        }
    }
}
