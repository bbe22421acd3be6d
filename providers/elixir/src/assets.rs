//! What an app serves to browsers: installed by a package manager of Node.js, built by Mix.

use crate::mix::Mix;
use plugpacks_provider_support::javascript;
use plugpacks_sdk::{Context, Phase, Result};

/// A package manager of Node.js.
struct Manager {
    lock_file: &'static str,
    /// Its package, where it does not come with Node.js.
    package: Option<&'static str>,
    /// What installs packages in a folder.
    install: &'static str,
}

/// The package managers; the last one installs where there is no lock file.
const MANAGERS: [Manager; 5] = [
    Manager {
        lock_file: "pnpm-lock.yaml",
        package: Some("pnpm_10"),
        install: "pnpm --dir {folder} install --frozen-lockfile",
    },
    Manager { lock_file: "yarn.lock", package: Some("yarn"), install: "yarn --cwd {folder} install --frozen-lockfile" },
    Manager { lock_file: "bun.lock", package: Some("bun"), install: "bun install --cwd {folder} --frozen-lockfile" },
    Manager { lock_file: "package-lock.json", package: None, install: "npm ci --prefix {folder}" },
    Manager { lock_file: "", package: None, install: "npm install --prefix {folder}" },
];

/// The aliases of `mix.exs` that build for production; the first that there is is run.
const ALIASES: [&str; 2] = ["assets.deploy", "assets.build"];

/// Gives files names that change with their content, which Phoenix's configuration refers to.
const DIGEST: &str = "mix phx.digest";

/// How the assets are built.
#[derive(Debug, Default)]
pub(crate) struct Assets {
    /// The package managers' packages.
    packages: Vec<&'static str>,
    /// What installs the packages of Node.js.
    pub(crate) install: Vec<String>,
    /// What builds.
    pub(crate) build: Vec<String>,
    /// Folders that installing makes anew.
    pub(crate) made: Vec<String>,
}

impl Assets {
    /// Nixpacks 1.41: an alias that the app's own `mix.exs` mentions.
    pub(crate) fn mentioned(_: &Context, mix: &Mix) -> Result<Self> {
        let build = mix.mentions(ALIASES[0]).then(|| format!("mix {}", ALIASES[0])).into_iter().collect();
        Ok(Self { build, ..Self::default() })
    }

    /// The assets of the app, or of those of an umbrella.
    ///
    /// # Errors
    /// A manifest cannot be read.
    pub(crate) fn find(context: &Context, mix: &Mix) -> Result<Self> {
        let mut assets = Self::default();
        assets.add(context, "", mix)?;
        if assets.build.is_empty() && context.app.has_directory("apps")? {
            for manifest in context.app.find_files("apps/*/mix.exs")? {
                let Some(folder) = manifest.strip_suffix("mix.exs") else { continue };
                assets.add(context, folder, &Mix::read_from(context, &manifest)?)?;
            }
        }
        Ok(assets)
    }

    /// Adds those of the app in a folder, which is empty or ends with `/`.
    fn add(&mut self, context: &Context, folder: &str, mix: &Mix) -> Result<()> {
        let place = format!("{folder}assets");
        let package_json = context.app.read_text_if_file(&format!("{place}/package.json"))?;
        if package_json.is_some() {
            self.add_packages(context, &place)?;
        }
        let within = |command: &str| match folder.strip_suffix('/') {
            Some(folder) => format!("(cd {folder} && {command})"),
            None => command.to_owned(),
        };
        let alias = ALIASES.into_iter().find(|alias| mix.mentions(&format!("\"{alias}\"")));
        let alias = alias.or_else(|| ALIASES.into_iter().find(|alias| mix.mentions(alias)));
        match alias {
            Some(alias) => {
                self.build.push(within(&format!("mix {alias}")));
                if alias != ALIASES[0] {
                    self.build.push(within(DIGEST));
                }
            }
            // Phoenix before 1.6 built with webpack.
            None if package_json.is_some_and(|text| text.contains("\"deploy\"")) => {
                self.build.push(format!("npm run deploy --prefix {place}"));
                self.build.push(within(DIGEST));
            }
            None => {}
        }
        Ok(())
    }

    fn add_packages(&mut self, context: &Context, place: &str) -> Result<()> {
        for manager in &MANAGERS {
            if manager.lock_file.is_empty() || context.app.has_file(&format!("{place}/{}", manager.lock_file))? {
                context.diagnostics.because("Node.js", format!("for {place}/package.json"));
                self.packages.extend(manager.package);
                self.install.push(manager.install.replace("{folder}", place));
                self.made.push(format!("{place}/node_modules"));
                break;
            }
        }
        Ok(())
    }

    /// The phase that installs Node.js, where it is needed.
    pub(crate) fn setup(&self) -> Option<Phase> {
        (!self.install.is_empty()).then(|| javascript::node_setup().packages(self.packages.iter().copied()))
    }
}

#[cfg(test)]
mod tests {
    use crate::Elixir;
    use plugpacks_provider_support::javascript::elements;
    use plugpacks_sdk::testing::FakeApp;

    fn build(app: &FakeApp) -> Vec<String> {
        let plan = app.plan::<Elixir>().unwrap().unwrap();
        let phase = plan.phases.iter().find(|phase| phase.name == "build").unwrap();
        elements(phase.commands.as_ref()).to_vec()
    }

    const DEPLOY: &str = "aliases: [\"assets.deploy\": [\"esbuild shop --minify\", \"phx.digest\"]]";

    #[test]
    fn packages_of_node_are_installed_before_assets_are_built() {
        let app = || FakeApp::new().file("mix.exs", DEPLOY).file("assets/package.json", "{}");
        assert_eq!(build(&app()), ["npm install --prefix assets", "mix compile", "mix assets.deploy"]);
        assert_eq!(build(&app().file("assets/package-lock.json", ""))[0], "npm ci --prefix assets");
        let pnpm = app().file("assets/pnpm-lock.yaml", "");
        assert_eq!(build(&pnpm)[0], "pnpm --dir assets install --frozen-lockfile");
        let text = pnpm.plan_text::<Elixir>();
        assert!(text.contains("node:setup") && text.contains("\"pnpm_10\""), "{text}");
        assert!(!FakeApp::new().file("mix.exs", DEPLOY).plan_text::<Elixir>().contains("nodejs"));
    }

    #[test]
    fn the_app_of_an_umbrella_that_has_assets_builds_them() {
        let umbrella = || FakeApp::new().file("mix.exs", "apps_path: \"apps\"").file("apps/shop_web/mix.exs", DEPLOY);
        assert_eq!(build(&umbrella()), ["mix compile", "(cd apps/shop_web && mix assets.deploy)"]);
        let app = umbrella().file("apps/shop_web/assets/package.json", "{}");
        assert_eq!(build(&app)[0], "npm install --prefix apps/shop_web/assets");
        let root = umbrella().file("mix.exs", format!("apps_path: \"apps\", {DEPLOY}"));
        assert_eq!(build(&root), ["mix compile", "mix assets.deploy"]);
    }

    #[test]
    fn other_ways_to_build_assets() {
        let app = FakeApp::new().file("mix.exs", "aliases: [\"assets.build\": [\"tailwind shop\"]]");
        assert_eq!(build(&app), ["mix compile", "mix assets.build", "mix phx.digest"]);
        let webpack = r#"{"scripts": {"deploy": "webpack --mode production"}}"#;
        let app = FakeApp::new().file("mix.exs", "").file("assets/package.json", webpack);
        assert_eq!(build(&app)[2..], ["npm run deploy --prefix assets", "mix phx.digest"]);
    }
}
