//! Editions: every difference of the core between `nixpacks` and later behaviour, as data.

use crate::error::{Error, Result};
use crate::plan::{DefaultDependencies, Defaults, Markers, MergeRules};
use std::fmt;

/// The behaviour and version tables a plan is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edition {
    /// The plan of Nixpacks 1.41, exactly.
    Nixpacks,
    /// Supported versions and mended rules; the default.
    November2026,
}

impl Edition {
    /// Every edition, oldest first.
    pub const ALL: [Self; 2] = [Self::Nixpacks, Self::November2026];

    /// The edition of those who do not choose.
    pub const DEFAULT: Self = Self::November2026;

    /// The name on the command line, in configuration files and in the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nixpacks => "nixpacks",
            Self::November2026 => "2026.11",
        }
    }

    /// The edition of this name.
    ///
    /// # Errors
    /// There is none; `source` says who asked.
    pub fn parse(name: &str, source: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|edition| edition.name() == name).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|edition| edition.name()).collect();
            Error::configuration(format!("Unknown edition `{name}` in {source}"))
                .hint(format!("Editions: {}", names.join(", ")))
        })
    }

    /// What the core does under this edition.
    pub const fn rules(self) -> &'static Rules {
        match self {
            Self::Nixpacks => &NIXPACKS,
            Self::November2026 => &NOVEMBER_2026,
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the core does under an edition; providers have tables of their own.
#[derive(Debug)]
pub struct Rules {
    /// How plans are merged.
    pub merge: MergeRules,
    /// How files are found.
    pub search: SearchRules,
    /// What `--pkgs`, `--apt`, `--libs` say about lists that were not asked for.
    pub package_flags: PackageFlags,
    /// What a command from the environment or the command line says about dependencies.
    pub command_override: CommandOverride,
    /// How cache directories from the environment are taken.
    pub cache_variables: CacheVariables,
    /// Which of the sources of a variable wins.
    pub variable_precedence: VariablePrecedence,
    /// How `--env` is split into name and value.
    pub env_syntax: EnvSyntax,
    /// Which values of a list option count.
    pub list_options: ListOptions,
    /// How a Procfile is read.
    pub procfile: ProcfileSyntax,
    /// What becomes of a Procfile's processes.
    pub processes: ProcessRules,
    /// Whether a plan says who planned it.
    pub metadata: MetadataRules,
    /// When providers are asked whether the app is theirs.
    pub detection: DetectionRules,
    /// Which markers count first.
    pub marker_order: MarkerOrder,
    /// When a plan without phases leads into a subdirectory.
    pub subdirectory: SubdirectoryRules,
    /// Which machine's architecture providers see.
    pub target_architecture: TargetArchitecture,
    /// What the image is like.
    pub image: ImageRules,
    /// What `--add-host` says about the network of build steps.
    pub added_hosts: AddedHosts,
    /// Which labels an image has that nobody asked for.
    pub image_labels: ImageLabels,
    /// The base image.
    pub build_image: &'static str,
    /// The nixpkgs commit of phases that name none.
    pub nixpkgs_archive: &'static str,
}

impl Rules {
    /// The answers to what a merged plan leaves open.
    pub const fn defaults(&self, distribution: Distribution) -> Defaults {
        let (build_image, nixpkgs_archive) = match distribution {
            Distribution::Ubuntu => (self.build_image, self.nixpkgs_archive),
            Distribution::Debian => (DEBIAN, DEBIAN_ARCHIVE),
        };
        Defaults { build_image, nixpkgs_archive, dependencies: self.merge.default_dependencies }
    }
}

/// Whether an image is one of Nixpacks' base images, wherever they are mirrored: they have nothing of their
/// own that an app needs at run time, and are the superuser's.
pub fn is_known_base(image: &str) -> bool {
    image.contains("nixpacks:")
}

impl Distribution {
    /// The image without Nix that a last stage with Debian/Ubuntu packages starts from.
    pub const fn run_image(self) -> &'static str {
        match self {
            Self::Ubuntu => "ubuntu:noble",
            Self::Debian => "debian:bullseye-slim",
        }
    }
}

