//! The edition `nixpacks` plans what Nixpacks 1.41 plans: each case of tests/conformance says what that printed.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)]

mod support;

use base64::Engine as _;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{plugpacks, repository};
use tempfile::TempDir;

/// The cases of a provider, or of a part of the core.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    /// The plan that the cases' plans are changes of.
    base: Value,
    cases: Vec<Case>,
}

/// An app and how it is asked for, and what Nixpacks said; tests/conformance/README.md describes the fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default, rename = "note")]
    _note: Option<String>,
    files: BTreeMap<String, String>,
    #[serde(default)]
    files_b64: BTreeMap<String, String>,
    #[serde(default)]
    exec: Vec<String>,
    #[serde(default)]
    dirs: Vec<String>,
    #[serde(default = "usual_directory")]
    dir: String,
    /// In the order in which they are given.
    #[serde(default)]
    env: serde_json::Map<String, Value>,
    #[serde(default)]
    process_env: BTreeMap<String, String>,
    #[serde(default)]
    args: Vec<String>,
    config: Option<String>,
    /// What the plan changes in the group's base, as a JSON merge patch; once read, the whole plan.
    plan: Option<Value>,
    /// Why there is no plan.
    error: Option<String>,
    providers: Option<Vec<String>>,
    #[serde(default)]
    alternatives: BTreeMap<String, Vec<Value>>,
}

fn usual_directory() -> String {
    "app".into()
}

/// A difference from Nixpacks that is meant.
#[derive(Deserialize)]
struct Deviation {
    /// A name, or the beginning of names and `*`.
    case: String,
    /// The part of the result that differs, such as `plan.start`; `*`: any.
    path: String,
    reason: String,
}

#[derive(Deserialize)]
struct Deviations {
    deviation: Vec<Deviation>,
}

impl Deviation {
    fn is_about(&self, case: &str) -> bool {
        self.case.strip_suffix('*').map_or(self.case == case, |beginning| case.starts_with(beginning))
    }

    fn allows(&self, difference: &Difference) -> bool {
        let is_below =
            difference.path.strip_prefix(&self.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.is_about(&difference.case) && (self.path == "*" || is_below)
    }
}

struct Difference {
    case: String,
    /// Such as `plan.phases.setup.nixPkgs`.
    path: String,
    expected: String,
    actual: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { case, path, expected, actual } = self;
        write!(f, "{case}: {path}\n    expected {expected}\n    actual   {actual}")
    }
}

