//! The library in a process of somebody else's: it plans and builds there, and leaves the process as it is.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

#[path = "builders/stand_ins.rs"]
#[allow(dead_code)]
mod stand_ins;
mod support;

use plugpacks::builder::ImageName;
use plugpacks::image::{self, Event, ImageRequest};
use plugpacks::planner::{self, PlanRequest};
use plugpacks::provider::Catalog;
use stand_ins::Stage;
use std::cell::RefCell;
use std::process::Command;
use std::sync::Arc;

/// Variables that would change the plan or the build if they were read.
const TRAPS: &[(&str, &str)] = &[
    ("NIXPACKS_START_CMD", "trap"),
    ("NIXPACKS_EDITION", "trap"),
    ("NIXPACKS_BUILDER", "trap"),
    ("NIXPACKS_BUILD_IMAGE", "trap"),
    ("BUILDKIT_HOST", "trap"),
    ("SOURCE_DATE_EPOCH", "1"),
];

#[test]
fn a_build_reads_no_environment_prints_nothing_and_leaves_signals_alone() {
    let stage = Stage::new().with_docker("echo words of the builder", "");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "builds_in_this_process", "--nocapture", "--test-threads", "1"])
        .env_clear()
        .envs(TRAPS.iter().copied())
        .env("PATH", stage.bench.path("bin"))
        .env("NOTES", stage.bench.path("notes"))
        .env("APP", stage.bench.path("app"))
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}{stderr}");
    let is_of_harness =
        |line: &&str| line.is_empty() || line.starts_with("running 1 test") || line.starts_with("test ");
    assert_eq!(stdout.lines().filter(|line| !is_of_harness(line)).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(stderr, "");
    let notes = std::fs::read_to_string(stage.bench.path("notes")).unwrap();
    assert!(notes.contains("== docker\nbuild\n") && notes.contains("\nshop\n"), "{notes}");
    assert!(!notes.contains("trap") && !notes.contains("SOURCE_DATE_EPOCH"), "{notes}");
}

#[test]
#[ignore = "the other test starts it, in a process of its own"]
fn builds_in_this_process() {
    let signals = signals();
    let app = std::env::var_os("APP").unwrap();
    let planned = planner::plan(&PlanRequest::new(app), &Arc::new(Catalog::builtin())).unwrap();
    let told = RefCell::new(Vec::new());
    let events = |event: Event| match event {
        Event::Checked(phases) => told.borrow_mut().extend(phases.iter().map(|(name, _)| format!("phase {name}"))),
        Event::Chosen(builder, ..) => told.borrow_mut().push(format!("builder {builder}")),
        Event::Output(text) => told.borrow_mut().push(text.trim().to_owned()),
        _ => {}
    };
    let request = ImageRequest::new(ImageName::parse("shop").unwrap());
    let image = image::build(&planned, &request, &events).unwrap();
    assert_eq!(image.built.metadata["containerimage.config.digest"], "sha256:cafe");
    let expected = ["phase setup", "phase install", "phase build", "builder docker", "words of the builder"];
    assert_eq!(told.into_inner(), expected);
    assert_eq!(planned.plan.start_command(), Some("npm run start"));
    assert_eq!(self::signals(), signals);
}

/// The signals by which the engine notices that a component does something that it may not: SIGILL, SIGBUS, SIGFPE,
/// SIGSEGV.
const OF_ENGINE: u64 = 1 << 3 | 1 << 6 | 1 << 7 | 1 << 10;

/// Which signals this process handles and ignores, but for the engine's.
fn signals() -> Vec<u64> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let masks = ["SigCgt:", "SigIgn:"].map(|name| status.lines().find_map(|line| line.strip_prefix(name)));
    masks.into_iter().flatten().map(|mask| u64::from_str_radix(mask.trim(), 16).unwrap() & !OF_ENGINE).collect()
}
