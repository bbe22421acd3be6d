//! Real images without a container engine: example apps are built by the real program with `--builder nix`, loaded
//! into a Docker engine, run, and asked for a page; a second build must run nothing.
//!
//! Without Nix, bubblewrap or an engine these tests say that they were skipped, and why. `RIG_CACHE_URL` and
//! `RIG_NIXPKGS_URL_TEMPLATE` name a local stand-in for nixpkgs and its binary cache, if there is one.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::engine::{Container, skip, skipped};
use support::{Workbench, repository};

/// Makes a test of each line: its name; an example app; the groups of packages that a stand-in must have; what
/// the answer contains.
macro_rules! images {
    ($($test:ident: $app:literal [$($group:literal)*] => $answer:literal;)+) => {
        $(
            #[test]
            fn $test() {
                if !cannot_build(stringify!($test), &[$($group),*]) {
                    check($app, $answer);
                }
            }
        )+
    };
}

images! {
    go: "go-http" ["go-new" "tools"] => "Hello from go-http";
    lua: "lua-luajit" ["lua" "tools"] => "Hello from lua-luajit";
    node_npm: "node-npm" ["node" "tools"] => "Hello from node-npm";
    node_pnpm: "node-pnpm" ["node-new" "tools"] => "Hello from node-pnpm";
    node_spa: "node-spa" ["node" "tools"] => "Hello from node-spa";
    perl: "perl-http" ["perl" "tools"] => "Hello from perl-http";
    python_fastapi: "python-fastapi" ["python" "tools"] => "Hello from python-fastapi";
    python_flask: "python-flask" ["python" "tools"] => "Hello from python-flask";
    shell: "shell-bash" ["shell" "tools"] => "Hello from shell-bash";
    static_site: "static-site" ["static" "tools"] => "Hello from static-site";
}

/// A cache, in which one test's builds find what another's left.
fn shared_cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("nix-builder")
}

/// Whether an image cannot be built here without an engine, or not be asked; says why.
fn cannot_build(test: &str, groups: &[&str]) -> bool {
    let missing = ["nix-env", "bwrap"].into_iter().find(|name| Command::new(name).arg("--version").output().is_err());
    skipped(test, groups) || missing.is_some_and(|name| skip(test, &format!("{name} is not installed")))
}

fn example(app: &str) -> PathBuf {
    repository().join("examples/apps").join(app)
}

/// Builds an app with a cache.
fn build(app: &Path, cache: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plugpacks"));
    command.arg("build").arg(app).args(["--builder", "nix"]).args(arguments).env("XDG_CACHE_HOME", cache);
    if let Ok(url) = std::env::var("RIG_NIXPKGS_URL_TEMPLATE") {
        command.args(["--nixpkgs-url", &url]);
    }
    if let Ok(url) = std::env::var("RIG_CACHE_URL") {
        // Packages of the stand-in are made without Nix's own sandbox.
        let settings = format!(
            "substituters = {url}\nrequire-sigs = false\nsandbox = false\nfilter-syscalls = false\nbuild-users-group =\n"
        );
        command.env("NIX_CONFIG", settings);
    }
    command.output().unwrap()
}

/// Builds an app; what was said.
fn built(app: &Path, cache: &Path, arguments: &[&str]) -> String {
    let output = build(app, cache, arguments);
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{log}");
    log
}

/// The digest of an image, from the result file that a build wrote.
fn digest(file: &Path) -> String {
    let result: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    result["imageDigest"].as_str().unwrap().to_owned()
}

/// How many commands a build ran, as it says itself.
fn commands_run(log: &str) -> usize {
    let (before, _) = log.split_once(" commands run").unwrap_or_else(|| panic!("{log}"));
    before.rsplit(' ').next().unwrap().parse().unwrap()
}

/// Builds, runs, asks, builds again.
fn check(app: &str, expected: &str) {
    let image = format!("plugpacks-test-nix-{app}");
    built(&example(app), &shared_cache(), &["--name", &image, "--load"]);
    let container = Container::run(&image);
    let answer = container.ask("/");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains(expected), "{}", answer.text());
    let again = built(&example(app), &shared_cache(), &["--name", &image]);
    assert_eq!(commands_run(&again), 0, "{again}");
}

