//! The provider `rust`: apps with a `Cargo.toml`.
//!
//! Its plan is also what a provider for another way of running Rust programs builds on, through
//! `plan-of`: all it has to change is the start command.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod cargo;
mod environment;
mod front_end;
mod listening;
mod manifest;
mod native;
mod nixpacks;
mod rules;
mod running;
mod target;
mod toolchain;

use crate::native::Needs;
use crate::target::Target;
use crate::toolchain::Toolchain;
use plugpacks_provider_support::assets::Assets;
use plugpacks_sdk::{Context, Description, Edition, Marker, PartialPlan, Phase, Provider, Result, Start};
use rules::RULES;

/// Apps with a `Cargo.toml`.
pub struct Rust;

impl Provider for Rust {
    fn describe(edition: Edition) -> Description {
        let description = Description::new("rust", env!("CARGO_PKG_VERSION"), "Rust programs")
            .generated(["target"])
            .certificate_variables(["CARGO_HTTP_CAINFO"])
            .marker(Marker::file("Cargo.toml"))
            .variable("NIXPACKS_RUST_VERSION", "The version of Rust, such as 1.98.0.")
            .variable("NIXPACKS_RUST_BIN", "The program that is started, where there are several.")
            .variable("NIXPACKS_CARGO_WORKSPACE", "The package of a workspace that is built.")
            .variable("NIXPACKS_NO_MUSL", "1 or true: the program is linked dynamically.");
        (RULES.of(edition).describe)(description)
    }

    fn detect(context: &Context) -> Result<bool> {
        context.app.has_file("Cargo.toml")
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let rules = RULES.at(context);
        if let Some(plan) = (rules.front_end)(context)? {
            return Ok(Some(plan));
        }
        let decisions = (rules.decide)(context)?;
        let plan = PartialPlan::new()
            .variable("ROCKET_ADDRESS", "0.0.0.0")
            .variables(decisions.needs.variables().chain(decisions.variables))
            .phase(decisions.setup())
            .phase(decisions.build())
            .start(decisions.start.clone());
        Ok(Some(match decisions.assets {
            Some(assets) => assets.build_before(plan, "build"),
            None => plan,
        }))
    }
}

plugpacks_sdk::export_provider!(Rust);

/// Everything that is decided about an app.
struct Decisions {
    pins: Pins,
    toolchain: Toolchain,
    target: Target,
    openssl: OpenSsl,
    /// What crates need of the system besides OpenSSL.
    needs: Needs,
    /// The features that cargo is told to turn on.
    features: Vec<String>,
    /// What JavaScript tools build before cargo does.
    assets: Option<Assets>,
    /// Variables of crates.
    variables: Option<(&'static str, &'static str)>,
    /// Whether there is a `Cargo.toml`; none if the user asked for the provider by name.
    has_manifest: bool,
    output: Output,
    /// Whether cargo's `target` directory is no part of the image.
    caches_target: bool,
    /// What cargo makes anew.
    excluded: &'static [&'static str],
    start: Option<Start>,
}

/// Whether OpenSSL's libraries are linked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OpenSsl {
    Linked,
    NotLinked,
}

impl OpenSsl {
    /// What the program loads of it: not what compiling needs.
    const fn loaded(self) -> Option<&'static str> {
        match self {
            Self::Linked => Some("openssl"),
            Self::NotLinked => None,
        }
    }
}

/// The sources of packages, which differ between editions.
struct Pins {
    archive: &'static str,
    rust_overlay: &'static str,
}

/// What is built and started.
#[derive(Debug, Default, PartialEq, Eq)]
struct Output {
    /// The package that cargo is told to build.
    package: Option<String>,
    /// The programs copied to `bin`, without their suffix.
    programs: Vec<String>,
    /// The file in `bin` that is started.
    start: Option<String>,
}

impl Decisions {
    fn setup(&self) -> Phase {
        let toolchain = self.toolchain.package(&self.target).from_overlay(self.pins.rust_overlay);
        let setup = Phase::setup(["binutils", "gcc"]).packages([toolchain]).archive(self.pins.archive);
        let setup = if self.target.is_musl() { setup.packages(["musl", "musl.dev"]) } else { setup };
        let setup = match self.openssl {
            OpenSsl::Linked => setup.libraries(["openssl", "openssl.dev"]),
            OpenSsl::NotLinked => setup,
        };
        let setup = setup.packages(self.needs.build_packages());
        let libraries = self.needs.libraries();
        let setup = if libraries.is_empty() { setup } else { setup.libraries(libraries) };
        match self.toolchain.file {
            Some(file) => setup.only_include_files([file]),
            None => setup,
        }
    }