/// What the default base image is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Ubuntu 24.04.
    Ubuntu,
    /// Debian 11, chosen by `NIXPACKS_DEBIAN`.
    Debian,
}

/// How files are found by glob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchRules {
    /// `*` crosses `/`; ignore files count, in a git work tree those of git too; every directory is
    /// entered; a file that is not UTF-8 ends a search with an error.
    Nixpacks,
    /// `*` stays within a path component; ignore files do not count; directories of version
    /// control, installed dependencies and build results are not entered; a file that is not UTF-8
    /// is passed over.
    Pruned,
}

/// What one of the package flags says about the lists of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageFlags {
    /// All three lists are extended and the provider's overlays are emptied.
    TouchAllLists,
    /// Only the list that was asked for is extended.
    TouchOwnList,
}

/// What replacing a phase's commands says about its dependencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandOverride {
    /// They become the usual ones.
    ResetsDependencies,
    /// Nothing.
    KeepsDependencies,
}

/// How `NIXPACKS_INSTALL_CACHE_DIRS` and `NIXPACKS_BUILD_CACHE_DIRS` are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheVariables {
    /// They replace the provider's, and only beside a command from the environment.
    ReplaceWithCommand,
    /// They extend the provider's.
    Extend,
}

/// Which source of a variable wins, provider variables being the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariablePrecedence {
    /// `--env`, then configuration file, then `--json-plan`: the last wins.
    FileOverEnv,
    /// Configuration file, then `--json-plan`, then `--env`: the last wins.
    EnvOverFile,
}

/// How an `--env` argument is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvSyntax {
    /// The name ends at the first character that is not a letter, digit, `_` or `-`; `A=` takes the
    /// value of the process.
    LongestName,
    /// The name ends at the first `=`; anything but a name of letters, digits and `_` is an error;
    /// `A=` is empty, `A` takes the value of the process.
    FirstEqualsSign,
}

/// How a Procfile is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcfileSyntax {
    /// As YAML.
    Yaml,
    /// `name: rest of the line`; as YAML if some line does not have this form.
    Lines,
}

/// Which values of an option that may be repeated count if it stands before and after the command's
/// name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOptions {
    /// Those after it (Nixpacks 1.41).
    AfterWins,
    /// All, those before it first.
    Concatenated,
}

/// What becomes of a Procfile's processes besides the one that starts the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessRules {
    /// `release` becomes a phase, run while the image is built; the others are lost (Nixpacks 1.41).
    ReleaseIsPhase,
    /// All are recorded in the plan; none becomes a phase, since what prepares a release needs the
    /// database and the variables of the running app.
    Recorded,
}

/// Whether a plan says who planned it, besides `NIXPACKS_METADATA`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataRules {
    /// No (Nixpacks 1.41).
    VariableOnly,
    /// Name, version and labels of each provider, which no variable overwrites.
    Structured,
}

/// When providers are asked, and what `detect` and `plan` check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetectionRules {
    /// Always, even if `providers` names them all; `detect` prints names nobody has; `detect` sees
    /// no variables of the configuration file; `plan` prints phases that wait for each other.
    Nixpacks,
    /// Only if `providers` is absent or has a marker; names and phases are checked.
    Checked,
}

/// Which markers of providers count first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerOrder {
    /// All alike: the first provider that recognises the app is taken, wherever its marker lies
    /// (Nixpacks 1.41).
    InTurn,
    /// Files that have a fixed place or lie in the app directory itself, before directories and what
    /// lies deeper. Without the latter the tree is not walked.
    FilesAtRootFirst,
}

/// Which single subdirectory is tried when a plan has no phases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubdirectoryRules {
    /// Any, hidden ones and links included; what the outer directory said is forgotten; not by `detect`.
    Nixpacks,
    /// One that is not hidden and not `node_modules`; what the outer directory said holds; by `detect`, too.
    Visible,
}

