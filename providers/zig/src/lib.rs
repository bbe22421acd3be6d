//! The provider `zig`: apps with Zig code.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod build_script;
mod manifest;
mod nixpacks;
mod rules;
mod versions;

use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};
use rules::RULES;

/// The files that make an app a Zig app.
const CODE: &str = "**/*.zig";

/// Apps with Zig code.
pub struct Zig;

impl Provider for Zig {
    fn describe(edition: Edition) -> Description {
        let description = Description::new("zig", env!("CARGO_PKG_VERSION"), "Zig programs")
            .generated(["zig-cache", ".zig-cache"])
            .marker(Marker::anywhere(CODE));
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        context.app.has_match(CODE)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let decisions = (RULES.at(context).decide)(context)?;
        Ok(Some(decisions.into_plan()))
    }
}

plugpacks_sdk::export_provider!(Zig);

/// Everything that is decided about an app.
struct Decisions {
    package: &'static str,
    /// The nixpkgs commit; `None`: the edition's default.
    archive: Option<&'static str>,
    fetches_submodules: bool,
    start: Start,
    /// Where Zig keeps what it has compiled.
    caches: &'static [&'static str],
}

/// Starts a program that the build has installed.
fn start(program: &str) -> Start {
    Start::command(format!("./zig-out/bin/{program}"))
}

impl Decisions {
    fn into_plan(self) -> PartialPlan {
        let submodules = self.fetches_submodules.then_some("git submodule update --init");
        let build = Phase::build().command("zig build -Doptimize=ReleaseSafe");
        PartialPlan::new()
            .phase(Phase::setup([self.package]).optional_archive(self.archive))
            .phase(Phase::install().commands(submodules))
            .phase(if self.caches.is_empty() { build } else { build.cache_directories(self.caches.iter().copied()) })
            .start(self.start)
    }
}

#[cfg(test)]
mod tests {
    use super::Zig;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Zig>(include_str!("../README.md"));
    }

    #[test]
    fn code_at_any_depth_is_found() {
        for app in [FakeApp::nixpacks(), FakeApp::new()] {
            assert!(app.file("lib/net/http.zig", "").detect::<Zig>().unwrap());
        }
        assert!(!FakeApp::new().file("build.zig.zon", "").detect::<Zig>().unwrap());
    }

    #[test]
    fn an_app_under_nixpacks() {
        let app = FakeApp::nixpacks().named("relay").file("build.zig", "").file(".gitmodules", "");
        insta::assert_snapshot!(app.plan_text::<Zig>(), @r#"
        {
          "phases": {
            "build": {
              "cmds": [
                "zig build -Doptimize=ReleaseSafe"
              ],
              "dependsOn": [
                "install"
              ]
            },
            "install": {
              "cmds": [
                "git submodule update --init"
              ],
              "dependsOn": [
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "zig"
              ]
            }
          },
          "start": {
            "cmd": "./zig-out/bin/relay"
          }
        }
        "#);
    }

    #[test]
    fn an_app_under_2026_11() {
        let app = FakeApp::new()
            .named("checkout")
            .file("build.zig", "const exe = b.addExecutable(.{\n    .name = \"relay\",\n});\n")
            .file("build.zig.zon", ".{\n    .name = .relay_app,\n    .minimum_zig_version = \"0.15.1\",\n}\n");
        insta::assert_snapshot!(app.plan_text::<Zig>(), @r#"
        {
          "phases": {
            "build": {
              "cacheDirectories": [
                ".zig-cache",
                "/root/.cache/zig"
              ],
              "cmds": [
                "zig build -Doptimize=ReleaseSafe"
              ],
              "dependsOn": [
                "install"
              ]
            },
            "install": {
              "dependsOn": [
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "zig_0_15"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "./zig-out/bin/relay",
            "nixPkgs": []
          }
        }
        "#);
    }
}
