//! What a provider can and cannot do, shown with a provider that tries.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use support::{Outcome, Workbench, component};

fn hostile() -> &'static str {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| component("tests/guests/hostile")).to_str().unwrap()
}

fn run_with(bench: &Workbench, behaviour: &str, arguments: &[&str]) -> Outcome {
    bench.app("app", &[("behaviour", behaviour)]);
    // Short where time is what runs out, long where another limit must be reached first.
    let seconds = if behaviour == "loop" { "2" } else { "60" };
    let arguments = [&["plan", "app", "--provider", hostile(), "--provider-timeout", seconds], arguments].concat();
    bench.run(&arguments)
}

fn run(behaviour: &str) -> Outcome {
    run_with(&Workbench::new(), behaviour, &[])
}

#[test]
fn a_provider_that_does_not_end_is_ended() {
    for behaviour in ["loop", "memory", "recursion", "many calls", "huge result", "panic"] {
        let started = Instant::now();
        let outcome = run(behaviour);
        let error = outcome.failure();
        assert!(error.contains("Error: Provider hostile"), "{behaviour}: {error}");
        assert!(started.elapsed() < Duration::from_secs(90), "{behaviour}");
    }
}

#[test]
fn an_exceeded_limit_is_named() {
    insta::assert_snapshot!(run("loop").failure(), @"Error: Provider hostile took longer than 2 seconds");
    insta::assert_snapshot!(run("memory").failure(), @"Error: Provider hostile wanted more than 256 MiB of memory");
    insta::assert_snapshot!(run("many calls").failure(), @"Error: Provider hostile made more than 1000000 calls to the host");
    insta::assert_snapshot!(run("huge result").failure(), @"Error: Provider hostile handed over more than 4 MiB at once");
}

#[test]
fn a_panic_arrives_with_its_message() {
    let outcome = run("panic");
    assert!(outcome.failure().contains("this provider gives up"), "{}", outcome.stderr);
}

