//! The provider `gleam`: apps with a `gleam.toml` and a `manifest.toml`.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod compiler;
mod listening;
mod manifest;
mod nixpacks;
mod rules;

use manifest::MANIFEST;
use plugpacks_sdk::{Context, Description, Edition, Marker, Needs, PartialPlan, Phase, Provider, Result, Start};
use rules::RULES;

/// The script that installs a release of the compiler, an asset.
const INSTALLER: &str = "get-gleam.sh";

/// Where `gleam export erlang-shipment` puts the app.
const SHIPMENT: &str = "build/erlang-shipment";

/// Apps with a `gleam.toml` and a `manifest.toml`.
pub struct Gleam;

impl Provider for Gleam {
    fn describe(edition: Edition) -> Description {
        let description = Description::new("gleam", env!("CARGO_PKG_VERSION"), "Gleam programs on Erlang")
            .marker(Marker::file(MANIFEST));
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        (RULES.at(context).detect)(context)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let resolved = (RULES.at(context).resolved)(context)?;
        let decisions = (RULES.at(context).decide)(context, &resolved)?;
        Ok(Some(decisions.into_plan()))
    }
}

plugpacks_sdk::export_provider!(Gleam);

/// Everything that is decided about an app.
struct Decisions {
    compiler: Compiler,
    /// Erlang, and what dependencies are built with.
    platform: [&'static str; 3],
    /// The nixpkgs commit; `None`: the edition's default.
    archive: Option<&'static str>,
    /// What downloading the dependencies reads.
    manifests: Vec<&'static str>,
    /// What is built anew, whatever the app directory has of it.
    built: &'static [&'static str],
    /// The packages needed at run time; `None`: whatever the build had.
    run_time: Option<Vec<&'static str>>,
}

