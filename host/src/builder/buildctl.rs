//! The builder `buildctl`: a BuildKit daemon, which needs no Docker engine and no Docker rights.

use super::fields::Fields;
use super::process::{ChildOutput, Invocation};
use super::request::{
    BuildRequest, Delivery, InlineCache, Network, Output, OutputKind, OwnCache, Platform, Progress, Registries,
};
use super::select::{Connections, Registration};
use super::{BuildContext, Builder, Metadata, Purpose, SOURCE_DATE_EPOCH, Step, metadata_file, read_metadata};
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// The ways to a daemon that `buildctl` knows.
const SCHEMES: &[&str] = &["unix", "tcp", "docker-container", "kube-pod", "podman-container", "ssh"];

/// Where a BuildKit daemon listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildkitAddress(String);

impl BuildkitAddress {
    /// Reads an address; `source` says who gave it.
    ///
    /// # Errors
    /// `buildctl` knows no way to it.
    pub fn parse(text: &str, source: &str) -> Result<Self> {
        let (scheme, rest) = text.split_once("://").unwrap_or((text, ""));
        if SCHEMES.contains(&scheme) && !rest.is_empty() {
            return Ok(Self(text.to_owned()));
        }
        let forms: Vec<_> = SCHEMES.iter().map(|scheme| format!("{scheme}://")).collect();
        Err(Error::configuration(format!("`{text}` in {source} is not the address of a BuildKit daemon")).hint(
            format!(
                "An address is like unix:///run/buildkit/buildkitd.sock; it begins with one of {}",
                forms.join(", ")
            ),
        ))
    }

    /// The address's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How it is chosen.
pub(super) const REGISTRATION: Registration = Registration {
    name: "buildctl",
    for_files: of,
    on_this_machine: of,
    flag: |connections| connections.buildkit_flag.is_some().then_some("--buildkit-host"),
};

fn of(connections: &Connections) -> Box<dyn Builder> {
    let address = connections.buildkit_flag.clone().or_else(|| connections.buildkit_variable.clone());
    Box::new(Buildctl::new(address, connections.buildkit_tls.clone()))
}

/// A BuildKit client.
#[derive(Clone, Debug, Default)]
pub struct Buildctl {
    address: Option<BuildkitAddress>,
    tls_directory: Option<PathBuf>,
}

impl Buildctl {
    /// The client for a daemon, or for the one at the client's default address. The directory has
    /// `ca.pem`, `cert.pem` and `key.pem` for a daemon that asks for them.
    pub const fn new(address: Option<BuildkitAddress>, tls_directory: Option<PathBuf>) -> Self {
        Self { address, tls_directory }
    }
}

impl Builder for Buildctl {
    fn name(&self) -> &'static str {
        REGISTRATION.name
    }

    fn probe(&self) -> Result<()> {
        let mut invocation = Invocation::new("buildctl");
        invocation.add(&["--version"]);
        invocation.check_program()
    }

    fn answers(&self, _earlier: &[String]) -> std::result::Result<String, String> {
        let reason = match &self.address {
            Some(_) => "BUILDKIT_HOST is set",
            None if default_daemon_answers() => "a daemon answers at the default address",
            None => return Err("no BUILDKIT_HOST, and no daemon at the default address".to_owned()),
        };
        self.probe().map(|()| reason.to_owned()).map_err(|_| "not installed".to_owned())
    }

    fn check(&self, request: &BuildRequest) -> Result<()> {
        if request.delivery == Delivery::Load {
            return Err(Error::configuration("BuildKit has no engine to load the image into")
                .hint("Write `--output type=docker,dest=FILE` and `docker load --input FILE`, or `--push`"));
        }
        if request.delivery == Delivery::Keep && request.outputs.is_empty() {
            return Err(Error::configuration("The build would leave no image behind")
                .cause("BuildKit keeps only its cache unless it is told where the image goes")
                .hint(
                    "Add `--push`, or `--output type=docker,dest=FILE` (also oci, local, tar, image); \
                     `--output type=cacheonly` if that is what you want",
                ));
        }
        if let Some(limit) = ["--cpu-quota", "--memory"]
            .into_iter()
            .zip([&request.limits.cpu_quota, &request.limits.memory])
            .find_map(|(flag, value)| value.as_ref().map(|_| flag))
        {
            return Err(Error::configuration(format!("BuildKit takes no `{limit}`"))
                .hint("Limits are those of the daemon: run buildkitd in a container or service that has them"));
        }
        if let Some(host) = request.hosts.iter().find(|host| host.address.parse::<std::net::IpAddr>().is_err()) {
            return Err(Error::configuration(format!("`{}` is not an IP address", host.address))
                .cause(format!("`--add-host {host}`; BuildKit takes nothing else")));
        }
        Ok(())
    }

