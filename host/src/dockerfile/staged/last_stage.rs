//! The last stage: what is pushed, pulled and run. What changes seldom comes first, the app's sources
//! come last, so that an edit makes few steps run again and few layers new.

use super::super::document::{CopySource, Draft, Instruction, Origin, Run};
use super::super::image_path::ImagePath;
use super::user::User;
use super::variables::Pending;
use super::{BUILD, Image, OWN, RUNTIME_PROFILE, apt};
use crate::plan::{Phase, Plan};

/// Where slim images have time zones: where NixOS has them, and languages that bring none look, too.
const ZONES: &str = "/etc/zoneinfo";

/// What the last stage starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LastStage {
    /// The build stage itself, with everything that is in it.
    Build,
    /// Nothing: it has the packages needed at run time, and the app.
    Empty,
    /// An image that was chosen for running, without packages of the build.
    Image(String),
    /// Such an image, with the packages needed at run time.
    ImageAndPackages(String),
}

impl LastStage {
    pub(super) fn of(plan: &Plan) -> Self {
        let run_image = plan.start.as_ref().and_then(|start| start.run_image.clone());
        match (run_image, plan.packages_at_run_time()) {
            (None, None) => Self::Build,
            (None, Some(_)) => Self::Empty,
            (Some(image), None) => Self::Image(image),
            (Some(image), Some(_)) => Self::ImageAndPackages(image),
        }
    }

    /// What Plugpacks' scripts call it: whether there is a system in it.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Build | Self::Image(_) | Self::ImageAndPackages(_) => "image",
        }
    }

    /// Whether it has packages of the build, as far as they are needed at run time.
    pub(super) const fn is_slim(&self) -> bool {
        matches!(self, Self::Empty | Self::ImageAndPackages(_))
    }
}

