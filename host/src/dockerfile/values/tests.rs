//! No value of a plan becomes an instruction of its own: each field with values that try, and with whatever else
//! comes to a random generator's mind. A parser that is not ours reads what was written.

use super::super::{
    BuildFiles, CacheIds, CacheKey, CacheKeys, CacheMounts, DockerfileOptions, FileDelivery, Rendered, SecretKeys,
    generate,
};
use crate::config::Mirrors;
use crate::edition::ImageRules;
use crate::error::{ErrorKind, Result};
use crate::plan::{ImageSettings, Phase, Plan, Setting, Start};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Command;

/// Puts a value into a field of a plan.
type Put = fn(&mut Plan, String);

fn install(plan: &mut Plan) -> &mut Phase<Vec<String>> {
    plan.phases.get_mut("install").unwrap()
}

fn start(plan: &mut Plan) -> &mut Start<Vec<String>> {
    plan.start.get_or_insert_default()
}

fn rename(plan: &mut Plan, name: String) {
    let phase = plan.phases.remove("install").unwrap();
    plan.phases.insert(name, phase);
}

/// Every field that goes into a Dockerfile, by what an error calls it; of those that can hold any text
/// there is none.
const FIELDS: &[(&str, Put)] = &[
    ("`buildImage`", |plan, value| plan.build_image = value),
    ("`variables`", |plan, value| drop(plan.variables.get_or_insert_default().insert(value, "x".into()))),
    ("`staticAssets`", |plan, value| drop(plan.static_assets.get_or_insert_default().insert(value, "x".into()))),
    ("`processes`", |plan, value| drop(plan.processes.get_or_insert_default().insert(value, "x".into()))),
    ("`secrets`", |plan, value| plan.secrets = Some(vec![value])),
    ("`aptPkgs` of phase install", |plan, value| install(plan).apt_packages = Some(vec![value])),
    ("`onlyIncludeFiles` of phase install", |plan, value| install(plan).only_include_files = Some(vec![value])),
    ("`paths` of phase install", |plan, value| install(plan).paths = Some(vec![value])),
    ("`cacheDirectories` of phase install", |plan, value| install(plan).cache_directories = Some(vec![value])),
    ("`secrets` of phase install", |plan, value| install(plan).secrets = Some(vec![value])),
    ("`start.user`", |plan, value| start(plan).user = Some(value)),
    ("`start.onlyIncludeFiles`", |plan, value| {
        start(plan).only_include_files = Some(vec![value]);
        start(plan).run_image.get_or_insert("debian:12".into());
    }),
    ("`start.runImage`", |plan, value| start(plan).run_image = Some(value)),
    ("`start.aptPkgs`", |plan, value| {
        start(plan).apt_packages = Some(vec![value]);
        start(plan).run_image.get_or_insert("debian:12".into());
    }),
];

/// Fields that can hold any text: it is encoded.
const ANY_TEXT: &[(&str, Put)] = &[
    ("a phase's name", rename),
    ("a package", |plan, value| install(plan).nix_packages = Some(vec![value])),
    ("a package at run time", |plan, value| start(plan).nix_packages = Some(vec![value])),
    ("a command", |plan, value| install(plan).commands = Some(vec![format!("echo {value}")])),
    ("the start command", |plan, value| start(plan).command = Some(value)),
    ("a process", |plan, value| drop(plan.processes.get_or_insert_default().insert("web".into(), value))),
    ("a variable's value", |plan, value| drop(plan.variables.get_or_insert_default().insert("A".into(), value))),
    ("an asset", |plan, value| drop(plan.static_assets.get_or_insert_default().insert("a".into(), value))),
    ("a health check", |plan, value| {
        plan.image = Some(ImageSettings { health_check: Some(Setting::Value(value)), ..ImageSettings::default() });
    }),
];

const ATTEMPTS: &[&str] = &["x\nRUN evil", "x\r\nUSER root", "x\\", "x\\\nRUN evil", "\nFROM evil", "x \\ "];

