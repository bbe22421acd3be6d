//! The builder `nix`: an image without a container engine. It does what the Dockerfile says itself: packages
//! come from a Nix store, commands run in a sandbox ([`sandbox`]) on a stack of file systems that is kept between
//! builds ([`cache`]), and what the last stage takes becomes layers ([`layer`]) of an OCI image ([`oci`]).

// It reads and writes what it keeps; the app is read by `files`, as the builder that it is part of.
#![allow(clippy::disallowed_methods)]

mod base;
mod cache;
mod files;
mod image;
mod layer;
mod oci;
mod sandbox;
mod stage;
mod store;
mod tree;
mod variables;

use super::docker::DockerConnection;
use super::process::{Console, Invocation, Screen};
use super::request::{BuildRequest, Delivery, InlineCache, Output, OutputKind, Progress, Registries};
use super::select::Registration;
use super::{BuildContext, Builder, Built, CONFIG_DIGEST, DIGEST, Metadata, Purpose, Step, run_steps};
use crate::dockerfile::{Dockerfile, FileDelivery, Instruction, Stage};
use crate::edition::is_known_base;
use crate::error::{Error, Result};
use cache::{Cache, cannot_write};
use image::Making;
use oci::{Image, Layout};
use sandbox::Sandbox;
use std::fs::Permissions;
use std::io::{self, BufWriter};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;
use store::Store;

/// How it is chosen: by its name.
pub(super) const REGISTRATION: Registration = Registration {
    name: "nix",
    // Files are for builders that read Dockerfiles.
    for_files: super::docker::REGISTRATION.for_files,
    on_this_machine: |connections| Box::new(Nix::new(connections.docker.clone(), connections.machine.caches.clone())),
    flag: |_| None,
};

/// What else can be used where this builder cannot.
const OTHERS: &str = "use `--builder docker`, buildctl, buildah or podman";

/// Nix and a sandbox.
#[derive(Clone, Debug, Default)]
pub struct Nix {
    /// The engine that images are loaded into.
    docker: DockerConnection,
    /// Where the user's programs keep what can be made again.
    caches: Option<PathBuf>,
}

impl Nix {
    /// One that loads images into this engine.
    pub const fn new(docker: DockerConnection, caches: Option<PathBuf>) -> Self {
        Self { docker, caches }
    }

    fn make(
        &self,
        context: &BuildContext,
        request: &BuildRequest,
        console: &Console<'_>,
    ) -> Result<(Cache, Layout, Image)> {
        let (build, last) = stages(context.document())?;
        let cache = Cache::open(self.caches.as_deref())?;
        let layout = Layout::in_cache(&cache)?;
        let store = Store::on_this_machine(cache.root());
        let sandbox = Sandbox { cache: &cache, store: &store, request, console };
        let files = files::Context::new(context.root(), context.ignored());
        let built = stage::Building::begin(&sandbox, &files, context.base())?.all(build)?;
        let interrupt = console.interrupt;
        let making = Making { cache: &cache, store: &store, layout: &layout, request, built: &built, interrupt };
        let image = making.image(last)?;
        let counts = built.counts;
        (console.write)(&format!(
            "==> image: {} layers, {:.1} MB; {} commands run, {} unchanged\n",
            image.layer_count(),
            image.size() as f64 / 1e6,
            counts.run,
            counts.known
        ));
        Ok((cache, layout, image))
    }

    /// The command that loads an archive into an engine: Docker's, else podman's.
    fn load(&self, archive: &Path) -> Result<Step> {
        let file = archive.display().to_string();
        let mut docker = self.docker.invocation();
        let mut podman = Invocation::new("podman");
        for client in [&mut docker, &mut podman] {
            client.add(&["load", "--input", &file]);
        }
        let found = [docker, podman].into_iter().find(|client| client.check_program().is_ok());
        let invocation = found.ok_or_else(|| {
            Error::unavailable("There is no engine to load the image into")
                .cause("neither docker nor podman is installed")
                .hint("Leave `--load` out, or write `--output type=oci,dest=FILE`")
        })?;
        Ok(Step { invocation, purpose: Purpose::Export("the engine".to_owned()) })
    }

