//! The builders `buildah` and `podman`, which take the same options: neither daemon nor engine.

use super::process::{ChildOutput, Invocation};
use super::request::{
    BuildRequest, CacheLocation, Delivery, HealthCheck, ImageName, InlineCache, Output, OutputKind, OwnCache, Platform,
    Progress, Registries,
};
use super::select::Registration;
use super::{BuildContext, Builder, CONFIG_DIGEST, DIGEST, Metadata, Purpose, SOURCE_DATE_EPOCH, Step, report};
use crate::dockerfile::{Dockerfile, Instruction};
use crate::error::{Error, Result};
use crate::machine::Machine;
use std::path::Path;

/// How buildah is chosen.
pub(super) const BUILDAH: Registration = Registration {
    name: BuildahProgram::Buildah.name(),
    for_files: |_| Box::new(Buildah::new(BuildahProgram::Buildah)),
    on_this_machine: |connections| Box::new(Buildah::on_this_machine(BuildahProgram::Buildah, &connections.machine)),
    flag: |_| None,
};

/// How podman is chosen.
pub(super) const PODMAN: Registration = Registration {
    name: BuildahProgram::Podman.name(),
    for_files: |_| Box::new(Buildah::new(BuildahProgram::Podman)),
    on_this_machine: |connections| Box::new(Buildah::on_this_machine(BuildahProgram::Podman, &connections.machine)),
    flag: |_| None,
};

/// Which program has the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildahProgram {
    /// `buildah bud`.
    Buildah,
    /// `podman build`.
    Podman,
}

impl BuildahProgram {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Buildah => "buildah",
            Self::Podman => "podman",
        }
    }

    const fn build_command(self) -> &'static str {
        match self {
            Self::Buildah => "bud",
            Self::Podman => "build",
        }
    }
}

/// How build steps are kept apart from the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Isolation {
    /// In a container of an OCI runtime.
    Oci,
    /// In another root directory, where there is no runtime.
    Chroot,
    /// As `BUILDAH_ISOLATION` or its configuration says; buildah reads them itself.
    OfEnvironment,
}

/// The runtimes that buildah looks for.
const RUNTIMES: &[&str] = &["crun", "runc", "runsc", "youki"];

impl Isolation {
    fn of_machine(machine: &Machine) -> Self {
        if (machine.variable)("BUILDAH_ISOLATION").is_some() {
            return Self::OfEnvironment;
        }
        let path = (machine.variable)("PATH").unwrap_or_default();
        // buildah looks there even if PATH does not have it.
        let directories = std::env::split_paths(&path).chain(["/usr/sbin", "/sbin", "/usr/local/sbin"].map(Into::into));
        let has_runtime = |directory: &Path| RUNTIMES.iter().any(|runtime| directory.join(runtime).is_file());
        if directories.into_iter().any(|directory| has_runtime(&directory)) { Self::Oci } else { Self::Chroot }
    }

    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Oci => Some("oci"),
            Self::Chroot => Some("chroot"),
            Self::OfEnvironment => None,
        }
    }
}

/// buildah or podman.
#[derive(Clone, Debug)]
pub struct Buildah {
    program: BuildahProgram,
    isolation: Isolation,
}

impl Buildah {
    /// The program, with the isolation that its environment or configuration chooses.
    pub const fn new(program: BuildahProgram) -> Self {
        Self { program, isolation: Isolation::OfEnvironment }
    }

    /// The program, with the isolation that this machine allows.
    pub fn on_this_machine(program: BuildahProgram, machine: &Machine) -> Self {
        Self { program, isolation: Isolation::of_machine(machine) }
    }

