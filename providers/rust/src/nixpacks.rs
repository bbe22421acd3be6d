//! The rules of the edition `nixpacks`: those of Nixpacks 1.41.

mod schema;
mod workspace;

use crate::manifest::{Manifest, is_inherited, text};
use crate::native::Needs;
use crate::target::Target;
use crate::toolchain::{self, Toolchain};
use crate::{Decisions, OpenSsl, Output, Pins, running};
use plugpacks_provider_support::release::NIXPKGS_RUST;
use plugpacks_sdk::{Context, Error, Result, ResultExt};

/// An overlay that moves on.
const PINS: Pins =
    Pins { archive: NIXPKGS_RUST, rust_overlay: "https://github.com/oxalica/rust-overlay/archive/master.tar.gz" };

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let has_manifest = context.app.has_file("Cargo.toml")?;
    let manifest = has_manifest.then(|| read(context, "Cargo.toml").context("Reading Cargo.toml")).transpose()?;
    let manifest = manifest.as_ref();
    let file = toolchain::file(context)?;
    let openssl = openssl(context, manifest)?;
    let target = target(context, file, openssl)?;
    let output = output(context, manifest, &target)?;
    Ok(Decisions {
        pins: PINS,
        toolchain: toolchain(context, manifest, file)?,
        openssl,
        needs: Needs::default(),
        features: Vec::new(),
        assets: None,
        variables: None,
        has_manifest,
        caches_target: manifest.is_some_and(|manifest| manifest.package().is_some()),
        excluded: &[],
        start: running::nixpacks(&output, &target),
        output,
        target,
    })
}

/// Reads a manifest and checks every value that Nixpacks 1.41 knows of.
fn read(context: &Context, path: &str) -> Result<Manifest> {
    let manifest = Manifest::read(context, path)?;
    schema::check(manifest.table()).context(format!("Error reading {path} as TOML"))?;
    Ok(manifest)
}

/// A direct dependency named `openssl`, or this text anywhere in the lock file.
fn openssl(context: &Context, manifest: Option<&Manifest>) -> Result<OpenSsl> {
    if manifest.is_some_and(|manifest| manifest.depends_on("openssl")) {
        return Ok(OpenSsl::Linked);
    }
    let lock = context.app.read_text_if_file("Cargo.lock")?;
    Ok(if lock.is_some_and(|text| text.contains("openssl")) { OpenSsl::Linked } else { OpenSsl::NotLinked })
}

fn target(context: &Context, file: Option<&str>, openssl: OpenSsl) -> Result<Target> {
    if context.app.search(".cargo/config.toml", r#"target\s*=\s*"wasm32-wasi""#)?.is_some() {
        return Ok(Target::Wasm("wasm32-wasi"));
    }
    if context.environment.is_set("NO_MUSL") || file.is_some() || openssl == OpenSsl::Linked {
        return Ok(Target::Host);
    }
    Ok(Target::musl(&context.environment.architecture()))
}

/// The version that the variable, the toolchain file or the manifest names, the last one exactly.
fn toolchain(context: &Context, manifest: Option<&Manifest>, file: Option<&'static str>) -> Result<Toolchain> {
    let because = |reason: &str| context.diagnostics.because("Rust version", reason);
    if let Some(version) = context.environment.config("RUST_VERSION") {
        because(&format!("{version} from NIXPACKS_RUST_VERSION"));
        return Ok(Toolchain::stable(&version).with_file(file));
    }
    if let Some(file) = file {
        because(&format!("what {file} says"));
        return Ok(Toolchain::from_file(file));
    }
    let Some(package) = manifest.and_then(Manifest::package) else {
        because("the newest stable one is the default");
        return Ok(Toolchain::newest());
    };
    if package.get("rust-version").is_some_and(is_inherited) {
        return Err(Error::new("The rust-version of Cargo.toml is the workspace's, which is not looked up")
            .hint("Write the version itself, or set NIXPACKS_RUST_VERSION"));
    }
    Ok(match text(package, "rust-version") {
        Some(version) => {
            because(&format!("{version} is the rust-version of Cargo.toml"));
            Toolchain::stable(version)
        }
        None => {
            because("the newest stable one is the default");
            Toolchain::newest()
        }
    })
}

