//! The provider `julia`: programs and packages in Julia.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod app;
mod compatibility;
mod start;
mod versions;

use app::{JuliaApp, PROJECTS};
use plugpacks_provider_support::install::reading;
use plugpacks_provider_support::manifests;
use plugpacks_provider_support::release::Release;
use plugpacks_sdk::{Context, Description, Edition, Marker, Needs, PartialPlan, Phase, Provider, Result, Start};

/// The edition that this provider came with.
const FIRST: Edition = Edition::E2026_11;

/// The processors for which packages are compiled beforehand: those of Julia's own x86-64 builds.
/// Without, code is for the machine that builds the image, and is compiled again on any other.
const PROCESSORS_X86_64: &str = "generic;sandybridge,-xsaveopt,clone_all;haswell,-rdrnd,base(1)";
const PROCESSORS_ELSEWHERE: &str = "generic";

/// Where packages are installed: the app runs as another user than the one that builds the image.
const DEPOT: &str = "/opt/julia";

/// Variables that Julia and its package manager read when packages are installed.
const VARIABLES: [&str; 2] = ["JULIA_*", "GIT_*"];

/// Apps with a `Project.toml` or `JuliaProject.toml`.
pub struct Julia;

impl Provider for Julia {
    fn describe(edition: Edition) -> Description {
        Description::new("julia", env!("CARGO_PKG_VERSION"), "Julia programs")
            .markers(PROJECTS.map(Marker::file))
            .variable("NIXPACKS_JULIA_VERSION", "The version of Julia, such as 1.12.")
            .since(FIRST, edition)
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.first_file(&PROJECTS)?.is_some() && context.app.first_file(&manifests::STATIC_SITE)?.is_none())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        context.environment.require("julia", FIRST)?;
        let app = JuliaApp::read(context)?;
        let julia = versions::RELEASES.at(context).choose(
            context,
            &versions::SOURCES,
            versions::of_manifests(context, &app)?,
        )?;
        let genie = app.depends_on("Genie").then_some(("GENIE_ENV", "prod"));
        Ok(Some(
            PartialPlan::new()
                .variables(genie)
                .phase(setup(julia))
                .phase(install(&app))
                .phase(Phase::build().command("julia --project=. -e 'using Pkg; Pkg.precompile()'"))
                .variable("JULIA_CPU_TARGET", processors(&context.environment.architecture()))
                // What comes with Julia itself stands for the empty place after the colon.
                .variable("JULIA_DEPOT_PATH", format!("{DEPOT}:"))
                .start(start(start::command(context, &app, julia)?, julia)),
        ))
    }
}

plugpacks_sdk::export_provider!(Julia);

fn setup(julia: &Release) -> Phase {
    Phase::setup([julia.package]).archive(julia.archive)
}

/// Fetches what the manifest pins, or resolves and then fetches; compiling waits for the code.
fn install(app: &JuliaApp) -> Phase {
    let phase = Phase::install()
        // An app without packages leaves no depot, of which the last stage gets a copy.
        .command(format!("mkdir -p {DEPOT}"))
        .command("JULIA_PKG_PRECOMPILE_AUTO=0 julia --project=. -e 'using Pkg; Pkg.instantiate()'");
    reading(phase, app.install_files(), &VARIABLES)
}

/// Julia, its packages and the app.
fn start(command: Option<String>, julia: &Release) -> Start {
    command.map_or_else(Start::new, Start::command).needs(Needs::packages([julia.package])).image_files([DEPOT])
}

fn processors(architecture: &str) -> &'static str {
    if architecture == "x86_64" { PROCESSORS_X86_64 } else { PROCESSORS_ELSEWHERE }
}