    fn build(&self, context: &BuildContext, request: &BuildRequest, reports: Option<&Path>) -> Invocation {
        let mut command = Invocation::new(self.program.name());
        // The OCI format has no SHELL, which the base image sets. The container of a step that failed is of no use to anybody.
        command.add(&[self.program.build_command(), "--format", "docker", "--layers", "--force-rm"]);
        command.add_each("--isolation", self.isolation.name());
        command.add_each("--network", request.network.name());
        add_tls(&mut command, request.registries);
        command.add(&["-f", &context.dockerfile().display().to_string()]);
        // BuildKit finds it by itself.
        let ignore_file = context.dockerfile().with_extension("dockerignore");
        if ignore_file.is_file() {
            command.add(&["--ignorefile", &ignore_file.display().to_string()]);
        }
        command.add_each("-t", request.names.iter().map(ImageName::as_str));
        command.add_each("--add-host", request.hosts.iter().map(ToString::to_string));
        if request.cache.own == OwnCache::Ignored {
            command.add(&["--no-cache"]);
        }
        command.add_each("--cache-from", request.cache.imports.iter().filter_map(repository));
        command.add_each("--cache-to", request.cache.exports.iter().filter_map(repository));
        command.add_each("--build-arg", request.variables.iter().map(|(name, value)| format!("{name}={value}")));
        command.add_each("--label", request.labels.iter().map(ToString::to_string));
        command.add_each("--platform", request.platforms.iter().map(Platform::as_str));
        command.add_each("--target", &request.target);
        command.add_each("--timestamp", request.variables.get(SOURCE_DATE_EPOCH));
        command.add_each("--cpu-quota", &request.limits.cpu_quota);
        command.add_each("--memory", &request.limits.memory);
        command.add_each("--secret", request.secrets.iter().map(super::Secret::argument));
        command.add_each("--secret", context.parcel_arguments());
        command.secrets = request.secrets.iter().filter_map(super::Secret::variable).collect();
        command.add_each("--ssh", &request.ssh);
        let files =
            request.outputs.iter().filter(|output| matches!(output.kind(), OutputKind::Local | OutputKind::Tar));
        command.add_each("--output", files.map(Output::as_given));
        if request.writes_to_stdout() {
            command.stdout = ChildOutput::Result;
        }
        command.add_each("--iidfile", reports.map(|reports| reports.join(IMAGE_ID).display().to_string()));
        command.add(&[context.root().display().to_string()]);
        command
    }

    /// Writes the image to an archive.
    fn export(&self, output: &Output, request: &BuildRequest) -> Option<Step> {
        let transport = match output.kind() {
            OutputKind::Oci => "oci-archive",
            OutputKind::Docker => "docker-archive",
            _ => return None,
        };
        let destination = output.destination()?;
        let name = request.name().as_str();
        let mut command = Invocation::new(self.program.name());
        command.add(&["push", name, &format!("{transport}:{destination}:{name}")]);
        Some(Step { invocation: command, purpose: Purpose::Export(destination.to_owned()) })
    }

    fn push(&self, name: &ImageName, request: &BuildRequest, reports: Option<&Path>) -> Step {
        let mut command = Invocation::new(self.program.name());
        command.add(&["push"]);
        add_tls(&mut command, request.registries);
        command.add_each("--digestfile", reports.map(|reports| reports.join(PUSHED).display().to_string()));
        command.add(&[name.as_str(), &format!("docker://{name}")]);
        Step { invocation: command, purpose: Purpose::Push(name.clone()) }
    }
}