#[test]
fn two_caches_give_the_same_image() {
    if cannot_build("two_caches_give_the_same_image", &["node", "tools"]) {
        return;
    }
    let bench = Workbench::new();
    let digests = ["one", "two"].map(|name| {
        let result = bench.path(&format!("{name}.json"));
        built(&example("node-npm"), &bench.path(name), &["--name", "same", "--result", &result.display().to_string()]);
        digest(&result)
    });
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn an_edit_installs_nothing_again_and_changes_one_layer() {
    if cannot_build("an_edit_installs_nothing_again_and_changes_one_layer", &["node", "tools"]) {
        return;
    }
    let bench = Workbench::new();
    let files = ["package.json", "package-lock.json", "server.js"]
        .map(|name| (name, std::fs::read_to_string(example("node-npm").join(name)).unwrap()));
    let app = bench.app("app", &files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let layers = || {
        let archive = bench.path("image.tar").display().to_string();
        let log = built(&app, &shared_cache(), &["--name", "edited", "--output", &format!("type=oci,dest={archive}")]);
        let manifest = Command::new("tar").args(["-xOf", &archive, "manifest.json"]).output().unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest.stdout).unwrap();
        let layers: Vec<_> = manifest[0]["Layers"].as_array().unwrap().iter().map(ToString::to_string).collect();
        (log, layers)
    };
    let (_, before) = layers();
    std::fs::write(app.join("server.js"), format!("{}\n// edited\n", files[2].1)).unwrap();
    let (log, after) = layers();
    assert!(!log.contains("added "), "npm installed again:\n{log}");
    let changed = before.iter().zip(&after).filter(|(before, after)| before != after).count();
    assert_eq!((before.len(), changed), (after.len(), 1));
}

#[test]
fn a_secret_reaches_commands_and_no_disk() {
    if cannot_build("a_secret_reaches_commands_and_no_disk", &["node", "tools"]) {
        return;
    }
    const CANARY: &str = "canary-5d41402abc4b2a76";
    let bench = Workbench::new();
    let app = bench.app("app", &[("index.html", "x")]);
    let secret = bench.path("value");
    std::fs::write(&secret, CANARY).unwrap();
    let cache = bench.path("cache");
    let archive = bench.path("image.tar");
    let log = built(
        &app,
        &cache,
        &[
            "--secret",
            &format!("TOKEN={}", secret.display()),
            "--build-cmd",
            "test ${#TOKEN} = 23 && cat /run/secrets/TOKEN && ls -l /run/secrets/TOKEN",
            "--output",
            &format!("type=oci,dest={}", archive.display()),
        ],
    );
    assert!(log.contains("[secret TOKEN]") && !log.contains(CANARY), "{log}");
    let found = Command::new("grep").args(["-rlF", CANARY]).args([&cache, &archive]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
}

#[test]
fn commands_see_nothing_of_the_machine() {
    if cannot_build("commands_see_nothing_of_the_machine", &["static", "tools"]) {
        return;
    }
    let bench = Workbench::new();
    let app = bench.app("app", &[("index.html", "x")]);
    let probe =
        "test ! -e /etc/debian_version && test ! -e \"$MACHINE\" && test -z \"$OF_MACHINE\" && ls -A /home /mnt";
    let command = probe.replace("$MACHINE", &app.display().to_string());
    let output = build(&app, &shared_cache(), &["--build-cmd", &command, "--network", "none"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_command_that_fails_is_named_and_not_kept() {
    if cannot_build("a_command_that_fails_is_named_and_not_kept", &["static", "tools"]) {
        return;
    }
    let bench = Workbench::new();
    let app = bench.app("app", &[("index.html", "x")]);
    for _ in 0..2 {
        let output = build(&app, &shared_cache(), &["--build-cmd", "echo made > made; echo reason >&2; exit 3"]);
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{log}");
        assert!(log.contains("Phase build failed") && log.contains("exit code 3") && log.contains("| reason"), "{log}");
    }
    let left = std::fs::read_dir(shared_cache().join("plugpacks/nix/tmp")).unwrap().flatten();
    // Other tests may be building.
    assert!(left.into_iter().all(|entry| entry.path().join("lock").exists()));
}