#[test]
fn plans_are_those_of_nixpacks() {
    let cases = cases();
    assert!(cases.len() > 800, "only {} cases", cases.len());
    let differences = differences(&cases);
    let path = repository().join("tests/deviations.toml");
    let Deviations { deviation: deviations } = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for deviation in &deviations {
        assert!(!deviation.reason.is_empty(), "tests/deviations.toml: `{}` has no reason", deviation.case);
        let count = differences.iter().filter(|difference| deviation.allows(difference)).count();
        assert!(
            count > 0,
            "tests/deviations.toml: `{}` does not differ at `{}` any more, or is no case: remove it",
            deviation.case,
            deviation.path
        );
        println!("meant to differ: {} at {}, {count} times: {}", deviation.case, deviation.path, deviation.reason);
    }
    let faults: Vec<String> = differences
        .iter()
        .filter(|difference| !deviations.iter().any(|deviation| deviation.allows(difference)))
        .map(ToString::to_string)
        .collect();
    assert!(faults.is_empty(), "{} of {} cases differ:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

/// The cases of all files.
fn cases() -> Vec<Case> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(repository().join("tests/conformance"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files.iter().flat_map(|file| cases_of(file)).collect()
}

fn cases_of(file: &Path) -> Vec<Case> {
    let group = serde_json::from_slice(&std::fs::read(file).unwrap());
    let Group { base, mut cases } = group.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    for plan in cases.iter_mut().filter_map(|case| case.plan.as_mut()) {
        *plan = merged(&base, plan);
    }
    cases
}

/// A value with a JSON merge patch (RFC 7396) applied to it: null removes a member.
fn merged(base: &Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else { return patch.clone() };
    let mut members = base.as_object().cloned().unwrap_or_default();
    for (key, change) in changes {
        if change.is_null() {
            members.remove(key);
        } else {
            let member = merged(members.get(key).unwrap_or(&Value::Null), change);
            members.insert(key.clone(), member);
        }
    }
    Value::Object(members)
}

/// Runs the cases on all processors.
fn differences(cases: &[Case]) -> Vec<Difference> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let differences = case.differences();
            found.lock().unwrap().extend(differences);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort_by(|a, b| (&a.case, &a.path).cmp(&(&b.case, &b.path)));
    found
}

/// How a run of the program ended.
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Run {
    /// Whether it ended with an error that it reported itself, rather than with a crash.
    fn is_refusal(&self) -> bool {
        matches!(self.code, Some(1..=70)) && self.stderr.contains("Error: ")
    }

    fn summary(&self) -> String {
        format!("exit code {:?}: {}", self.code, self.stderr.trim())
    }
}

impl Case {
    fn differences(&self) -> Vec<Difference> {
        let bench = TempDir::new().unwrap();
        let app = bench.path().join(&self.dir);
        self.lay_out(&app);
        let mut differences = self.compare_plan(&self.run("plan", bench.path(), &app));
        differences.extend(self.compare_detection(&self.run("detect", bench.path(), &app)));
        differences
    }

    fn lay_out(&self, app: &Path) {
        let decoded = |text: &String| base64::engine::general_purpose::STANDARD.decode(text).unwrap();
        let texts = self.files.iter().map(|(path, text)| (path, text.clone().into_bytes()));
        let binaries = self.files_b64.iter().map(|(path, text)| (path, decoded(text)));
        std::fs::create_dir_all(app).unwrap();
        for (path, content) in texts.chain(binaries) {
            let file = app.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, content).unwrap();
            let mode = if self.exec.contains(path) { 0o755 } else { 0o644 };
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        for directory in &self.dirs {
            std::fs::create_dir_all(app.join(directory)).unwrap();
        }
    }

    fn run(&self, command: &str, bench: &Path, app: &Path) -> Run {
        let mut program = plugpacks(&bench.join("cache"));
        program.current_dir(bench).arg(command).arg(app).args(["--edition", "nixpacks"]).envs(&self.process_env);
        for (name, value) in &self.env {
            program.arg("--env").arg(format!("{name}={}", value.as_str().unwrap()));
        }
        program.args(&self.args);
        if let Some(config) = &self.config {
            program.arg("--config").arg(config);
        }
        let output = program.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Run { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    fn difference(&self, path: &str, expected: impl fmt::Display, actual: impl fmt::Display) -> Difference {
        Difference {
            case: self.name.clone(),
            path: path.to_owned(),
            expected: expected.to_string(),
            actual: actual.to_string(),
        }
    }

    fn compare_plan(&self, run: &Run) -> Vec<Difference> {
        let Some(plan) = &self.plan else {
            let reason = self.error.as_deref().unwrap_or("an error");
            return if run.is_refusal() { Vec::new() } else { vec![self.difference("error", reason, run.summary())] };
        };
        let Ok(mut actual) = serde_json::from_str::<Value>(&run.stdout) else {
            return vec![self.difference("plan", "a plan", run.summary())];
        };
        let mut expected = plan.clone();
        for (path, choices) in &self.alternatives {
            // Nixpacks takes one of them by chance.
            let pointer = format!("/{}", path.trim_start_matches("plan/"));
            if let (Some(expected), Some(actual)) = (expected.pointer_mut(&pointer), actual.pointer(&pointer))
                && choices.contains(actual)
            {
                expected.clone_from(actual);
            }
        }
        hide_bundled_assets(&mut expected, &mut actual);
        let mut differences = Vec::new();
        self.compare("plan", &expected, &actual, &mut differences);
        differences
    }

    /// Compares objects by key and everything else as it is. A member that is null counts as absent.
    fn compare(&self, path: &str, expected: &Value, actual: &Value, differences: &mut Vec<Difference>) {
        let (Value::Object(expected_members), Value::Object(actual_members)) = (expected, actual) else {
            if expected != actual {
                differences.push(self.difference(path, expected, actual));
            }
            return;
        };
        let mut keys: Vec<&String> = expected_members.keys().chain(actual_members.keys()).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            let of = |members: &serde_json::Map<String, Value>| members.get(key).cloned().unwrap_or_default();
            self.compare(&format!("{path}.{key}"), &of(expected_members), &of(actual_members), differences);
        }
    }

    fn compare_detection(&self, run: &Run) -> Vec<Difference> {
        let Some(expected) = &self.providers else {
            return if run.is_refusal() {
                Vec::new()
            } else {
                vec![self.difference("providers", "an error", run.summary())]
            };
        };
        let names: Vec<&str> = run.stdout.trim().split(", ").filter(|name| !name.is_empty()).collect();
        if run.code == Some(0) && names == *expected {
            return Vec::new();
        }
        vec![self.difference("providers", format!("{expected:?}"), format!("{names:?}, {}", run.summary()))]
    }
}

/// Scripts and configuration that come with Nixpacks itself are recorded without their text, and written anew here:
/// of these only the names are compared.
fn hide_bundled_assets(expected: &mut Value, actual: &mut Value) {
    let Some(assets) = expected.get_mut("staticAssets").and_then(Value::as_object_mut) else { return };
    for (name, asset) in assets {
        let Some(text) = actual["staticAssets"].get_mut(name) else { continue };
        if asset.get("bundled").is_some() && text.as_str().is_some_and(|text| !text.is_empty()) {
            text.clone_from(asset);
        }
    }
}
