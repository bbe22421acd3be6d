//! Single page apps as Nixpacks 1.41 sees them: what Vite builds, Caddy serves.

use crate::app::NodeApp;
use plugpacks_sdk::Result;

/// What Vite builds unless it is told otherwise.
const DEFAULT_OUTPUT: &str = "dist";

/// The configuration files that make an app a Vite app, whatever else it is.
const CONFIGS: &[&str] = &["vite.config.js", "vite.config.ts"];

/// A library whose apps run in the browser.
struct Framework {
    name: &'static str,
    /// Libraries beside it that make pages on a server.
    servers: &'static [&'static str],
}

const FRAMEWORKS: &[Framework] = &[
    Framework { name: "react", servers: &["@remix-run/react", "@react-router/node"] },
    Framework { name: "vue", servers: &[] },
    Framework { name: "svelte", servers: &["@sveltejs/kit"] },
    Framework { name: "preact", servers: &[] },
    Framework { name: "lit", servers: &[] },
    Framework { name: "solid-js", servers: &[] },
    Framework { name: "@builder.io/qwik", servers: &[] },
];

/// An app whose build makes files for the browser.
#[derive(Debug)]
pub(crate) struct Spa {
    /// The directory of the built app, relative to the app.
    pub(crate) output_directory: String,
    /// Whether Caddy serves it; else the app itself does.
    pub(crate) is_served: bool,
}

impl Spa {
    /// The app as a single page app, if it is one.
    pub(crate) fn find(app: &NodeApp) -> Result<Option<Self>> {
        if !is_vite_app(app)? {
            return Ok(None);
        }
        let wanted = app.setting("SPA_OUT_DIR");
        let is_served = is_caddy_allowed(app) && (wanted.is_some() || runs_in_browser(app));
        let output_directory = match wanted {
            Some(directory) => directory,
            None => output(app)?,
        };
        Ok(Some(Self { output_directory, is_served }))
    }
}

/// Whether nobody says that Caddy is not wanted.
pub(crate) fn is_caddy_allowed(app: &NodeApp) -> bool {
    let setting = app.setting("SPA_CADDY").map(|value| value.to_lowercase());
    !matches!(setting.as_deref(), Some("false" | "0"))
}

fn is_vite_app(app: &NodeApp) -> Result<bool> {
    let build = app.package.script("build").unwrap_or_default();
    Ok(app.package.lists_first("vite")
        || app.directory().first_file(CONFIGS)?.is_some()
        || build.to_lowercase().contains("vite build"))
}

fn runs_in_browser(app: &NodeApp) -> bool {
    FRAMEWORKS.iter().any(|framework| {
        app.depends_on(framework.name) && !framework.servers.iter().any(|server| app.depends_on(server))
    })
}

fn output(app: &NodeApp) -> Result<String> {
    let of_config = match app.directory().first_file(CONFIGS)? {
        Some(path) => out_dir_property(&app.directory().read_text(path)?),
        None => None,
    };
    let of_script = || output_of_script(app.package.script("build")?);
    Ok(of_config.or_else(of_script).unwrap_or_else(|| DEFAULT_OUTPUT.to_owned()))
}

/// The first `outDir:` whose value is a text in any quotes, on one line.
fn out_dir_property(config: &str) -> Option<String> {
    const QUOTES: [char; 3] = ['\'', '"', '`'];
    let values = config.match_indices("outDir:").map(|(at, property)| config[at + property.len()..].trim_start());
    let mut texts = values.filter_map(|value| value.strip_prefix(QUOTES));
    let text = texts.find_map(|text| {
        let end = text.find(|c| c == '\n' || QUOTES.contains(&c))?;
        (!text[end..].starts_with('\n')).then_some(&text[..end])
    })?;
    Some(text.to_owned())
}

