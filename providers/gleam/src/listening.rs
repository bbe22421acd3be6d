//! Where the program listens, as far as its code says that.

use crate::manifest::Resolved;
use plugpacks_provider_support::listening::{Listening, Numbers};
use plugpacks_sdk::{Context, Result};

const LISTENING: Listening =
    Listening { calls: &["mist.port(", "mist.bind("], numbers: Numbers::Always, port: "envoy.get(\"PORT\")" };

/// The server of most programs. From version 3 on it hears the machine itself alone, unless it is told otherwise.
const SERVER: &str = "mist";
const BIND: &str = r"\bmist\.bind\(";

/// Warns where nothing outside of the container reaches the program.
///
/// # Errors
/// The app cannot be searched.
pub(crate) fn warn(context: &Context, name: &str, resolved: &Resolved) -> Result<()> {
    let Some(version) = resolved.version_of(SERVER) else { return Ok(()) };
    let file = format!("src/{name}.gleam");
    if let Some(code) = context.app.read_text_if_file(&file)? {
        LISTENING.warn(context, &file, &code);
    }
    let is_deaf = !version.starts_with(['0', '1', '2']) && context.app.search("src/**/*.gleam", BIND)?.is_none();
    if is_deaf {
        context.diagnostics.warn(
            "mist listens on localhost, where nothing outside of the container reaches it: add `|> mist.bind(\"0.0.0.0\")`",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::Gleam;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn a_server_that_only_its_own_machine_hears_is_said() {
        let warnings = |version: &str, code: &str| {
            let resolved = format!("packages = [{{ name = \"mist\", version = \"{version}\" }}]\n");
            let app = FakeApp::new()
                .file("gleam.toml", "name = \"shop\"\n")
                .file("manifest.toml", resolved)
                .file("src/shop.gleam", code);
            app.plan::<Gleam>().unwrap();
            app.warnings().len()
        };
        assert_eq!(warnings("5.0.4", "mist.new(handler) |> mist.port(port) |> mist.start"), 1);
        assert_eq!(warnings("5.0.4", "mist.new(handler) |> mist.bind(\"0.0.0.0\") |> mist.port(8000)"), 1);
        assert_eq!(warnings("5.0.4", "mist.new(handler) |> mist.bind(\"0.0.0.0\") |> mist.port(port)"), 0);
        assert_eq!(warnings("1.2.0", "mist.new(handler) |> mist.port(port)"), 0);
    }
}
