//! Apps that mean harm: whatever stands where a file is read, planning ends soon, in little memory, with a plan or
//! with an error that says what is wrong.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use plugpacks::provider::Catalog;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use support::planning::{copy, example_apps, places};
use support::plugpacks;
use tempfile::TempDir;

/// What the program may use: one second of the processor, and 64 MiB that it writes to. Beyond, the kernel ends it.
const LIMITED: &str = "ulimit -t 1 && ulimit -d 65536 && exec \"$0\" \"$@\"";

/// How deep a document is that is deeper than any honest one.
const DEEP: usize = 100_000;

/// Puts something at a path where nothing is.
type Payload = (&'static str, fn(&Path));

const PAYLOADS: &[Payload] = &[
    ("deep objects", |path| write(path, &r#"{"a":"#.repeat(DEEP))),
    ("deep lists", |path| write(path, &"[".repeat(DEEP))),
    ("a deep value", |path| write(path, &format!("a = {}", "[".repeat(DEEP)))),
    ("a deep key", |path| write(path, &format!("{}a = 1", "a.".repeat(DEEP)))),
    ("deep blocks", |path| {
        write(path, &(0..1000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>());
    }),
    ("deep elements", |path| write(path, &"<a>".repeat(DEEP))),
    ("deep brackets", |path| write(path, &"(".repeat(DEEP))),
    ("an alias bomb", |path| write(path, &alias_bomb())),
    ("a long line", |path| write(path, &"a".repeat(1 << 20))),
    ("many lines", |path| write(path, &"a\n".repeat(DEEP))),
    ("control characters", |path| write(path, "\u{1b}[2J\r\nname: \u{202e}\u{7}\n")),
    ("no text", |path| fs::write(path, [0xff; 4096]).unwrap()),
    ("no bytes", |path| write(path, "")),
    ("a sparse giant", |path| File::create(path).unwrap().set_len(1 << 40).unwrap()),
    ("a directory", |path| fs::create_dir(path).unwrap()),
    ("a named pipe", |path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success())),
    ("a socket", |path| drop(UnixListener::bind(path).unwrap())),
    ("a link to itself", |path| symlink(path.file_name().unwrap(), path).unwrap()),
    ("a link to nothing", |path| symlink("gone", path).unwrap()),
    ("a link upwards", |path| symlink("..", path).unwrap()),
    ("a link to a device", |path| symlink("/dev/zero", path).unwrap()),
    ("a link to a file outside", |path| symlink("/etc/passwd", path).unwrap()),
];

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

/// Nine lists, each of nine times the one before.
fn alias_bomb() -> String {
    let line = |level: usize| format!("l{level}: &l{level} [{}]\n", vec![format!("*l{}", level - 1); 9].join(", "));
    "l0: &l0 [a, a, a]\n".to_owned() + &(1..10).map(line).collect::<String>()
}

/// Plans an app within the limits: what was wrong with that, if anything. The exit code may be that of a plan, or of an
/// error of the app or its configuration.
fn fault(app: &Path, edition: &str) -> Option<String> {
    let program = plugpacks(app);
    let mut limited = Command::new("bash");
    limited.args(["-c", LIMITED]).arg(program.get_program()).arg("plan").arg(app).args(["--edition", edition]);
    limited.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = limited.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let is_plain = |c: char| c == '\n' || !c.is_control();
    // What a provider makes of a version file is refused where it is merged, with the provider's name.
    let is_refused = output.status.code() == Some(6) && said.contains("line break where none can be");
    if !is_refused && !matches!(output.status.code(), Some(0 | 1 | 3)) {
        return Some(format!("{}: {said}", output.status));
    }
    (!said.chars().all(is_plain)).then(|| format!("control characters in {said:?}"))
}

fn assert_no_fault(app: &Path, edition: &str) {
    assert_eq!(fault(app, edition), None, "edition {edition}");
}

/// A copy of an app in which something else stands at a path; `None` if a file is where a folder would have to be.
fn with_payload(app: &Path, path: &str, payload: fn(&Path)) -> Option<TempDir> {
    let bench = TempDir::new().unwrap();
    copy(app, &bench.path().join("app"));
    let place = bench.path().join("app").join(path);
    fs::create_dir_all(place.parent()?).ok()?;
    if place.is_dir() {
        fs::remove_dir_all(&place).unwrap();
    } else {
        drop(fs::remove_file(&place));
    }
    payload(&place);
    Some(bench)
}

/// At each place that a plan of an example app depends on stands something hostile, each thing in turn;
/// `PLUGPACKS_HOSTILE=all` puts everything everywhere.
#[test]
fn whatever_stands_where_a_file_is_read_planning_ends_well() {
    let catalog = Arc::new(Catalog::builtin());
    let everything = std::env::var_os("PLUGPACKS_HOSTILE").is_some_and(|value| value == "all");
    let mut seen = BTreeSet::new();
    let mut tried = 0;
    let mut faults = Vec::new();
    for app in example_apps() {
        for (number, path) in places(&app, &catalog).into_iter().enumerate() {
            // A manifest is read alike in every app that has it.
            if !app.join(&path).is_file() && !seen.insert(path.clone()) && !everything {
                continue;
            }
            for (at, (payload, place)) in PAYLOADS.iter().enumerate() {
                if !everything && (at + number + tried) % PAYLOADS.len() != 0 {
                    continue;
                }
                let Some(bench) = with_payload(&app, &path, *place) else { continue };
                let what = format!("{payload} at `{path}` of {}", app.file_name().unwrap().to_str().unwrap());
                let edition = if tried % 4 == 3 { "nixpacks" } else { "2026.11" };
                faults.extend(fault(&bench.path().join("app"), edition).map(|fault| format!("{what}: {fault}")));
                tried += 1;
            }
        }
    }
    println!("{tried} hostile apps");
    assert!(faults.is_empty(), "{} of {tried} end badly:\n{}", faults.len(), faults.join("\n"));
    assert!(tried > 300, "{tried}");
}

#[test]
fn a_crowded_directory_is_read_once() {
    let bench = TempDir::new().unwrap();
    for number in 0..100_000 {
        File::create(bench.path().join(format!("{number}.txt"))).unwrap();
    }
    write(&bench.path().join("package.json"), "{}");
    assert_no_fault(bench.path(), "2026.11");
}

#[test]
fn links_among_themselves_do_not_multiply() {
    let bench = TempDir::new().unwrap();
    for number in 0..200 {
        let folder = bench.path().join(format!("folder{number}"));
        fs::create_dir(&folder).unwrap();
        for other in 0..20 {
            symlink(format!("../folder{}", (number + other) % 200), folder.join(format!("link{other}"))).unwrap();
        }
    }
    write(&bench.path().join("main.py"), "");
    for edition in ["nixpacks", "2026.11"] {
        assert_no_fault(bench.path(), edition);
    }
}

/// Changes a file until told to stop: shorter, longer, gone, a pipe, a directory.
fn keep_changing(path: &PathBuf, stop: &AtomicBool) {
    for number in (0..).take_while(|_| !stop.load(Ordering::Relaxed)) {
        let _ = if number % 5 == 3 { fs::remove_dir(path) } else { fs::remove_file(path) };
        let _ = match number % 5 {
            0 => fs::write(path, "{\"scripts\": {\"start\": \"node a.js\"}}"),
            1 => fs::write(path, " ".repeat(1 << 20)),
            2 => fs::create_dir(path),
            3 => symlink("/dev/zero", path),
            _ => fs::write(path, "{"),
        };
    }
}

#[test]
fn files_that_change_while_they_are_read_do_no_harm() {
    let bench = TempDir::new().unwrap();
    let path = bench.path().join("package.json");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| keep_changing(&path, &stop));
        for _ in 0..20 {
            assert_no_fault(bench.path(), "2026.11");
        }
        stop.store(true, Ordering::Relaxed);
    });
}