impl Image<'_> {
    pub(super) fn last_stage(&self, draft: &mut Draft) {
        draft.begin(Origin::Start);
        draft.blank();
        draft.comment("start: the image that runs");
        match &self.last_stage {
            LastStage::Build => draft.extend(self.in_build_stage()),
            LastStage::Empty => {
                draft.from("scratch", None);
                self.take(draft, "/runtime/packages/", "/");
                self.take_for_user(draft, "/runtime/home/", &self.user.home());
            }
            LastStage::Image(image) => {
                self.on_image(draft, image);
                self.take(draft, &format!("{OWN}/"), &format!("{OWN}/"));
            }
            LastStage::ImageAndPackages(image) => {
                self.on_image(draft, image);
                self.take(draft, "/runtime/packages/nix/", "/nix/");
                self.take(draft, &format!("/runtime/packages{OWN}/"), &format!("{OWN}/"));
                // Where the build has its packages, too, and time zones, which small images lack.
                self.take(draft, "/runtime/packages/root/", "/root/");
                self.take(draft, &format!("/runtime/packages{ZONES}/"), &format!("{ZONES}/"));
            }
        }
        if self.last_stage.is_slim() {
            // An empty directory, so that the user owns the app's: who owns it does not change any more.
            self.take_for_user(draft, "/runtime/home/", ImagePath::app().as_str());
            self.take(draft, "/runtime/references/", "/");
            draft.add(Instruction::Workdir(ImagePath::app()));
        }
        self.list_of_packages(draft);
        self.environment(draft);
        self.how_it_runs(draft);
        if self.last_stage != LastStage::Build {
            draft.blank();
            draft.comment("The app: what installing made, then what an edit changes");
            self.take_app(draft);
        }
        if let LastStage::Image(_) = self.last_stage {
            // Not earlier: it would make the directory, and the user would not own it.
            draft.add(Instruction::Workdir(ImagePath::app()));
        }
    }

    /// Copies out of the build stage.
    fn take(&self, draft: &mut Draft, from: &str, to: &str) {
        draft.copy(CopySource::Image(BUILD.to_owned(), ImagePath::new(from)), ImagePath::new(to), None);
    }

    /// Copies out of the build stage, for the user.
    fn take_for_user(&self, draft: &mut Draft, from: &str, to: &str) {
        let from = CopySource::Image(BUILD.to_owned(), ImagePath::new(from));
        draft.copy(from, ImagePath::new(to), self.user.owner(&self.last_stage));
    }

    /// The app's files.
    fn take_app(&self, draft: &mut Draft) {
        if !self.generated.assets.is_empty() {
            self.take(draft, "/assets/", "/assets/");
        }
        for path in &self.kept.paths {
            if *path != ImagePath::app() || self.kept.dependencies.is_empty() {
                self.take_for_user(draft, path.as_str(), path.as_str());
                continue;
            }
            for directory in &self.kept.dependencies {
                self.take_for_user(
                    draft,
                    &format!("/runtime/dependencies/{directory}/"),
                    &format!("/app/{directory}/"),
                );
            }
            self.take_for_user(draft, "/runtime/app/", path.as_str());
        }
    }

    /// The build stage goes on: its packages are the superuser's, the app becomes the user's.
    fn in_build_stage(&self) -> Option<Instruction> {
        let owner = self.user.owner(&self.last_stage)?;
        Some(Run::shell(format!("{} && chmod a+x /root && chown -R {owner} /app", self.user.add())))
    }

    /// Lists the packages where the last stage is an image of its own; an empty one brings its list.
    fn list_of_packages(&self, draft: &mut Draft) {
        let shell = match self.last_stage {
            LastStage::Empty => return,
            LastStage::Build | LastStage::Image(_) => "bash".to_owned(),
            LastStage::ImageAndPackages(_) => format!("{RUNTIME_PROFILE}/bin/bash"),
        };
        if self.wants_sbom() {
            draft.add(Instruction::Arg(vec!["SOURCE_DATE_EPOCH".to_owned()]));
            draft.add(Run::shell(format!("{shell} {OWN}/sbom.sh / > {OWN}/sbom.spdx.json")));
        }
    }

    fn on_image(&self, draft: &mut Draft, image: &str) {
        draft.from(image, None);
        draft.add(Instruction::User("root".to_owned()));
        draft.extend(apt::install(self.runtime_apt_packages()));
        if self.user != User::Root {
            draft.add(Run::shell(format!("{} && chmod a+x /root", self.user.add())));
        }
        let certificates = "/etc/ssl/certs/ca-certificates.crt";
        self.take(draft, certificates, certificates);
    }

    fn runtime_apt_packages(&self) -> impl Iterator<Item = &str> {
        self.start.apt_packages.as_deref().unwrap_or_default().iter().map(String::as_str)
    }

    /// The variables of the container; the user's own come last.
    fn environment(&self, draft: &mut Draft) {
        let own = |name: &str, value: String| (name.to_owned(), value);
        // PATH may refer to it.
        draft.env(vec![own("HOME", self.user.home())]);
        let mut variables = vec![own("PATH", self.search_path())];
        if self.last_stage == LastStage::Empty {
            let certificates = "/etc/ssl/certs/ca-certificates.crt".to_owned();
            variables.push(own("SSL_CERT_FILE", certificates.clone()));
            variables.push(own("NIX_SSL_CERT_FILE", certificates));
        }
        if self.last_stage.is_slim() {
            // nixpkgs' C library looks for time zones in a package that images lack.
            variables.push(own("TZDIR", ZONES.to_owned()));
        }
        // The build stage has these already.
        let is_new = self.last_stage != LastStage::Build;
        variables.extend(self.locale().filter(|_| is_new));
        draft.env(variables);
        let missing = self.plan.variables.as_ref().filter(|_| is_new);
        draft.extend(Pending::at_run_time(missing, &self.options.build_variables).enter_all());
    }

    /// Later phases' directories come first, then the packages', then the system's.
    fn search_path(&self) -> String {
        let of_phases = self.phases.iter().rev().flat_map(|(_, phase)| Phase::elements(&phase.paths));
        let packages = match self.last_stage {
            LastStage::Build => "/root/.nix-profile/bin".to_owned(),
            _ => format!("{RUNTIME_PROFILE}/bin"),
        };
        let inherited = match self.last_stage {
            LastStage::Empty => "/usr/local/bin:/usr/bin:/bin",
            _ => "$PATH",
        };
        of_phases.map(String::as_str).chain([&*packages, inherited]).collect::<Vec<_>>().join(":")
    }

    /// User, first process, start command and health check.
    fn how_it_runs(&self, draft: &mut Draft) {
        draft.extend(self.user.owner(&self.last_stage).map(Instruction::User));
        draft.extend(self.settings.health_check().map(|path| {
            Instruction::Healthcheck(vec!["/bin/sh".to_owned(), format!("{OWN}/health.sh"), path.to_owned()])
        }));
        draft.add(self.entry_point());
        draft.extend(self.start.command.iter().map(|command| Instruction::Cmd(vec![command.clone()])));
    }

    fn entry_point(&self) -> Instruction {
        let script = |name: &str| ["/bin/sh".to_owned(), format!("{OWN}/{name}.sh")];
        Instruction::Entrypoint(match self.settings.init {
            Some(false) => script("start").to_vec(),
            _ => [script("init"), script("start")].concat(),
        })
    }
}