/// `vite build`, single words that begin with `-`, `--outDir`, and then everything up
/// to a blank, `-` or `;`.
fn output_of_script(script: &str) -> Option<String> {
    let commands = script.match_indices("vite build").map(|(at, command)| &script[at + command.len()..]);
    commands.into_iter().find_map(|mut rest| {
        loop {
            let word = rest.trim_start();
            if word.len() == rest.len() || !word.starts_with('-') {
                return None;
            }
            let (word, after) = word.split_at(word.find(char::is_whitespace)?);
            let value = after.trim_start();
            let end = value.find(|c: char| c.is_whitespace() || c == '-' || c == ';').unwrap_or(value.len());
            if word == "--outDir" && end > 0 {
                return Some(value[..end].to_owned());
            }
            rest = after;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn app(manifest: &str) -> FakeApp {
        FakeApp::nixpacks().file("package.json", manifest)
    }

    /// The output directory, and whether Caddy serves it.
    fn spa(app: &FakeApp) -> Option<(String, bool)> {
        app.with(|context| {
            let spa = Spa::find(&NodeApp::read(context).unwrap()).unwrap()?;
            Some((spa.output_directory, spa.is_served))
        })
    }

    fn served(directory: &str) -> Option<(String, bool)> {
        Some((directory.to_owned(), true))
    }

    const REACT: &str = r#"{"dependencies": {"react": "1", "vite": "1"}}"#;

    #[test]
    fn any_sign_of_vite_makes_a_vite_app() {
        let react = r#"{"dependencies": {"react": "1"}}"#;
        assert_eq!(spa(&app(react)), None);
        assert_eq!(spa(&app(react).file("vite.config.ts", "")), served("dist"));
        assert_eq!(spa(&app(REACT)), served("dist"));
        let script = r#"{"devDependencies": {"vue": "1"}, "scripts": {"build": "VITE BUILD"}}"#;
        assert_eq!(spa(&app(script)), served("dist"));
        let beside = r#"{"dependencies": {"react": "1"}, "devDependencies": {"vite": "1"}}"#;
        assert_eq!(spa(&app(beside)), None);
    }

    #[test]
    fn a_server_beside_the_framework_keeps_caddy_away() {
        for server in ["@remix-run/react", "@react-router/node"] {
            let manifest = format!(r#"{{"dependencies": {{"react": "1", "vite": "1", "{server}": "1"}}}}"#);
            assert_eq!(spa(&app(&manifest)), Some(("dist".into(), false)), "{server}");
        }
        let kit = r#"{"dependencies": {"svelte": "1", "vite": "1"}, "devDependencies": {"@sveltejs/kit": "1"}}"#;
        assert_eq!(spa(&app(kit)), served("dist"));
    }

    #[test]
    fn variables_decide() {
        let vanilla = app(r#"{"dependencies": {"vite": "1"}}"#);
        assert_eq!(spa(&vanilla), Some(("dist".into(), false)));
        let vanilla = vanilla.variable("NIXPACKS_SPA_OUT_DIR", "o");
        assert_eq!(spa(&vanilla), served("o"));
        assert_eq!(spa(&vanilla.variable("NIXPACKS_SPA_CADDY", "FALSE")), Some(("o".into(), false)));
        assert_eq!(spa(&app(REACT).variable("NIXPACKS_SPA_CADDY", "no")), served("dist"));
    }

    #[test]
    fn the_configuration_names_the_output_directory() {
        for (config, expected) in [
            ("outDir: 'x'", Some("x")),
            ("outDir:`y`", Some("y")),
            ("outDir:\n  \"z'w\"", Some("z")),
            ("outDir: ''", Some("")),
            ("myoutDir: 'k'", Some("k")),
            ("// outDir: foo\noutDir: 'l'", Some("l")),
            ("outDir: 'a\nb' outDir: 'm'", Some("m")),
            ("outDir : 'x'", None),
            ("\"outDir\": 'x'", None),
            ("outDir: path.join('a')", None),
        ] {
            assert_eq!(out_dir_property(config).as_deref(), expected, "{config:?}");
        }
    }

    #[test]
    fn nixpacks_reads_the_script_in_its_way() {
        for (script, expected) in [
            ("vite build --outDir foo", Some("foo")),
            ("tsc && vite build --emptyOutDir --outDir my-out", Some("my")),
            ("vite build -- --outDir q;", Some("q")),
            ("vite build\n--outDir ../x", Some("../x")),
            ("vite build --x && vite build --outDir \"x y\"", Some("\"x")),
            ("vite build --outDir foo && vite build --outDir bar", Some("foo")),
            ("vite build --mode prod --outDir z", None),
            ("vite build --outDir=foo", None),
            ("vite build --outDir -x", None),
            ("vite build --outDir", None),
            ("vite build--outDir y", None),
            ("vite buildx --outDir y", None),
            ("VITE build --outDir y", None),
        ] {
            assert_eq!(output_of_script(script).as_deref(), expected, "{script:?}");
        }
    }
}