    fn build(&self) -> Phase {
        if !self.has_manifest {
            return Phase::build();
        }
        let build = Phase::new("build")
            .depends_on("setup")
            .command("mkdir -p bin")
            .cache_directories(["/root/.cargo/git", "/root/.cargo/registry"])
            .exclude_files(self.excluded.iter().copied());
        let build = if self.caches_target { build.cache_directories(["target"]) } else { build };
        if self.output.programs.is_empty() { build } else { build.commands(self.build_commands()) }
    }

    fn build_commands(&self) -> Vec<String> {
        let mut cargo = "cargo build --release".to_owned();
        if let Some(package) = &self.output.package {
            cargo += &format!(" --package {package}");
        }
        if !self.features.is_empty() {
            cargo += &format!(" --features {}", self.features.join(","));
        }
        let mut released = "target".to_owned();
        if let Some(triple) = self.target.triple() {
            cargo += &format!(" --target {triple}");
            released += &format!("/{triple}");
        }
        let suffix = self.target.suffix();
        let copy = |program: &String| format!("cp {released}/release/{program}{suffix} bin");
        [cargo].into_iter().chain(self.output.programs.iter().map(copy)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Rust;
    use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
    use plugpacks_sdk::{PartialPlan, Phase};

    const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"1.0.0\"\nedition = \"2024\"\n";

    #[test]
    fn the_page_names_everything() {
        assert_page_matches::<Rust>(include_str!("../README.md"));
    }

    #[test]
    fn a_package_under_nixpacks() {
        let app = FakeApp::nixpacks().file("Cargo.toml", MANIFEST).file("src/main.rs", "");
        assert!(app.detect::<Rust>().unwrap());
        insta::assert_snapshot!(app.plan_text::<Rust>(), @r#"
        {
          "phases": {
            "build": {
              "cacheDirectories": [
                "/root/.cargo/git",
                "/root/.cargo/registry",
                "target"
              ],
              "cmds": [
                "mkdir -p bin",
                "cargo build --release --target x86_64-unknown-linux-musl",
                "cp target/x86_64-unknown-linux-musl/release/shop bin"
              ],
              "dependsOn": [
                "setup"
              ]
            },
            "setup": {
              "nixOverlays": [
                "https://github.com/oxalica/rust-overlay/archive/master.tar.gz"
              ],
              "nixPkgs": [
                "binutils",
                "gcc",
                "(rust-bin.stable.latest.default.override { targets = [\"x86_64-unknown-linux-musl\"]; })",
                "musl",
                "musl.dev"
              ],
              "nixpkgsArchive": "ef56e777fedaa4da8c66a150081523c5de1e0171"
            }
          },
          "start": {
            "cmd": "./bin/shop",
            "onlyIncludeFiles": [
              "./bin/shop"
            ],
            "runImage": "ubuntu:noble"
          },
          "variables": {
            "ROCKET_ADDRESS": "0.0.0.0"
          }
        }
        "#);
    }

    #[test]
    fn a_package_under_2026_11() {
        let app = FakeApp::new().file("Cargo.toml", MANIFEST).file("src/main.rs", "");
        assert!(app.detect::<Rust>().unwrap());
        insta::assert_snapshot!(app.changes_since_nixpacks::<Rust>(), @r#"
        phases.build.excludeFiles: nothing -> ["target"]
        phases.setup.nixOverlays: ["https://github.com/oxalica/rust-overlay/archive/master.tar.gz"] -> ["https://github.com/oxalica/rust-overlay/archive/3f4df219c0d9aa82710232324856755d51ef0b69.tar.gz"]
        phases.setup.nixpkgsArchive: "ef56e777fedaa4da8c66a150081523c5de1e0171" -> "b25309931cfda5f0b8805f462a29897eeae50168"
        start.nixPkgs: nothing -> []
        start.runImage: "ubuntu:noble" -> nothing
        "#);
    }

    #[test]
    fn assets_are_built_before_the_program() {
        let node = PartialPlan::new()
            .phase(Phase::setup(["nodejs_24"]))
            .phase(Phase::install().command("npm ci"))
            .phase(Phase::build().command("npm run build"));
        let app = FakeApp::new().file("Cargo.toml", MANIFEST).file("src/main.rs", "").file("package.json", "{}");
        let plan = app.plan_of("node", node).plan::<Rust>().unwrap().unwrap();
        let build = plan.phases.iter().find(|phase| phase.name == "build").unwrap();
        assert_eq!(build.depends_on, Some(["setup", "node:build"].into_iter().collect()));
    }

    #[test]
    fn without_a_manifest_there_is_just_the_toolchain() {
        for app in [FakeApp::nixpacks(), FakeApp::new()] {
            assert!(!app.detect::<Rust>().unwrap());
            let plan = app.plan::<Rust>().unwrap().unwrap();
            let build = plan.phases.iter().find(|phase| phase.name == "build").unwrap();
            assert_eq!(build.commands, None);
            assert_eq!(plan.start, None);
        }
    }
}
