//! The provider `scheme`: sites that Haunt builds.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

use plugpacks_provider_support::release::NIXPKGS_26_05;
use plugpacks_sdk::{Context, Description, Edition, Marker, Needs, PartialPlan, Phase, Provider, Result, Since, Start};

/// The configuration of Haunt.
const CONFIGURATION: &str = "haunt.scm";

/// The program that serves the site, which the app brings.
const SERVER: &str = "init.scm";

/// Haunt, and the Scheme that it is written in.
const PACKAGES: [&str; 2] = ["haunt", "guile"];

/// One edition's answers.
struct Rules {
    /// The nixpkgs commit; `None`: the edition's default.
    archive: Option<&'static str>,
    /// Warns of what will not work.
    check: fn(&Context) -> Result<()>,
    /// Adds the packages that the server needs.
    start: fn(Start) -> Start,
}

/// The rules of each edition.
static RULES: Since<Rules> = Since::new(
    Rules { archive: None, check: |_| Ok(()), start: |start| start },
    &[(
        Edition::E2026_11,
        Rules {
            archive: Some(NIXPKGS_26_05),
            check: warn_of_server_missing,
            // The server may be Haunt's.
            start: |start| start.needs(Needs::packages(PACKAGES)),
        },
    )],
);

/// Apps with a `haunt.scm`.
pub struct Scheme;

impl Provider for Scheme {
    fn describe(_: Edition) -> Description {
        Description::new("scheme", env!("CARGO_PKG_VERSION"), "Sites built by Haunt, in Guile Scheme")
            .marker(Marker::file(CONFIGURATION))
            .variable("NIXPACKS_START_CMD", "Where it is set, nothing is said about a missing init.scm.")
    }

    fn detect(context: &Context) -> Result<bool> {
        context.app.has_file(CONFIGURATION)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let start = Start::command(format!("guile {SERVER} --auto-compile"));
        let rules = RULES.at(context);
        (rules.check)(context)?;
        let plan = PartialPlan::new()
            .phase(Phase::setup(PACKAGES).optional_archive(rules.archive))
            .phase(Phase::build().depends_on("setup").command("haunt build"))
            .start((rules.start)(start));
        Ok(Some(plan))
    }
}

plugpacks_sdk::export_provider!(Scheme);

/// Warns if the start command has nothing to run, unless the build is given another one.
fn warn_of_server_missing(context: &Context) -> Result<()> {
    if context.environment.config("START_CMD").is_none() && !context.app.has_file(SERVER)? {
        context
            .diagnostics
            .warn(format!("There is no {SERVER}, which the start command runs: add one, or set NIXPACKS_START_CMD"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Scheme;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Scheme>(include_str!("../README.md"));
    }

    #[test]
    fn only_haunt_is_known() {
        assert!(FakeApp::new().file("haunt.scm", "").detect::<Scheme>().unwrap());
        assert!(!FakeApp::new().file("main.scm", "").detect::<Scheme>().unwrap());
        assert!(!FakeApp::new().directory("haunt.scm").detect::<Scheme>().unwrap());
    }

    #[test]
    fn a_site_under_nixpacks() {
        let app = FakeApp::nixpacks().file("haunt.scm", "");
        insta::assert_snapshot!(app.plan_text::<Scheme>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "haunt build"
              ],
              "dependsOn": [
                "install",
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "haunt",
                "guile"
              ]
            }
          },
          "start": {
            "cmd": "guile init.scm --auto-compile"
          }
        }
        "#);
        assert_eq!(app.warnings(), [""; 0]);
    }

    #[test]
    fn a_site_under_2026_11() {
        let app = FakeApp::new().file("haunt.scm", "").file("init.scm", "");
        insta::assert_snapshot!(app.changes_since_nixpacks::<Scheme>(), @r#"
        phases.setup.nixpkgsArchive: nothing -> "b25309931cfda5f0b8805f462a29897eeae50168"
        start.nixPkgs: nothing -> ["haunt","guile"]
        "#);
        assert_eq!(app.warnings(), [""; 0]);
    }

    #[test]
    fn a_missing_server_gets_a_warning() {
        let app = FakeApp::new().file("haunt.scm", "");
        app.plan::<Scheme>().unwrap();
        assert_eq!(app.warnings().len(), 1);
        let app = FakeApp::new().file("haunt.scm", "").variable("NIXPACKS_START_CMD", "haunt serve");
        app.plan::<Scheme>().unwrap();
        assert_eq!(app.warnings(), [""; 0]);
    }
}