#[cfg(test)]
mod tests {
    use super::Julia;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    const PROJECT: &str = "[deps]\nHTTP = \"cd3eb016-35fb-5094-929b-558a96fad6f3\"\n\n[compat]\nHTTP = \"1\"\n";

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Julia>(include_str!("../README.md"));
    }

    #[test]
    fn nixpacks_knows_no_julia() {
        for file in ["Project.toml", "JuliaProject.toml"] {
            assert!(FakeApp::new().file(file, "").detect::<Julia>().unwrap());
            assert!(!FakeApp::new().file(file, "").file("Staticfile", "").detect::<Julia>().unwrap());
            let app = FakeApp::nixpacks().file(file, "");
            assert!(!app.detect::<Julia>().unwrap());
            assert_eq!(app.plan::<Julia>().unwrap_err().message(), "Provider julia not found");
        }
        assert!(!FakeApp::new().file("main.jl", "").detect::<Julia>().unwrap());
    }

    #[test]
    fn a_program() {
        let app = FakeApp::new()
            .file("Project.toml", PROJECT)
            .file("Manifest.toml", "julia_version = \"1.10.4\"\nmanifest_format = \"2.0\"\n")
            .file("main.jl", "");
        insta::assert_snapshot!(app.plan_text::<Julia>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "julia --project=. -e 'using Pkg; Pkg.precompile()'"
              ],
              "dependsOn": [
                "install"
              ]
            },
            "install": {
              "cmds": [
                "mkdir -p /opt/julia",
                "JULIA_PKG_PRECOMPILE_AUTO=0 julia --project=. -e 'using Pkg; Pkg.instantiate()'"
              ],
              "dependsOn": [
                "setup"
              ],
              "onlyIncludeFiles": [
                "Project.toml",
                "Manifest.toml"
              ],
              "onlyVariables": [
                "JULIA_*",
                "GIT_*",
                "HTTP_PROXY",
                "HTTPS_PROXY",
                "NO_PROXY"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "julia_110"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "julia --project=. main.jl",
            "nixPkgs": [
              "julia_110"
            ],
            "onlyIncludeFiles": [
              "/app/",
              "/opt/julia"
            ]
          },
          "variables": {
            "JULIA_CPU_TARGET": "generic;sandybridge,-xsaveopt,clone_all;haswell,-rdrnd,base(1)",
            "JULIA_DEPOT_PATH": "/opt/julia:"
          }
        }
        "#);
        assert_eq!(app.warnings(), [""; 0]);
    }

    #[test]
    fn the_version_comes_from_the_variable_tools_manifest_or_project() {
        let package = |app: &FakeApp| {
            let plan = app.plan::<Julia>().unwrap().unwrap();
            let setup = plan.phases.into_iter().find(|phase| phase.name == "setup").unwrap();
            plugpacks_provider_support::javascript::elements(setup.nix_packages.as_ref()).concat()
        };
        let project = |julia: &str| {
            let text = format!("[compat]\njulia = \"{julia}\"\n");
            FakeApp::new().file("Project.toml", text).file("main.jl", "")
        };
        assert_eq!(package(&FakeApp::new().file("Project.toml", "")), "julia_112");
        assert_eq!(package(&project("1.6")), "julia_112");
        assert_eq!(package(&project("~1.10")), "julia_110");
        let manifest = project("1.6").file("Manifest.toml", "julia_version = \"1.11.2\"\n");
        assert_eq!(package(&manifest), "julia_111");
        assert_eq!(manifest.warnings().len(), 1);
        assert_eq!(package(&manifest.file(".tool-versions", "julia 1.10.9\n")), "julia_110");
        assert_eq!(package(&project("~1.10").variable("NIXPACKS_JULIA_VERSION", "1.12")), "julia_112");
        let old = project("1.6").file("Manifest.toml", "julia_version = \"1.9.3\"\n");
        assert_eq!(package(&old), "julia_112");
        assert!(old.warnings()[0].contains("1.9.3"), "{:?}", old.warnings());
    }

    #[test]
    fn a_version_that_is_not_there_is_an_error() {
        let error = FakeApp::new().file("Project.toml", "[compat]\njulia = \"~1.9\"\n").plan::<Julia>().unwrap_err();
        assert_eq!(error.message(), "Julia \"~1.9\", asked for by Project.toml, is not available");
        let error = FakeApp::new().file("Project.toml", "[compat]\njulia = \"new\"\n").plan::<Julia>().unwrap_err();
        assert_eq!(error.message(), "Julia version \"new\" in Project.toml cannot be understood");
    }
}