    fn steps(&self, context: &BuildContext, request: &BuildRequest, reports: Option<&Path>) -> Vec<Step> {
        let mut command = Invocation::new("buildctl");
        command.add_each("--addr", self.address.iter().map(BuildkitAddress::as_str));
        command.add_each("--tlsdir", self.tls_directory.iter().map(|directory| directory.display().to_string()));
        command.add(&["build"]);
        match request.progress {
            Progress::Auto => {}
            Progress::Plain => command.add(&["--progress", "plain"]),
            Progress::Terminal => command.add(&["--progress", "tty"]),
            Progress::Json => command.add(&["--progress", "rawjson"]),
        }
        add_frontend(&mut command, context, request);
        command.add_each("--secret", request.secrets.iter().map(super::Secret::argument));
        command.add_each("--secret", context.parcel_arguments());
        command.secrets = request.secrets.iter().filter_map(super::Secret::variable).collect();
        command.add_each("--ssh", &request.ssh);
        add_cache(&mut command, request);
        command.add_each("--output", request.outputs.iter().filter_map(|output| specification(output, request)));
        if request.delivery == Delivery::Push {
            command.add(&["--output", &push(request)]);
        }
        if request.writes_to_stdout() {
            command.stdout = ChildOutput::Result;
        }
        command.add_each("--metadata-file", reports.map(metadata_file));
        vec![Step { invocation: command, purpose: Purpose::Build }]
    }

    fn metadata(&self, _request: &BuildRequest, reports: &Path) -> Metadata {
        read_metadata(reports)
    }
}

/// Whether something listens where `buildctl` looks unless it is told otherwise.
#[cfg(unix)]
fn default_daemon_answers() -> bool {
    std::os::unix::net::UnixStream::connect("/run/buildkit/buildkitd.sock").is_ok()
}

#[cfg(not(unix))]
const fn default_daemon_answers() -> bool {
    false
}

/// What the Dockerfile's reader in the daemon is told.
fn add_frontend(command: &mut Invocation, context: &BuildContext, request: &BuildRequest) {
    let directory = context.dockerfile().parent().unwrap_or(Path::new("."));
    let file = context.dockerfile().file_name().unwrap_or_default().to_string_lossy();
    command.add(&["--frontend", "dockerfile.v0"]);
    command.add(&["--local", &format!("context={}", context.root().display())]);
    command.add(&["--local", &format!("dockerfile={}", directory.display())]);
    command.add(&["--opt", &format!("filename={file}")]);
    command.add_each("--opt", request.variables.iter().map(|(name, value)| format!("build-arg:{name}={value}")));
    command.add_each("--opt", request.labels.iter().map(|label| format!("label:{label}")));
    if !request.platforms.is_empty() {
        let platforms: Vec<_> = request.platforms.iter().map(Platform::as_str).collect();
        command.add(&["--opt", &format!("platform={}", platforms.join(","))]);
    }
    command.add_each("--opt", request.target.iter().map(|target| format!("target={target}")));
    if !request.hosts.is_empty() {
        let hosts: Vec<_> = request.hosts.iter().map(|host| format!("{}={}", host.host, host.address)).collect();
        command.add(&["--opt", &format!("add-hosts={}", hosts.join(","))]);
    }
    if let Some(network) = request.network.name() {
        command.add(&["--opt", &format!("force-network-mode={network}")]);
    }
    if request.network == Network::Host {
        command.add(&["--allow", "network.host"]);
    }
}

fn add_cache(command: &mut Invocation, request: &BuildRequest) {
    let security: &[(&str, &str)] = match request.registries {
        Registries::Verified => &[],
        Registries::Insecure => &[("registry.insecure", "true")],
    };
    let for_export: Vec<_> = [("mode", "max")].into_iter().chain(security.iter().copied()).collect();
    if request.cache.own == OwnCache::Ignored {
        command.add(&["--no-cache"]);
    }
    command.add_each("--import-cache", request.cache.imports.iter().map(|cache| cache.specification(security)));
    command.add_each("--export-cache", request.cache.exports.iter().map(|cache| cache.specification(&for_export)));
    if request.cache.inline == InlineCache::Carried {
        command.add(&["--export-cache", "type=inline"]);
    }
}

/// An output in the client's words, names added where it has them; `None` if it is none.
fn specification(output: &Output, request: &BuildRequest) -> Option<String> {
    let mut fields = output.fields().clone();
    match output.kind() {
        OutputKind::CacheOnly => return None,
        OutputKind::Registry => {
            fields.set("type", "image");
            fields.set_default("push", "true");
            fields.set_default("name", request.all_names());
        }
        OutputKind::Image | OutputKind::Oci | OutputKind::Docker => fields.set_default("name", request.all_names()),
        OutputKind::Local | OutputKind::Tar => {}
    }
    if !matches!(output.kind(), OutputKind::Local | OutputKind::Tar) {
        repeatable(&mut fields, request);
    }
    allow_insecure(&mut fields, request.registries);
    Some(fields.to_string())
}

/// The output that pushes every name.
fn push(request: &BuildRequest) -> String {
    let mut fields = Fields::of([("type", "image"), ("name", &request.all_names()), ("push", "true")]);
    repeatable(&mut fields, request);
    allow_insecure(&mut fields, request.registries);
    fields.to_string()
}

/// Lets files have the time that is asked for, too.
fn repeatable(fields: &mut Fields, request: &BuildRequest) {
    if request.variables.contains_key(SOURCE_DATE_EPOCH) {
        fields.set_default("rewrite-timestamp", "true");
    }
}

/// Says that an image may be pushed over plain HTTP.
fn allow_insecure(fields: &mut Fields, registries: Registries) {
    if registries == Registries::Insecure && fields.get("push") == Some("true") {
        fields.set_default("registry.insecure", "true");
    }
}