/// Which machine's architecture providers see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetArchitecture {
    /// Of the machine that plans (Nixpacks 1.41).
    OfPlanner,
    /// Of `--platform`; without it, of the machine that plans.
    OfPlatform,
}

/// What an image is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageRules {
    /// The build is the image; with a run image, its files without variables (Nixpacks 1.41).
    OneStage,
    /// A last stage with what is needed at run time, a user without rights, and an init.
    Staged,
}

/// What `--add-host` says about the network of build steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddedHosts {
    /// It is the machine's (Nixpacks 1.41).
    ShareNetwork,
    /// It is the machine's if an address is a loopback one, which nothing else leads to.
    ShareForLoopback,
}

/// Which labels an image has that nobody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageLabels {
    /// None (Nixpacks 1.41).
    None,
    /// OCI annotations, and the providers.
    Annotations,
}

/// Upstream's base image; a newer one is not published.
const UBUNTU: &str = "ghcr.io/railwayapp/nixpacks:ubuntu-1745885067";

/// The base image that `NIXPACKS_DEBIAN` chooses (Nixpacks 1.41).
const DEBIAN: &str = "ghcr.io/railwayapp/nixpacks:debian-1745885067";

/// The nixpkgs commit that `NIXPACKS_DEBIAN` chooses, since it has OpenSSL 1.1 (Nixpacks 1.41).
const DEBIAN_ARCHIVE: &str = "a0b7e70db7a55088d3de0cc370a59f9fbcc906c3";

const NIXPACKS: Rules = Rules {
    merge: MergeRules { markers: Markers::Keep, default_dependencies: DefaultDependencies::WhenMerged },
    search: SearchRules::Nixpacks,
    package_flags: PackageFlags::TouchAllLists,
    command_override: CommandOverride::ResetsDependencies,
    cache_variables: CacheVariables::ReplaceWithCommand,
    variable_precedence: VariablePrecedence::FileOverEnv,
    env_syntax: EnvSyntax::LongestName,
    list_options: ListOptions::AfterWins,
    procfile: ProcfileSyntax::Yaml,
    processes: ProcessRules::ReleaseIsPhase,
    metadata: MetadataRules::VariableOnly,
    detection: DetectionRules::Nixpacks,
    marker_order: MarkerOrder::InTurn,
    subdirectory: SubdirectoryRules::Nixpacks,
    target_architecture: TargetArchitecture::OfPlanner,
    image: ImageRules::OneStage,
    added_hosts: AddedHosts::ShareNetwork,
    image_labels: ImageLabels::None,
    build_image: UBUNTU,
    // nixpkgs of 2023-09-17.
    nixpkgs_archive: "5148520bfab61f99fd25fb9ff7bfbb50dad3c9db",
};

const NOVEMBER_2026: Rules = Rules {
    merge: MergeRules { markers: Markers::Expand, default_dependencies: DefaultDependencies::WhenPinned },
    search: SearchRules::Pruned,
    package_flags: PackageFlags::TouchOwnList,
    command_override: CommandOverride::KeepsDependencies,
    cache_variables: CacheVariables::Extend,
    variable_precedence: VariablePrecedence::EnvOverFile,
    env_syntax: EnvSyntax::FirstEqualsSign,
    list_options: ListOptions::Concatenated,
    procfile: ProcfileSyntax::Lines,
    processes: ProcessRules::Recorded,
    metadata: MetadataRules::Structured,
    detection: DetectionRules::Checked,
    marker_order: MarkerOrder::FilesAtRootFirst,
    subdirectory: SubdirectoryRules::Visible,
    target_architecture: TargetArchitecture::OfPlatform,
    image: ImageRules::Staged,
    added_hosts: AddedHosts::ShareForLoopback,
    image_labels: ImageLabels::Annotations,
    build_image: UBUNTU,
    // Channel nixos-26.05 of 2026-10-06.
    nixpkgs_archive: "b25309931cfda5f0b8805f462a29897eeae50168",
};
