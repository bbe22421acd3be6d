//! The builder `docker`: `docker build` with BuildKit, or buildx where the request needs it.

use super::process::{ChildOutput, Invocation};
use super::request::{
    BuildRequest, CacheLocation, Delivery, InlineCache, Output, OutputKind, OwnCache, Platform, Progress, Registries,
};
use super::select::{Connections, Registration};
use super::{
    BuildContext, Builder, CONFIG_DIGEST, DIGEST, Metadata, Purpose, SOURCE_DATE_EPOCH, Step, metadata_file,
    read_metadata, report,
};
use crate::dockerfile::CacheImage;
use crate::error::{Error, Result};
use std::cell::OnceCell;
use std::path::Path;

/// How the Docker client finds its engine; absent values are the client's own choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DockerConnection {
    /// `DOCKER_HOST`.
    pub host: Option<String>,
    /// `DOCKER_TLS_VERIFY`.
    pub tls_verify: Option<String>,
    /// `DOCKER_CERT_PATH`.
    pub cert_path: Option<String>,
}

impl DockerConnection {
    /// A command of the client's.
    pub(super) fn invocation(&self) -> Invocation {
        let Self { host, tls_verify, cert_path } = self;
        let mut invocation = Invocation::new("docker");
        invocation.environment.push(("DOCKER_BUILDKIT", "1".to_owned()));
        let variables = [("DOCKER_HOST", host), ("DOCKER_TLS_VERIFY", tls_verify), ("DOCKER_CERT_PATH", cert_path)];
        for (name, value) in variables {
            invocation.environment.extend(value.clone().map(|value| (name, value)));
        }
        invocation
    }
}

/// How it is chosen.
pub(super) const REGISTRATION: Registration = Registration {
    name: "docker",
    for_files: of,
    on_this_machine: of,
    flag: |connections| connections.docker.host.is_some().then_some("--docker-host"),
};

fn of(connections: &Connections) -> Box<dyn Builder> {
    Box::new(Docker::new(connections.docker.clone()))
}

/// A Docker client.
#[derive(Clone, Debug, Default)]
pub struct Docker {
    connection: DockerConnection,
    /// Whether the client has buildx, once it was asked.
    buildx: OnceCell<bool>,
}

impl Docker {
    /// The client for an engine.
    pub const fn new(connection: DockerConnection) -> Self {
        Self { connection, buildx: OnceCell::new() }
    }

    fn invocation(&self) -> Invocation {
        self.connection.invocation()
    }

    /// What the client answers to a question.
    fn ask(&self, arguments: &[&str]) -> std::result::Result<String, String> {
        let mut invocation = self.invocation();
        invocation.add(arguments);
        invocation.answer()
    }

    fn has_buildx(&self) -> bool {
        *self.buildx.get_or_init(|| self.ask(&["buildx", "version"]).is_ok())
    }

    /// Whether the engine or a registry has an image.
    fn has_image(&self, reference: &str) -> bool {
        ["image", "manifest"].iter().any(|kind| self.ask(&[kind, "inspect", reference]).is_ok())
    }

    /// Whether builds run in the engine, and the engine keeps images the old way.
    fn builds_in_engine(&self) -> bool {
        let inspected = self.ask(&["buildx", "inspect"]).unwrap_or_default();
        let driver = inspected.lines().find_map(|line| line.strip_prefix("Driver:")).unwrap_or_default();
        let store = self.ask(&["info", "--format", "{{.DriverStatus}}"]).unwrap_or_default();
        driver.trim() == "docker" && !store.contains("io.containerd.snapshotter")
    }

    /// The digest by which a registry calls the image.
    fn pushed_digest(&self, request: &BuildRequest) -> Option<String> {
        let name = request.name();
        let digests = self.ask(&["image", "inspect", "--format", "{{json .RepoDigests}}", name.as_str()]).ok()?;
        let digests: Vec<String> = serde_json::from_str(&digests).ok()?;
        let repository = name.without_tag();
        let digest = digests.iter().filter_map(|digest| digest.split_once('@'));
        let is_known = |known: &str| known == repository || known.ends_with(&format!("/{repository}"));
        digest.into_iter().find(|(known, _)| is_known(known)).map(|(_, digest)| digest.to_owned())
    }
}

