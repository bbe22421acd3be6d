//! The Dockerfile of editions after `nixpacks`: a build stage, and a last stage that has only what
//! the app needs at run time, an unprivileged user, and a first process that hands signals on.

mod apt;
mod build_stage;
mod kept;
mod last_stage;
mod phases;
mod user;
mod variables;

use super::document::{Dockerfile, Draft, Instruction};
use super::nix::NixEnvironment;
use super::render::Layout;
use super::{DockerfileOptions, Generated};
use crate::plan::{ImageSettings, Phase, Plan, Start};
use crate::shell::shell_word;
use kept::Kept;
use last_stage::LastStage;
use std::collections::BTreeMap;
use user::User;

type FinalPhase = Phase<Vec<String>>;

/// Where the image keeps what Plugpacks itself brings: scripts and processes.
const OWN: &str = "/etc/plugpacks";

/// Where the packages that are needed at run time are installed.
const RUNTIME_PROFILE: &str = "/nix/var/nix/profiles/runtime";

/// The build stage's name.
const BUILD: &str = "build";

/// Text is in UTF-8, unless the plan says otherwise: without a locale some languages take it for ASCII.
const LOCALE: (&str, &str) = ("LANG", "C.UTF-8");

/// Everything the two stages are written from.
struct Image<'a> {
    plan: &'a Plan,
    phases: &'a [(&'a str, &'a FinalPhase)],
    generated: &'a Generated,
    options: &'a DockerfileOptions,
    settings: ImageSettings,
    start: Start<Vec<String>>,
    last_stage: LastStage,
    user: User,
    kept: Kept,
}

impl Image<'_> {
    fn wants_sbom(&self) -> bool {
        self.settings.sbom == Some(true)
    }

    /// The locale, unless the plan chooses one.
    fn locale(&self) -> Option<(String, String)> {
        let is_chosen = self
            .plan
            .variables
            .as_ref()
            .is_some_and(|variables| ["LANG", "LC_ALL"].iter().any(|name| variables.contains_key(*name)));
        (!is_chosen).then(|| (LOCALE.0.to_owned(), LOCALE.1.to_owned()))
    }
}

pub(super) fn write(
    plan: &Plan,
    phases: &[(&str, &FinalPhase)],
    environments: &[NixEnvironment],
    generated: &Generated,
    options: &DockerfileOptions,
) -> Dockerfile {
    let start = plan.start.clone().unwrap_or_default();
    let settings = plan.image.clone().unwrap_or_default();
    let last_stage = LastStage::of(plan);
    let kept = Kept::of(&start, phases, &last_stage);
    let user = User::of(&start);
    let image = Image { plan, phases, generated, options, settings, start, last_stage, user, kept };
    let mut draft = Draft::new();
    image.build_stage(&mut draft, environments);
    image.last_stage(&mut draft);
    draft.finish(Layout::Staged)
}

/// Plugpacks' own scripts, by their names.
pub(super) fn scripts(plan: &Plan, references: &[String]) -> BTreeMap<String, String> {
    let settings = plan.image.clone().unwrap_or_default();
    let is_slim = plan.packages_at_run_time().is_some();
    let names: String = references.iter().map(|name| format!(" -o -name {}", shell_word(name))).collect();
    let references = REFERENCES.replace(REFERENCE_NAMES, &names);
    let scripts = [
        ("start.sh", START, true),
        ("init.sh", INIT, settings.init != Some(false)),
        ("health.sh", HEALTH, settings.health_check().is_some()),
        ("packages.sh", PACKAGES, is_slim),
        ("references.sh", &references, is_slim),
        ("libraries.sh", LIBRARIES, is_slim),
        ("mentions.pl", MENTIONS, is_slim),
        ("sbom.sh", SBOM, settings.sbom == Some(true)),
    ];
    let wanted = scripts.into_iter().filter(|(_, _, is_wanted)| *is_wanted);
    wanted.map(|(name, text, _)| (name.to_owned(), text.to_owned())).collect()
}

/// Commands of processes whose names can be those of files.
pub(super) fn processes(plan: &Plan) -> BTreeMap<String, String> {
    let names_a_file = |name: &str| !name.contains('/') && !["", ".", ".."].contains(&name);
    let processes = plan.processes.iter().flatten().filter(|(name, _)| names_a_file(name));
    processes.map(|(name, command)| (name.clone(), command.clone())).collect()
}

/// Copies an app file to its place.
fn copy_app_file(file: &str) -> Instruction {
    use super::document::{Copy, CopySource};
    use super::image_path::ImagePath;
    let from = CopySource::Context(vec![file.to_owned()]);
    Instruction::Copy(Copy { from, to: ImagePath::of_app_file(file), owner: None })
}

const START: &str = include_str!("../scripts/start.sh");
const INIT: &str = include_str!("../scripts/init.sh");
const HEALTH: &str = include_str!("../scripts/health.sh");
const PACKAGES: &str = include_str!("../scripts/packages.sh");
const REFERENCES: &str = include_str!("../scripts/references.sh");

/// What stands in the script for the names of files with references.
const REFERENCE_NAMES: &str = " @REFERENCES@";
const LIBRARIES: &str = include_str!("../scripts/libraries.sh");
const MENTIONS: &str = include_str!("../scripts/mentions.pl");
const SBOM: &str = include_str!("../scripts/sbom.sh");
