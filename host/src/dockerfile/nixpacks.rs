//! The Dockerfile of the edition `nixpacks`, block by block.
//!
//! The layout is that of Nixpacks 1.41 to the line, empty lines included, so that tools which read
//! it keep working. A block without content leaves one empty line.

use super::instruction::{json_list, run_as_nixpacks, variables, write_files};
use super::nix::NixEnvironment;
use super::{DockerfileOptions, FileDelivery, GENERATED, Generated, image_path};
use crate::plan::{Phase, Plan, Start};

type FinalPhase = Phase<Vec<String>>;

const ENTRYPOINT: &[&str] = &["/bin/bash", "-l", "-c"];

pub(super) fn write(
    plan: &Plan,
    phases: &[(&str, &FinalPhase)],
    environments: &[NixEnvironment],
    generated: &Generated,
    options: &DockerfileOptions,
) -> String {
    let phase_blocks = phases.iter().map(|(name, phase)| phase_block(plan, name, phase, options));
    let profile_lines = phases.iter().map(|(_, phase)| profile_line(phase));
    let start = plan.start.clone().unwrap_or_default();
    let blocks = [
        format!("FROM {}\n", plan.build_image),
        format!("ENTRYPOINT {}", json_list(ENTRYPOINT)),
        format!("WORKDIR {}\n", image_path::APP),
        setup_files(environments),
        nix_installs(environments, generated, options.delivery),
        apt_install(plan),
        assets(generated, options.delivery),
        variable_lines(plan),
        String::new(),
        phase_blocks.chain(profile_lines).collect::<Vec<_>>().join("\n"),
        String::new(),
        start_block(&start),
        String::new(),
    ];
    blocks.join("\n")
}

/// App files that Nix expressions refer to are there before the packages are installed.
fn setup_files(environments: &[NixEnvironment]) -> String {
    let files = environments.iter().flat_map(|environment| &environment.files);
    files.map(|file| copy(file)).collect::<Vec<_>>().join("\n")
}

fn copy(file: &str) -> String {
    format!("COPY {file} {}", image_path::of_app_file(file))
}

fn nix_installs(environments: &[NixEnvironment], generated: &Generated, delivery: FileDelivery) -> String {
    let install = |environment: &NixEnvironment| {
        let name = environment.file_name();
        let path = format!("{GENERATED}/{name}");
        let file = match delivery {
            FileDelivery::Context => format!("COPY {path} {path}"),
            FileDelivery::Inline => write_files([(path.clone(), generated.nix[&name].as_str())].into_iter()),
        };
        format!("{file}\nRUN nix-env -if {path} && nix-collect-garbage -d")
    };
    environments.iter().map(install).collect::<Vec<_>>().join("\n")
}

fn apt_install(plan: &Plan) -> String {
    let packages: Vec<&str> =
        plan.phases.values().flat_map(|phase| Phase::elements(&phase.apt_packages)).map(String::as_str).collect();
    if packages.is_empty() {
        return String::new();
    }
    let packages = packages.join(" ");
    format!("RUN sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}")
}

fn assets(generated: &Generated, delivery: FileDelivery) -> String {
    match delivery {
        _ if generated.assets.is_empty() => String::new(),
        FileDelivery::Context => format!("COPY {GENERATED}/assets /assets/"),
        FileDelivery::Inline => {
            write_files(generated.assets.iter().map(|(name, text)| (format!("/assets/{name}"), text.as_str())))
        }
    }
}

fn variable_lines(plan: &Plan) -> String {
    match &plan.variables {
        Some(map) if !map.is_empty() => variables(map.keys().map(String::as_str)),
        _ => String::new(),
    }
}

fn phase_block(plan: &Plan, name: &str, phase: &FinalPhase, options: &DockerfileOptions) -> String {
    let commands = Phase::elements(&phase.commands);
    if commands.is_empty() && phase.paths.is_none() {
        return format!("# {name} phase\n# noop\n");
    }
    let mut lines = vec![format!("# {name} phase")];
    if let Some(paths) = &phase.paths {
        let paths: Vec<_> = paths.iter().map(String::as_str).chain(["$NIXPACKS_PATH"]).collect();
        lines.push(format!("ENV NIXPACKS_PATH={}", paths.join(":")));
    }
    match &phase.only_include_files {
        None => lines.push(copy(".")),
        Some(files) => lines.extend(files.iter().map(|file| copy(file))),
    }
    let directories = Phase::elements(&phase.cache_directories);
    lines.extend(options.cache.restore(directories));
    let mounts = options.mounts(plan, phase);
    lines.extend(commands.iter().map(|command| run_as_nixpacks(&mounts, command)));
    lines.push(String::new());
    lines.join("\n")
}

/// The container's login shell finds the paths, too: `ENV` alone is overwritten by its profile.
fn profile_line(phase: &FinalPhase) -> String {
    phase.paths.as_ref().map_or_else(String::new, |paths| {
        let paths: Vec<_> = paths.iter().map(String::as_str).chain(["$PATH"]).collect();
        format!("RUN printf '\\nPATH={}' >> /root/.profile", paths.join(":"))
    })
}

fn start_block(start: &Start<Vec<String>>) -> String {
    let mut lines = vec!["# start".to_owned()];
    match &start.run_image {
        None => lines.push("COPY . /app".to_owned()),
        Some(image) => lines.extend(run_stage(image, start)),
    }
    if let Some(user) = &start.user {
        lines.push(format!("RUN useradd -m -s /bin/bash {user}"));
        lines.push(format!("USER {user}"));
    }
    lines.push(String::new());
    lines.push(start.command.as_ref().map_or_else(String::new, |command| format!("CMD {}", json_list(&[command]))));
    lines.push(String::new());
    lines.join("\n")
}

fn run_stage(image: &str, start: &Start<Vec<String>>) -> Vec<String> {
    let mut lines = vec![
        format!("FROM {image}"),
        format!("ENTRYPOINT {}", json_list(ENTRYPOINT)),
        format!("WORKDIR {}", image_path::APP),
    ];
    lines.push("COPY --from=0 /etc/ssl/certs /etc/ssl/certs".to_owned());
    // Two copies from another stage in a row fail on some versions of Docker (moby issue 37965).
    lines.push("RUN true".to_owned());
    let files = start.only_include_files.as_deref().unwrap_or_default();
    if files.is_empty() {
        lines.push(format!("COPY --from=0 {0} {0}", image_path::APP));
    }
    lines.extend(files.iter().map(|file| format!("COPY --from=0 {0} {0}", image_path::of_app_file(file))));
    lines
}
