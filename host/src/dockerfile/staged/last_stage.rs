//! The last stage: what is pushed, pulled and run.

use super::super::{image_path, instruction};
use super::{BUILD, Image, OWN, RUNTIME_PROFILE, User};
use crate::plan::{Phase, Plan};

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
                lines.extend(self.copy_app());
                if self.wants_sbom() {
                    lines.push(format!("RUN {RUNTIME_PROFILE}/bin/bash {OWN}/sbom.sh / > {OWN}/sbom.spdx.json"));
                }
            }
        }
        lines.push(format!("WORKDIR {}", image_path::APP));
        lines.extend(self.environment());
        if let User::Named(name) = &self.user {
            lines.push(match self.last_stage {
                LastStage::Empty => format!("USER {0}:{0}", User::ID),
                _ => format!("USER {name}"),
            });
        }
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
        match &self.user {
            User::Root => Vec::new(),
            User::Named(name) => vec![format!("RUN {} && chmod a+x /root && chown -R {name} /app", add_user(name))],
        }
    }

    fn on_image(&self, image: &str) -> Vec<String> {
        let mut lines = vec![format!("FROM {image}")];
        lines.extend(instruction::apt_install(self.runtime_apt_packages()));
        if let User::Named(name) = &self.user {
            lines.push(format!("RUN {}", add_user(name)));
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
        let owner = match (&self.user, &self.last_stage) {
            (User::Root, _) => return instruction::copy(&[&stage], from, to),
            (User::Named(_), LastStage::Empty) => format!("--chown={0}:{0}", User::ID),
            (User::Named(name), _) => format!("--chown={name}"),
        };
        instruction::copy(&[&stage, &owner], from, to)
    }

    /// The variables of the container; the user's own come last.
    fn environment(&self) -> Vec<String> {
        let path = self.search_path();
        let mut lines = vec![format!("ENV PATH={path}")];
        if self.last_stage == LastStage::Empty {
            lines.push("ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt".to_owned());
            lines.push("ENV NIX_SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt".to_owned());
        }
        lines.push(format!("ENV HOME={}", self.user.home()));
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

/// Adds a user unless there is one of this name, on Debian and on Alpine.
fn add_user(name: &str) -> String {
    let id = User::ID;
    format!(
        "{{ id -u {name} > /dev/null 2>&1 || useradd --uid {id} --create-home {name} || adduser -D -u {id} {name}; }}"
    )
}