    fn deliver(
        &self,
        (cache, layout, image): (&Cache, &Layout, &Image),
        context: &BuildContext,
        request: &BuildRequest,
        console: &Console<'_>,
    ) -> Result<Vec<(&'static str, std::time::Duration)>> {
        let names: Vec<_> = request.names.iter().map(|name| with_tag(name.as_str())).collect();
        layout.name(image, &names)?;
        for output in &request.outputs {
            write_output(layout, image, &names, output)?;
        }
        let mut steps = Vec::new();
        let archive = cache.new_file()?;
        if request.delivery == Delivery::Load {
            let written = layout.write_archive(image, &names, BufWriter::new(archive.as_file()));
            written.map_err(|error| cannot_write(archive.path(), error))?;
            steps.push(self.load(archive.path())?);
        }
        if request.delivery == Delivery::Push {
            steps.extend(request.names.iter().zip(&names).map(|(name, full)| {
                let mut invocation = Invocation::new("skopeo");
                invocation.add(&["copy", "--preserve-digests"]);
                if request.registries == Registries::Insecure {
                    invocation.add(&["--dest-tls-verify=false"]);
                }
                let from = format!("oci:{}:{full}", layout.root().display());
                invocation.add(&[from, format!("docker://{full}")]);
                Step { invocation, purpose: Purpose::Push(name.clone()) }
            }));
        }
        run_steps(&steps, context, request, console)
    }
}

impl Builder for Nix {
    fn name(&self) -> &'static str {
        REGISTRATION.name
    }

    fn probe(&self) -> Result<()> {
        for program in ["nix-env", "nix-store"] {
            let mut invocation = Invocation::new(program);
            invocation.add(&["--version"]);
            invocation.check_program().map_err(|error| {
                Error::unavailable("The builder nix needs Nix")
                    .causes(error.cause_texts().iter().cloned())
                    .hint("Install it (Debian: `apt-get install nix-bin`; elsewhere https://nixos.org/download)")
            })?;
        }
        sandbox::probe()
    }

    /// It is not taken unless somebody names it: its images are where no engine finds them.
    fn answers(&self, _: &[String]) -> std::result::Result<String, String> {
        Err("is taken only if `--builder nix` says so".to_owned())
    }

    fn check(&self, request: &BuildRequest) -> Result<()> {
        let own = format!("linux/{}", oci::architecture());
        if let Some(platform) = request.platforms.iter().find(|platform| platform.as_str() != own) {
            return Err(Error::configuration(format!("The builder nix cannot build for `{}`", platform.as_str()))
                .cause(format!("it builds for its own machine, {own}"))
                .hint(format!("Leave `--platform` out, or {OTHERS}")));
        }
        match refused(request) {
            Some((what, hint)) => {
                Err(Error::configuration(format!("The builder nix cannot do {what}"))
                    .hint(format!("{hint}, or {OTHERS}")))
            }
            None => check_push(request),
        }
    }

    fn delivery(&self) -> FileDelivery {
        FileDelivery::Direct
    }

    fn steps(&self, _: &BuildContext, _: &BuildRequest, _: Option<&Path>) -> Vec<Step> {
        Vec::new()
    }

    fn build(&self, context: &BuildContext, request: &BuildRequest, console: &Console<'_>) -> Result<Built> {
        let start = Instant::now();
        // Nothing is drawn, and what commands print is needed if they fail.
        let console = Console { screen: Screen::Lines, ..*console };
        let (cache, layout, image) = self.make(context, request, &console)?;
        let mut durations = vec![("build", start.elapsed())];
        durations.extend(self.deliver((&cache, &layout, &image), context, request, &console)?);
        if request.delivery == Delivery::Keep && request.outputs.is_empty() {
            (console.write)(&format!("The image is in the OCI layout {}\n", layout.root().display()));
        }
        let mut metadata = Metadata::new();
        metadata.insert(DIGEST.to_owned(), image.digest().into());
        metadata.insert(CONFIG_DIGEST.to_owned(), image.configuration_digest().into());
        metadata.insert("image.name".to_owned(), request.all_names().into());
        Ok(Built { metadata, durations })
    }

    fn metadata(&self, _: &BuildRequest, _: &Path) -> Metadata {
        Metadata::new()
    }
}

