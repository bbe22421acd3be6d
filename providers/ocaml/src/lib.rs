//! The provider `ocaml`: programs that Dune builds, with their dependencies from opam.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod dune;
mod listening;
mod opam;
mod programs;
mod sexp;

use opam::Package;
use plugpacks_provider_support::manifests;
use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};
use programs::Program;

/// The file that makes an app a Dune project.
const PROJECT: &str = "dune-project";

/// The edition that this provider came with.
const FIRST: Edition = Edition::E2026_11;

/// What opam needs to unpack and compile packages. The compiler is Ubuntu's, as is every library
/// that an opam package asks the system for.
const TOOLS: [&str; 6] = ["build-essential", "bzip2", "m4", "patch", "rsync", "unzip"];

/// Apps with a `dune-project`.
pub struct Ocaml;

impl Provider for Ocaml {
    fn describe(edition: Edition) -> Description {
        Description::new("ocaml", env!("CARGO_PKG_VERSION"), "OCaml programs built by Dune")
            .generated(["_build"])
            .marker(Marker::file(PROJECT))
            .variable("NIXPACKS_OCAML_VERSION", "The version of OCaml, such as 5.3.")
            .variable("NIXPACKS_OCAML_BIN", "The program that is built and started, such as bin/main.")
            .since(FIRST, edition)
    }

    fn detect(context: &Context) -> Result<bool> {
        Ok(context.app.has_file(PROJECT)? && context.app.first_file(&manifests::STATIC_SITE)?.is_none())
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        context.environment.require("ocaml", FIRST)?;
        let package = Package::find(context)?;
        let program = programs::choose(context)?;
        if let Some(program) = &program {
            listening::warn(context, program)?;
        }
        Ok(Some(
            PartialPlan::new()
                .phase(Phase::setup(["opam"]).archive(NIXPKGS_26_05).apt_packages(TOOLS))
                .phase(opam::install(&package, opam::requested_compiler(context)?.as_deref()))
                .phase(Phase::build().command(build(program.as_ref())))
                .start(program.as_ref().map(start)),
        ))
    }
}

plugpacks_sdk::export_provider!(Ocaml);

/// Builds the one program, or everything where there is none.
fn build(program: Option<&Program>) -> String {
    let command = "opam exec -- dune build --profile release";
    program.map_or_else(|| command.to_owned(), |program| format!("{command} {}", program.built("./")))
}

/// Says nothing of packages: which libraries of Ubuntu's the program is linked with is for opam to know,
/// so the image is that of the build.
fn start(program: &Program) -> Start {
    Start::command(program.built("./_build/default/"))
}

#[cfg(test)]
mod tests {
    use super::Ocaml;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    fn app() -> FakeApp {
        FakeApp::new()
            .file("dune-project", "(lang dune 3.17)\n")
            .file("relay.opam", "depends: [\"ocaml\" {>= \"5.1\"} \"dune\"]\n")
            .file("bin/dune", "(executable\n (public_name relay)\n (name main))\n")
    }

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Ocaml>(include_str!("../README.md"));
    }

    #[test]
    fn nixpacks_knows_no_ocaml() {
        assert!(app().detect::<Ocaml>().unwrap());
        assert!(!app().file("index.html", "").detect::<Ocaml>().unwrap());
        let app = FakeApp::nixpacks().file("dune-project", "");
        assert!(!app.detect::<Ocaml>().unwrap());
        assert_eq!(app.plan::<Ocaml>().unwrap_err().message(), "Provider ocaml not found");
    }

    #[test]
    fn a_server_that_only_its_own_machine_hears_is_said() {
        let app = app().file("bin/main.ml", "let () = Dream.run @@ fun _ -> Dream.html \"tide\"");
        app.plan::<Ocaml>().unwrap();
        assert!(app.warnings()[0].starts_with("bin/main.ml starts Dream"), "{:?}", app.warnings());
    }

    #[test]
    fn opam_files_that_dune_makes_are_made() {
        let app = FakeApp::new().file("dune-project", "(generate_opam_files true)\n(package\n (name relay))\n");
        let text = app.plan_text::<Ocaml>();
        assert!(text.contains("opam exec -- dune build relay.opam") && text.contains("--deps-only"), "{text}");
    }

    #[test]
    fn a_program_with_an_opam_file() {
        insta::assert_snapshot!(app().plan_text::<Ocaml>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "opam exec -- dune build --profile release ./bin/main.exe"
              ],
              "dependsOn": [
                "install"
              ]
            },
            "install": {
              "cmds": [
                "opam init --bare --no-setup --disable-sandboxing --yes",
                "opam update --depexts --yes",
                "opam switch create . --deps-only --confirm-level=unsafe-yes"
              ],
              "dependsOn": [
                "setup"
              ]
            },
            "setup": {
              "aptPkgs": [
                "build-essential",
                "bzip2",
                "m4",
                "patch",
                "rsync",
                "unzip"
              ],
              "nixOverlays": [],
              "nixPkgs": [
                "opam"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "./_build/default/bin/main.exe"
          }
        }
        "#);
    }

    #[test]
    fn a_library_is_built_and_not_started() {
        let app = FakeApp::new().file("dune-project", "").file("src/dune", "(library (name relay))");
        let plan = app.plan::<Ocaml>().unwrap().unwrap();
        assert_eq!(plan.start, None);
        let build = plan.phases.into_iter().find(|phase| phase.name == "build").unwrap();
        assert_eq!(build.commands, Some(["opam exec -- dune build --profile release"].into_iter().collect()));
        assert_eq!(app.warnings().len(), 2, "{:?}", app.warnings());
    }

    #[test]
    fn a_program_with_odd_characters_is_quoted() {
        let app = FakeApp::new().file("dune-project", "").file("my app/dune", "(executable (name main))");
        let start = app.plan::<Ocaml>().unwrap().unwrap().start.unwrap();
        assert_eq!(start.command.as_deref(), Some("'./_build/default/my app/main.exe'"));
    }
}
