//! The provider `deno`: apps that Deno runs.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod entries;
mod nixpacks;
mod rules;
mod tasks;
mod versions;

use plugpacks_provider_support::file_server::FileServer;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};
use rules::RULES;

/// The configuration of Deno, the first that there is.
const CONFIGURATIONS: [&str; 2] = ["deno.json", "deno.jsonc"];

/// Scripts that serve as an app's entry point at any depth.
const INDEXES: &str = "**/index.{ts,tsx,js,jsx}";

/// Apps that Deno runs.
pub struct Deno;

impl Provider for Deno {
    fn describe(edition: Edition) -> Description {
        let description = Description::new("deno", env!("CARGO_PKG_VERSION"), "Apps that Deno runs")
            .markers(CONFIGURATIONS.map(Marker::file));
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        (RULES.at(context).detect)(context)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let decisions = (RULES.at(context).decide)(context)?;
        Ok(Some(decisions.into_plan()))
    }
}

plugpacks_sdk::export_provider!(Deno);

/// Everything that is decided about an app.
struct Decisions {
    /// The nixpkgs commit; `None`: the edition's default.
    archive: Option<&'static str>,
    /// The commands that download what the app imports, and build it.
    build: Vec<String>,
    start: Option<Start>,
    /// The folder of built files that is served instead.
    files: Option<FileServer>,
    variables: &'static [(&'static str, &'static str)],
}

impl Decisions {
    fn into_plan(self) -> PartialPlan {
        let build = Some(self.build).filter(|commands| !commands.is_empty());
        let build = build.map(|commands| Phase::build().depends_on("setup").commands(commands));
        let plan = PartialPlan::new()
            .variables(self.variables.iter().copied())
            .phase(Phase::setup(["deno"]).optional_archive(self.archive))
            .start(self.start);
        let plan = build.into_iter().fold(plan, PartialPlan::phase);
        match self.files {
            Some(server) => server.add_to(plan),
            None => plan,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Deno;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Deno>(include_str!("../README.md"));
    }

    #[test]
    fn an_app_under_nixpacks() {
        let app = FakeApp::nixpacks()
            .file("src/index.ts", "import { serve } from \"https://deno.land/std@0.200.0/http/server.ts\";\n");
        assert!(app.detect::<Deno>().unwrap());
        insta::assert_snapshot!(app.plan_text::<Deno>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "deno cache src/index.ts"
              ],
              "dependsOn": [
                "install",
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "deno"
              ]
            }
          },
          "start": {
            "cmd": "deno run --allow-all src/index.ts"
          }
        }
        "#);
    }

    #[test]
    fn an_app_under_2026_11() {
        let app = FakeApp::new()
            .file("deno.json", "{ \"tasks\": { \"dev\": \"deno run --watch main.ts\" } }")
            .file("main.ts", "");
        assert!(app.detect::<Deno>().unwrap());
        insta::assert_snapshot!(app.plan_text::<Deno>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "deno cache main.ts"
              ],
              "dependsOn": [
                "install",
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "deno"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "DENO_SERVE_ADDRESS=tcp:0.0.0.0:${PORT:-8000} deno run --allow-all main.ts",
            "nixPkgs": [
              "deno"
            ],
            "onlyIncludeFiles": [
              "/app/",
              "/opt/deno"
            ]
          },
          "variables": {
            "DENO_DIR": "/opt/deno"
          }
        }
        "#);
    }
}
