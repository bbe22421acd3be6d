//! Providers as a third party makes them, in the languages of the SDKs.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};
use support::engine::skip;
use support::{Outcome, Workbench, component, guest_cargo, repository};

/// Whether there is no Go; says so.
fn lacks_go(test: &str) -> bool {
    Command::new("go").arg("version").output().is_err() && skip(test, "there is no Go: https://go.dev/dl")
}

/// Compiles a provider in Go.
fn build_go(folder: &Path, module: &Path) {
    let built = Command::new("go")
        .args(["build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w", "-o"])
        .arg(module)
        .current_dir(folder)
        .envs([("GOOS", "wasip1"), ("GOARCH", "wasm"), ("GOFLAGS", "-mod=readonly")])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

/// The core module of a provider in Go; `None`, after a word about it, where there is no Go.
fn go_module(test: &str, folder: &str) -> Option<PathBuf> {
    if lacks_go(test) {
        return None;
    }
    let module = repository().join("target/guests").join(folder.replace('/', "-")).with_extension("wasm");
    build_go(&repository().join(folder), &module);
    Some(module)
}

/// A bench with a provider that was written as a core module.
fn bench_with_core() -> Workbench {
    let bench = Workbench::new();
    std::fs::write(bench.path("core.wasm"), wat::parse_str(include_str!("guests/core/provider.wat")).unwrap()).unwrap();
    bench
}

#[test]
fn providers_are_listed_in_the_order_in_which_they_are_asked() {
    let bench = bench_with_core();
    let list = bench.run(&["provider", "list", "--provider", "core.wasm"]);
    let lines: Vec<Vec<&str>> = list.success().lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..3], ["core", "0.1.0", "core.wasm"]);
    assert_eq!((lines[1][0], lines[1][2]), ("crystal", "built-in"));
    assert!(lines.iter().all(|line| line[3].starts_with("sha256:") && line[3].len() == 71), "{}", list.stdout);
    let json = bench.run(&["provider", "list", "--json"]);
    let json: serde_json::Value = serde_json::from_str(json.success()).unwrap();
    assert_eq!(json.as_array().unwrap().len(), lines.len() - 1);
    assert_eq!(json[0]["name"], "crystal");
    assert_eq!(json[0]["markers"], serde_json::json!([{ "file": "shard.yml" }]));
    assert_eq!(json[0]["variables"][0]["name"], "NIXPACKS_CRYSTAL_VERSION");
    let short = bench.run(&["providers", "--provider", "core.wasm"]);
    assert_eq!(short.success(), list.stdout);
    assert_eq!(bench.run(&["--pkgs", "jq", "providers"]).code, Some(2));
}