fn plan() -> Plan {
    let commands = Some(vec!["npm ci".to_owned()]);
    let phases = [("install".to_owned(), Phase { commands, ..Phase::default() })].into();
    let start = Start { nix_packages: Some(vec!["nodejs".to_owned()]), ..Start::with_command("npm start") };
    Plan { build_image: "base".into(), phases, start: Some(start), ..Plan::default() }
}

/// The Dockerfile of a plan with a value in a field.
fn written(put: Put, value: &str, image: ImageRules, delivery: FileDelivery) -> Result<Rendered> {
    files(put, value, image, delivery).map(|files| files.dockerfile.render())
}

/// All that is written for a plan with a value in a field.
fn files(put: Put, value: &str, image: ImageRules, delivery: FileDelivery) -> Result<BuildFiles> {
    let mut plan = plan();
    put(&mut plan, value.to_owned());
    let ids = if image == ImageRules::OneStage { CacheIds::Nixpacks } else { CacheIds::Distinct };
    let options = DockerfileOptions {
        cache: CacheMounts::Keyed(CacheKeys::same(CacheKey::new("key".into())), ids),
        delivery,
        mirrors: Mirrors::default(),
        nixpkgs_archive: "0123456789012345678901234567890123456789",
        image,
        secrets: SecretKeys::default(),
        build_variables: vec!["NPM_CONFIG_*".to_owned()],
        references: vec!["*.pth".to_owned()],
    };
    generate(&plan, &options)
}

const fn keyword(instruction: &parse_dockerfile::Instruction<'_>) -> &'static str {
    use parse_dockerfile::Instruction as I;
    match instruction {
        I::From(_) => "FROM",
        I::Run(_) => "RUN",
        I::Copy(_) => "COPY",
        I::Arg(_) => "ARG",
        I::Env(_) => "ENV",
        I::Workdir(_) => "WORKDIR",
        I::User(_) => "USER",
        I::Entrypoint(_) => "ENTRYPOINT",
        I::Cmd(_) => "CMD",
        I::Healthcheck(_) => "HEALTHCHECK",
        _ => "another",
    }
}

/// Checks that a parser finds the instructions that were meant.
fn assert_read_as_meant(field: &str, value: &str, rendered: &Rendered) {
    let text = &rendered.text;
    let parsed = parse_dockerfile::parse(text).unwrap_or_else(|error| panic!("{field} {value:?}: {error}\n{text}"));
    let found: Vec<_> = parsed.instructions.iter().map(keyword).collect();
    let meant: Vec<_> = rendered.steps.iter().map(|step| step.keyword).collect();
    assert_eq!(found, meant, "{field} {value:?}\n{text}");
}

const EDITIONS: [ImageRules; 2] = [ImageRules::OneStage, ImageRules::Staged];
const DELIVERIES: [FileDelivery; 3] = [FileDelivery::Context, FileDelivery::Inline, FileDelivery::Parcels];

#[test]
fn a_value_that_no_line_can_hold_is_refused_by_name() {
    for (field, put) in FIELDS {
        for value in ATTEMPTS {
            for image in EDITIONS {
                let error =
                    written(*put, value, image, FileDelivery::Context).map(|rendered| rendered.text).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Configuration, "{field} {value:?}");
                assert!(error.message().contains(field), "{field} {value:?}: {}", error.message());
            }
        }
    }
    let error = written(FIELDS[5].1, "curl\nRUN evil", ImageRules::Staged, FileDelivery::Context).unwrap_err();
    insta::assert_snapshot!(error.report(), @r"
    `curl\nRUN evil` cannot stand in `aptPkgs` of phase install

    Caused by:
        it has a line break

    Hint: Write one value in each element of a list; commands alone may have several lines
    ");
}

#[test]
fn any_text_stays_in_its_instruction() {
    for (field, put) in ANY_TEXT {
        for value in ATTEMPTS.iter().chain(&["cat <<EOF", "it's \"quoted\"", "#x", "--from=x"]) {
            for image in EDITIONS {
                for delivery in DELIVERIES {
                    let rendered = written(*put, value, image, delivery).unwrap();
                    assert_read_as_meant(field, value, &rendered);
                }
            }
        }
    }
}

/// Fields whose values are parts of Nix files, as texts; packages and libraries are expressions themselves.
const IN_NIX: &[(&str, Put)] = &[
    ("an overlay", |plan, value| {
        install(plan).nix_packages = Some(vec!["hello".into()]);
        install(plan).nix_overlays = Some(vec![value]);
    }),
    ("the commit", |plan, value| {
        install(plan).nix_packages = Some(vec!["hello".into()]);
        install(plan).nixpkgs_archive = Some(value);
    }),
];

/// Values that try to be code.
const CODE: &[&str] = &[
    "x; evil",
    "$(evil)",
    "`evil`",
    "x' evil '",
    "x\" evil \"",
    "x && evil",
    "x | evil",
    "$'",
    "'",
    "\"",
    "\\",
    "(",
    ")",
    "}",
    "#",
    "${",
    "''",
    "${evil}",
    "''${evil}",
    "x\"; evil = \"",
    "x#sha256=\"; evil",
    "*",
    "~",
    "-x",
    "[\"x\"",
    "<(evil)",
    "x y",
    "!",
    "{",
];

/// Checks what a program says of a file with this text.
fn assert_accepted(program: &str, option: &str, what: &str, text: &str) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let output = Command::new(program).arg(option).arg(file.path()).output().unwrap();
    assert!(output.status.success(), "{what}: {}\n{text}", String::from_utf8_lossy(&output.stderr));
}

