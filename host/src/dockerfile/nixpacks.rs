//! The Dockerfile of the edition `nixpacks`, block by block.
//!
//! The layout is that of Nixpacks 1.41 to the line, empty lines included, so that tools which read
//! it keep working. A block without content leaves one empty line.

use super::document::{CopySource, Dockerfile, Draft, File, FileSet, Instruction, Origin, PhaseName, Run};
use super::image_path::ImagePath;
use super::nix::NixEnvironment;
use super::render::Layout;
use super::{DockerfileOptions, GENERATED, Generated};
use crate::plan::{Phase, Plan, Start};

type FinalPhase = Phase<Vec<String>>;

const ENTRYPOINT: &[&str] = &["/bin/bash", "-l", "-c"];

pub(super) fn write(
    plan: &Plan,
    phases: &[(&str, &FinalPhase)],
    environments: &[NixEnvironment],
    generated: &Generated,
    options: &DockerfileOptions,
) -> Dockerfile {
    let mut draft = Draft::new();
    draft.from(&plan.build_image, None);
    draft.blank();
    draft.add(entry_point());
    draft.add(Instruction::Workdir(ImagePath::app()));
    draft.blank();
    block(&mut draft, setup_files(environments));
    block(&mut draft, nix_installs(environments, generated));
    block(&mut draft, apt_install(plan).into_iter().collect());
    block(&mut draft, assets(generated).into_iter().collect());
    block(&mut draft, variables(plan));
    draft.blank();
    for (name, phase) in phases {
        phase_block(&mut draft, plan, name, phase, options);
    }
    draft.begin(Origin::Start);
    for (_, phase) in phases {
        block(&mut draft, profile_line(phase).into_iter().collect());
    }
    draft.blank();
    start_block(&mut draft, &plan.start.clone().unwrap_or_default());
    draft.finish(Layout::Nixpacks)
}

/// Adds instructions, or an empty line for none.
fn block(draft: &mut Draft, instructions: Vec<Instruction>) {
    if instructions.is_empty() {
        draft.blank();
    }
    draft.extend(instructions);
}

fn entry_point() -> Instruction {
    Instruction::Entrypoint(ENTRYPOINT.iter().map(|&word| word.to_owned()).collect())
}

/// App files that Nix expressions refer to are there before the packages are installed.
fn setup_files(environments: &[NixEnvironment]) -> Vec<Instruction> {
    environments.iter().flat_map(|environment| &environment.files).map(|file| copy(file)).collect()
}

fn copy(file: &str) -> Instruction {
    let from = CopySource::Context(vec![file.to_owned()]);
    Instruction::Copy(super::document::Copy { from, to: ImagePath::of_app_file(file), owner: None })
}

fn nix_installs(environments: &[NixEnvironment], generated: &Generated) -> Vec<Instruction> {
    let install = |environment: &NixEnvironment| {
        let name = environment.file_name();
        let path = format!("{GENERATED}/{name}");
        let file = File { path: ImagePath::new(&path), text: generated.nix[&name].clone() };
        let set = FileSet { name, context: vec![path.clone()], to: ImagePath::new(&path), files: vec![file] };
        [Instruction::Files(set), Run::shell(format!("nix-env -if {path} && nix-collect-garbage -d"))]
    };
    environments.iter().flat_map(install).collect()
}

fn apt_install(plan: &Plan) -> Option<Instruction> {
    let packages: Vec<&str> =
        plan.phases.values().flat_map(|phase| Phase::elements(&phase.apt_packages)).map(String::as_str).collect();
    let packages = Some(packages.join(" ")).filter(|_| !packages.is_empty())?;
    Some(Run::shell(format!("sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}")))
}

fn assets(generated: &Generated) -> Option<Instruction> {
    (!generated.assets.is_empty()).then(|| Instruction::Files(generated.asset_files()))
}

fn variables(plan: &Plan) -> Vec<Instruction> {
    let names: Vec<_> = plan.variables.iter().flatten().map(|(name, _)| name.clone()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let pair = |name: &String| (name.trim().to_owned(), format!("${}", name.trim()));
    let pairs = names.iter().map(pair).collect();
    vec![Instruction::Arg(names), Instruction::Env(pairs)]
}

fn phase_block(draft: &mut Draft, plan: &Plan, name: &str, phase: &FinalPhase, options: &DockerfileOptions) {
    draft.begin(Origin::Phase(PhaseName::new(name)));
    draft.comment(format!("{name} phase"));
    let commands = Phase::elements(&phase.commands);
    if commands.is_empty() && phase.paths.is_none() {
        draft.comment("noop");
        draft.blank();
        return;
    }
    if let Some(paths) = &phase.paths {
        draft.env(vec![("NIXPACKS_PATH".to_owned(), joined(paths, "$NIXPACKS_PATH"))]);
    }
    match &phase.only_include_files {
        None => draft.add(copy(".")),
        Some(files) => draft.extend(files.iter().map(|file| copy(file))),
    }
    draft.extend(options.cache.restore(Phase::elements(&phase.cache_directories)));
    draft.extend(commands.iter().map(|command| options.run(plan, phase, command)));
    draft.blank();
}

/// Paths and what comes after them.
fn joined(paths: &[String], last: &str) -> String {
    paths.iter().map(String::as_str).chain([last]).collect::<Vec<_>>().join(":")
}

/// The container's login shell finds the paths, too: `ENV` alone is overwritten by its profile.
fn profile_line(phase: &FinalPhase) -> Option<Instruction> {
    let paths = joined(phase.paths.as_ref()?, "$PATH");
    Some(Run::shell(format!("printf '\\nPATH={paths}' >> /root/.profile")))
}

fn start_block(draft: &mut Draft, start: &Start<Vec<String>>) {
    draft.comment("start");
    match &start.run_image {
        None => draft.copy(CopySource::Context(vec![".".to_owned()]), ImagePath::new("/app"), None),
        Some(image) => run_stage(draft, image, start),
    }
    if let Some(user) = &start.user {
        draft.add(Run::shell(format!("useradd -m -s /bin/bash {user}")));
        draft.add(Instruction::User(user.clone()));
    }
    draft.blank();
    block(draft, start.command.iter().map(|command| Instruction::Cmd(vec![command.clone()])).collect());
    draft.blank();
}

fn run_stage(draft: &mut Draft, image: &str, start: &Start<Vec<String>>) {
    draft.from(image, None);
    draft.add(entry_point());
    draft.add(Instruction::Workdir(ImagePath::app()));
    let certificates = ImagePath::new("/etc/ssl/certs");
    draft.copy(CopySource::Image("0".to_owned(), certificates.clone()), certificates, None);
    // Two copies from another stage in a row fail on some versions of Docker (moby issue 37965).
    draft.add(Run::shell("true"));
    let files = start.only_include_files.as_deref().unwrap_or_default();
    let paths = if files.is_empty() {
        vec![ImagePath::app()]
    } else {
        files.iter().map(|file| ImagePath::of_app_file(file)).collect()
    };
    for path in paths {
        draft.copy(CopySource::Image("0".to_owned(), path.clone()), path, None);
    }
}
