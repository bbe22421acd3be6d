//! Single page apps: what Vite builds, Caddy serves.

use crate::app::NodeApp;
use plugpacks_sdk::release::NIXPKGS_26_05;
use plugpacks_sdk::{Package, PartialPlan, Phase, Result};

/// How Caddy is started.
pub(crate) const START: &str = "exec caddy run --config /assets/Caddyfile --adapter caddyfile 2>&1";

/// What Vite builds unless it is told otherwise.
const DEFAULT_OUTPUT: &str = "dist";

/// How an edition recognises apps that are served as files.
pub(crate) struct SpaRules {
    /// The configuration files that make an app a Vite app, whatever else it is.
    pub(crate) configs: &'static [&'static str],
    /// Further signs of a Vite app: they count unless the app has a start script, which then is
    /// taken to be its server.
    pub(crate) weak_signs: Option<WeakSigns>,
    /// The output directory that a build script gives Vite.
    pub(crate) output_of_script: fn(&str) -> Option<String>,
    /// What makes pages in the browser, and what on a server.
    pub(crate) frameworks: &'static [Framework],
    /// What makes files without Vite being seen.
    pub(crate) generators: &'static [Generator],
    /// Where Caddy comes from, and what it is told.
    pub(crate) caddy: Caddy,
}

/// The server of the files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caddy {
    /// The nixpkgs commit.
    archive: &'static str,
    configuration: &'static str,
    /// Says what of the app the phase that prepares it needs.
    restrict: fn(Phase) -> Phase,
}

/// Signs of a Vite app that Nixpacks 1.41 does not see.
pub(crate) struct WeakSigns {
    pub(crate) configs: &'static [&'static str],
}

/// A library whose apps run in the browser.
pub(crate) struct Framework {
    name: &'static str,
    /// Libraries beside it that make pages on a server.
    servers: &'static [&'static str],
}

/// A tool whose output is files unless it is told to make a server.
pub(crate) struct Generator {
    name: &'static str,
    servers: &'static [&'static str],
    configs: &'static [&'static str],
    build: &'static str,
}

/// Nixpacks 1.41.
pub(crate) const NIXPACKS: SpaRules = SpaRules {
    configs: &["vite.config.js", "vite.config.ts"],
    weak_signs: None,
    output_of_script: nixpacks_output_of_script,
    frameworks: &[
        Framework { name: "react", servers: &["@remix-run/react", "@react-router/node"] },
        Framework { name: "vue", servers: &[] },
        Framework { name: "svelte", servers: &["@sveltejs/kit"] },
        Framework { name: "preact", servers: &[] },
        Framework { name: "lit", servers: &[] },
        Framework { name: "solid-js", servers: &[] },
        Framework { name: "@builder.io/qwik", servers: &[] },
    ],
    generators: &[],
    caddy: Caddy {
        archive: crate::versions::NIXPKGS_CADDY,
        configuration: include_str!("spa/nixpacks.Caddyfile"),
        restrict: |phase| phase,
    },
};

pub(crate) const MENDED: SpaRules = SpaRules {
    configs: &["vite.config.js", "vite.config.ts"],
    weak_signs: Some(WeakSigns {
        configs: &["vite.config.mjs", "vite.config.mts", "vite.config.cjs", "vite.config.cts"],
    }),
    output_of_script,
    frameworks: &[
        Framework {
            name: "react",
            servers: &["@remix-run/react", "@react-router/node", "@tanstack/react-start", "next", "vike"],
        },
        Framework { name: "vue", servers: &["nuxt", "vike"] },
        Framework { name: "svelte", servers: &["@sveltejs/kit"] },
        Framework { name: "preact", servers: &[] },
        Framework { name: "lit", servers: &[] },
        Framework { name: "solid-js", servers: &["@solidjs/start", "@tanstack/solid-start"] },
        Framework { name: "@builder.io/qwik", servers: &["@builder.io/qwik-city"] },
    ],
    generators: &[Generator {
        name: "astro",
        servers: &["@astrojs/node", "@astrojs/cloudflare", "@astrojs/netlify", "@astrojs/vercel"],
        configs: &["astro.config.mjs", "astro.config.js", "astro.config.ts", "astro.config.mts"],
        build: "astro build",
    }],
    caddy: Caddy {
        archive: NIXPKGS_26_05,
        configuration: include_str!("spa/hardened.Caddyfile"),
        restrict: |phase| phase.only_include_files([""; 0]).only_variables([""; 0]),
    },
};

/// An app whose build makes files for the browser.
#[derive(Debug)]
pub(crate) struct Spa {
    output_directory: String,
    server: Server,
    /// What makes the files if no script does.
    pub(crate) default_build: Option<&'static str>,
    caddy: Caddy,
}

/// Who serves the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Server {
    Caddy,
    /// The app itself.
    Own,
}

