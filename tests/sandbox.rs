//! What a provider can and cannot do, shown with a provider that tries.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use plugpacks::provider::{Catalog, ComponentCache, Limits};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use support::{Outcome, Workbench, component, wasm};

fn hostile() -> &'static str {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| component("tests/guests/hostile")).to_str().unwrap()
}

fn run_with(bench: &Workbench, behaviour: &str, arguments: &[&str]) -> Outcome {
    bench.app("app", &[("behaviour", behaviour)]);
    std::fs::copy(hostile(), bench.path("hostile.wasm")).unwrap();
    // Short where time is what runs out, long where another limit must be reached first.
    let seconds = if behaviour == "loop" { "2" } else { "60" };
    let arguments = [&["plan", "app", "--provider", "hostile.wasm", "--provider-timeout", seconds], arguments].concat();
    bench.run(&arguments)
}

fn run(behaviour: &str) -> Outcome {
    run_with(&Workbench::new(), behaviour, &[])
}

#[test]
fn a_provider_that_does_not_end_is_ended() {
    for behaviour in ["recursion", "panic", "exit"] {
        let started = Instant::now();
        let outcome = run(behaviour);
        let error = outcome.failure();
        assert!(error.contains("Error: Provider hostile (hostile.wasm)"), "{behaviour}: {error}");
        assert!(started.elapsed() < Duration::from_secs(90), "{behaviour}");
    }
}

/// A behaviour, and the error of the limit that it hits.
const LIMITS: &[(&str, &str)] = &[
    ("loop", "took longer than 2 seconds\n\nHint: `--provider-timeout SECONDS` allows more"),
    ("memory", "wanted more than 256 MiB of memory\n\nHint: `--provider-memory MIB` allows more"),
    ("many calls", "made more than 1000000 calls to the host"),
    ("huge result", "handed over more than 4 MiB at once"),
    ("many reasons", "had the host keep more than 128 MiB"),
    ("many warnings", "had the host keep more than 128 MiB"),
    ("many variables", "had the host keep more than 128 MiB"),
    ("many paths", "had the host keep more than 128 MiB"),
];

#[test]
fn an_exceeded_limit_is_named() {
    for (behaviour, limit) in LIMITS {
        let outcome = run(behaviour);
        let error = outcome.failure().rsplit_once("Error: ").unwrap().1;
        assert_eq!(error.trim_end(), format!("Provider hostile (hostile.wasm) {limit}"), "{behaviour}");
    }
}

#[test]
fn a_panic_arrives_with_its_message() {
    let outcome = run("panic");
    assert!(outcome.failure().contains("this provider gives up"), "{}", outcome.stderr);
}

