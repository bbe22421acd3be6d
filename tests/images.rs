//! Real images: example apps are built by the real program and a real Docker engine, run, and
//! asked for a page; a second build must find every step in the cache.
//!
//! Without an engine these tests say that they were skipped, and why. `RIG_ADD_HOST` and
//! `RIG_NIXPKGS_URL_TEMPLATE` name a local stand-in for the package archives, if there is one.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::container::{Container, skip, skipped};
use support::{component, repository};

/// An app, the edition it is built with, and what it answers.
struct Case {
    app: PathBuf,
    arguments: Vec<String>,
    answer: &'static str,
}

impl Case {
    fn example(name: &str, edition: &str, answer: &'static str) -> Self {
        let arguments = vec!["--edition".into(), edition.into()];
        Self { app: repository().join("examples/apps").join(name), arguments, answer }
    }

    fn build(&self, image: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plugpacks"));
        command.arg("build").arg(&self.app).args(["--name", image, "--verbose"]).args(&self.arguments);
        if let Ok(host) = std::env::var("RIG_ADD_HOST") {
            command.args(["--add-host", &host, "--network", "host"]);
        }
        command.output().unwrap()
    }

    /// Builds twice, runs, asks.
    fn check(&self, test: &str) {
        if skipped(test) {
            return;
        }
        let image = format!("plugpacks-test-{test}");
        let before = snapshot(&self.app);
        let built = self.build(&image);
        let log = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{log}");
        assert_eq!(String::from_utf8_lossy(&built.stdout), format!("{image}\n"));
        let answer = Container::run(&image).ask("/");
        assert!(answer.contains(self.answer), "{answer}");

        let again = self.build(&image);
        assert!(again.status.success());
        let steps = steps_not_cached(&String::from_utf8_lossy(&again.stderr));
        assert_eq!(steps, Vec::<String>::new(), "the second build ran these steps again");
        assert_eq!(snapshot(&self.app), before, "the build changed the app directory");
    }
}

/// Names and sizes of an app's files.
fn snapshot(app: &Path) -> Vec<(PathBuf, u64)> {
    let mut files = Vec::new();
    let mut directories = vec![app.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                directories.push(entry.path());
            } else {
                files.push((entry.path(), entry.metadata().unwrap().len()));
            }
        }
    }
    files.sort();
    files
}

/// The Dockerfile's steps that BuildKit's plain progress shows without `CACHED`, base image aside.
fn steps_not_cached(log: &str) -> Vec<String> {
    let step = |line: &str| {
        let (number, rest) = line.strip_prefix('#')?.split_once(' ')?;
        Some((number.to_owned(), rest.to_owned()))
    };
    let lines: Vec<_> = log.lines().filter_map(step).collect();
    let is_step = |text: &str| text.starts_with('[') && !text.starts_with("[internal]") && !text.contains("] FROM ");
    let cached: Vec<_> = lines.iter().filter(|(_, text)| text == "CACHED").map(|(number, _)| number).collect();
    let steps: Vec<_> = lines.iter().filter(|(_, text)| is_step(text)).collect();
    assert!(!steps.is_empty(), "no steps in BuildKit's output:\n{log}");
    let mut rerun: Vec<_> =
        steps.into_iter().filter(|(number, _)| !cached.contains(&number)).map(|(_, text)| text.clone()).collect();
    rerun.dedup();
    rerun
}

#[test]
fn node_npm() {
    Case::example("node-npm", "2026.11", "Hello from node-npm").check("node-npm");
}

#[test]
fn node_npm_as_nixpacks() {
    Case::example("node-npm", "nixpacks", "Hello from node-npm").check("node-npm-as-nixpacks");
}

#[test]
fn node_spa() {
    Case::example("node-spa", "2026.11", "Hello from node-spa").check("node-spa");
}

#[test]
fn python_flask() {
    Case::example("python-flask", "2026.11", "Hello from python-flask").check("python-flask");
}

#[test]
fn go_http() {
    // The stand-in's newest Go is 1.23, which only the edition `nixpacks` knows as current.
    Case::example("go-http", "nixpacks", "Hello from go-http").check("go-http");
}

#[test]
fn rust_http() {
    Case::example("rust-http", "2026.11", "Hello from rust-http").check("rust-http");
}

#[test]
fn static_site() {
    Case::example("static-site", "2026.11", "Hello from static-site").check("static-site");
}

#[test]
fn a_mirror_serves_the_archives() {
    let Ok(mirror) = std::env::var("RIG_NIXPKGS_URL_TEMPLATE") else {
        skip("a_mirror_serves_the_archives", "RIG_NIXPKGS_URL_TEMPLATE is not set");
        return;
    };
    let mut case = Case::example("static-site", "nixpacks", "Hello from static-site");
    case.arguments.extend(["--nixpkgs-url".into(), mirror]);
    case.check("mirror");
}

#[test]
fn a_third_partys_language() {
    let test = "tcl";
    if skipped(test) {
        return;
    }
    let case = Case {
        app: repository().join("examples/providers/tcl/app"),
        arguments: vec!["--provider".into(), component("examples/providers/tcl").display().to_string()],
        answer: "Hello from tcl",
    };
    case.check(test);
}

#[test]
fn a_failing_build_leaves_nothing_behind() {
    let test = "failing";
    if skipped(test) {
        return;
    }
    let temporary = tempfile::TempDir::new().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_plugpacks"))
        .env("TMPDIR", temporary.path())
        .arg("build")
        .arg(repository().join("examples/apps/static-site"))
        .args(["--build-image", "127.0.0.1:1/gone", "--name", "plugpacks-test-failing"])
        .output()
        .unwrap();
    // A registry that does not answer.
    assert_eq!(output.status.code(), Some(5));
    assert!(output.stdout.is_empty());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("Error: Docker build failed"), "{stderr}");
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn an_incremental_cache_image_carries_cached_directories() {
    let test = "incremental";
    if skipped(test) {
        return;
    }
    let cache = "plugpacks-test-incremental-cache";
    let _ = Command::new("docker").args(["rmi", "--force", cache]).output();
    let mut case = Case::example("node-npm", "2026.11", "");
    case.arguments.extend(["--incremental-cache-image".into(), cache.into()]);
    for expected in ["is new", "is reused"] {
        let built = case.build("plugpacks-test-incremental");
        let log = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{log}");
        assert!(log.contains(&format!("Incremental cache image created: {cache}")), "{log}");
        assert_eq!(log.contains(&format!("COPY --from={cache} /root/.np[m] /root/.npm")), expected == "is reused");
    }
    // The image is nothing but the directories: exporting it shows npm's cache.
    let container = Command::new("docker").args(["create", cache, "none"]).output().unwrap();
    let id = String::from_utf8(container.stdout).unwrap().trim().to_owned();
    let export = Command::new("docker").args(["export", &id]).output().unwrap();
    let _ = Command::new("docker").args(["rm", &id]).output();
    let has = |name: &[u8]| export.stdout.windows(name.len()).any(|window| window == name);
    assert!(has(b"root/.npm/_cacache"), "npm's cache is not in the image");
    assert!(!has(b"app/package.json"));
}