impl Builder for Buildah {
    fn name(&self) -> &'static str {
        self.program.name()
    }

    fn probe(&self) -> Result<()> {
        let mut invocation = Invocation::new(self.name());
        invocation.add(&["--version"]);
        invocation.check_program()
    }

    fn answers(&self, earlier: &[String]) -> std::result::Result<String, String> {
        let reason = [&["it is installed".to_owned()], earlier].concat().join("; ");
        self.probe().map(|()| reason).map_err(|_| "not installed".to_owned())
    }

    fn check(&self, request: &BuildRequest) -> Result<()> {
        let name = self.program.name();
        let unsupported =
            |what: &str, hint: &str| Err(Error::configuration(format!("{name} cannot do {what}")).hint(hint));
        let caches = request.cache.imports.iter().chain(&request.cache.exports);
        if request.platforms.len() > 1 {
            return unsupported(
                "several platforms in one build",
                "Use `--builder buildctl`, or build each and make a manifest list",
            );
        }
        if request.progress == Progress::Json {
            return unsupported("`--progress json`", "It has plain output only");
        }
        if request.cache.inline == InlineCache::Carried {
            return unsupported("`--inline-cache`", "Use `--cache-to REPOSITORY` and `--cache-from REPOSITORY`");
        }
        if caches.into_iter().any(|cache| cache.reference().is_none()) {
            return unsupported("caches outside of registries", "Give `--cache-from` and `--cache-to` a repository");
        }
        if request.outputs.iter().any(|output| output.kind() == OutputKind::CacheOnly) {
            return unsupported("`--output type=cacheonly`", "Leave it out; the image stays in the local store");
        }
        let in_store = |output: &&Output| matches!(output.kind(), OutputKind::Image | OutputKind::Registry);
        if let Some(detail) = request.outputs.iter().filter(in_store).find_map(Output::detail) {
            return unsupported(
                &format!("`{detail}=` of an output that is an image"),
                "Name the image with `--name` and `--tag`, and push it with `--push`",
            );
        }
        let is_oci = |output: &Output| output.kind() == OutputKind::Oci;
        if request.health_check == HealthCheck::Present && request.outputs.iter().any(is_oci) {
            return unsupported(
                "a health check in an image of the OCI format",
                "Write `--output type=docker,dest=FILE`, or leave `--health-check` out",
            );
        }
        if request.outputs.iter().any(Output::is_stdout_archive) {
            return unsupported("image archives on standard output", "Give the output a `dest=FILE`");
        }
        Ok(())
    }

    /// One name to an `ARG`: of several, buildah 1.28 takes only the first.
    fn adapt(&self, dockerfile: &mut Dockerfile) {
        dockerfile.replace_each(|instruction| match instruction {
            Instruction::Arg(names) => names.into_iter().map(|name| Instruction::Arg(vec![name])).collect(),
            instruction => vec![instruction],
        });
    }

    fn steps(&self, context: &BuildContext, request: &BuildRequest, reports: Option<&Path>) -> Vec<Step> {
        let mut steps = vec![Step { invocation: self.build(context, request, reports), purpose: Purpose::Build }];
        steps.extend(request.outputs.iter().filter_map(|output| self.export(output, request)));
        let is_pushed = request.delivery == Delivery::Push
            || request.outputs.iter().any(|output| output.kind() == OutputKind::Registry);
        if is_pushed {
            steps.extend(request.names.iter().map(|name| self.push(name, request, reports)));
        }
        steps
    }

    fn metadata(&self, _request: &BuildRequest, reports: &Path) -> Metadata {
        let id = report(reports, IMAGE_ID);
        let digest = report(reports, PUSHED).or_else(|| id.clone());
        let facts = [(DIGEST, digest), (CONFIG_DIGEST, id)];
        facts.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into()))).collect()
    }

    fn runs_with(&self) -> Option<&'static str> {
        Some("podman")
    }

    fn notices(&self, request: &BuildRequest) -> Vec<String> {
        let text = format!(
            "{SOURCE_DATE_EPOCH}: {} repeats the layers to the bit, but not the image's configuration, in which it notes \
             the build's host name",
            self.name()
        );
        request.variables.contains_key(SOURCE_DATE_EPOCH).then_some(text).into_iter().collect()
    }
}

/// The report with the image's id.
const IMAGE_ID: &str = "image-id";

/// The report with the digest by which a registry calls the image.
const PUSHED: &str = "pushed";

fn add_tls(command: &mut Invocation, registries: Registries) {
    if registries == Registries::Insecure {
        command.add(&["--tls-verify=false"]);
    }
}

/// A cache's repository; buildah makes its own tags.
fn repository(cache: &CacheLocation) -> Option<String> {
    let reference = ImageName::parse(cache.reference()?).ok()?;
    Some(reference.without_tag().to_owned())
}