#[test]
fn a_provider_is_looked_at() {
    let bench = bench_with_core();
    let inspected = bench.run(&["provider", "inspect", "core.wasm"]);
    let lines = inspected.success().lines();
    let [digest, others] = [true, false].map(|is_digest| {
        lines.clone().filter(|line| line.starts_with("digest") == is_digest).collect::<Vec<_>>().join("\n")
    });
    assert!(digest.starts_with("digest    sha256:"), "{digest}");
    insta::assert_snapshot!(others, @"
    name      core
    version   0.1.0
    summary   A core module
    source    core.wasm
    form      core module, packed into a component
    size      1 KiB
    contract  0.1
    imports   plugpacks:provider/app@0.1.0
    marker    core.txt
    ");
    let builtin = bench.run(&["provider", "inspect", "staticfile", "--json"]);
    let builtin: serde_json::Value = serde_json::from_str(builtin.success()).unwrap();
    assert_eq!((&builtin["source"], &builtin["description"]["name"]), (&"built-in".into(), &"staticfile".into()));
    assert!(bench.run(&["provider", "inspect", "nobody"]).failure().contains("Provider nobody not found"));
    assert_eq!(bench.run(&["--pkgs", "jq", "provider", "list"]).code, Some(2));
}

#[test]
fn a_core_module_is_built_into_a_component_that_plans_the_same() {
    let bench = bench_with_core();
    bench.app("app", &[("core.txt", "")]);
    bench.run(&["provider", "build", "core.wasm", "--output", "built.wasm"]).success();
    let inspected = bench.run(&["provider", "inspect", "built.wasm", "--json"]);
    let inspected: serde_json::Value = serde_json::from_str(inspected.success()).unwrap();
    assert_eq!(inspected["file"]["form"], "component");
    let plan = |file: &str| {
        let mut plan = bench.run(&["plan", "app", "--provider", file]).plan();
        plan["metadata"]["providers"][0]["digest"].take();
        plan
    };
    assert_eq!(plan("built.wasm"), plan("core.wasm"));
}

#[test]
fn what_a_provider_owes_the_host_is_checked() {
    let bench = bench_with_core();
    let tcl = component("examples/providers/tcl");
    let checked = bench.run(&["provider", "check", tcl.to_str().unwrap()]);
    assert!(checked.success().contains("tried     6 apps, each twice"), "{}", checked.stdout);
    let forward = bench.run(&["provider", "check", "core.wasm"]);
    assert_eq!(forward.code, Some(6));
    insta::assert_snapshot!(forward.stderr, @"
    Error: core.wasm does not keep to the contract

    Caused by:
        0: `detect` recognises an empty app under the edition nixpacks, for which no marker has it asked
        1: `detect` recognises an empty app under the edition 2026.11, for which no marker has it asked
    ");
}

#[test]
fn plans_of_apps_are_kept_and_compared() {
    let bench = bench_with_core();
    bench.app("apps/one", &[("core.txt", "")]);
    bench.app("apps/two", &[("package.json", "{")]);
    let test =
        |arguments: &[&str]| bench.run(&[&["provider", "test", "apps", "--provider", "core.wasm"], arguments].concat());
    let none = test(&[]);
    assert_eq!(none.code, Some(1));
    assert!(none.stdout.contains("FAILED   one") && none.stdout.contains("no plan was kept"), "{}", none.whole());
    assert!(test(&["--update"]).success().contains("written  two"));
    let same = test(&[]);
    assert!(
        same.success().starts_with("ok       one  core: ") && same.stdout.contains("65 KiB, 1 host calls"),
        "{}",
        same.stdout
    );
    let kept = bench.path("apps/one.plan.json");
    let text = std::fs::read_to_string(&kept).unwrap();
    std::fs::write(kept, text.replace("echo core", "echo more")).unwrap();
    let changed = test(&[]);
    assert_eq!(changed.code, Some(1));
    let lines = ["  -       \"cmd\": \"echo more\",\n", "  +       \"cmd\": \"echo core\",\n"].concat();
    assert!(changed.stdout.contains(&lines), "{}", changed.stdout);
    assert!(changed.stderr.contains("Error: 1 of 2 apps are not planned as they were"), "{}", changed.stderr);
}

/// SHA-256 of `wit/0.1/provider.wit` without comments and blanks around lines.
const CONTRACT_0_1: &str = "ce2d3f3fbf1106279d7970eb185a171fffc8c5f6e38a87383ed73a348bda2db9";

#[test]
fn the_contract_0_1_stays_as_it_is() {
    let wit = std::fs::read_to_string(repository().join("wit/0.1/provider.wit")).unwrap();
    let code =
        wit.lines().map(|line| line.split("//").next().unwrap_or_default().trim()).filter(|line| !line.is_empty());
    let code = code.collect::<Vec<_>>().join("\n");
    let digest: String = Sha256::digest(code).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, CONTRACT_0_1, "0.1 is frozen: a change is a new version of the package, beside this one");
}

/// Tries a provider that was built for version 0.1 of the contract: it goes on to plan.
fn try_veteran(bench: &Workbench, file: &str, start: &str) {
    let inspected = bench.run(&["provider", "inspect", file, "--json"]);
    let inspected: serde_json::Value = serde_json::from_str(inspected.success()).unwrap();
    assert_eq!(inspected["file"]["contract"], "0.1");
    assert_eq!(inspected["description"]["tools"]["generated"], serde_json::json!(["old-build"]));
    let manifest = ("package.json", r#"{"scripts": {"build": "b", "start": "s"}}"#);
    let files = [("veteran.txt", "echo last\n"), manifest, ("src/a.old", ""), ("old-build/b.old", "")];
    bench.app("veteran", &files);
    let plan = bench.run(&["plan", "veteran", "--provider", file]).plan();
    assert_eq!(plan["start"]["cmd"], start);
    assert_eq!(plan["phases"]["build"]["cmds"], serde_json::json!(["npm run build"]));
}

/// Puts the provider in Rust for version 0.1 on a bench, under a name.
fn add_veteran(bench: &Workbench, name: &str) -> String {
    // One after the other: all are built to the same file.
    static BUILDING: Mutex<()> = Mutex::new(());
    let building = BUILDING.lock().unwrap();
    let environment = format!("env.GUEST_NAME='{name}'");
    let manifest = repository().join("tests/guests/rust-0.1/Cargo.toml");
    let build = ["build", "--release", "--target", "wasm32-wasip2", "--config", &environment];
    let built = guest_cargo(&build, &manifest);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let component = repository().join("target/guests/wasm32-wasip2/release/plugpacks_guest_rust_0_1.wasm");
    let file = format!("{name}.wasm");
    std::fs::copy(component, bench.path(&file)).unwrap();
    drop(building);
    file
}

#[test]
fn a_component_of_0_1_in_rust_plans() {
    let bench = Workbench::new();
    let file = add_veteran(&bench, "veteran");
    try_veteran(&bench, &file, "run src/a.old on 2026.11");
}

#[test]
fn a_provider_builds_on_the_plan_of_another() {
    let laravel = component("examples/providers/laravel");
    let app = repository().join("examples/providers/laravel/app");
    let bench = Workbench::new();
    let [app, laravel] = [app, laravel].map(|path| path.to_str().unwrap().to_owned());
    let plan = bench.run(&["plan", &app, "--provider", &laravel]).plan();
    assert_eq!(plan["variables"]["NIXPACKS_METADATA"], "laravel");
    assert_eq!(plan["variables"]["IS_LARAVEL"], "yes");
    assert_eq!(plan["phases"]["optimize"]["cmds"][1], "php artisan route:cache");
    // Who takes the place of a built-in provider is asked instead of it.
    let php = add_veteran(&bench, "php");
    bench.app("app", &[("artisan", ""), ("composer.json", "{}"), ("package.json", "{}"), ("veteran.txt", "true")]);
    let both = ["plan", "app", "--provider", &laravel, "--provider", &php];
    let replaced = bench.run(&both);
    assert!(replaced.stderr.contains("php.wasm takes the place of the built-in provider php"), "{}", replaced.stderr);
    let replaced = replaced.plan();
    assert_eq!(replaced["phases"]["php"]["cmds"], serde_json::json!(["true"]));
    assert!(replaced["phases"]["optimize"]["dependsOn"].as_array().unwrap().contains(&"php".into()));
}

#[test]
fn providers_are_asked_in_the_order_in_which_they_are_named() {
    let bench = Workbench::new();
    let [one, two] = ["one", "two"].map(|name| add_veteran(&bench, name));
    bench.app("app", &[("veteran.txt", "true"), ("package.json", "{}")]);
    for (first, second, name) in [(&one, &two, "one"), (&two, &one, "two")] {
        let plan = bench.run(&["plan", "app", "--provider", first, "--provider", second]).plan();
        assert_eq!(plan["variables"]["NIXPACKS_METADATA"], name);
    }
}

#[test]
fn providers_that_wait_for_each_other_and_two_of_one_name_are_errors() {
    let bench = Workbench::new();
    let [one, two] = ["one", "two"].map(|name| add_veteran(&bench, name));
    bench.app("app", &[("veteran.txt", ""), ("one.asks", "two"), ("two.asks", "one")]);
    let both = bench.run(&["plan", "app", "--provider", &one, "--provider", &two]);
    insta::assert_snapshot!(both.failure(), @"Error: Providers ask for each other's plans: one -> two -> one");
    std::fs::copy(bench.path(&one), bench.path("copy.wasm")).unwrap();
    let twice = bench.run(&["plan", "app", "--provider", &one, "--provider", "copy.wasm"]);
    insta::assert_snapshot!(twice.failure(), @"
    Error: Two providers are named one

    Caused by:
        0: one.wasm
        1: copy.wasm

    Hint: Leave one of them out
    ");
}

#[test]
fn the_built_in_providers_are_tested_as_those_of_others_are() {
    let bench = Workbench::new();
    for provider in ["node", "staticfile"] {
        let folder = repository().join("providers").join(provider);
        bench.run(&["provider", "test", folder.to_str().unwrap()]).success();
    }
}

#[test]
fn a_component_of_0_1_in_javascript_plans() {
    let bench = Workbench::new();
    bench.run(&["provider", "new", "veteran", "--lang", "javascript"]).success();
    let folder = bench.path("veteran");
    let run = |program: &str, arguments: &[&str]| Command::new(program).args(arguments).current_dir(&folder).output();
    if !run("npm", &["ci", "--no-audit", "--no-fund"]).is_ok_and(|installed| installed.status.success()) {
        skip("a_component_of_0_1_in_javascript_plans", "npm or its registry is not there");
        return;
    }
    std::fs::write(bench.path("veteran/main.js"), include_str!("guests/javascript-0.1/main.js")).unwrap();
    let wit = repository().join("wit/0.1/provider.wit");
    let build = ["componentize-qjs", "--sync", "--stub-wasi", "--js", "main.js", "--output", "veteran.wasm", "--wit"];
    let built = run("npx", &[&build[..], &[wit.to_str().unwrap()]].concat()).unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    try_veteran(&bench, "veteran/veteran.wasm", "run veteran.js");
}

#[test]
fn a_core_module_is_packed_for_the_version_that_it_names() {
    let bench = Workbench::new();
    bench.app("app", &[("core.txt", "")]);
    let core = |version: &str| {
        let text = include_str!("guests/core/provider.wat").replace("@0.1.0", &format!("@{version}"));
        std::fs::write(bench.path("core.wasm"), wat::parse_str(text).unwrap()).unwrap();
        bench.run(&["provider", "inspect", "core.wasm", "--json"])
    };
    let contract = |version| {
        let inspected: serde_json::Value = serde_json::from_str(core(version).success()).unwrap();
        inspected["file"]["contract"].clone()
    };
    assert_eq!((contract("0.1.0"), contract("0.1.7")), ("0.1".into(), "0.1".into()));
    assert!(core("0.3.0").failure().contains("newer than what this Plugpacks"));
}

/// What a new project's page says to do, once its component is built.
fn try_project(bench: &Workbench, name: &str, component: &str) {
    let (apps, app) = (format!("{name}/apps"), format!("{name}/apps/first"));
    bench.run(&["provider", "check", component]).success();
    let test = ["provider", "test", &apps, "--provider", component];
    bench.run(&[&test[..], &["--update"]].concat()).success();
    bench.run(&test).success();
    let plan = bench.run(&["plan", &app, "--provider", component]).plan();
    assert_eq!(plan["start"]["cmd"], format!("{name} main.{name}"));
}

#[test]
fn a_new_project_in_go_builds_and_passes_its_tests() {
    if lacks_go("a_new_project_in_go_builds_and_passes_its_tests") {
        return;
    }
    let bench = Workbench::new();
    bench.run(&["provider", "new", "my-lang", "--lang", "go"]).success();
    assert_eq!(bench.run(&["provider", "new", "my-lang", "--lang", "go"]).code, Some(3), "it is there already");
    let tested = Command::new("go").args(["test", "."]).current_dir(bench.path("my-lang")).output().unwrap();
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stdout));
    build_go(&bench.path("my-lang"), &bench.path("my-lang/my-lang.wasm"));
    try_project(&bench, "my-lang", "my-lang/my-lang.wasm");
}

#[test]
fn a_new_project_in_rust_builds_and_passes_its_tests() {
    let bench = Workbench::new();
    bench.run(&["provider", "new", "my-lang", "--lang", "rust"]).success();
    let manifest = bench.path("my-lang/Cargo.toml");
    let tested = guest_cargo(&["test"], &manifest);
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
    let built = component(manifest.parent().unwrap().to_str().unwrap());
    try_project(&bench, "my-lang", built.to_str().unwrap());
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

#[test]
fn a_new_project_in_javascript_builds_and_passes_its_tests() {
    let bench = Workbench::new();
    bench.run(&["provider", "new", "my-lang", "--lang", "javascript"]).success();
    let npm = |arguments: &[&str]| Command::new("npm").args(arguments).current_dir(bench.path("my-lang")).output();
    if !npm(&["ci", "--no-audit", "--no-fund"]).is_ok_and(|installed| installed.status.success()) {
        skip("a_new_project_in_javascript_builds_and_passes_its_tests", "npm or its registry is not there");
        return;
    }
    for step in [&["test"][..], &["run", "build"]] {
        let done = npm(step).unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
    try_project(&bench, "my-lang", "my-lang/my-lang.wasm");
}
