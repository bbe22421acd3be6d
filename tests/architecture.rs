//! The library asks nothing of the process that it works in, and its modules know only those that they may.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use plugpacks::edition::Edition;
use plugpacks::provider::Catalog;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the library, and whom each of them knows.
const ARROWS: &[(&str, &str)] = &[
    ("app", "edition"),
    ("builder", "app digest dockerfile edition error machine plan provider shell text"),
    ("config", "app edition error plan whole"),
    ("digest", ""),
    ("dockerfile", "app config digest edition error plan shell text"),
    ("edition", "error plan"),
    ("error", "plan"),
    ("image", "app builder dockerfile edition error plan planner"),
    ("machine", ""),
    ("plan", "text"),
    ("planner", "app config edition error machine plan provider"),
    ("provider", "app config digest edition error machine plan text"),
    ("shell", ""),
    ("text", ""),
    ("whole", ""),
];

/// What a program does and a library leaves to it.
const OF_PROGRAMS: &[&str] = &[
    "env::var",
    "env::args",
    "env::home_dir",
    "env::current_dir",
    "try_from_env",
    "print!(",
    "println!(",
    "io::stdin",
    "io::stdout",
    "io::stderr",
    "process::exit",
    "ctrlc",
    "clap",
];

/// Where the library does it all the same, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("builder/nix/mod.rs", "io::stdout", "an output with `dest=-` asks for the archive on standard output"),
    ("provider/remote/http.rs", "try_from_env", "whoever asks for `Proxies::OfEnvironment` asks for that"),
];

/// Words that mean something else in the library than in the description of a provider.
const OTHER_MEANINGS: &[&str] = &[".cache", "target"];

/// Packages that only a program needs.
const PACKAGES_OF_PROGRAMS: &[&str] = &["clap", "clap_complete", "ctrlc", "textwrap"];

fn host() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The library's code without its tests, by file relative to `src`.
fn sources() -> BTreeMap<String, String> {
    let root = host().join("src");
    let (mut sources, mut folders) = (BTreeMap::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && !name.contains("/tests/") {
                let text = fs::read_to_string(path).unwrap();
                let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
                let is_code = |line: &&str| !line.trim_start().starts_with("//");
                sources.insert(name, code.lines().filter(is_code).collect::<Vec<_>>().join("\n"));
            }
        }
    }
    sources
}

/// The module of the library that a file belongs to.
fn module(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap()
}

/// The modules that a text names after `crate::`, or in braces after it.
fn named(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, prefix) in text.match_indices("crate::") {
        let rest = &text[at + prefix.len()..];
        let list = rest.strip_prefix('{').map_or(rest, |rest| rest.split("};").next().unwrap());
        let words = if list.len() == rest.len() { vec![list] } else { list.split(',').collect() };
        let word = |text: &str| text.trim().split(|c: char| !c.is_ascii_lowercase()).next().unwrap().to_owned();
        named.extend(words.into_iter().map(word).filter(|word| !word.is_empty()));
    }
    named
}

#[test]
fn modules_know_only_those_that_the_table_allows() {
    let modules: BTreeSet<_> = ARROWS.iter().map(|(module, _)| (*module).to_owned()).collect();
    let mut known: BTreeMap<String, BTreeSet<String>> =
        modules.iter().map(|module| (module.clone(), BTreeSet::new())).collect();
    for (file, code) in sources().iter().filter(|(file, _)| *file != "lib.rs") {
        let others = named(code).into_iter().filter(|name| modules.contains(name) && name != module(file));
        known.get_mut(module(file)).unwrap_or_else(|| panic!("{file} is of no module in the table")).extend(others);
    }
    for (module, allowed) in ARROWS {
        let real = known[*module].iter().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(real, *allowed, "what `{module}` knows is not what the table says");
    }
}

#[test]
fn no_two_modules_know_each_other() {
    let arrows: BTreeMap<_, Vec<_>> =
        ARROWS.iter().map(|(from, to)| (*from, to.split_whitespace().collect())).collect();
    // A module that knows only settled ones is settled; where there is a circle, some never are.
    let mut settled = BTreeSet::new();
    while let Some((module, _)) = arrows
        .iter()
        .find(|(module, known)| !settled.contains(*module) && known.iter().all(|one| settled.contains(one)))
    {
        settled.insert(*module);
    }
    let circle: Vec<_> = arrows.keys().filter(|module| !settled.contains(*module)).collect();
    assert!(circle.is_empty(), "modules that know each other, perhaps through others: {circle:?}");
}

#[test]
fn the_library_reads_no_environment_prints_nothing_and_does_not_exit() {
    for (file, code) in sources() {
        for word in OF_PROGRAMS {
            let is_excepted = EXCEPTIONS.iter().any(|(place, allowed, _)| *place == file && allowed == word);
            assert_eq!(
                code.contains(word),
                is_excepted,
                "`{word}` in host/src/{file}: the program, host/cli, may do that"
            );
        }
    }
    let manifest: toml::Value = toml::from_str(&fs::read_to_string(host().join("Cargo.toml")).unwrap()).unwrap();
    for package in PACKAGES_OF_PROGRAMS {
        assert!(manifest["dependencies"].get(package).is_none(), "host/Cargo.toml has `{package}`");
    }
}

#[test]
fn the_library_says_nothing_about_tools_that_a_provider_says() {
    let catalog = Catalog::builtin();
    let tools = catalog.tools(Edition::DEFAULT);
    let lists = [
        &tools.generated,
        &tools.build_variables,
        &tools.certificate_variables,
        &tools.references,
        &tools.installs_elsewhere,
    ];
    let outputs = tools.remedies.iter().map(|remedy| &remedy.output);
    let said: BTreeSet<&str> =
        lists.into_iter().flat_map(|list| list.iter()).chain(outputs).map(|text| &**text).collect();
    assert!(["node_modules", "*.pth", "ERR_PNPM_OUTDATED_LOCKFILE"].iter().all(|text| said.contains(text)), "{said:?}");
    let scripts = fs::read_dir(host().join("src/dockerfile/scripts")).unwrap().map(|entry| entry.unwrap().path());
    let scripts = scripts.map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap()));
    for (file, text) in sources().into_iter().chain(scripts) {
        let is_there = |word: &&&str| ['"', '\''].iter().any(|end| text.contains(&format!("{end}{word}{end}")));
        let found: Vec<_> = said.iter().filter(|word| !OTHER_MEANINGS.contains(word)).filter(is_there).collect();
        assert!(found.is_empty(), "{file} says {found:?}, which is a provider's to say");
    }
}
