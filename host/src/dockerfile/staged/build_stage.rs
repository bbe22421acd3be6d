//! The first stage: packages, phases, and what the last stage takes from them.

use super::super::GENERATED;
use super::super::deliver::FileDelivery;
use super::super::document::{Action, Draft, File, FileSet, Installation, Instruction, Origin, Run};
use super::super::image_path::ImagePath;
use super::super::nix::NixEnvironment;
use super::phases::Progress;
use super::{BUILD, Image, LastStage, OWN, RUNTIME_PROFILE, apt, copy_app_file};
use crate::edition;
use crate::plan::Phase;
use crate::shell::shell_word;
use std::collections::{BTreeMap, BTreeSet};

impl Image<'_> {
    pub(super) fn build_stage(&self, draft: &mut Draft, environments: &[NixEnvironment]) {
        draft.from(&self.plan.build_image, Some(BUILD));
        draft.comment("This stage builds the app: it has compilers and sources, the image that runs has not.");
        if !edition::is_known_base(&self.plan.build_image) {
            draft.add(Instruction::User("root".to_owned()));
        }
        draft.add(Instruction::Workdir(ImagePath::app()));
        let home = self.mentions_home().then(|| ("HOME".to_owned(), "/root".to_owned()));
        draft.env(home.into_iter().chain(self.locale()).collect());
        draft.blank();
        draft.comment("Scripts that pick what the app needs at run time, and those that start it");
        draft.add(Instruction::Files(self.scripts()));
        draft.extend(environments.iter().flat_map(|environment| &environment.files).map(|file| copy_app_file(file)));
        self.nix_install(draft, environments);
        if let Some(install) = apt::install(self.apt_packages()) {
            draft.blank();
            draft.comment("Packages of the distribution");
            draft.add(install);
        }
        if !self.generated.assets.is_empty() {
            draft.blank();
            draft.comment("Files that the plan brings");
            draft.add(Instruction::Files(self.generated.asset_files()));
        }
        let mut progress = Progress::new(self);
        for (name, phase) in self.phases {
            self.phase(draft, name, phase, &mut progress);
        }
        draft.begin(Origin::Start);
        let (rest_of_app, variables) = progress.finish();
        draft.extend(rest_of_app);
        if let Some(processes) = self.processes() {
            draft.blank();
            draft.comment("Processes, to be started by their names");
            draft.add(Instruction::Files(processes));
        }
        if self.last_stage.is_slim() {
            self.references(draft);
        } else {
            draft.extend(self.cleaning().map(Run::shell));
        }
        if self.last_stage == LastStage::Build {
            draft.extend(variables);
        }
    }

    /// The app's processes, to be started by their names. They are written late, since they change
    /// more often than packages.
    fn processes(&self) -> Option<FileSet> {
        let root = if self.last_stage.is_slim() { "/runtime/references" } else { "" };
        let directory = format!("{root}{OWN}/processes/");
        let file = |(name, text): (&String, &String)| File {
            path: ImagePath::new(format!("{directory}{name}")),
            text: text.clone(),
        };
        let files: Vec<_> = self.generated.processes.iter().map(file).collect();
        let context = vec![format!("{GENERATED}/processes/")];
        let to = ImagePath::new(&directory);
        (!files.is_empty()).then(|| FileSet { name: "processes".to_owned(), context, to, files })
    }

    /// Finds what the app's files need at run time.
    fn references(&self, draft: &mut Draft) {
        let stage = self.last_stage.kind();
        let commands = self.start.command.iter().chain(self.plan.processes.iter().flat_map(BTreeMap::values));
        let commands: BTreeSet<_> = commands.map(String::as_str).collect();
        let paths = self.kept.paths.iter().map(ImagePath::as_str);
        let dependencies = self.kept.dependencies.iter().map(String::as_str);
        let words = paths.chain(["--"]).chain(dependencies).chain(["--"]).chain(commands).map(shell_word);
        let words = [format!("bash {OWN}/references.sh {stage}")].into_iter().chain(words);
        let find = words.collect::<Vec<_>>().join(" ");
        draft.blank();
        draft.comment("What the app's files refer to: packages, and libraries of the system");
        draft.add(Run::all(self.cleaning().into_iter().chain([find])));
        if self.wants_sbom() && self.last_stage == LastStage::Empty {
            draft.add(Instruction::Arg(vec!["SOURCE_DATE_EPOCH".to_owned()]));
            draft.add(Run::shell(format!(
                "mkdir -p /runtime/references{OWN} && bash {OWN}/sbom.sh /runtime/packages /runtime/references \
                 > /runtime/references{OWN}/sbom.spdx.json"
            )));
        }
    }

    /// The command that removes what comes with the app from the context though it is not the app's.
    fn cleaning(&self) -> Option<String> {
        (self.options.delivery == FileDelivery::Context).then(|| format!("rm -rf {GENERATED}"))
    }

    /// Plugpacks' own scripts.
    fn scripts(&self) -> FileSet {
        let file = |(name, text): (&String, &String)| File {
            path: ImagePath::new(format!("{OWN}/{name}")),
            text: text.clone(),
        };
        FileSet {
            name: "scripts".to_owned(),
            context: vec![format!("{GENERATED}/scripts/")],
            to: ImagePath::new(format!("{OWN}/")),
            files: self.generated.scripts.iter().map(file).collect(),
        }
    }

    /// Every package of a plan, and those needed at run time in a profile of their own; one
    /// instruction, so that what both have is stored once.
    fn nix_install(&self, draft: &mut Draft, environments: &[NixEnvironment]) {
        let runtime: Vec<_> = self.generated.runtime.keys().collect();
        if environments.is_empty() && runtime.is_empty() {
            return;
        }
        let files = self.generated.nix.iter().chain(&self.generated.runtime);
        let files: Vec<_> = files.map(|(name, text)| (format!("{GENERATED}/{name}"), text.clone())).collect();
        let set = FileSet {
            name: "nix".to_owned(),
            context: files.iter().map(|(path, _)| path.clone()).collect(),
            to: ImagePath::new(format!("{GENERATED}/")),
            files: files.into_iter().map(|(path, text)| File { path: ImagePath::new(path), text }).collect(),
        };
        let install = |name: &str, profile: Option<&str>| {
            let file = ImagePath::new(format!("{GENERATED}/{name}"));
            Action::Install(Installation { file, profile: profile.map(ImagePath::new) })
        };
        let mut actions: Vec<_> =
            environments.iter().map(|environment| install(&environment.file_name(), None)).collect();
        actions.extend(runtime.iter().map(|name| install(name, Some(RUNTIME_PROFILE))));
        if !runtime.is_empty() {
            let (stage, user, id) = (self.last_stage.kind(), self.user.name(), self.user.id());
            actions.push(Action::Shell(format!("bash {OWN}/packages.sh {stage} {user} {id}")));
        }
        actions.extend([Action::Shell(format!("rm -r {GENERATED}")), Action::CollectGarbage]);
        draft.blank();
        draft.comment(match runtime.is_empty() {
            true => "Nix packages",
            false => "Nix packages: those of the build, and below /runtime/packages those needed at run time",
        });
        draft.add(Instruction::Files(set));
        draft.add(Instruction::Run(Run { actions, ..Run::default() }));
    }

    /// Debian/Ubuntu packages of all phases, each once, and those of the run time if there is no other
    /// stage.
    fn apt_packages(&self) -> impl Iterator<Item = &str> {
        let at_run_time = self.start.apt_packages.iter().filter(|_| self.last_stage == LastStage::Build).flatten();
        let of_phases = self.plan.phases.values().flat_map(|phase| Phase::elements(&phase.apt_packages));
        let all: BTreeSet<_> = of_phases.chain(at_run_time).collect();
        all.into_iter().map(String::as_str)
    }
}
