//! The first stage: packages, phases, and what the last stage takes from them.

use super::super::instruction::{self, Mounts};
use super::super::nix::NixEnvironment;
use super::super::{GENERATED, image_path};
use super::variables::Pending;
use super::{BUILD, FinalPhase, Image, LastStage, OWN, RUNTIME_PROFILE};
use crate::edition;
use crate::plan::Phase;
use crate::shell::shell_word;
use std::collections::{BTreeMap, BTreeSet};

impl Image<'_> {
    pub(super) fn build_stage(&self, environments: &[NixEnvironment]) -> Vec<String> {
        let mut lines = vec![format!("FROM {} AS {BUILD}", self.plan.build_image)];
        if !edition::is_known_base(&self.plan.build_image) {
            lines.push("USER root".to_owned());
        }
        lines.extend([format!("WORKDIR {}", image_path::APP), self.own_files()]);
        let files = environments.iter().flat_map(|environment| &environment.files);
        lines.extend(files.map(|file| copy(file)));
        lines.extend(self.nix_install(environments));
        lines.extend(instruction::apt_install(self.apt_packages()));
        lines.extend(self.assets());
        let mut pending = Pending::new(self.plan.variables.as_ref());
        let mut copied = Copied::default();
        for (name, phase) in self.phases {
            lines.extend(self.phase(name, phase, &mut pending, &mut copied));
        }
        lines.extend(copied.everything());
        lines.extend(self.processes());
        match self.last_stage {
            LastStage::Build => lines.extend(pending.enter(&Phase::default())),
            LastStage::Image(_) => {}
            LastStage::Empty | LastStage::ImageAndPackages(_) => lines.extend(self.references()),
        }
        lines
    }

    /// The app's processes, to be started by their names. They are written late, since they change
    /// more often than packages.
    fn processes(&self) -> Option<String> {
        let directory = if self.last_stage.is_slim() { "/runtime/references" } else { "" };
        let names_a_file = |name: &str| !name.contains('/') && !["", ".", ".."].contains(&name);
        let processes = self.plan.processes.iter().flatten().filter(|(name, _)| names_a_file(name));
        let files: Vec<_> =
            processes.map(|(name, command)| (format!("{directory}{OWN}/processes/{name}"), command.as_str())).collect();
        (!files.is_empty()).then(|| instruction::write_files(files.into_iter()))
    }

    /// Finds what the app's files need at run time.
    fn references(&self) -> Vec<String> {
        let paths: Vec<_> = self.kept_paths().iter().map(|path| shell_word(path)).collect();
        let stage = if self.last_stage == LastStage::Empty { "empty" } else { "image" };
        let mut lines = vec![String::new(), "# references".to_owned()];
        let commands = self.start.command.iter().chain(self.plan.processes.iter().flat_map(BTreeMap::values));
        let commands: BTreeSet<_> = commands.map(|command| shell_word(command)).collect();
        let commands = commands.into_iter().collect::<Vec<_>>().join(" ");
        let paths = paths.join(" ");
        let find = format!("bash {OWN}/references.sh {stage} {paths} -- {commands}");
        lines.push(instruction::run(&Mounts::default(), &find));
        if self.wants_sbom() && self.last_stage == LastStage::Empty {
            lines.push("ARG SOURCE_DATE_EPOCH".to_owned());
            lines.push(format!(
                "RUN mkdir -p /runtime/references{OWN} && bash {OWN}/sbom.sh /runtime/packages /runtime/references \
                 > /runtime/references{OWN}/sbom.spdx.json"
            ));
        }
        lines
    }

    /// Scripts and processes.
    fn own_files(&self) -> String {
        let files = self.generated.image.iter().map(|(name, text)| (format!("{OWN}/{name}"), text.as_str()));
        instruction::write_files(files)
    }

    /// Every package of a plan, and those needed at run time in a profile of their own; one
    /// instruction, so that what both have is stored once.
    fn nix_install(&self, environments: &[NixEnvironment]) -> Option<String> {
        let runtime: Vec<_> = self.generated.runtime.keys().collect();
        if environments.is_empty() && runtime.is_empty() {
            return None;
        }
        let files = self.generated.nix.iter().chain(&self.generated.runtime);
        let files: Vec<_> = files.map(|(name, text)| (format!("{GENERATED}/{name}"), text.as_str())).collect();
        let mut commands = instruction::write_file_commands(files.into_iter());
        commands.extend(
            environments.iter().map(|environment| format!("nix-env -if {GENERATED}/{}", environment.file_name())),
        );
        if !runtime.is_empty() {
            commands.extend(runtime.iter().map(|name| format!("nix-env -p {RUNTIME_PROFILE} -if {GENERATED}/{name}")));
            commands.push(format!("bash {OWN}/packages.sh {} {}", self.user.name(), self.user.id()));
        }
        commands.push(format!("rm -r {GENERATED}"));
        commands.push("nix-collect-garbage -d".to_owned());
        Some(format!("RUN {}", commands.join(" \\\n && ")))
    }

    /// Debian/Ubuntu packages of all phases, each once, and those of the run time if there is no other
    /// stage.
    fn apt_packages(&self) -> impl Iterator<Item = &str> {
        let at_run_time = self.start.apt_packages.iter().filter(|_| self.last_stage == LastStage::Build).flatten();
        let of_phases = self.plan.phases.values().flat_map(|phase| Phase::elements(&phase.apt_packages));
        let all: BTreeSet<_> = of_phases.chain(at_run_time).collect();
        all.into_iter().map(String::as_str)
    }

    fn assets(&self) -> Option<String> {
        let assets = &self.generated.assets;
        let files = assets.iter().map(|(name, text)| (format!("/assets/{name}"), text.as_str()));
        (!assets.is_empty()).then(|| instruction::write_files(files))
    }

    fn phase(&self, name: &str, phase: &FinalPhase, pending: &mut Pending<'_>, copied: &mut Copied) -> Vec<String> {
        let commands = Phase::elements(&phase.commands);
        if commands.is_empty() && phase.paths.is_none() {
            return Vec::new();
        }
        let mut lines = vec![String::new(), format!("# {name} phase")];
        if let Some(paths) = &phase.paths {
            let paths: Vec<_> = paths.iter().map(String::as_str).chain(["$NIXPACKS_PATH"]).collect();
            // HOME has no value there.
            let paths = paths.join(":").replace("${HOME}", "/root").replace("$HOME", "/root");
            lines.push(instruction::environment("NIXPACKS_PATH", &paths));
        }
        if commands.is_empty() {
            return lines;
        }
        lines.extend(pending.enter(phase));
        lines.extend(copied.enter(phase));
        let directories = Phase::elements(&phase.cache_directories);
        lines.extend(self.options.cache.restore(directories));
        let mounts = self.options.mounts(self.plan, phase);
        lines.extend(commands.iter().map(|command| instruction::run(&mounts, command)));
        lines
    }

    /// What the last stage takes from this one, as paths in the image.
    pub(super) fn kept_paths(&self) -> Vec<String> {
        let files = self.start.only_include_files.as_deref().unwrap_or_default();
        let whole_app = || vec![image_path::APP.to_owned()];
        if files.is_empty() { whole_app() } else { files.iter().map(|file| image_path::of_app_file(file)).collect() }
    }

    pub(super) fn wants_sbom(&self) -> bool {
        self.settings.sbom == Some(true)
    }
}

/// What of the app is in the image so far.
#[derive(Default)]
struct Copied {
    files: BTreeSet<String>,
    is_everything: bool,
}

impl Copied {
    /// Brings the app files of a phase that are not there yet.
    fn enter(&mut self, phase: &FinalPhase) -> Vec<String> {
        match &phase.only_include_files {
            None => self.everything().into_iter().collect(),
            Some(_) if self.is_everything => Vec::new(),
            Some(files) => {
                files.iter().filter(|file| self.files.insert((*file).clone())).map(|file| copy(file)).collect()
            }
        }
    }

    /// Brings all of the app, unless it is there.
    fn everything(&mut self) -> Option<String> {
        let is_there = std::mem::replace(&mut self.is_everything, true);
        (!is_there).then(|| copy("."))
    }
}

fn copy(file: &str) -> String {
    instruction::copy(&[], file, &image_path::of_app_file(file))
}
