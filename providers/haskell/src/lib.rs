//! The provider `haskell`: apps that Stack or cabal builds.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod cabal;
mod compiler;
mod description;
mod listening;
mod native;
mod nixpacks;
mod package;
mod rules;
mod stack;

use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};
use rules::RULES;

/// Where Stack keeps compilers and packages.
const STACK_ROOT: &str = "/root/.stack";

/// Apps that Stack or cabal builds.
pub struct Haskell;

impl Provider for Haskell {
    fn describe(edition: Edition) -> Description {
        let description =
            Description::new("haskell", env!("CARGO_PKG_VERSION"), "Haskell programs built by Stack or cabal")
                .generated([".stack-work", "dist-newstyle"])
                .marker(Marker::file(package::HPACK));
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        (RULES.at(context).detect)(context)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        (RULES.at(context).plan)(context).map(Some)
    }
}

plugpacks_sdk::export_provider!(Haskell);

/// Everything that is decided about an app that Stack builds.
struct Decisions {
    program: String,
    /// What stands before it in the start command.
    prefix: &'static str,
    /// The nixpkgs commit; `None`: the edition's default.
    archive: Option<&'static str>,
    system_packages: SystemPackages,
}

/// What the compilers that Stack downloads need of the system.
struct SystemPackages {
    everywhere: &'static [&'static str],
    /// On 64-bit ARM in addition.
    aarch64: &'static [&'static str],
}

impl SystemPackages {
    fn on(&self, architecture: &str) -> impl Iterator<Item = &'static str> {
        let more = if architecture == "aarch64" { self.aarch64 } else { &[] };
        self.everywhere.iter().chain(more).copied()
    }
}

impl Decisions {
    fn into_plan(self, context: &Context) -> PartialPlan {
        let architecture = context.environment.architecture();
        let setup =
            Phase::setup(["stack"]).apt_packages(self.system_packages.on(&architecture)).optional_archive(self.archive);
        let build = Phase::build().command("stack install").cache_directories([".stack-work", STACK_ROOT]);
        PartialPlan::new()
            .phase(setup)
            .phase(Phase::install().command("stack setup").cache_directories([STACK_ROOT]))
            .phase(build)
            .start(Start::command(format!("{}/root/.local/bin/{}", self.prefix, self.program)))
    }
}

#[cfg(test)]
mod tests {
    use super::Haskell;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    const PACKAGE: &str = "name: relay\nexecutables:\n  relay-web:\n    main: Main.hs\n  relay-admin:\n";

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Haskell>(include_str!("../README.md"));
    }

    #[test]
    fn a_package_under_nixpacks() {
        let app = FakeApp::nixpacks().file("package.yaml", PACKAGE).file("app/Main.hs", "");
        assert!(app.detect::<Haskell>().unwrap());
        insta::assert_snapshot!(app.plan_text::<Haskell>(), @r#"
        {
          "phases": {
            "build": {
              "cacheDirectories": [
                ".stack-work",
                "/root/.stack"
              ],
              "cmds": [
                "stack install"
              ],
              "dependsOn": [
                "install"
              ]
            },
            "install": {
              "cacheDirectories": [
                "/root/.stack"
              ],
              "cmds": [
                "stack setup"
              ],
              "dependsOn": [
                "setup"
              ]
            },
            "setup": {
              "aptPkgs": [
                "libgmp-dev",
                "gcc",
                "binutils",
                "make",
                "zlib1g-dev"
              ],
              "nixOverlays": [],
              "nixPkgs": [
                "stack"
              ]
            }
          },
          "start": {
            "cmd": "/root/.local/bin/relay-admin"
          }
        }
        "#);
    }

    #[test]
    fn a_package_under_2026_11() {
        let app = FakeApp::new().file("package.yaml", PACKAGE).file("app/Main.hs", "");
        assert!(app.detect::<Haskell>().unwrap());
        insta::assert_snapshot!(app.changes_since_nixpacks::<Haskell>(), @r#"
        phases.setup.nixpkgsArchive: nothing -> "b25309931cfda5f0b8805f462a29897eeae50168"
        "#);
    }

    #[test]
    fn a_description_without_code_is_no_app() {
        for app in [FakeApp::nixpacks(), FakeApp::new()] {
            assert!(!app.file("package.yaml", PACKAGE).detect::<Haskell>().unwrap());
        }
    }
}
