//! Random changes of what a plan is read from: manifests, lockfiles, version files, configuration, `Procfile`,
//! `.dockerignore`, plans as JSON, components. Planning ends with a plan or with an error that blames the right one.
//!
//! The gate executes each target a fixed number of times, with the same changes at each run. `PLUGPACKS_FUZZ_SECONDS=3600`
//! executes each for an hour, `PLUGPACKS_FUZZ_SEED=N` with other changes. Seeds are the example apps.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use plugpacks::edition::Edition;
use plugpacks::error::{Error, ErrorKind};
use plugpacks::plan::PartialPlan;
use plugpacks::planner::Planned;
use plugpacks::provider::{Catalog, ComponentCache, Limits};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::component;
use support::planning::{copy, example_apps, places, plan};
use tempfile::TempDir;

/// What breaks readers.
const WORDS: &[&str] = &[
    "\0",
    "\"",
    "'",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "#",
    "---\n",
    "\n",
    "\r\n",
    "\t",
    ":",
    "=",
    ",",
    "*",
    "**/",
    "^",
    "~",
    ">=",
    "<0",
    "||",
    "-",
    "..",
    "/",
    "../",
    "\u{feff}",
    "\u{202e}",
    "é",
    "null",
    "true",
    "0",
    "-1",
    "99999999999999999999",
    "1e999",
    "&a",
    "*a",
    "!",
    "${A}",
    "$(",
    "x.x",
    "lts/*",
    "v",
    ".",
    "@",
    "@sha256:",
    "workspace:",
];

/// A generator of numbers: splitmix64.
struct Chance(u64);

