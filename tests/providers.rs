//! Providers as a third party makes them, in the languages of the SDKs.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use support::engine::skip;
use support::{Outcome, Workbench, repository};

/// The core module of a provider in Go; `None`, after a word about it, where there is no Go.
fn go_module(test: &str, folder: &str) -> Option<PathBuf> {
    if Command::new("go").arg("version").output().is_err() {
        skip(test, "there is no Go: https://go.dev/dl");
        return None;
    }
    let module = repository().join("target/guests").join(folder.replace('/', "-")).with_extension("wasm");
    let built = Command::new("go")
        .args(["build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w", "-o"])
        .arg(&module)
        .current_dir(repository().join(folder))
        .envs([("GOOS", "wasip1"), ("GOARCH", "wasm"), ("GOFLAGS", "-mod=readonly")])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Some(module)
}

#[test]
fn a_provider_in_go_plans() {
    let Some(module) = go_module("a_provider_in_go_plans", "examples/providers/raku") else { return };
    let size = module.metadata().unwrap().len();
    assert!(size < 2_400_000, "{size}");
    let bench = Workbench::new();
    bench.app("app", &[("main.raku", ""), ("server.raku", "")]);
    let plan = bench.run(&["plan", "app", "--provider", module.to_str().unwrap()]).plan();
    assert_eq!(plan["phases"]["setup"]["aptPkgs"], serde_json::json!(["rakudo"]));
    assert_eq!(plan["start"]["cmd"], "raku main.raku");
    assert_eq!(plan["variables"]["NIXPACKS_METADATA"], "raku");
}

/// Where the compiled Gopher is kept for all tests.
static CACHE: OnceLock<Workbench> = OnceLock::new();

/// What a provider in Go does in an app that says so.
struct Gopher(Workbench);

impl Gopher {
    fn new(test: &str) -> Option<Self> {
        static MODULE: OnceLock<Option<PathBuf>> = OnceLock::new();
        CACHE.get_or_init(Workbench::new);
        let module = MODULE.get_or_init(|| go_module(test, "tests/guests/go")).as_ref()?;
        let bench = Workbench::new();
        std::fs::copy(module, bench.path("gopher.wasm")).unwrap();
        bench.app("app", &[("src/größe.txt", "hello 世界")]);
        Some(Self(bench))
    }

    fn run(&self, behaviour: &str, arguments: &[&str]) -> Outcome {
        self.0.app("app", &[("behaviour", behaviour)]);
        let cache = CACHE.get().unwrap().path("cache");
        let variables = [("XDG_CACHE_HOME", cache.to_str().unwrap())];
        self.0.run_with(&variables, &[&["plan", "app", "--provider", "gopher.wasm"], arguments].concat())
    }

    /// The start command that is planned.
    fn says(&self, behaviour: &str, arguments: &[&str]) -> String {
        self.run(behaviour, arguments).plan()["start"]["cmd"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_provider_in_go_asks_the_host_everything() {
    let Some(gopher) = Gopher::new("a_provider_in_go_asks_the_host_everything") else { return };
    let outcome = gopher.run("ask", &["--env", "GIVEN=grün", "--explain"]);
    insta::assert_snapshot!(outcome.stderr, @"
    Warning: a warning
    gopher: a decision: a reason
    ");
    let answers = outcome.plan()["start"]["cmd"].as_str().unwrap().replace("; ", "\n");
    insta::assert_snapshot!(answers.replace(std::env::consts::ARCH, "[ARCH]"), @"
    app
    entry 2
    executable false
    hello 世界
    src/größe.txt
    src
    src/größe.txt true 世界
    error parsing glob '[': unclosed character class
    missing ']'
    Error reading ../secret: the path leaves the app directory
    grün true false
    2026.11 [ARCH]
    ");
}

#[test]
fn a_provider_in_go_fails_declines_and_panics_in_words() {
    let Some(gopher) = Gopher::new("a_provider_in_go_fails_declines_and_panics_in_words") else { return };
    insta::assert_snapshot!(gopher.run("fail", &[]).failure(), @"
    Error: Error reading gone

    Caused by:
        No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(gopher.run("panic", &[]).failure(), @"
    Error: The provider panicked: runtime error: index out of range [3] with length 0

    Caused by:
        main.init.func4, example.com/plugpacks-provider-gopher/main.go:43

    Hint: Tell the provider's author
    ");
    assert!(gopher.run("decline", &[]).plan()["start"]["cmd"].is_null());
}

#[test]
fn a_provider_in_go_hands_on_another_ones_plan_unchanged() {
    let Some(gopher) = Gopher::new("a_provider_in_go_hands_on_another_ones_plan_unchanged") else { return };
    gopher.0.app("app", &[("package.json", r#"{"scripts": {"build": "b", "start": "s"}}"#)]);
    let mut plan = gopher.run("copy", &[]).plan();
    let mut of_node = gopher.0.run(&["plan", "app"]).plan();
    assert_eq!(of_node["variables"]["NIXPACKS_METADATA"], "node");
    for plan in [&mut plan, &mut of_node] {
        plan["variables"]["NIXPACKS_METADATA"].take();
        plan["metadata"].take();
    }
    assert_eq!(plan, of_node);
}

#[test]
fn a_provider_in_go_lets_go_of_what_it_read_and_waits_for_nothing() {
    let Some(gopher) = Gopher::new("a_provider_in_go_lets_go_of_what_it_read_and_waits_for_nothing") else { return };
    gopher.0.app("app", &[("large.txt", &"x".repeat(1_000_000))]);
    // 2 GB in all.
    assert_eq!(gopher.says("read", &["--provider-memory", "32"]), "read 2000000000");
    assert_eq!(gopher.says("sleep", &[]), "slept 1h0m0s");
    let calls = gopher.run("calls", &["--provider-timeout", "60"]);
    assert!(calls.failure().contains("made more than 1000000 calls to the host"), "{}", calls.stderr);
}
