//! The provider `cobol`: apps with a COBOL program.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod program;
mod rules;

use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};
use program::Program;
use rules::RULES;

/// The files that make an app a COBOL app.
const CODE: &str = "**/*.cbl";

/// What the compiler is told, unless `NIXPACKS_COBOL_COMPILE_ARGS` says otherwise: to make a program
/// of the name that follows.
const COMPILE_ARGUMENTS: &str = "-x -o";

/// Apps with a COBOL program.
pub struct Cobol;

impl Provider for Cobol {
    fn describe(_: Edition) -> Description {
        Description::new("cobol", env!("CARGO_PKG_VERSION"), "COBOL programs")
            .marker(Marker::anywhere(CODE))
            .variable("NIXPACKS_COBOL_APP_NAME", "The program that is built: its file's name without .cbl.")
            .variable("NIXPACKS_COBOL_COMPILE_ARGS", "Arguments of cobc, ending in the option that names the output.")
    }

    fn detect(context: &Context) -> Result<bool> {
        context.app.has_match(CODE)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let rules = RULES.at(context);
        let program = (rules.program)(context)?;
        let arguments = context.environment.config("COBOL_COMPILE_ARGS");
        let arguments = arguments.as_deref().unwrap_or(COMPILE_ARGUMENTS);
        let compile = |program: &Program| format!("cobc {arguments} {} {}", program.name, program.source);
        let plan = PartialPlan::new()
            .phase(Phase::setup(rules.packages).optional_archive(rules.archive))
            .phase(Phase::build().depends_on("setup").commands(program.as_ref().map(compile)))
            .start(program.map(|program| (rules.running)(Start::command(format!("./{}", program.name)))));
        Ok(Some(plan))
    }
}

plugpacks_sdk::export_provider!(Cobol);

#[cfg(test)]
mod tests {
    use super::Cobol;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Cobol>(include_str!("../README.md"));
    }

    #[test]
    fn code_at_any_depth_is_found() {
        for app in [FakeApp::nixpacks(), FakeApp::new()] {
            assert!(app.file("src/batch/payroll.cbl", "").detect::<Cobol>().unwrap());
        }
        assert!(!FakeApp::new().file("payroll.cob", "").detect::<Cobol>().unwrap());
    }

    #[test]
    fn a_program_under_nixpacks() {
        let app = FakeApp::nixpacks().file("src/payroll.cbl", "");
        insta::assert_snapshot!(app.plan_text::<Cobol>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "cobc -x -o payroll src/payroll.cbl"
              ],
              "dependsOn": [
                "install",
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "gnu-cobol",
                "gcc"
              ]
            }
          },
          "start": {
            "cmd": "./payroll"
          }
        }
        "#);
    }

    #[test]
    fn a_program_under_2026_11() {
        let app = FakeApp::new().file("src/payroll.cbl", "").variable("NIXPACKS_COBOL_COMPILE_ARGS", "-x -free -o");
        insta::assert_snapshot!(app.plan_text::<Cobol>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "cobc -x -free -o payroll src/payroll.cbl"
              ],
              "dependsOn": [
                "install",
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "gnucobol",
                "gcc"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "./payroll",
            "nixPkgs": []
          }
        }
        "#);
    }
}
