//! The arguments of `build` as they are written.

use crate::fetching::FetchOptions;
use crate::flags::Flags;
use crate::options::PlanOptions;
use clap::{Args, ValueEnum};
use plugpacks::builder::{Network, Progress};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) options: PlanOptions,
    #[command(flatten)]
    pub(crate) fetching: FetchOptions,
    /// App directory
    pub(super) path: PathBuf,
    /// Name of the image [default: the first --tag, or a random one]
    #[arg(short, long)]
    pub(super) name: Option<String>,
    /// Write the build's files to a directory instead of building
    #[arg(short, long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Copy the app into the directory of `--out`, which must be empty, so that it can be built from there
    #[arg(long, requires = "out", conflicts_with = "dockerfile")]
    pub(super) copy: bool,
    /// Print the Dockerfile instead of building
    #[arg(short, long)]
    pub(super) dockerfile: bool,
    /// Build a saved plan as it is, without detection; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(super) plan: Option<PathBuf>,
    /// Further name of the image [repeatable]
    #[arg(short, long)]
    pub(super) tag: Vec<String>,
    /// Label of the image [repeatable]
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(super) label: Vec<String>,
    #[command(flatten)]
    pub(super) flags: Flags<true>,
    /// Platforms of the image, commas between them [repeatable]
    #[arg(long, value_name = "PLATFORM,...")]
    pub(super) platform: Vec<String>,
    /// Write the build's files into the app directory and build there
    #[arg(long)]
    pub(super) current_dir: bool,
    /// Build even if nothing says how the app starts
    #[arg(long)]
    pub(super) no_error_without_start: bool,
    /// Value for commands that is in no image: of the variable NAME, or of a file [repeatable]
    #[arg(long, value_name = "NAME[=FILE]")]
    pub(super) secret: Vec<String>,
    /// SSH agent or key for the build, as for docker build --ssh [repeatable]
    #[arg(long, value_name = "SPEC")]
    pub(super) ssh: Vec<String>,
    /// Write what came of it, as JSON; also if it fails
    #[arg(long, value_name = "FILE")]
    pub(super) result: Option<PathBuf>,
    /// Write the image's digest and what else the builder tells, as JSON
    #[arg(long, value_name = "FILE")]
    pub(super) metadata_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) builder: BuilderArguments,
    #[command(flatten)]
    pub(super) delivery: DeliveryArguments,
    #[command(flatten)]
    pub(super) cache: CacheArguments,
    #[command(flatten)]
    pub(super) steps: StepArguments,
}

/// Which builder, and where it is.
#[derive(Args)]
pub(super) struct BuilderArguments {
    /// BuildKit daemon to talk to [default: BUILDKIT_HOST]
    #[arg(long, value_name = "URL")]
    pub(super) buildkit_host: Option<String>,
    /// Directory of ca.pem, cert.pem and key.pem for the BuildKit daemon
    #[arg(long, value_name = "DIR")]
    pub(super) buildkit_tls_dir: Option<PathBuf>,
    /// Docker engine to talk to
    #[arg(long, value_name = "URL")]
    pub(super) docker_host: Option<String>,
    /// Whether to verify the engine's certificate
    #[arg(long, value_name = "0|1")]
    pub(super) docker_tls_verify: Option<String>,
    /// Directory of the certificates for the engine
    #[arg(long, value_name = "DIR")]
    pub(super) docker_cert_path: Option<String>,
    /// How the build is shown
    #[arg(long, value_enum, default_value_t = ProgressArgument::Auto)]
    pub(super) progress: ProgressArgument,
    /// Show every line that the build prints
    #[arg(short, long)]
    pub(super) verbose: bool,
}

/// Where the image goes.
#[derive(Args)]
pub(super) struct DeliveryArguments {
    /// Push the image to the registries of its names
    #[arg(long, conflicts_with = "load")]
    pub(super) push: bool,
    /// Load the image into the local engine
    #[arg(long)]
    pub(super) load: bool,
    /// Output of the build, as for docker build --output [repeatable]
    #[arg(long, value_name = "SPEC", alias = "docker-output")]
    pub(super) output: Vec<String>,
    /// Speak to registries over plain HTTP, or with any certificate
    #[arg(long)]
    pub(super) insecure_registry: bool,
}

/// What of earlier builds is used, and what is left for later ones.
#[derive(Args)]
pub(super) struct CacheArguments {
    /// Namespace of cached directories [default: from the app's path]
    #[arg(long, value_name = "KEY")]
    pub(super) cache_key: Option<String>,
    /// Use no cache at all
    #[arg(long)]
    pub(super) no_cache: bool,
    /// Image that carries cached directories (docker) or steps (other builders) from build to build
    #[arg(long, value_name = "IMAGE")]
    pub(super) incremental_cache_image: Option<String>,
    /// Image or cache whose steps need not run again [repeatable]
    #[arg(long, value_name = "IMAGE|SPEC")]
    pub(super) cache_from: Vec<String>,
    /// Where to leave the steps of this build [repeatable]
    #[arg(long, value_name = "IMAGE|SPEC")]
    pub(super) cache_to: Vec<String>,
    /// Let the image carry what it needs to be a cache
    #[arg(long)]
    pub(super) inline_cache: bool,
}

/// What build steps see of the machine, and may use up.
#[derive(Args)]
pub(super) struct StepArguments {
    /// Entry for /etc/hosts during the build [repeatable]
    #[arg(long, value_name = "HOST:IP")]
    pub(super) add_host: Vec<String>,
    /// Network of build steps [default: the builder's]
    #[arg(long, value_enum)]
    pub(super) network: Option<NetworkArgument>,
    /// Stage of the Dockerfile that is built instead of the last, such as `build`
    #[arg(long, value_name = "STAGE")]
    pub(super) target: Option<String>,
    /// CPU quota of build steps, in microseconds
    #[arg(long, value_name = "MICROSECONDS")]
    pub(super) cpu_quota: Option<String>,
    /// Memory limit of build steps
    #[arg(long, value_name = "BYTES")]
    pub(super) memory: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum ProgressArgument {
    /// A drawing on a terminal, else lines
    Auto,
    /// Lines
    Plain,
    /// A drawing
    Tty,
    /// BuildKit's JSON, one object a line
    Json,
}

impl From<ProgressArgument> for Progress {
    fn from(argument: ProgressArgument) -> Self {
        match argument {
            ProgressArgument::Auto => Self::Auto,
            ProgressArgument::Plain => Self::Plain,
            ProgressArgument::Tty => Self::Terminal,
            ProgressArgument::Json => Self::Json,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum NetworkArgument {
    /// The builder's own choice
    Default,
    /// That of the machine
    Host,
    /// None
    None,
}

impl From<NetworkArgument> for Network {
    fn from(argument: NetworkArgument) -> Self {
        match argument {
            NetworkArgument::Default => Self::Default,
            NetworkArgument::Host => Self::Host,
            NetworkArgument::None => Self::None,
        }
    }
}