impl Spa {
    /// The app as a single page app, if it is one.
    pub(crate) fn find(app: &NodeApp) -> Result<Option<Self>> {
        let rules = &app.rules.spa;
        if is_vite_app(app, rules)? {
            let wanted = app.setting("SPA_OUT_DIR");
            let is_served = is_caddy_allowed(app) && (wanted.is_some() || runs_in_browser(app, rules));
            let output_directory = match wanted {
                Some(directory) => directory,
                None => output_of_vite(app, rules)?,
            };
            let server = if is_served { Server::Caddy } else { Server::Own };
            return Ok(Some(Self { output_directory, server, default_build: None, caddy: rules.caddy }));
        }
        generated(app, rules)
    }

    /// Whether Caddy serves the app.
    pub(crate) fn is_served(&self) -> bool {
        self.server == Server::Caddy
    }

    /// The directory of the built app, relative to the app.
    pub(crate) fn output_directory(&self) -> &str {
        &self.output_directory
    }

    /// The plan with Caddy in it where Caddy serves the app.
    pub(crate) fn add_to(&self, plan: PartialPlan) -> PartialPlan {
        let plan = plan.variable("NIXPACKS_SPA_OUTPUT_DIR", &*self.output_directory);
        if !self.is_served() {
            return plan;
        }
        let caddy = Phase::new("caddy")
            .depends_on("setup")
            .packages([Package::new("caddy")])
            .archive(self.caddy.archive)
            .command("caddy fmt --overwrite /assets/Caddyfile");
        plan.phase((self.caddy.restrict)(caddy)).static_asset("Caddyfile", self.caddy.configuration)
    }
}

fn is_caddy_allowed(app: &NodeApp) -> bool {
    let setting = app.setting("SPA_CADDY").map(|value| value.to_lowercase());
    !matches!(setting.as_deref(), Some("false" | "0"))
}

fn is_vite_app(app: &NodeApp, rules: &SpaRules) -> Result<bool> {
    let build = app.package.script("build").unwrap_or_default();
    let is_certain = app.package.lists_first("vite")
        || app.directory().first_file(rules.configs)?.is_some()
        || build.to_lowercase().contains("vite build");
    if is_certain {
        return Ok(true);
    }
    match &rules.weak_signs {
        Some(signs) if app.package.script("start").is_none() => {
            Ok(app.package.lists("vite") || app.directory().first_file(signs.configs)?.is_some())
        }
        _ => Ok(false),
    }
}

fn runs_in_browser(app: &NodeApp, rules: &SpaRules) -> bool {
    rules.frameworks.iter().any(|framework| {
        app.depends_on(framework.name) && !framework.servers.iter().any(|server| app.depends_on(server))
    })
}

/// A generator's site, if neither the app nor the user has another idea of how it is served.
fn generated(app: &NodeApp, rules: &SpaRules) -> Result<Option<Spa>> {
    let is_used = |generator: &&Generator| {
        app.depends_on(generator.name) && !generator.servers.iter().any(|server| app.depends_on(server))
    };
    let Some(generator) = rules.generators.iter().find(is_used) else { return Ok(None) };
    if app.package.script("start").is_some() || !is_caddy_allowed(app) {
        return Ok(None);
    }
    let output_directory = match app.setting("SPA_OUT_DIR") {
        Some(directory) => directory,
        None => output_of_config(app, generator.configs)?.unwrap_or_else(|| DEFAULT_OUTPUT.to_owned()),
    };
    let default_build = Some(generator.build);
    Ok(Some(Spa { output_directory, server: Server::Caddy, default_build, caddy: rules.caddy }))
}

fn output_of_vite(app: &NodeApp, rules: &SpaRules) -> Result<String> {
    let weak: &[&str] = rules.weak_signs.as_ref().map_or(&[], |signs| signs.configs);
    let configs: Vec<&str> = rules.configs.iter().chain(weak).copied().collect();
    let of_script = || (rules.output_of_script)(app.package.script("build")?);
    let found = output_of_config(app, &configs)?.or_else(of_script);
    Ok(found.unwrap_or_else(|| DEFAULT_OUTPUT.to_owned()))
}