/// A package of the workspace, whose program is taken to have its name; else the programs of the
/// app directory.
fn output(context: &Context, manifest: Option<&Manifest>, target: &Target) -> Result<Output> {
    if let Some(package) = workspace::package(context, manifest)? {
        context.diagnostics.because("Rust program", format!("the package {package} of the workspace"));
        return Ok(Output {
            programs: vec![package.clone()],
            // The suffix is missing in Nixpacks 1.41, too.
            start: Some(package.clone()),
            package: Some(package),
        });
    }
    let programs = programs(context, manifest)?;
    let started = started(context, manifest, &programs)?;
    let start = started.map(|program| format!("{program}{}", target.suffix()));
    Ok(Output { package: None, programs, start })
}

/// The package's name if there is a `src/main.rs`, and the names of all files below `src/bin`.
fn programs(context: &Context, manifest: Option<&Manifest>) -> Result<Vec<String>> {
    let mut programs = Vec::new();
    if let Some(name) = manifest.and_then(Manifest::name)
        && context.app.has_file("src/main.rs")?
    {
        programs.push(name.to_owned());
    }
    for path in context.app.find_files("src/bin/*")? {
        let file = path.rsplit('/').next().unwrap_or_default();
        programs.push(file.rsplit_once('.').map_or("", |(name, _)| name).to_owned());
    }
    Ok(programs)
}