/// Where the compiler comes from.
#[derive(Debug, PartialEq, Eq)]
enum Compiler {
    /// nixpkgs.
    Packaged,
    /// The releases of Gleam: this version, by this script.
    Released { version: String, script: &'static str },
}

impl Decisions {
    fn into_plan(self) -> PartialPlan {
        let tool = match &self.compiler {
            Compiler::Packaged => "gleam",
            Compiler::Released { .. } => "wget",
        };
        let setup = Phase::setup([tool]).packages(self.platform).optional_archive(self.archive);
        let install = Phase::install().only_include_files(self.manifests).exclude_files(self.built.iter().copied());
        let (plan, install) = match self.compiler {
            Compiler::Packaged => (PartialPlan::new(), install),
            Compiler::Released { version, script } => (
                PartialPlan::new().static_asset(INSTALLER, script),
                install.command(format!("sh /assets/{INSTALLER} {version}")),
            ),
        };
        let start = Start::command(format!("./{SHIPMENT}/entrypoint.sh run")).only_app_files([SHIPMENT]);
        plan.phase(setup)
            .phase(install.command("gleam deps download"))
            .phase(Phase::build().command("gleam export erlang-shipment"))
            .start(match self.run_time {
                Some(packages) => start.needs(Needs::packages(packages)),
                None => start,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::Gleam;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    const RESOLVED: &str = "packages = [\n  { name = \"gleam_stdlib\", version = \"0.65.0\" },\n]\n";

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Gleam>(include_str!("../README.md"));
    }

    #[test]
    fn the_package_is_enough_since_2026_11() {
        assert!(!FakeApp::nixpacks().file("gleam.toml", "").detect::<Gleam>().unwrap());
        let app = FakeApp::new().file("gleam.toml", "name = \"shop\"\n");
        assert!(app.detect::<Gleam>().unwrap());
        assert!(app.plan_text::<Gleam>().contains("gleam export erlang-shipment"));
        assert!(!app.file("package.json", "{}").detect::<Gleam>().unwrap());
    }

    #[test]
    fn a_program_for_javascript_is_refused() {
        let app = FakeApp::new().file("gleam.toml", "target = \"javascript\"\n").file("manifest.toml", RESOLVED);
        assert!(app.plan::<Gleam>().unwrap_err().message().contains("javascript"));
    }

    #[test]
    fn both_files_are_known() {
        for app in [FakeApp::nixpacks, FakeApp::new] {
            assert!(app().file("gleam.toml", "").file("manifest.toml", "").detect::<Gleam>().unwrap());
            assert!(!app().file("lib/gleam.toml", "").file("manifest.toml", "").detect::<Gleam>().unwrap());
        }
    }

    #[test]
    fn an_app_under_nixpacks() {
        let app = FakeApp::nixpacks().file("gleam.toml", "").file("manifest.toml", RESOLVED);
        insta::assert_snapshot!(app.plan_text::<Gleam>(), @r##"
        {
          "phases": {
            "build": {
              "cmds": [
                "gleam export erlang-shipment"
              ],
              "dependsOn": [
                "install"
              ]
            },
            "install": {
              "cmds": [
                "sh /assets/get-gleam.sh 0.65.0",
                "gleam deps download"
              ],
              "dependsOn": [
                "setup"
              ],
              "onlyIncludeFiles": [
                "gleam.toml",
                "manifest.toml"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "wget",
                "erlang",
                "elixir",
                "rebar3"
              ]
            }
          },
          "start": {
            "cmd": "./build/erlang-shipment/entrypoint.sh run",
            "onlyIncludeFiles": [
              "build/erlang-shipment"
            ]
          },
          "staticAssets": {
            "get-gleam.sh": "#!/bin/sh\n# Installs a release of the Gleam compiler: get-gleam.sh VERSION\nversion=$1\nrelease=\"gleam-v$version-$(arch)-unknown-linux-musl.tar.gz\"\nwget -O /gleam.tar.gz \"https://github.com/gleam-lang/gleam/releases/download/v$version/$release\"\ntar -xzf /gleam.tar.gz -C /usr/bin\n"
          }
        }
        "##);
    }

    #[test]
    fn an_app_under_2026_11() {
        let app = FakeApp::new().file("gleam.toml", "name = \"relay\"\n").file("manifest.toml", RESOLVED);
        insta::assert_snapshot!(app.plan_text::<Gleam>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "gleam export erlang-shipment"
              ],
              "dependsOn": [
                "install"
              ]
            },
            "install": {
              "cmds": [
                "gleam deps download"
              ],
              "dependsOn": [
                "setup"
              ],
              "excludeFiles": [
                "build"
              ],
              "onlyIncludeFiles": [
                "gleam.toml",
                "manifest.toml"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "gleam",
                "beam28Packages.erlang",
                "beam28Packages.elixir_1_20",
                "beam28Packages.rebar3"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "./build/erlang-shipment/entrypoint.sh run",
            "nixPkgs": [
              "beam28Packages.erlang"
            ],
            "onlyIncludeFiles": [
              "build/erlang-shipment"
            ]
          }
        }
        "#);
        assert_eq!(app.warnings(), [""; 0]);
    }

    #[test]
    fn without_a_standard_library_nixpacks_takes_the_main_branch() {
        let plan = FakeApp::nixpacks().file("manifest.toml", "packages = []\n").plan_text::<Gleam>();
        assert!(plan.contains("get-gleam.sh main"));
    }

    #[test]
    fn a_manifest_of_another_shape_is_an_error() {
        for app in [FakeApp::nixpacks, FakeApp::new] {
            for text in ["", "packages = [{ name = \"x\" }]\n", "packages = 1\n"] {
                let error = app().file("manifest.toml", text).plan::<Gleam>().unwrap_err();
                assert_eq!(error.message(), "Error reading manifest.toml as TOML");
            }
        }
        assert_eq!(FakeApp::nixpacks().plan::<Gleam>().unwrap_err().message(), "Error reading manifest.toml");
    }
}
