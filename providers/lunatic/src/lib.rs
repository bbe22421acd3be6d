//! The provider `lunatic`: Rust programs that run in Lunatic, a runtime for WebAssembly.
//!
//! They are built as the provider `rust` builds them; only the start differs.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

use plugpacks_provider_support::release::NIXPKGS_RUST;
use plugpacks_sdk::{Context, Description, Edition, Error, Marker, PartialPlan, Provider, Result, Since, Start};

/// Where an app says that Lunatic runs it.
const CONFIGURATION: &str = ".cargo/config.toml";

/// The nixpkgs commit of the runtime; `None`: that of Rust. nixpkgs 26.05 has none any more, as Lunatic
/// is not maintained.
static ARCHIVE: Since<Option<&str>> = Since::new(None, &[(Edition::E2026_11, Some(NIXPKGS_RUST))]);

/// Rust programs that run in Lunatic.
pub struct Lunatic;

impl Provider for Lunatic {
    fn describe(_: Edition) -> Description {
        // The marker that fewer apps have than a `Cargo.toml`, which has to be there, too.
        Description::new("lunatic", env!("CARGO_PKG_VERSION"), "Rust programs that run in Lunatic")
            .marker(Marker::file(CONFIGURATION))
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.has_file("Cargo.toml")?
            && context.app.search(CONFIGURATION, r#"runner\s*=\s*"lunatic""#)?.is_some())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let rust = context.catalog.plan_of("rust")?;
        let rust = rust.ok_or_else(|| Error::new("The provider rust, which lunatic builds on, declines"))?;
        let runtime = runtime(*ARCHIVE.at(context));
        let phases = rust.phases.into_iter().map(|phase| match phase.name.as_str() {
            "setup" => phase.packages([runtime.as_str()]),
            _ => phase,
        });
        let command = rust.start.and_then(|start| start.command);
        let plan = PartialPlan::new().start(command.map(|command| Start::command(format!("lunatic {command}"))));
        Ok(Some(phases.fold(plan, PartialPlan::phase)))
    }
}

plugpacks_sdk::export_provider!(Lunatic);

/// The package of the runtime.
fn runtime(archive: Option<&str>) -> String {
    let Some(archive) = archive else { return "lunatic".to_owned() };
    format!("(import (fetchTarball \"https://github.com/NixOS/nixpkgs/archive/{archive}.tar.gz\") {{ }}).lunatic")
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
    use plugpacks_sdk::{Package, Phase};

    /// An app, and the plan that the provider `rust` makes for it.
    fn with_rust(app: FakeApp) -> FakeApp {
        let rust = PartialPlan::new()
            .variable("ROCKET_ADDRESS", "0.0.0.0")
            .phase(
                Phase::setup([Package::new("rust").from_overlay("https://example.com/overlay.tar.gz")])
                    .archive("c0ffee"),
            )
            .phase(Phase::new("build").depends_on("setup").command("cargo build --release"))
            .start(Start::command("./bin/shop.wasm").on_image("ubuntu:noble").only_app_files(["./bin/shop.wasm"]));
        app.plan_of("rust", rust)
    }

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Lunatic>(include_str!("../README.md"));
    }

    #[test]
    fn the_runner_makes_the_difference() {
        let configured = |text: &str| FakeApp::new().file(".cargo/config.toml", text);
        let runner = "[target.wasm32-wasip1]\nrunner = \"lunatic\"\n";
        assert!(configured(runner).file("Cargo.toml", "").detect::<Lunatic>().unwrap());
        assert!(!configured(runner).detect::<Lunatic>().unwrap());
        assert!(!configured("runner = \"wasmtime\"").file("Cargo.toml", "").detect::<Lunatic>().unwrap());
    }

    #[test]
    fn a_program_under_nixpacks() {
        insta::assert_snapshot!(with_rust(FakeApp::nixpacks()).plan_text::<Lunatic>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "cargo build --release"
              ],
              "dependsOn": [
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [
                "https://example.com/overlay.tar.gz"
              ],
              "nixPkgs": [
                "rust",
                "lunatic"
              ],
              "nixpkgsArchive": "c0ffee"
            }
          },
          "start": {
            "cmd": "lunatic ./bin/shop.wasm"
          }
        }
        "#);
    }

    #[test]
    fn the_runtime_comes_from_an_older_nixpkgs_under_2026_11() {
        let plan = with_rust(FakeApp::new()).plan::<Lunatic>().unwrap().unwrap();
        let expected = Phase::setup([Package::new("rust").from_overlay("https://example.com/overlay.tar.gz")])
            .packages([runtime(Some(NIXPKGS_RUST)).as_str()])
            .archive("c0ffee");
        assert_eq!(plan.phases[0], expected);
    }

    #[test]
    fn without_a_program_nothing_is_started() {
        let app = FakeApp::nixpacks().plan_of("rust", PartialPlan::new().phase(Phase::build()));
        assert_eq!(app.plan::<Lunatic>().unwrap().unwrap().start, None);
    }

    #[test]
    fn what_rust_says_against_the_app_is_passed_on() {
        let error = FakeApp::new().plan::<Lunatic>().unwrap_err();
        assert_eq!(error.message(), "Provider rust not found");
    }
}
