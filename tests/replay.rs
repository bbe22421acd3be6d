//! A value goes through the same gate whichever way a plan comes in: saved, as JSON, as a configuration file.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use serde_json::{Value, json};
use std::fs;
use support::{Outcome, Workbench};

/// Puts a value into a plan.
type Put = fn(&str) -> Value;

const FIELDS: &[(&str, Put)] = &[
    ("buildImage", |value| json!({ "buildImage": value })),
    ("a variable's name", |value| json!({ "variables": { value: "x" } })),
    ("a variable", |value| json!({ "variables": { "A": value } })),
    ("an asset's name", |value| json!({ "staticAssets": { value: "x" } })),
    ("an asset", |value| json!({ "staticAssets": { "a": value } })),
    ("a process's name", |value| json!({ "processes": { value: "x" } })),
    ("a process", |value| json!({ "processes": { "worker": value } })),
    ("a phase's name", |value| json!({ "phases": { value: { "cmds": ["true"] } } })),
    ("cmds", |value| json!({ "phases": { "install": { "cmds": [value] } } })),
    ("nixPkgs", |value| json!({ "phases": { "setup": { "nixPkgs": [value] } } })),
    ("nixLibs", |value| json!({ "phases": { "setup": { "nixLibs": [value] } } })),
    ("nixOverlays", |value| json!({ "phases": { "setup": { "nixOverlays": [value] } } })),
    ("nixpkgsArchive", |value| json!({ "phases": { "setup": { "nixpkgsArchive": value } } })),
    ("aptPkgs", |value| json!({ "phases": { "setup": { "aptPkgs": [value] } } })),
    ("onlyIncludeFiles", |value| json!({ "phases": { "install": { "onlyIncludeFiles": [value] } } })),
    ("paths", |value| json!({ "phases": { "install": { "paths": [value] } } })),
    ("cacheDirectories", |value| json!({ "phases": { "install": { "cacheDirectories": [value] } } })),
    ("start.cmd", |value| json!({ "start": { "cmd": value } })),
    ("start.user", |value| json!({ "start": { "user": value } })),
    ("start.runImage", |value| json!({ "start": { "runImage": value } })),
    ("start.aptPkgs", |value| json!({ "start": { "runImage": "debian:12", "aptPkgs": [value] } })),
    ("start.onlyIncludeFiles", |value| json!({ "start": { "runImage": "debian:12", "onlyIncludeFiles": [value] } })),
];

const ATTEMPTS: &[&str] = &["x\nRUN evil", "x\r\nUSER root", "x\\", "x\u{2028}RUN evil"];

/// Writes the Dockerfile of an app with a plan that comes in one way.
type Way = (&'static str, fn(&Workbench, &Value, &str) -> Outcome);

const APP: &[(&str, &str)] = &[("package.json", r#"{"scripts":{"build":"b","start":"s"}}"#)];

const WAYS: &[Way] = &[
    ("--plan", |bench, plan, edition| {
        let mut whole = bench.run(&["plan", "app", "--edition", edition]).plan();
        merge(&mut whole, plan);
        fs::write(bench.path("plan.json"), whole.to_string()).unwrap();
        bench.run(&["build", "app", "--dockerfile", "--plan", "plan.json"])
    }),
    ("--json-plan", |bench, plan, edition| {
        bench.run(&["build", "app", "--dockerfile", "--edition", edition, "--json-plan", &plan.to_string()])
    }),
    ("--config", |bench, plan, edition| {
        fs::write(bench.path("app/other.json"), plan.to_string()).unwrap();
        bench.run(&["build", "app", "--dockerfile", "--edition", edition, "--config", "other.json"])
    }),
    ("nixpacks.toml", |bench, plan, edition| {
        let text = toml::to_string(plan).unwrap();
        let app = bench.app("configured", &[APP, &[("nixpacks.toml", &*text)]].concat());
        let outcome = bench.run(&["build", "configured", "--dockerfile", "--edition", edition]);
        fs::remove_dir_all(app).unwrap();
        outcome
    }),
];

/// Adds what a plan says to another one.
fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            from.iter().for_each(|(key, value)| merge(into.entry(key).or_insert(Value::Null), value));
        }
        (into, from) => *into = from.clone(),
    }
}

/// The instructions of a Dockerfile, as a parser that is not ours reads them: what stands at the beginning of each.
fn instructions(dockerfile: &str) -> Vec<String> {
    let parsed = parse_dockerfile::parse(dockerfile).unwrap_or_else(|error| panic!("{error}\n{dockerfile}"));
    let keyword = |instruction| format!("{instruction:?}").split('(').next().unwrap_or_default().to_owned();
    parsed.instructions.iter().map(keyword).collect()
}

#[test]
fn a_value_is_refused_or_encoded_whichever_way_it_comes() {
    let bench = Workbench::new();
    bench.app("app", APP);
    let (mut tried, mut refused, mut faults) = (0, 0, Vec::new());
    for (at, (field, put)) in FIELDS.iter().enumerate() {
        for (way, run) in WAYS {
            let edition = ["2026.11", "nixpacks"][(at + tried) % 2];
            let harmless = run(&bench, &put("x"), edition);
            for value in ATTEMPTS {
                let what = format!("{value:?} in {field} by {way}, edition {edition}");
                let outcome = run(&bench, &put(value), edition);
                tried += 1;
                let is_plain = |c: char| c == '\n' || !c.is_control() && !"\u{2028}\u{2029}".contains(c);
                let is_as_meant = match outcome.code {
                    Some(0) => instructions(&outcome.stdout) == instructions(harmless.success()),
                    code => code == Some(3),
                };
                refused += usize::from(outcome.code != Some(0));
                if !is_as_meant || !outcome.stderr.chars().all(is_plain) {
                    faults.push(format!("{what}: {}", outcome.whole()));
                }
            }
        }
    }
    println!("{tried} values, {refused} refused, {} encoded", tried - refused);
    assert!(faults.is_empty(), "{} of {tried} were not as meant:\n{}", faults.len(), faults.join("\n"));
}