#[test]
fn sleeping_takes_no_time() {
    let started = Instant::now();
    assert_eq!(run("sleep").plan()["start"]["cmd"], "slept");
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[test]
fn there_are_no_files_no_variables_and_no_network() {
    let bench = Workbench::new();
    std::fs::write(bench.path("secret"), "s").unwrap();
    let files = run_with(&bench, "files", &[]);
    insta::assert_snapshot!(files.plan()["start"]["cmd"].as_str().unwrap(), @r#"Err(NotFound) Err(NotFound) Err("Error reading ../secret: the path leaves the app directory")"#);
    insta::assert_snapshot!(run("environment").plan()["start"]["cmd"].as_str().unwrap(), @"0 None Err(PermissionDenied)");
}

#[test]
fn clock_and_entropy_are_the_same_at_every_run() {
    let first = run("clock and entropy").plan();
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(run("clock and entropy").plan(), first);
    assert!(first["start"]["cmd"].as_str().unwrap().starts_with("0ns Ok(0ns) "), "{first}");
}

#[test]
fn providers_that_ask_for_each_other_are_told_so() {
    insta::assert_snapshot!(run("cycle").failure(), @"Error: Providers ask for each other's plans: hostile -> hostile");
    insta::assert_snapshot!(run("unknown provider").failure().lines().next().unwrap(), @"Error: Provider nobody not found");
}

#[test]
fn a_provider_can_build_on_another_ones_plan() {
    let bench = Workbench::new();
    bench.app("app", &[("index.html", "x")]);
    let plan = run_with(&bench, "extend", &[]).plan();
    assert_eq!(plan["phases"]["setup"]["nixPkgs"][0], "nginx");
    assert_eq!(plan["variables"]["NIXPACKS_METADATA"], "hostile");
}

#[test]
fn failures_warnings_and_refusals_reach_the_user() {
    insta::assert_snapshot!(run("failure").failure(), @"
    Error: Reading behaviour

    Caused by:
        the app is not what it seems

    Hint: Try another
    ");
    let outcome = run("warn");
    assert_eq!(outcome.plan()["start"]["cmd"], "warned");
    assert_eq!(outcome.stderr.matches("Warning: once").count(), 1, "{}", outcome.stderr);
    assert_eq!(run("decline").plan()["phases"], serde_json::json!({}));
}

/// What comes of an app: who plans it, or what the error says.
fn outcome(behaviour: &str, package_json: Option<&str>) -> String {
    let bench = Workbench::new();
    let package_json = package_json.map(|text| ("package.json", text));
    let files: Vec<_> = [Some(("behaviour", behaviour)), package_json].into_iter().flatten().collect();
    bench.app("app", &files);
    let outcome = bench.run(&["plan", "app", "--provider", hostile()]);
    if outcome.code != Some(0) {
        return outcome.failure().lines().next().unwrap_or_default().to_owned();
    }
    let providers = outcome.plan()["metadata"]["providers"].clone();
    let names = providers.as_array().unwrap().iter().map(|provider| provider["name"].as_str().unwrap());
    names.collect::<Vec<_>>().join(", ")
}

#[test]
fn whoever_declines_gives_way_to_the_next_and_who_fails_ends_it() {
    const NODE: Option<&str> = Some(r#"{"scripts": {"start": "node server.js"}}"#);
    const BROKEN: Option<&str> = Some("{");
    let failure = "Error: nobody knows whose app it is";
    let broken = outcome("unrecognised", BROKEN);
    assert!(broken.starts_with("Error: ") && broken != failure, "{broken}");
    for (behaviour, alone, with_node, with_broken) in [
        ("warn", "hostile", "hostile", "hostile"),
        ("unrecognised", "", "node", broken.as_str()),
        ("decline", "", "node", broken.as_str()),
        ("undetectable", failure, failure, failure),
        ("failure", "Error: Reading behaviour", "Error: Reading behaviour", "Error: Reading behaviour"),
    ] {
        assert_eq!(outcome(behaviour, None), alone, "{behaviour} alone");
        assert_eq!(outcome(behaviour, NODE), with_node, "{behaviour} and an app of Node.js");
        assert_eq!(outcome(behaviour, BROKEN), with_broken, "{behaviour} and an app that node fails at");
    }
}

#[test]
fn a_damaged_cache_entry_is_replaced() {
    let bench = Workbench::new();
    let first = run_with(&bench, "warn", &[]).plan();
    let directory = bench.path("cache/plugpacks/components");
    let entries = || {
        let mut entries: Vec<_> = std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        entries
    };
    let [code, record] = entries().try_into().unwrap();
    let whole = std::fs::read(&code).unwrap();
    for damage in [Vec::new(), whole[..whole.len() / 2].to_vec(), vec![0; whole.len()]] {
        std::fs::write(&code, damage).unwrap();
        assert_eq!(run_with(&bench, "warn", &[]).plan(), first);
        assert_eq!(std::fs::read(&code).unwrap(), whole);
    }
    std::fs::write(&record, "{").unwrap();
    assert_eq!(run_with(&bench, "warn", &[]).plan(), first);
    assert_eq!(entries(), [code, record]);
}

#[test]
fn runs_at_the_same_time_share_the_cache() {
    let bench = Workbench::new();
    bench.app("app", &[("behaviour", "warn")]);
    let arguments = ["plan", "app", "--provider", hostile()];
    let plans: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| bench.run(&arguments).plan())).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(plans.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn what_is_not_a_provider_is_refused() {
    let bench = Workbench::new();
    bench.app("app", &[("index.html", "")]);
    std::fs::write(bench.path("text.wasm"), "not wasm").unwrap();
    let refused = |file: &str| bench.run(&["plan", "app", "--provider", file]).failure().to_owned();
    insta::assert_snapshot!(refused("text.wasm"), @"
    Error: `text.wasm` is not a WebAssembly component

    Caused by:
        0: failed to parse WebAssembly module
        1: magic header not detected: bad magic number - expected=[
            0x0,
            0x61,
            0x73,
            0x6d,
        ] actual=[
            0x6e,
            0x6f,
            0x74,
            0x20,
        ] (at offset 0x0)

    Hint: Compile the provider for wasm32-wasip2, or turn the module into a component
    ");
    insta::assert_snapshot!(refused("gone.wasm"), @"
    Error: Cannot read the provider `gone.wasm`

    Caused by:
        No such file or directory (os error 2)
    ");
    // A core module: eight bytes of header and nothing else.
    std::fs::write(bench.path("module.wasm"), b"\0asm\x01\0\0\0").unwrap();
    assert!(refused("module.wasm").contains("is not a WebAssembly component"));
    // A component that exports nothing.
    std::fs::write(bench.path("empty.wasm"), b"\0asm\x0d\0\x01\0").unwrap();
    insta::assert_snapshot!(refused("empty.wasm"), @"
    Error: The provider `empty.wasm` is a component, but not a provider

    Caused by:
        it does not export plugpacks:provider/provider-guest@0.1.0
    ");
}
