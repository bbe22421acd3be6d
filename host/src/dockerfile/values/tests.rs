//! No value of a plan becomes an instruction of its own: each field with values that try, and with whatever else
//! comes to a random generator's mind. A parser that is not ours reads what was written.

use super::super::{
    CacheIds, CacheKey, CacheKeys, CacheMounts, DockerfileOptions, FileDelivery, Rendered, SecretKeys, generate,
};
use crate::config::Mirrors;
use crate::edition::ImageRules;
use crate::error::{ErrorKind, Result};
use crate::plan::{ImageSettings, Phase, Plan, Setting, Start};
use proptest::prelude::*;

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
        plan.image = Some(ImageSettings { health_check: Some(Setting::of_word(value)), ..ImageSettings::default() });
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
    };
    generate(&plan, &options).map(|files| files.dockerfile.render())
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