impl Builder for Docker {
    fn name(&self) -> &'static str {
        REGISTRATION.name
    }

    fn probe(&self) -> Result<()> {
        let mut invocation = self.invocation();
        invocation.add(&["--version"]);
        invocation.check_program()
    }

    fn answers(&self, _earlier: &[String]) -> std::result::Result<String, String> {
        let format = "{{.Client.Version}} {{.Server.Version}}";
        let versions = self.ask(&["version", "--format", format])?;
        let (client, engine) = versions.split_once(' ').unwrap_or((&versions, ""));
        let major: u32 = client.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
        // Later clients build with buildx or without BuildKit.
        if major >= 23 && !self.has_buildx() {
            return Err(format!("the client {client} has no buildx plugin"));
        }
        Ok(format!("its engine {engine} answers"))
    }

    fn check(&self, request: &BuildRequest) -> Result<()> {
        if request.delivery == Delivery::Push && !request.outputs.is_empty() {
            return Err(Error::configuration("Docker pushes an image or writes an output, not both in one build")
                .hint("Leave one out, or use `--builder buildctl` or `--builder buildah`"));
        }
        if request.delivery == Delivery::Load && !request.outputs.is_empty() {
            return Err(Error::configuration("Docker loads an image or writes an output, not both in one build")
                .hint("Leave one out; a second build takes every step from the cache"));
        }
        let Some(need) = need_of_buildx(request) else { return Ok(()) };
        if !self.has_buildx() {
            return Err(Error::configuration(format!("This Docker client cannot do {need}"))
                .cause("it has no buildx plugin")
                .hint("Install buildx (Debian: docker-buildx), or use `--builder buildctl` or `--builder buildah`"));
        }
        let is_list = request.platforms.len() > 1;
        if is_list && self.builds_in_engine() {
            return Err(Error::configuration(format!("A local Docker engine cannot do {need}"))
                .cause("it stores images of one platform each")
                .hint("`docker buildx create --use` makes a builder that can; or use `--builder buildctl`"));
        }
        if is_list && request.delivery != Delivery::Push && request.outputs.is_empty() {
            return Err(Error::configuration("An image of several platforms has no place in a Docker engine")
                .hint("Add `--push`, or `--output type=oci,dest=FILE`"));
        }
        Ok(())
    }

    fn steps(&self, context: &BuildContext, request: &BuildRequest, reports: Option<&Path>) -> Vec<Step> {
        let is_buildx = need_of_buildx(request).is_some();
        let mut build = self.invocation();
        build.add(if is_buildx { &["buildx", "build"] } else { &["build"] });
        build.arguments.extend(upstream_arguments(context, request));
        build.secrets = request.secrets.iter().filter_map(super::Secret::variable).collect();
        build.add_each("--cache-to", request.cache.exports.iter().map(|cache| cache.specification(&[("mode", "max")])));
        build.add_each("--secret", request.secrets.iter().map(super::Secret::argument));
        build.add_each("--secret", context.parcel_arguments());
        build.add_each("--ssh", &request.ssh);
        if request.writes_to_stdout() {
            build.stdout = ChildOutput::Result;
        }
        if is_buildx {
            match request.delivery {
                Delivery::Push => build.add(&["--push"]),
                Delivery::Keep | Delivery::Load if request.outputs.is_empty() => build.add(&["--load"]),
                Delivery::Keep | Delivery::Load => {}
            }
            if let Some(reports) = reports {
                build.add(&["--metadata-file", &metadata_file(reports)]);
            }
        } else if let Some(reports) = reports {
            build.add(&["--iidfile", &reports.join(IMAGE_ID).display().to_string()]);
        }
        let mut steps = vec![Step { invocation: build, purpose: Purpose::Build }];
        if request.delivery == Delivery::Push && !is_buildx {
            steps.extend(request.names.iter().map(|name| {
                let mut push = self.invocation();
                push.add(&["push", name.as_str()]);
                Step { invocation: push, purpose: Purpose::Push(name.clone()) }
            }));
        }
        steps
    }

    fn metadata(&self, request: &BuildRequest, reports: &Path) -> Metadata {
        if need_of_buildx(request).is_some() {
            return read_metadata(reports);
        }
        let mut metadata = Metadata::new();
        if let Some(id) = report(reports, IMAGE_ID) {
            // An engine calls an image that was never pushed by the digest of its configuration.
            let pushed = if request.delivery == Delivery::Push { self.pushed_digest(request) } else { None };
            metadata.insert(DIGEST.to_owned(), pushed.unwrap_or_else(|| id.clone()).into());
            metadata.insert(CONFIG_DIGEST.to_owned(), id.into());
        }
        metadata
    }

    fn keeps_directories(&self) -> bool {
        true
    }

    fn cache_image(&self, reference: &str) -> Option<CacheImage> {
        Some(if self.has_image(reference) { CacheImage::Present } else { CacheImage::Absent })
    }

    fn runs_with(&self) -> Option<&'static str> {
        Some("docker")
    }

    fn notices(&self, request: &BuildRequest) -> Vec<String> {
        let insecure =
            "`--insecure-registry` does not reach a Docker engine; `insecure-registries` in its daemon.json does";
        let epoch = format!(
            "{SOURCE_DATE_EPOCH}: a Docker engine gives this time to the image's history at most, not to its files; \
             `--builder buildctl` repeats an image to the bit"
        );
        let is_insecure = request.registries == Registries::Insecure;
        let has_epoch = request.variables.contains_key(SOURCE_DATE_EPOCH);
        let notices = [is_insecure.then(|| insecure.to_owned()), has_epoch.then_some(epoch)];
        notices.into_iter().flatten().collect()
    }
}

