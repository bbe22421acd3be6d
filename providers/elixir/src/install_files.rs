//! Which files installing the dependencies needs: so that nothing else runs it again.

use crate::mix::Mix;
use plugpacks_sdk::{Context, Result};

/// Variables that Mix, Hex and what they download with read.
pub(crate) const VARIABLES: &[&str] = &["MIX_*", "HEX_*", "ELIXIR_*", "ERL_*", "GIT_*"];

/// How a `mix.exs` shows that it reads more of the app: places, an umbrella, files.
const READING: [&str; 6] = ["path:", "apps_path", "File.", "Path.", "Code.", "System.cmd"];

/// Manifest and lock file; all of the app (`None`) where the manifest may read more of it, or the app
/// brings dependencies, which would replace those that are installed.
pub(crate) fn manifests(context: &Context, mix: &Mix) -> Result<Option<Vec<&'static str>>> {
    if READING.iter().any(|word| mix.mentions(word)) || context.app.has_directory("deps")? {
        return Ok(None);
    }
    let has_lock = context.app.has_file("mix.lock")?;
    Ok(Some(["mix.exs"].into_iter().chain(has_lock.then_some("mix.lock")).collect()))
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
