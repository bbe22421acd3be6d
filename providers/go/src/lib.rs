//! The provider `go`: apps with a `go.mod`, a `go.work` or a `main.go`.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod code;
mod nixpacks;
mod rules;
mod versions;
mod workspace;

use plugpacks_provider_support::assets::Assets;
use plugpacks_provider_support::release::Release;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};
use rules::RULES;

/// Where Go keeps what it has compiled.
const BUILD_CACHE: &str = "/root/.cache/go-build";

/// The program that every build command writes.
const PROGRAM: &str = "./out";

/// Apps with a `go.mod`, a `go.work` or a `main.go`.
pub struct Go;

impl Provider for Go {
    fn describe(edition: Edition) -> Description {
        let description = Description::new("go", env!("CARGO_PKG_VERSION"), "Go programs")
            .generated(["vendor"])
            .markers([Marker::file("go.mod"), Marker::file("main.go")])
            .variable("NIXPACKS_GO_BIN", "The directory below cmd/ whose program is built.")
            .variable("CGO_ENABLED", "Whether C code is linked in: 0, the default, or 1.");
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

plugpacks_sdk::export_provider!(Go);

/// Everything that is decided about an app.
struct Decisions {
    release: Release,
    /// Value of `GOTOOLCHAIN`, where Go has to be told.
    toolchain: Option<&'static str>,
    /// The phase that downloads the modules, if there are any.
    download: Option<Phase>,
    /// Packages besides Go.
    packages: Vec<&'static str>,
    /// Packages whose libraries the program loads.
    libraries: Vec<&'static str>,
    /// What JavaScript tools build before the program is.
    assets: Option<Assets>,
    build: Vec<String>,
    /// A folder in which the start command looks for the program.
    search_path: Option<&'static str>,
    start: Option<Start>,
    variables: Vec<(&'static str, String)>,
}

impl Decisions {
    fn into_plan(self) -> PartialPlan {
        let setup = Phase::setup([self.release.package]).packages(self.packages).archive(self.release.archive);
        let setup = if self.libraries.is_empty() { setup } else { setup.libraries(self.libraries) };
        let build = Phase::build().depends_on("setup").commands(self.build).cache_directories([BUILD_CACHE]);
        let plan = PartialPlan::new()
            .variables(self.variables.iter().map(|(name, value)| (*name, value.as_str())))
            .variables(self.toolchain.map(|toolchain| ("GOTOOLCHAIN", toolchain)))
            .phase(setup)
            .phase(self.search_path.into_iter().fold(build, |build, folder| build.paths([folder])))
            .start(self.start);
        let plan = self.download.into_iter().fold(plan, PartialPlan::phase);
        match self.assets {
            Some(assets) => assets.build_before(plan, "build"),
            None => plan,
        }
    }
}

/// Downloads the modules.
fn download() -> Phase {
    Phase::install().command("go mod download").cache_directories([BUILD_CACHE])
}

#[cfg(test)]
mod tests {
    use super::Go;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Go>(include_str!("../README.md"));
    }

    #[test]
    fn a_module_under_nixpacks() {
        let app = FakeApp::nixpacks().file("go.mod", "module shop\n\ngo 1.21\n").file("main.go", "package main\n");
        assert!(app.detect::<Go>().unwrap());
        insta::assert_snapshot!(app.plan_text::<Go>(), @r#"
        {
          "phases": {
            "build": {
              "cacheDirectories": [
                "/root/.cache/go-build"
              ],
              "cmds": [
                "go build -o out"
              ],
              "dependsOn": [
                "install",
                "setup"
              ]
            },
            "install": {
              "cacheDirectories": [
                "/root/.cache/go-build"
              ],
              "cmds": [
                "go mod download"
              ],
              "dependsOn": [
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "go_1_21"
              ],
              "nixpkgsArchive": "1f13eabcd6f5b00fe9de9575ac52c66a0e887ce6"
            }
          },
          "start": {
            "cmd": "./out",
            "runImage": "ubuntu:noble"
          },
          "variables": {
            "CGO_ENABLED": "0"
          }
        }
        "#);
    }

    #[test]
    fn a_module_under_2026_11() {
        let app = FakeApp::new()
            .file("go.mod", "module shop\n\ngo 1.21.4\n")
            .file("main.go", "package main\n")
            .file("templates/index.html", "");
        assert!(app.detect::<Go>().unwrap());
        insta::assert_snapshot!(app.changes_since_nixpacks::<Go>(), @r#"
        phases.install.onlyIncludeFiles: nothing -> ["go.mod"]
        phases.install.onlyVariables: nothing -> ["GO*","CGO_*","GIT_*","HTTP_PROXY","HTTPS_PROXY","NO_PROXY"]
        phases.setup.nixPkgs: ["go"] -> ["go_1_26"]
        phases.setup.nixpkgsArchive: "e89cf1c932006531f454de7d652163a9a5c86668" -> "b25309931cfda5f0b8805f462a29897eeae50168"
        start.nixPkgs: nothing -> []
        start.runImage: "ubuntu:noble" -> nothing
        variables.GOFLAGS: nothing -> "-trimpath"
        "#);
    }
}