#[allow(clippy::print_stdout)]
fn is_installed(program: &str) -> bool {
    let is_there = Command::new(program).arg("--version").output().is_ok();
    if !is_there {
        println!("SKIPPED: {program} is not there");
    }
    is_there
}

#[test]
fn what_is_written_in_nix_is_read_by_nix() {
    if !is_installed("nix-instantiate") {
        return;
    }
    for (field, put) in IN_NIX {
        for value in CODE {
            for image in EDITIONS {
                let Ok(files) = files(*put, value, image, FileDelivery::Context) else { continue };
                for (_, text) in files.generated.iter().filter(|(name, _)| name.ends_with(".nix")) {
                    assert_accepted("nix-instantiate", "--parse", &format!("{field} {value:?}"), text);
                }
            }
        }
    }
}

#[test]
fn what_is_written_for_a_shell_is_read_by_a_shell() {
    // Commands are the user's own shell; users are names, which planning checks; and the parser does not read quotes
    // in flags, where cache directories stand, as builders do.
    let left_out =
        ["a command", "the start command", "a process", "`start.user`", "`cacheDirectories` of phase install"];
    let mut texts = BTreeSet::new();
    for (field, put) in FIELDS.iter().chain(ANY_TEXT).filter(|(field, _)| !left_out.contains(field)) {
        for value in CODE {
            // Edition `nixpacks` leaves packages of the distribution to the shell, as Nixpacks 1.41 does.
            for delivery in DELIVERIES {
                let Ok(rendered) = written(*put, value, ImageRules::Staged, delivery) else { continue };
                assert_read_as_meant(field, value, &rendered);
                let parsed = parse_dockerfile::parse(&rendered.text).unwrap();
                for instruction in &parsed.instructions {
                    if let parse_dockerfile::Instruction::Run(run) = instruction
                        && let parse_dockerfile::Command::Shell(text) = &run.arguments
                        && texts.insert(text.value.to_owned())
                    {
                        assert_accepted("bash", "-n", &format!("{field} {value:?}"), text.value);
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn whatever_is_written_is_read_as_it_was_meant(value in "[a-zA-Z0-9 /.,:=$#'\"\\\\<>\\[\\]{}|&;~*\\-\n\r\t\u{e9}\u{2028}]{0,24}") {
        for (field, put) in FIELDS.iter().chain(ANY_TEXT) {
            for image in EDITIONS {
                for delivery in DELIVERIES {
                    if let Ok(rendered) = written(*put, &value, image, delivery) {
                        assert_read_as_meant(field, &value, &rendered);
                    }
                }
            }
        }
    }
}
