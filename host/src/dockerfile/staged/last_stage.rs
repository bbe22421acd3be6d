//! The last stage: what is pushed, pulled and run.

use super::super::{image_path, instruction};
use super::{BUILD, Image, OWN, RUNTIME_PROFILE, User};
use crate::plan::{Phase, Plan};

/// Where slim images have time zones: where NixOS has them, and Go and Python look, too.
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

    /// Whether it has packages of the build, as far as they are needed at run time.
    pub(super) const fn is_slim(&self) -> bool {
        matches!(self, Self::Empty | Self::ImageAndPackages(_))
    }
}

impl Image<'_> {
    pub(super) fn last_stage(&self) -> Vec<String> {
        let mut lines = vec!["# start".to_owned()];
        match &self.last_stage {
            LastStage::Build => lines.extend(self.in_build_stage()),
            LastStage::Empty => {
                lines.push("FROM scratch".to_owned());
                lines.push(format!("COPY --from={BUILD} /runtime/packages/ /"));
                lines.push(self.copy_own("/runtime/home/", &self.user.home()));
                lines.extend(self.copy_app());
            }
            LastStage::Image(image) => {
                lines.extend(self.on_image(image));
                lines.push(format!("COPY --from={BUILD} {OWN}/ {OWN}/"));
                lines.extend(self.copy_app());
            }
            LastStage::ImageAndPackages(image) => {
                lines.extend(self.on_image(image));
                lines.push(format!("COPY --from={BUILD} /runtime/packages/nix/ /nix/"));
                lines.push(format!("COPY --from={BUILD} /runtime/packages{OWN}/ {OWN}/"));
                // Where the build has its packages, too, and time zones, which small images lack.
                lines.push(format!("COPY --from={BUILD} /runtime/packages/root/ /root/"));
                lines.push(format!("COPY --from={BUILD} /runtime/packages{ZONES}/ {ZONES}/"));
                lines.extend(self.copy_app());
            }
        }
        lines.extend(self.list_of_packages());
        lines.push(format!("WORKDIR {}", image_path::APP));
        lines.extend(self.environment());
        lines.extend(self.user.owner(&self.last_stage).map(|owner| format!("USER {owner}")));
        lines.extend(self.settings.health_check().map(|path| {
            let command = ["/bin/sh".to_owned(), format!("{OWN}/health.sh"), path.to_owned()];
            format!("HEALTHCHECK CMD {}", instruction::json_list(&command))
        }));
        lines.push(self.entry_point());
        lines.extend(self.start.command.as_ref().map(|command| format!("CMD {}", instruction::json_list(&[command]))));
        lines
    }

    /// The build stage goes on: its packages are the superuser's, the app becomes the user's.
    fn in_build_stage(&self) -> Vec<String> {
        let Some(owner) = self.user.owner(&self.last_stage) else { return Vec::new() };
        vec![format!("RUN {} && chmod a+x /root && chown -R {owner} /app", self.user.add())]
    }

    /// Lists the packages where the last stage is an image of its own; an empty one brings its list.
    fn list_of_packages(&self) -> Option<String> {
        let shell = match self.last_stage {
            LastStage::Empty => return None,
            LastStage::Build | LastStage::Image(_) => "bash".to_owned(),
            LastStage::ImageAndPackages(_) => format!("{RUNTIME_PROFILE}/bin/bash"),
        };
        self.wants_sbom().then(|| format!("ARG SOURCE_DATE_EPOCH\nRUN {shell} {OWN}/sbom.sh / > {OWN}/sbom.spdx.json"))
    }

    fn on_image(&self, image: &str) -> Vec<String> {
        let mut lines = vec![format!("FROM {image}"), "USER root".to_owned()];
        lines.extend(instruction::apt_install(self.runtime_apt_packages()));
        if self.user != User::Root {
            lines.push(format!("RUN {} && chmod a+x /root", self.user.add()));
        }
        lines
            .push(format!("COPY --from={BUILD} /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt"));
        lines
    }

    fn runtime_apt_packages(&self) -> impl Iterator<Item = &str> {
        self.start.apt_packages.as_deref().unwrap_or_default().iter().map(String::as_str)
    }

    /// The app's files, after those that change less often.
    fn copy_app(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.generated.assets.is_empty() {
            lines.push(format!("COPY --from={BUILD} /assets/ /assets/"));
        }
        if self.last_stage.is_slim() {
            lines.push(format!("COPY --from={BUILD} /runtime/references/ /"));
            // An empty directory, so that the user owns the app's.
            lines.push(self.copy_own("/runtime/home/", image_path::APP));
        }
        lines.extend(self.kept_paths().iter().map(|path| self.copy_own(path, path)));
        lines
    }

    /// Copies out of the build stage, for the user.
    fn copy_own(&self, from: &str, to: &str) -> String {
        let stage = format!("--from={BUILD}");
        let owner = self.user.owner(&self.last_stage).map(|owner| format!("--chown={owner}"));
        instruction::copy(&[Some(stage), owner].iter().flatten().map(String::as_str).collect::<Vec<_>>(), from, to)
    }

    /// The variables of the container; the user's own come last.
    fn environment(&self) -> Vec<String> {
        // PATH may refer to it.
        let mut lines = vec![format!("ENV HOME={}", self.user.home())];
        lines.push(instruction::environment("PATH", &self.search_path()));
        if self.last_stage == LastStage::Empty {
            lines.push("ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt".to_owned());
            lines.push("ENV NIX_SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt".to_owned());
        }
        if self.last_stage.is_slim() {
            // nixpkgs' C library looks for time zones in a package that images lack.
            lines.push(format!("ENV TZDIR={ZONES}"));
        }
        // The build stage has them already.
        let missing = if self.last_stage == LastStage::Build { None } else { self.plan.variables.as_ref() };
        lines.extend(missing.into_iter().flatten().flat_map(|(name, _)| instruction::variable(name)));
        lines
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

    fn entry_point(&self) -> String {
        let script = |name: &str| ["/bin/sh".to_owned(), format!("{OWN}/{name}.sh")];
        let words = match self.settings.init {
            Some(false) => script("start").to_vec(),
            _ => [script("init"), script("start")].concat(),
        };
        format!("ENTRYPOINT {}", instruction::json_list(&words))
    }
}

impl User {
    /// The command that adds the user, on Debian and on Alpine, unless there is one of this name or number.
    fn add(&self) -> String {
        let (name, id) = (self.name(), self.id());
        let home = self.home();
        match self {
            // A number needs neither name nor entry, but programs that look for the home do.
            Self::Numbered(_) => format!(
                "{{ grep -q '^[^:]*:[^:]*:{id}:' /etc/passwd || useradd --uid {id} --create-home {name} \
                 || adduser -D -u {id} {name} || true; }} && mkdir -p {home} && chown {id}:{id} {home}"
            ),
            // Whoever is there has any number and, if it is a service's, no home.
            Self::Root | Self::Named(_) => format!(
                "{{ id -u {name} > /dev/null 2>&1 || useradd --uid {id} --create-home {name} || useradd --create-home {name} \
                 || adduser -D {name}; }} && mkdir -p {home} && chown {name} {home}"
            ),
        }
    }
}
