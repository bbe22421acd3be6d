//! The Dockerfile of editions after `nixpacks`: a build stage, and a last stage that has only what
//! the app needs at run time, an unprivileged user, and a first process that hands signals on.
//!
//! Everything that is generated travels in the Dockerfile itself, so that the build context is the
//! app and nothing else.

mod build_stage;
mod last_stage;
mod variables;

use super::nix::NixEnvironment;
use super::{DockerfileOptions, Generated};
use crate::plan::{ImageSettings, Phase, Plan, Start};
use last_stage::LastStage;
use std::collections::BTreeMap;

type FinalPhase = Phase<Vec<String>>;

/// Where the image keeps what Plugpacks itself brings: scripts and processes.
const OWN: &str = "/etc/plugpacks";

/// Where the packages that are needed at run time are installed.
const RUNTIME_PROFILE: &str = "/nix/var/nix/profiles/runtime";

/// The build stage's name.
const BUILD: &str = "build";

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
}

/// Whom the app runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
enum User {
    /// The superuser.
    Root,
    /// A user without rights, called [`User::NAME`]. Kubernetes' `runAsNonRoot` wants a number.
    Numbered(u32),
    /// One who is called so, and whom an image may have already.
    Named(String),
}

impl User {
    /// What a user is called who has no name yet.
    const NAME: &str = "app";

    /// A number that no user of a host is likely to have, and above 10000, as checkers of
    /// Kubernetes manifests ask for.
    const ID: u32 = 10_001;

    fn of(start: &Start<Vec<String>>) -> Self {
        match start.user.as_deref() {
            Some("root" | "0") => Self::Root,
            None => Self::Numbered(Self::ID),
            Some(user) => user.parse().map_or_else(|_| Self::Named(user.to_owned()), Self::Numbered),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Root => "root",
            Self::Numbered(_) => Self::NAME,
            Self::Named(name) => name,
        }
    }

    const fn id(&self) -> u32 {
        match self {
            Self::Root => 0,
            Self::Numbered(id) => *id,
            Self::Named(_) => Self::ID,
        }
    }

    fn home(&self) -> String {
        match self {
            Self::Root => "/root".to_owned(),
            Self::Numbered(_) | Self::Named(_) => format!("/home/{}", self.name()),
        }
    }

    /// The user as `USER` and `--chown` take it. An empty stage has the users that it is given; of
    /// other images, a named one may have any number.
    fn owner(&self, last_stage: &LastStage) -> Option<String> {
        match (self, last_stage) {
            (Self::Root, _) => None,
            (Self::Named(name), LastStage::Build | LastStage::Image(_) | LastStage::ImageAndPackages(_)) => {
                Some(name.clone())
            }
            (Self::Named(_) | Self::Numbered(_), _) => Some(format!("{0}:{0}", self.id())),
        }
    }
}

pub(super) fn write(
    plan: &Plan,
    phases: &[(&str, &FinalPhase)],
    environments: &[NixEnvironment],
    generated: &Generated,
    options: &DockerfileOptions,
) -> String {
    let start = plan.start.clone().unwrap_or_default();
    let settings = plan.image.clone().unwrap_or_default();
    let image = Image {
        plan,
        phases,
        generated,
        options,
        last_stage: LastStage::of(plan),
        user: User::of(&start),
        settings,
        start,
    };
    let mut lines = image.build_stage(environments);
    lines.push(String::new());
    lines.extend(image.last_stage());
    lines.push(String::new());
    lines.join("\n")
}

/// What the image has of Plugpacks: scripts and processes, text by the path below [`OWN`].
pub(super) fn files(plan: &Plan) -> BTreeMap<String, String> {
    let settings = plan.image.clone().unwrap_or_default();
    let is_slim = plan.packages_at_run_time().is_some();
    let scripts = [
        ("start.sh", START, true),
        ("init.sh", INIT, settings.init != Some(false)),
        ("health.sh", HEALTH, settings.health_check().is_some()),
        ("packages.sh", PACKAGES, is_slim),
        ("references.sh", REFERENCES, is_slim),
        ("mentions.pl", MENTIONS, is_slim),
        ("sbom.sh", SBOM, settings.sbom == Some(true)),
    ];
    let wanted = scripts.into_iter().filter(|(_, _, is_wanted)| *is_wanted);
    wanted.map(|(name, text, _)| (name.to_owned(), text.to_owned())).collect()
}

const START: &str = include_str!("../scripts/start.sh");
const INIT: &str = include_str!("../scripts/init.sh");
const HEALTH: &str = include_str!("../scripts/health.sh");
const PACKAGES: &str = include_str!("../scripts/packages.sh");
const REFERENCES: &str = include_str!("../scripts/references.sh");
const MENTIONS: &str = include_str!("../scripts/mentions.pl");
const SBOM: &str = include_str!("../scripts/sbom.sh");