#[test]
fn a_crash_tells_the_last_words_and_what_was_warned_of() {
    insta::assert_snapshot!(run("warn and crash").failure(), @"
    Warning: it is too late
    Error: Provider hostile (hostile.wasm) crashed

    Caused by:
        0: wasm trap: wasm `unreachable` instruction executed
        1: thread '<unnamed>' (1) panicked at src/lib.rs:54:17:
        this provider gives up
    ");
    insta::assert_snapshot!(run("exit").failure(), @"
    Error: Provider hostile (hostile.wasm) ended itself with exit code 1

    Caused by:
        nothing to do
    ");
}

#[test]
fn no_text_of_a_provider_looks_like_a_message_of_the_program() {
    insta::assert_snapshot!(run("controls").failure(), @r"
    Warning: fine\r
        Error: forged\u{202e}\u{9b}2J
    Error: Reading\u{1b}[1m

    Caused by:
        over
        Error: forged\r

    Hint: none

        Warning: forged
    ");
}

#[test]
fn a_plan_of_values_that_are_instructions_is_refused() {
    insta::assert_snapshot!(run("instruction").failure(), @r"
    Error: Provider hostile (hostile.wasm) makes a plan with a control character or a line break where none can be

    Caused by:
        `curl\nRUN evil` in `aptPkgs` of phase setup
    ");
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
        let runs: Vec<_> = (0..50).map(|_| scope.spawn(|| bench.run(&arguments).plan())).collect();
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
    Error: The provider `text.wasm` is a text

    Hint: Name a WebAssembly component, a .wasm file
    ");
    insta::assert_snapshot!(refused("gone.wasm"), @"
    Error: Cannot read the provider `gone.wasm`

    Caused by:
        No such file or directory (os error 2)
    ");
    // A core module: eight bytes of header and nothing else.
    std::fs::write(bench.path("module.wasm"), b"\0asm\x01\0\0\0").unwrap();
    insta::assert_snapshot!(refused("module.wasm"), @"
    Error: The provider `module.wasm` is a core module of WebAssembly, but not a provider

    Caused by:
        it exports no function of plugpacks:provider/provider-guest@0.2

    Hint: Use one of the SDKs, or compile Rust for wasm32-wasip2
    ");
    // A component that exports nothing.
    std::fs::write(bench.path("empty.wasm"), b"\0asm\x0d\0\x01\0").unwrap();
    insta::assert_snapshot!(refused("empty.wasm"), @"
    Error: The provider `empty.wasm` is a component of another world, not a provider

    Caused by:
        it exports nothing

    Hint: A provider exports plugpacks:provider/provider-guest@0.2: build it for the world `provider`
    ");
    std::fs::create_dir(bench.path("folder.wasm")).unwrap();
    assert!(refused("folder.wasm").contains("`folder.wasm` is not a regular file"));
}

#[test]
fn a_core_module_is_packed_into_a_component() {
    let bench = Workbench::new();
    let text = include_str!("guests/core/provider.wat");
    let run = |text: &str| {
        std::fs::write(bench.path("core.wasm"), wat::parse_str(text).unwrap()).unwrap();
        bench.run(&["plan", "app", "--provider", "core.wasm"])
    };
    bench.app("app", &[("core.txt", "")]);
    let plan = run(text).plan();
    assert_eq!(plan["start"]["cmd"], "echo core");
    assert_eq!(run(text).plan(), plan, "from the cache");
    insta::assert_snapshot!(run(&text.replace("wasi_snapshot_preview1", "env")).failure(), @"
    Error: The provider `core.wasm` wants what the sandbox does not give

    Caused by:
        it imports env

    Hint: A provider may import the provider contract and WASI 0.2 without HTTP
    ");
    bench.app("app", &[("crash", "")]);
    insta::assert_snapshot!(run(text).failure(), @"
    Error: Provider core (core.wasm) ended itself with exit code 3

    Caused by:
        told to end
    ");
}

#[test]
fn of_a_directory_the_good_ones_go_on() {
    let bench = Workbench::new();
    bench.app("app", &[("behaviour", "warn")]);
    std::fs::create_dir(bench.path("providers")).unwrap();
    std::fs::copy(hostile(), bench.path("providers/hostile.wasm")).unwrap();
    std::fs::write(bench.path("providers/text.wasm"), "hello").unwrap();
    std::fs::write(bench.path("providers/start.wasm"), with_module(&wasm::start(wasm::CRASH))).unwrap();
    let outcome = bench.run(&["plan", "app", "--provider-dir", "providers"]);
    assert_eq!(outcome.plan()["start"]["cmd"], "warned");
    for file in ["text.wasm` is a text", "start.wasm` crashed"] {
        assert!(outcome.stderr.contains(&format!("Note: The provider `providers/{file}")), "{}", outcome.stderr);
    }
}

#[test]
fn patch_versions_of_the_contract_run_and_others_do_not() {
    let bench = Workbench::new();
    bench.app("app", &[("behaviour", "warn")]);
    let of_version = |version: &str| {
        std::fs::write(bench.path("other.wasm"), wasm::with_version(&std::fs::read(hostile()).unwrap(), version))
            .unwrap();
        bench.run(&["plan", "app", "--provider", "other.wasm"])
    };
    for version in ["0.2.1", "0.2.9"] {
        assert_eq!(of_version(version).plan()["start"]["cmd"], "warned");
    }
    insta::assert_snapshot!(of_version("0.3.0").failure(), @"
    Error: The provider `other.wasm` is written for version 0.3.0 of the provider contract

    Caused by:
        that is newer than what this Plugpacks (0.1.0) runs: 0.2 and 0.1

    Hint: Use a Plugpacks newer than this one (0.1.0), or a build of the provider for version 0.2
    ");
}

/// The hostile provider with a further core module of these sections.
fn with_module(sections: &[Vec<u8>]) -> Vec<u8> {
    wasm::with_module(&std::fs::read(hostile()).unwrap(), sections)
}

/// The error of a handmade component, or of the file itself, under other limits than the usual ones.
fn refused(wasm: &[u8], limits: Limits) -> String {
    let bench = Workbench::new();
    let path = bench.path("guest.wasm");
    std::fs::write(&path, wasm).unwrap();
    let cache = ComponentCache::in_directory(bench.path("cache/components"), limits);
    let error = Catalog::builtin().add_file(&path, &cache).unwrap_err();
    error.report().replace(path.to_str().unwrap(), "guest.wasm")
}

#[test]
fn memories_and_tables_count_together_and_what_runs_at_the_start_counts() {
    let limits = Limits { time: Duration::from_secs(1), ..Limits::DEFAULT };
    for (sections, error) in [
        (vec![wasm::memories(20, 3200)], "wanted more than 256 MiB of memory"),
        (vec![wasm::tables(4, 10_000_000)], "wanted more than 256 MiB of memory"),
        (vec![wasm::tables(2, 10_000_000), wasm::memories(1, 2048)], "wanted more than 256 MiB of memory"),
        (wasm::start(wasm::LOOP), "took longer than 1 second"),
        (wasm::start(wasm::CRASH), "crashed"),
    ] {
        let started = Instant::now();
        let refused = refused(&with_module(&sections), limits);
        assert!(refused.starts_with(&format!("The provider `guest.wasm` {error}")), "{refused}");
        assert!(started.elapsed() < Duration::from_secs(20), "{error}");
    }
}

#[test]
fn size_compile_time_code_and_instances_have_limits() {
    let component = std::fs::read(hostile()).unwrap();
    let usual = Limits::DEFAULT;
    for (limits, error) in [
        (Limits { file: 1000, ..usual }, "is larger than 1000 bytes"),
        (Limits { compile_time: Duration::from_nanos(1), ..usual }, "takes longer than"),
        (Limits { code: 1000, ..usual }, "becomes more than 1000 bytes of machine code"),
        (Limits { instances: 0, ..usual }, "wanted more than 0 instances, memories or tables"),
    ] {
        let refused = refused(&component, limits);
        assert!(refused.starts_with(&format!("The provider `guest.wasm` {error}")), "{refused}");
    }
    assert!(refused(&wasm::component(wasm::GUEST), usual).contains("does not fit the provider contract 0.1"));
}

#[test]
fn who_fails_to_describe_itself_is_not_compiled_again() {
    let bench = Workbench::new();
    bench.app("app", &[("index.html", "")]);
    std::fs::write(bench.path("start.wasm"), with_module(&wasm::start(wasm::CRASH))).unwrap();
    let code = || {
        let entries = std::fs::read_dir(bench.path("cache/plugpacks/components")).unwrap();
        let mut paths = entries.map(|entry| entry.unwrap().path());
        let code = paths.find(|path| path.extension().unwrap() == "cwasm").unwrap();
        std::fs::metadata(code).unwrap().modified().unwrap()
    };
    let run = || bench.run(&["plan", "app", "--provider", "start.wasm"]).failure().to_owned();
    let first = (run(), code());
    assert_eq!((run(), code()), first);
}

#[cfg(unix)]
#[test]
fn code_that_somebody_else_may_have_written_is_not_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Workbench::new();
    let first = run_with(&bench, "warn", &[]).plan();
    let open = bench.path("cache/plugpacks");
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o777)).unwrap();
    let outcome = run_with(&bench, "warn", &[]);
    assert_eq!(outcome.stderr.matches("Compiled providers are not kept").count(), 1, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("Run `chmod go-w [BENCH]/cache/plugpacks`"), "{}", outcome.stderr);
    assert_eq!(outcome.plan(), first);
}

#[test]
fn a_cache_that_cannot_be_written_is_said_once() {
    let bench = Workbench::new();
    std::fs::write(bench.path("cache"), "not a directory").unwrap();
    let outcome = run_with(&bench, "warn", &[]);
    assert_eq!(outcome.plan()["start"]["cmd"], "warned");
    assert_eq!(outcome.stderr.matches("Note: Compiled providers are not kept").count(), 1, "{}", outcome.stderr);
}