/// The output directory of the first configuration file there is.
fn output_of_config(app: &NodeApp, paths: &[&str]) -> Result<Option<String>> {
    match app.directory().first_file(paths)? {
        Some(path) => Ok(out_dir_property(&app.directory().read_text(path)?)),
        None => Ok(None),
    }
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

/// Nixpacks 1.41: `vite build`, single words that begin with `-`, `--outDir`, and then everything up
/// to a blank, `-` or `;`.
fn nixpacks_output_of_script(script: &str) -> Option<String> {
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

/// The value of `--outDir` in the first `vite build`, in any form the shell and Vite understand.
fn output_of_script(script: &str) -> Option<String> {
    let (_, arguments) = script.split_once("vite build")?;
    let command = arguments.split(['&', ';', '|', '\n']).next().unwrap_or_default();
    let mut words = command.split_whitespace();
    let value = words.by_ref().find_map(|word| word.strip_prefix("--outDir").map(|rest| rest.strip_prefix('=')))?;
    let value = value.or_else(|| words.next())?.trim_matches(['"', '\'']);
    (!value.is_empty() && !value.starts_with('-')).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::Edition;
    use plugpacks_sdk::testing::FakeApp;

    fn app(edition: Edition, manifest: &str) -> FakeApp {
        FakeApp::new().edition(edition).file("package.json", manifest)
    }

    /// The output directory, and whether Caddy serves it.
    fn spa(app: &FakeApp) -> Option<(String, bool)> {
        app.with(|context| {
            let spa = Spa::find(&NodeApp::read(context).unwrap()).unwrap()?;
            Some((spa.output_directory.clone(), spa.is_served()))
        })
    }

    fn served(directory: &str) -> Option<(String, bool)> {
        Some((directory.to_owned(), true))
    }

    const REACT: &str = r#"{"dependencies": {"react": "1", "vite": "1"}}"#;

    #[test]
    fn any_sign_of_vite_makes_a_vite_app() {
        for edition in Edition::ALL {
            let react = r#"{"dependencies": {"react": "1"}}"#;
            assert_eq!(spa(&app(edition, react)), None, "{edition}");
            assert_eq!(spa(&app(edition, react).file("vite.config.ts", "")), served("dist"), "{edition}");
            assert_eq!(spa(&app(edition, REACT)), served("dist"), "{edition}");
            let script = r#"{"devDependencies": {"vue": "1"}, "scripts": {"build": "VITE BUILD"}}"#;
            assert_eq!(spa(&app(edition, script)), served("dist"), "{edition}");
        }
    }

    #[test]
    fn further_signs_count_where_no_script_starts_a_server() {
        let manifest = |script: &str| {
            format!(r#"{{"dependencies": {{"react": "1"}}, "devDependencies": {{"vite": "1"}}{script}}}"#)
        };
        let start = r#", "scripts": {"start": "node server.js"}"#;
        assert_eq!(spa(&app(Edition::NIXPACKS, &manifest(""))), None);
        assert_eq!(spa(&app(Edition::E2026_11, &manifest(""))), served("dist"));
        assert_eq!(spa(&app(Edition::E2026_11, &manifest(start))), None);
        let config = app(Edition::E2026_11, r#"{"dependencies": {"react": "1"}}"#);
        assert_eq!(spa(&config.file("vite.config.mts", "outDir: 'o'")), served("o"));
        let seen_by_both = app(Edition::E2026_11, &manifest(start)).file("vite.config.ts", "");
        assert_eq!(spa(&seen_by_both), served("dist"));
    }

    #[test]
    fn a_server_beside_the_framework_keeps_caddy_away() {
        for edition in Edition::ALL {
            for server in ["@remix-run/react", "@react-router/node"] {
                let manifest = format!(r#"{{"dependencies": {{"react": "1", "vite": "1", "{server}": "1"}}}}"#);
                assert_eq!(spa(&app(edition, &manifest)), Some(("dist".into(), false)), "{edition} {server}");
            }
        }
        let kit = r#"{"dependencies": {"svelte": "1", "vite": "1"}, "devDependencies": {"@sveltejs/kit": "1"}}"#;
        assert_eq!(spa(&app(Edition::NIXPACKS, kit)), served("dist"));
        assert_eq!(spa(&app(Edition::E2026_11, kit)), Some(("dist".into(), false)));
    }

    #[test]
    fn variables_decide() {
        for edition in Edition::ALL {
            let vanilla = app(edition, r#"{"dependencies": {"vite": "1"}}"#);
            assert_eq!(spa(&vanilla), Some(("dist".into(), false)), "{edition}");
            let vanilla = vanilla.variable("NIXPACKS_SPA_OUT_DIR", "o");
            assert_eq!(spa(&vanilla), served("o"), "{edition}");
            assert_eq!(spa(&vanilla.variable("NIXPACKS_SPA_CADDY", "FALSE")), Some(("o".into(), false)), "{edition}");
            assert_eq!(spa(&app(edition, REACT).variable("NIXPACKS_SPA_CADDY", "no")), served("dist"), "{edition}");
        }
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
            assert_eq!(nixpacks_output_of_script(script).as_deref(), expected, "{script:?}");
        }
    }

    #[test]
    fn the_script_is_read_as_the_shell_does() {
        for (script, expected) in [
            ("vite build --outDir my-out", Some("my-out")),
            ("vite build --outDir=foo && x", Some("foo")),
            ("vite build --mode prod --outDir 'z'", Some("z")),
            ("vite build && cp --outDir x", None),
            ("vite build --outDir", None),
            ("vite build --outDir --x", None),
        ] {
            assert_eq!(output_of_script(script).as_deref(), expected, "{script:?}");
        }
    }

    #[test]
    fn a_generated_site_is_served_unless_it_has_a_server() {
        let astro = |more: &str| app(Edition::E2026_11, &format!(r#"{{"dependencies": {{"astro": "5"{more}}}}}"#));
        assert_eq!(spa(&astro("").file("astro.config.mjs", "outDir: './site'")), served("./site"));
        assert_eq!(spa(&astro(r#", "@astrojs/node": "9""#)), None);
        assert_eq!(spa(&app(Edition::NIXPACKS, r#"{"dependencies": {"astro": "5"}}"#)), None);
        let started = r#"{"dependencies": {"astro": "5"}, "scripts": {"start": "astro preview"}}"#;
        assert_eq!(spa(&app(Edition::E2026_11, started)), None);
    }
}
