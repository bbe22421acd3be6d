//! Runs that are ended, disks that are full: nothing that is kept is half of something.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;
use support::{Workbench, component, plugpacks};

/// A bench with an app, the provider that plans it, and its plan.
fn bench() -> (Workbench, serde_json::Value) {
    let bench = Workbench::new();
    bench.app("app", &[("behaviour", "warn")]);
    fs::copy(component("tests/guests/hostile"), bench.path("hostile.wasm")).unwrap();
    let plan = bench.run_with(&[("XDG_CACHE_HOME", "/proc/nowhere")], PLAN).plan();
    (bench, plan)
}

const PLAN: &[&str] = &["plan", "app", "--provider", "hostile.wasm"];

#[test]
fn a_run_that_is_killed_leaves_a_cache_that_is_whole() {
    let (bench, plan) = bench();
    for milliseconds in [0, 1, 2, 5, 10, 20, 40, 80, 120, 160, 240, 320, 480, 640, 960] {
        let mut run = plugpacks(&bench.path("cache"));
        run.current_dir(bench.path("")).args(PLAN).stdout(Stdio::null()).stderr(Stdio::null());
        let mut run = run.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        run.kill().unwrap();
        run.wait().unwrap();
    }
    assert_eq!(bench.run(PLAN).plan(), plan);
    let shown = bench.run(&["cache", "show"]).success().to_owned();
    assert_eq!(shown.matches("this Plugpacks").count(), 1, "{shown}");
}

/// Plans with a cache directory that is mounted in a certain way; `None` where that is not allowed.
fn with_mount(bench: &Workbench, options: &str) -> Option<(String, serde_json::Value)> {
    fs::create_dir_all(bench.path("cache")).unwrap();
    let script = format!("mount -t tmpfs -o {options} none cache || exit 99; exec \"$0\" \"$@\"");
    let program = plugpacks(&bench.path("cache"));
    let mut run = Command::new("unshare");
    run.args(["--mount", "--map-root-user", "bash", "-c", &script]).arg(program.get_program()).args(PLAN);
    run.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = run.current_dir(bench.path("")).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.code() == Some(99) || said.starts_with("unshare:") {
        println!("SKIPPED: no mounts here: {said}");
        return None;
    }
    assert_eq!(output.status.code(), Some(0), "{options}: {said}");
    Some((said, serde_json::from_slice(&output.stdout).unwrap()))
}

#[test]
fn a_full_or_read_only_cache_costs_time_alone() {
    let (bench, expected) = bench();
    for options in ["size=64k,mode=0700", "ro,mode=0700"] {
        let Some((said, plan)) = with_mount(&bench, options) else { return };
        assert_eq!(plan, expected, "{options}");
        assert_eq!(said.matches("Note: Compiled providers are not kept").count(), 1, "{options}: {said}");
    }
}

#[test]
fn without_a_place_for_caches_nothing_is_kept() {
    let (bench, expected) = bench();
    let outcome = bench.run_with(&[("XDG_CACHE_HOME", "/proc/nowhere")], PLAN);
    assert_eq!(outcome.plan(), expected);
    assert_eq!(outcome.stderr.matches("Note: Compiled providers are not kept").count(), 1, "{}", outcome.stderr);
}
