//! The Dockerfile of editions after `nixpacks`: a build stage, and a last stage that has only what
//! the app needs at run time, an unprivileged user, and a first process that hands signals on.
//!
//! Everything that is generated travels in the Dockerfile itself, so that the build context is the
//! app and nothing else.

mod build_stage;
mod last_stage;
mod variables;

use super::nix::Environment;
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
    /// A user without rights.
    Named(String),
}

impl User {
    /// The user unless somebody chooses.
    const DEFAULT: &str = "app";

    /// A number that no user of a host is likely to have, and above 10000, as checkers of
    /// Kubernetes manifests ask for.
    const ID: u32 = 10_001;

    fn of(start: &Start<Vec<String>>) -> Self {
        match start.user.as_deref() {
            Some("root") => Self::Root,
            name => Self::Named(name.unwrap_or(Self::DEFAULT).to_owned()),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Root => "root",
            Self::Named(name) => name,
        }
    }

    const fn id(&self) -> u32 {
        match self {
            Self::Root => 0,
            Self::Named(_) => Self::ID,
        }
    }

    fn home(&self) -> String {
        match self {
            Self::Root => "/root".to_owned(),
            Self::Named(name) => format!("/home/{name}"),
        }
    }
}

pub(super) fn write(
    plan: &Plan,
    phases: &[(&str, &FinalPhase)],
    environments: &[Environment],
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
        ("start", START, true),
        ("init", INIT, settings.init != Some(false)),
        ("health", HEALTH, settings.health_check().is_some()),
        ("packages", PACKAGES, is_slim),
        ("references", REFERENCES, is_slim),
        ("sbom", SBOM, settings.sbom == Some(true)),
    ];
    let wanted = scripts.into_iter().filter(|(_, _, is_wanted)| *is_wanted);
    wanted.map(|(name, text, _)| (format!("{name}.sh"), text.to_owned())).collect()
}

const START: &str = include_str!("../scripts/start.sh");
const INIT: &str = include_str!("../scripts/init.sh");
const HEALTH: &str = include_str!("../scripts/health.sh");
const PACKAGES: &str = include_str!("../scripts/packages.sh");
const REFERENCES: &str = include_str!("../scripts/references.sh");
const SBOM: &str = include_str!("../scripts/sbom.sh");
