//! The provider `elixir`: Phoenix and other Mix projects, and Erlang's of rebar3.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod assets;
mod build;
mod erlang;
mod install_files;
mod interpreter;
mod mix;
mod native;
mod rules;
mod running;
mod versions;

use install_files::INPUTS;
use mix::Mix;
use plugpacks_provider_support::install::reading;
use plugpacks_provider_support::native::each_once;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result};
use rules::RULES;

/// Phoenix and other Mix projects.
pub struct Elixir;

impl Provider for Elixir {
    fn describe(edition: Edition) -> Description {
        let description =
            Description::new("elixir", env!("CARGO_PKG_VERSION"), "Elixir apps: Phoenix and other Mix projects")
                .generated(["_build", "deps"])
                .marker(Marker::file("mix.exs"))
                .variable("NIXPACKS_ELIXIR_VERSION", "The version of Elixir, such as 1.20.");
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.has_file("mix.exs")? || (RULES.at(context).detects_erlang)(context)?)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let rules = RULES.at(context);
        if !context.app.has_file("mix.exs")? && (rules.detects_erlang)(context)? {
            return erlang::plan(context).map(Some);
        }
        let mix = Mix::read(context)?;
        let elixir = (rules.interpreter)(context, &mix)?;
        let packages = [elixir.package.to_owned()].into_iter().chain(versions::erlang(elixir));
        let install = ["mix local.hex --force", "mix local.rebar --force", "mix deps.get --only prod"];
        let assets = (rules.assets)(context, &mix)?;
        let needs = (rules.needs)(context, &mix)?;
        let install = Phase::install().commands(install).exclude_files(rules.built.iter().copied());
        let install = reading(install, (rules.install_files)(context, &mix)?, INPUTS.variables);
        let database = (rules.database)(context, &mix);
        let start = (rules.running)(context, &mix, (rules.start)(context, &mix)?, elixir)?;
        let node = assets.setup();
        let build = Phase::build().commands(build::commands(&assets, database)).exclude_files(&assets.made);
        let build = node.iter().fold(build, |build, node| build.depends_on(&node.name));
        let setup = Phase::setup(packages)
            .packages(["gcc"])
            .packages(each_once(&needs, |row| row.build))
            .packages(each_once(&needs, |row| row.programs))
            .libraries(["stdenv.cc.cc.lib"].into_iter().chain(each_once(&needs, |row| row.libraries)))
            .archive(elixir.archive);
        let plan = PartialPlan::new()
            .variables([("MIX_ENV", "prod"), ("ELIXIR_ERL_OPTIONS", "+fnu")])
            .variables(rules.variables.iter().copied())
            .phase(setup)
            .phase(install)
            .phase(build)
            .start(running::with_programs(start, &needs));
        Ok(Some(node.into_iter().fold(plan, PartialPlan::phase)))
    }
}

plugpacks_sdk::export_provider!(Elixir);

#[cfg(test)]
mod tests {
    use super::Elixir;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    const PHOENIX: &str = "
        def project, do: [app: :shop, elixir: \"~> 1.17\"]
        defp deps, do: [{:phoenix, \"~> 1.8\"}, {:ecto_sql, \"~> 3.13\"}, {:postgrex, \">= 0.0.0\"}]
        defp aliases, do: [\"assets.deploy\": [\"esbuild shop --minify\"]]
    ";

    fn start(app: &FakeApp) -> Option<String> {
        app.plan::<Elixir>().unwrap().unwrap().start.unwrap().command
    }

    #[test]
    fn the_page_names_what_the_provider_reads() {
        assert_page_matches::<Elixir>(include_str!("../README.md"));
    }

    #[test]
    fn a_manifest_makes_the_app_ours() {
        assert_eq!(FakeApp::new().file("mix.exs", "").detect::<Elixir>(), Ok(true));
        assert_eq!(FakeApp::new().file("apps/web/mix.exs", "").detect::<Elixir>(), Ok(false));
    }

    #[test]
    fn an_app_without_a_manifest_is_an_error() {
        let error = FakeApp::new().plan::<Elixir>().unwrap_err();
        assert_eq!(error.message(), "Error reading mix.exs");
    }

    #[test]
    fn phoenix_under_nixpacks() {
        let app = FakeApp::nixpacks().file("mix.exs", PHOENIX);
        insta::assert_snapshot!(app.plan_text::<Elixir>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "mix compile",
                "mix assets.deploy",
                "mix ecto.setup"
              ],
              "dependsOn": [
                "install"
              ]
            },
            "install": {
              "cmds": [
                "mix local.hex --force",
                "mix local.rebar --force",
                "mix deps.get --only prod"
              ],
              "dependsOn": [
                "setup"
              ]
            },
            "setup": {
              "nixLibs": [
                "stdenv.cc.cc.lib"
              ],
              "nixOverlays": [],
              "nixPkgs": [
                "elixir_1_17",
                "gcc"
              ],
              "nixpkgsArchive": "c5702bd28cbde41a191a9c2a00501f18941efbd0"
            }
          },
          "start": {
            "cmd": "mix phx.server"
          },
          "variables": {
            "ELIXIR_ERL_OPTIONS": "+fnu",
            "MIX_ENV": "prod"
          }
        }
        "#);
    }

    #[test]
    fn phoenix_under_2026_11() {
        let app = FakeApp::new().file("mix.exs", PHOENIX);
        insta::assert_snapshot!(app.changes_since_nixpacks::<Elixir>(), @r#"
        phases.build.cmds: ["mix compile","mix assets.deploy","mix ecto.setup"] -> ["mix compile","mix assets.deploy"]
        phases.install.excludeFiles: nothing -> ["_build"]
        phases.install.onlyIncludeFiles: nothing -> ["mix.exs"]
        phases.install.onlyVariables: nothing -> ["MIX_*","HEX_*","ELIXIR_*","ERL_*","GIT_*","HTTP_PROXY","HTTPS_PROXY","NO_PROXY"]
        phases.setup.nixPkgs: ["elixir_1_17","gcc"] -> ["beam28Packages.elixir_1_20","beam28Packages.erlang","gcc"]
        phases.setup.nixpkgsArchive: "c5702bd28cbde41a191a9c2a00501f18941efbd0" -> "b25309931cfda5f0b8805f462a29897eeae50168"
        start.nixPkgs: nothing -> ["beam28Packages.elixir_1_20","beam28Packages.erlang"]
        start.onlyIncludeFiles: nothing -> ["/app/","/opt/mix","/opt/hex"]
        variables.HEX_HOME: nothing -> "/opt/hex"
        variables.MIX_HOME: nothing -> "/opt/mix"
        "#);
        assert!(app.warnings()[0].starts_with("`mix ecto.setup` is not run"));
    }

    #[test]
    fn only_phoenix_apps_start_phoenix() {
        let plain = || FakeApp::new().file("mix.exs", "deps: [{:phoenix_pubsub, \"~> 2.1\"}, {:plug, \"~> 1.18\"}]");
        assert_eq!(start(&plain()).as_deref(), Some("mix run --no-halt"));
        let phoenix = Some("mix phx.server");
        assert_eq!(start(&plain().file("mix.lock", "\"phoenix\": {:hex, :phoenix")).as_deref(), phoenix);
        assert_eq!(start(&plain().file("apps/web/mix.exs", "[{:phoenix, \"~> 1.8\"}]")).as_deref(), phoenix);
        assert_eq!(start(&FakeApp::nixpacks().file("mix.exs", "")).as_deref(), phoenix);
    }
}
