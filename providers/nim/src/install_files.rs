//! Which files installing the dependencies needs: so that nothing else runs it again.

use plugpacks_sdk::{Context, Result};

/// What Nimble and Nim read beside the manifest.
const FILES: [&str; 4] = ["nimble.lock", "config.nims", "nim.cfg", "nimble.develop"];

/// Variables that Nimble and what it downloads with read.
pub(crate) const VARIABLES: [&str; 3] = ["NIMBLE_*", "NIM_*", "GIT_*"];

/// How a manifest, which is a program, shows that it reads more of the app.
const READING: [&str; 6] = ["include", "import", "readFile", "staticRead", "slurp", "file://"];

/// Manifest, lockfile and configuration; all of the app (`None`) where one of them may read more of it, or
/// the app brings dependencies.
pub(crate) fn find(context: &Context, manifest: &str) -> Result<Option<Vec<String>>> {
    let others = context.app.files_of(&FILES)?;
    let files: Vec<_> = [manifest].into_iter().chain(others).map(str::to_owned).collect();
    for file in &files {
        let text = context.app.read_text(file)?;
        if READING.iter().any(|word| text.contains(word)) {
            return Ok(None);
        }
    }
    Ok((!context.app.has_directory("nimbledeps")?).then_some(files))
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