impl Chance {
    fn of_target(target: u64) -> Self {
        let seed = std::env::var("PLUGPACKS_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0);
        Self(target ^ u64::wrapping_mul(seed, 0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % (end.max(1) as u64)).unwrap()
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Some bytes changed once or a few times; parts come from another text, too.
    fn mutated(&mut self, bytes: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let from = self.below(bytes.len() + 1);
            let to = (from + self.below(16)).min(bytes.len());
            let new: Vec<u8> = match self.below(6) {
                0 => Vec::new(),
                1 => self.one(WORDS).as_bytes().to_vec(),
                2 => bytes[from..to].repeat(1 + self.below(4)),
                3 => other[self.below(other.len() + 1).min(other.len())..].iter().copied().take(32).collect(),
                4 => bytes[from..to].iter().map(|byte| byte ^ (1 << (from % 8))).collect(),
                _ => self.one(WORDS).repeat(1 + self.below(64)).into_bytes(),
            };
            bytes.splice(from..to, new);
        }
        bytes
    }
}

/// Executes a target so many times, or as often as the wanted seconds allow; says how often.
fn run(name: &str, times: u64, mut target: impl FnMut(&mut Chance)) {
    let seconds = std::env::var("PLUGPACKS_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut chance =
        Chance::of_target(name.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(byte.into())));
    let mut executions = 0_u64;
    while until.map_or(executions < times, |until| Instant::now() < until) {
        target(&mut chance);
        executions += 1;
    }
    println!("{name}: {executions} executions");
}

/// An error must blame the app or its configuration.
fn assert_blames(result: Result<Planned, Error>, input: &str) {
    if let Err(error) = result {
        assert!(matches!(error.kind(), ErrorKind::App | ErrorKind::Configuration), "{}\n{input}", error.report());
    }
}

/// A copy of each example app, and the files of it that its plan depends on.
fn seeds(catalog: &Arc<Catalog>) -> Vec<(TempDir, Vec<PathBuf>)> {
    let seed = |app: PathBuf| {
        let bench = TempDir::new().unwrap();
        copy(&app, bench.path());
        let places = places(bench.path(), catalog).into_iter().map(|place| bench.path().join(place));
        let files = places.filter(|file| file.is_file()).collect();
        (bench, files)
    };
    example_apps().into_iter().map(seed).collect()
}

#[test]
fn manifests_lockfiles_and_version_files() {
    let catalog = Arc::new(Catalog::builtin());
    let seeds = seeds(&catalog);
    let texts: Vec<Vec<u8>> = seeds.iter().flat_map(|(_, files)| files).map(|file| fs::read(file).unwrap()).collect();
    run("manifests", 400, |chance| {
        let (bench, files) = chance.one(&seeds);
        let Some(file) = files.get(chance.below(files.len())) else { return };
        let whole = fs::read(file).unwrap();
        let other = chance.one(&texts);
        let mutated = chance.mutated(&whole, other);
        fs::write(file, &mutated).unwrap();
        let edition = *chance.one(&Edition::ALL);
        assert_blames(
            plan(bench.path(), edition, None, &catalog),
            &format!("{}, edition {edition}:\n{:?}", file.display(), String::from_utf8_lossy(&mutated)),
        );
        fs::write(file, whole).unwrap();
    });
}

/// Files of the host's own, and what they may look like.
const OWN: &[(&str, &str)] = &[
    (
        "nixpacks.toml",
        "providers = [\"...\"]\n[phases.setup]\nnixPkgs = [\"...\", \"a\"]\n[phases.x]\ncmds = [\"b\"]\ndependsOn = [\"setup\"]\n[start]\ncmd = \"c\"\n[variables]\nA = \"b\"\n[image]\nslim = true\n",
    ),
    (
        "nixpacks.json",
        r#"{"phases": {"install": {"cmds": ["...", "a"], "skip": false}}, "start": {"user": "app"}, "staticAssets": {"a": "b"}}"#,
    ),
    ("Procfile", "web: a --port $PORT\nworker: b\nrelease: c\n"),
    (".dockerignore", "# a\n*.log\n!keep.log\n**/node_modules\n/b/[a-z]?\n\\#c\n"),
    (".gitmodules", "[submodule \"a\"]\n\tpath = a\n\turl = b\n"),
    (
        "package.json",
        r#"{"engines": {"node": ">=20 <23 || 24.x"}, "packageManager": "pnpm@9.1.0", "scripts": {"start": "s"}}"#,
    ),
    (".nvmrc", "lts/iron\n"),
    (".tool-versions", "nodejs 24.1.0 # a\npython 3.13\n"),
    ("mise.toml", "[tools]\nnode = \"24\"\npython = [\"3.13\", \"3.12\"]\n"),
];

#[test]
fn configuration_procfile_ignore_file_and_versions() {
    let catalog = Arc::new(Catalog::builtin());
    let bench = TempDir::new().unwrap();
    run("configuration", 400, |chance| {
        let (name, text) = chance.one(OWN);
        let (_, other) = chance.one(OWN);
        let mutated = chance.mutated(text.as_bytes(), other.as_bytes());
        fs::write(bench.path().join("package.json"), OWN[5].1).unwrap();
        fs::write(bench.path().join(name), &mutated).unwrap();
        let edition = *chance.one(&Edition::ALL);
        let input = format!("{name}, edition {edition}:\n{:?}", String::from_utf8_lossy(&mutated));
        assert_blames(plan(bench.path(), edition, None, &catalog), &input);
        fs::remove_file(bench.path().join(name)).unwrap();
    });
}

#[test]
fn plans_as_json() {
    let catalog = Arc::new(Catalog::builtin());
    let bench = TempDir::new().unwrap();
    fs::write(bench.path().join("index.html"), "").unwrap();
    let seed = plan(bench.path(), Edition::DEFAULT, None, &catalog).unwrap().plan.to_json();
    run("plans", 3000, |chance| {
        let mutated = chance.mutated(seed.as_bytes(), OWN[1].1.as_bytes());
        let text = String::from_utf8_lossy(&mutated).into_owned();
        if let Ok(given) = PartialPlan::from_json(&text) {
            assert_blames(plan(bench.path(), Edition::DEFAULT, Some(given), &catalog), &text);
        }
    });
}

#[test]
fn components() {
    let bench = TempDir::new().unwrap();
    let cache = ComponentCache::in_directory(bench.path().join("cache/components"), Limits::DEFAULT);
    let whole = fs::read(component("tests/guests/hostile")).unwrap();
    let path = bench.path().join("guest.wasm");
    run("components", 60, |chance| {
        fs::write(&path, chance.mutated(&whole, &whole)).unwrap();
        if let Err(error) = Catalog::builtin().add_file(&path, &cache) {
            assert_eq!(error.kind(), ErrorKind::Provider, "{}", error.report());
            assert!(error.report().contains("guest.wasm"), "{}", error.report());
        }
    });
}