/// The program that is started, if it can be told.
fn started(context: &Context, manifest: Option<&Manifest>, programs: &[String]) -> Result<Option<String>> {
    if let [program] = programs {
        context.diagnostics.because("Rust program", format!("{program} is the only one"));
        return Ok(Some(program.clone()));
    }
    if programs.is_empty() {
        return Ok(None);
    }
    if let Some(name) = context.environment.config("RUST_BIN") {
        if !programs.contains(&name) {
            return Err(Error::new(format!("Could not find binary named {name}"))
                .hint(format!("There are {}", programs.join(", "))));
        }
        context.diagnostics.because("Rust program", format!("{name} from NIXPACKS_RUST_BIN"));
        return Ok(Some(name));
    }
    let default = manifest.and_then(Manifest::package).and_then(|package| text(package, "default-run"));
    if let Some(name) = default {
        context.diagnostics.because("Rust program", format!("{name} is the default-run of Cargo.toml"));
    }
    Ok(default.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use crate::Rust;
    use plugpacks_sdk::testing::FakeApp;

    const PACKAGE: &str = "[package]\nname = \"shop\"\nversion = \"1.0.0\"\n";

    fn package(more: &str) -> FakeApp {
        FakeApp::nixpacks().file("Cargo.toml", format!("{PACKAGE}{more}")).file("src/main.rs", "")
    }

    /// The lines of the plan that contain a text.
    fn lines(app: &FakeApp, text: &str) -> Vec<String> {
        let plan = app.plan_text::<Rust>();
        plan.lines()
            .filter(|line| line.contains(text))
            .map(|line| line.trim().trim_matches(['"', ',']).into())
            .collect()
    }

    #[test]
    fn the_version_comes_from_the_variable_the_toolchain_file_or_the_manifest() {
        let app = package("rust-version = \"1.74\"\n").variable("NIXPACKS_NO_MUSL", "1");
        assert_eq!(lines(&app, "rust-bin"), [r#"rust-bin.stable.\"1.74\".default"#]);
        let app = app.file("rust-toolchain.toml", "");
        assert_eq!(lines(&app, "rust-bin"), ["(rust-bin.fromRustupToolchainFile ../rust-toolchain.toml)"]);
        let app = app.file("rust-toolchain", "").variable("NIXPACKS_RUST_VERSION", "1.80.0");
        assert_eq!(lines(&app, "rust-bin"), [r#"rust-bin.stable.\"1.80.0\".default"#]);
        assert_eq!(lines(&app, "rust-toolchain").len(), 1);
    }

    #[test]
    fn an_inherited_version_is_an_error_if_it_is_needed() {
        let app = package("rust-version.workspace = true\n");
        assert!(app.plan::<Rust>().unwrap_err().message().starts_with("The rust-version of Cargo.toml"));
        assert!(app.file("rust-toolchain", "").plan::<Rust>().is_ok());
    }

    #[test]
    fn openssl_in_manifest_or_lock_file_prevents_musl() {
        for app in [
            package("[build-dependencies]\nopenssl = \"0.10\"\n"),
            package("").file("Cargo.lock", "name = \"openssl-probe\""),
        ] {
            assert_eq!(lines(&app, "musl"), [] as [&str; 0]);
            assert_eq!(lines(&app, "openssl"), ["openssl", "openssl.dev"]);
        }
        let app = package("[target.'cfg(unix)'.dependencies]\nopenssl = \"0.10\"\n");
        assert_eq!(lines(&app, "\"musl"), ["musl", "musl.dev"]);
    }

    #[test]
    fn wasm_is_told_by_the_text_of_the_configuration() {
        let app = package("").file(".cargo/config.toml", "# target =\n \"wasm32-wasi\"").file("rust-toolchain", "");
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
                "cargo build --release --target wasm32-wasi",
                "cp target/wasm32-wasi/release/shop.wasm bin"
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
                "((rust-bin.fromRustupToolchainFile ../rust-toolchain).override { targets = [\"wasm32-wasi\"]; })"
              ],
              "nixpkgsArchive": "ef56e777fedaa4da8c66a150081523c5de1e0171",
              "onlyIncludeFiles": [
                "rust-toolchain"
              ]
            }
          },
          "start": {
            "cmd": "./bin/shop.wasm",
            "onlyIncludeFiles": [
              "./bin/shop.wasm"
            ],
            "runImage": "ubuntu:noble"
          },
          "variables": {
            "ROCKET_ADDRESS": "0.0.0.0"
          }
        }
        "#);
        assert!(lines(&package("").file(".cargo/config.toml", "target = \"wasm32-wasip1\""), "wasi").is_empty());
    }

    #[test]
    fn every_file_below_src_bin_is_a_program() {
        let app = package("").file("src/bin/a.b.rs", "").file("src/bin/tool/main.rs", "").file("src/bin/none", "");
        let copied: Vec<_> = ["shop", "a.b", "", "main"]
            .map(|program| format!("cp target/x86_64-unknown-linux-musl/release/{program} bin"))
            .into();
        assert_eq!(lines(&app, "cp "), copied);
        assert_eq!(lines(&app, "cmd\""), [] as [&str; 0]);
    }

    #[test]
    fn one_of_several_programs_is_started_if_it_is_named() {
        let app = package("default-run = \"tool\"\n").file("src/bin/tool.rs", "");
        assert_eq!(lines(&app, "cmd\""), [r#"cmd": "./bin/tool"#]);
        let app = app.variable("NIXPACKS_RUST_BIN", "shop");
        assert_eq!(lines(&app, "cmd\""), [r#"cmd": "./bin/shop"#]);
        let error = app.variable("NIXPACKS_RUST_BIN", "gone").plan::<Rust>().unwrap_err();
        assert_eq!(error.message(), "Could not find binary named gone");
    }

    #[test]
    fn a_wrong_manifest_is_an_error_with_its_cause() {
        let app = FakeApp::nixpacks().file("Cargo.toml", "[package]\nversion = \"1.0.0\"\n");
        insta::assert_snapshot!(app.plan_text::<Rust>(), @r#"
        {
          "causes": [
            "Error reading Cargo.toml as TOML",
            "missing field `name` for key `package`"
          ],
          "error": "Reading Cargo.toml",
          "hint": null
        }
        "#);
        let app = package("[dependencies]\na = { version = \"1\", }\n");
        let error = app.plan::<Rust>().unwrap_err();
        assert_eq!(
            error.causes(),
            [
                "Error reading Cargo.toml as TOML",
                "a comma before the end of an inline table, which TOML 1.0 does not allow"
            ]
        );
    }
}