/// The report with the image's id.
const IMAGE_ID: &str = "image-id";

/// The arguments that Nixpacks 1.41 gives `docker build`, in its order.
fn upstream_arguments(context: &BuildContext, request: &BuildRequest) -> Vec<String> {
    let mut command = Invocation::new("docker");
    let (root, dockerfile) = (context.root().display().to_string(), context.dockerfile().display().to_string());
    command.add(&[&root, "-f", &dockerfile, "-t", request.name().as_str()]);
    match request.progress {
        Progress::Auto => {}
        Progress::Plain => command.add(&["--progress=plain"]),
        Progress::Terminal => command.add(&["--progress=tty"]),
        Progress::Json => command.add(&["--progress=rawjson"]),
    }
    command.add_each("--add-host", request.hosts.iter().map(ToString::to_string));
    command.add_each("--network", request.network.name());
    if request.cache.own == OwnCache::Ignored {
        command.add(&["--no-cache"]);
    }
    command.add_each("--cache-from", request.cache.imports.iter().map(ToString::to_string));
    command.add_each("--output", request.outputs.iter().map(Output::as_given));
    if request.cache.inline == InlineCache::Carried {
        command.add(&["--build-arg", "BUILDKIT_INLINE_CACHE=1"]);
    }
    command.add_each("--build-arg", request.variables.iter().map(|(name, value)| format!("{name}={value}")));
    command.add_each("-t", request.names.iter().skip(1).map(super::ImageName::as_str));
    command.add_each("--label", request.labels.iter().map(ToString::to_string));
    command.add_each("--platform", request.platforms.iter().map(Platform::as_str));
    command.add_each("--target", &request.target);
    command.add_each("--cpu-quota", &request.limits.cpu_quota);
    command.add_each("--memory", &request.limits.memory);
    command.arguments
}

/// What of a request takes more than `docker build` of every supported version has.
fn need_of_buildx(request: &BuildRequest) -> Option<&'static str> {
    let is_specification = |cache: &CacheLocation| matches!(cache, CacheLocation::Specification(_));
    let is_plain = |output: &Output| matches!(output.kind(), OutputKind::Local | OutputKind::Tar);
    if request.platforms.len() > 1 {
        Some("several platforms in one image")
    } else if !request.cache.exports.is_empty() {
        Some("`--cache-to`")
    } else if request.cache.imports.iter().any(is_specification) {
        Some("`--cache-from type=…`")
    } else if !request.outputs.iter().all(is_plain) {
        Some("outputs other than local and tar")
    } else if request.progress == Progress::Json {
        Some("`--progress json`")
    } else {
        None
    }
}