/// What is asked for that this builder has not, and what to do about it.
fn refused(request: &BuildRequest) -> Option<(&'static str, &'static str)> {
    let is_archive = |output: &Output| matches!(output.kind(), OutputKind::Oci | OutputKind::Docker);
    let caches = &request.cache;
    let refusals = [
        (!request.ssh.is_empty(), "`--ssh`", "Give a key with `--secret`"),
        (request.target.is_some(), "`--target`", "Leave it out"),
        (request.progress == Progress::Json, "`--progress json`", "It has plain output only: leave it out"),
        (
            !caches.imports.is_empty() || !caches.exports.is_empty(),
            "caches in registries",
            "Leave `--cache-from` and `--cache-to` out",
        ),
        (caches.inline == InlineCache::Carried, "`--inline-cache`", "Leave it out"),
        (
            request.limits != super::StepLimits::default(),
            "limits of commands",
            "Leave `--memory` and `--cpu-quota` out",
        ),
        (
            !request.outputs.iter().all(is_archive),
            "outputs other than oci and docker",
            "Write `--output type=oci,dest=FILE`",
        ),
        (
            request.hosts.iter().any(|host| host.address == "host-gateway"),
            "`host-gateway`",
            "Its commands are in the machine's network: write 127.0.0.1",
        ),
    ];
    refusals.into_iter().find(|(is_asked, ..)| *is_asked).map(|(_, what, hint)| (what, hint))
}

/// Pushing is another program's work.
fn check_push(request: &BuildRequest) -> Result<()> {
    if request.delivery != Delivery::Push {
        return Ok(());
    }
    let mut skopeo = Invocation::new("skopeo");
    skopeo.add(&["--version"]);
    skopeo.answer().map(drop).map_err(|error| {
        Error::unavailable("The builder nix pushes with skopeo")
            .cause(format!("skopeo: {error}"))
            .hint("Install it (Debian: `apt-get install skopeo`), or write `--output type=oci,dest=FILE` and push that")
    })
}

/// The build stage and the last stage, if they are of the kind that this builder can make.
fn stages(dockerfile: &Dockerfile) -> Result<(&Stage, &Stage)> {
    let cannot = |what: String, hint: &str| {
        Err(Error::configuration(format!("The builder nix cannot make {what}")).hint(format!("{hint}, or {OTHERS}")))
    };
    let image = |stage: &Stage| match stage.steps.first().map(|step| &step.instruction) {
        Some(Instruction::From { image, .. }) => image.clone(),
        _ => String::new(),
    };
    if let Some(build) = dockerfile.stages.first().map(image).filter(|image| !is_known_base(image)) {
        return cannot(format!("a build stage from `{build}`"), "Leave the build image out");
    }
    if dockerfile.installs_apt_packages() {
        let hint = "Take packages of nixpkgs instead (`nixPkgs`, `--pkgs`)";
        return cannot("a build with Debian/Ubuntu packages".to_owned(), hint);
    }
    let [build, last] = dockerfile.stages.as_slice() else {
        let hint = "Use a later edition than nixpacks, and leave `slim = false` out";
        return cannot("an image that is its own build stage".to_owned(), hint);
    };
    if image(last) != "scratch" {
        return cannot(format!("an image from `{}`", image(last)), "Leave the run image of `[start]` out");
    }
    Ok((build, last))
}

/// Writes an archive where an output says.
fn write_output(layout: &Layout, image: &Image, names: &[String], output: &Output) -> Result<()> {
    let destination = output.destination().filter(|destination| *destination != "-");
    let Some(destination) = destination else {
        return layout
            .write_archive(image, names, BufWriter::new(io::stdout().lock()))
            .map_err(|error| Error::system("Cannot write the image to standard output").cause(error));
    };
    let path = Path::new(destination);
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let file = tempfile::NamedTempFile::new_in(directory)?;
        layout.write_archive(image, names, BufWriter::new(file.as_file()))?;
        file.as_file().set_permissions(Permissions::from_mode(0o644))?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| Error::system(format!("Cannot write `{destination}`")).cause(error))
}

/// A name with the tag that engines add where there is none.
fn with_tag(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or_default();
    if last.contains([':', '@']) { name.to_owned() } else { format!("{name}:latest") }
}
