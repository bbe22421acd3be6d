//! What differs between editions in the core, as data: each rule with the editions that changed it.

use crate::error::{Error, Result};
use crate::plan::{DefaultDependencies, Defaults, Markers, MergeRules};

mod distribution;

#[path = "../../wit/editions.rs"]
#[allow(dead_code, unreachable_pub, reason = "the SDK needs the rest")]
mod data;

pub use data::Edition;
use data::Since;
pub use distribution::{Distribution, is_known_base};

impl Edition {
    /// The edition of this name.
    ///
    /// # Errors
    /// There is none; `source` says who asked.
    pub fn parse(name: &str, source: &str) -> Result<Self> {
        Self::named(name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name);
            Error::configuration(format!("Unknown edition `{name}` in {source}"))
                .hint(format!("Editions: {}", names.join(", ")))
        })
    }

    /// Its place in [`Self::ALL`].
    pub const fn index(self) -> usize {
        let mut index = 0;
        while index + 1 < Self::ALL.len() && Self::ALL[index].is_before(self) {
            index += 1;
        }
        index
    }

    /// What the core does under this edition.
    pub const fn rules(self) -> &'static Rules {
        static OF_EACH: [Rules; Edition::ALL.len()] = rules_of_each();
        &OF_EACH[self.index()]
    }
}

const fn rules_of_each() -> [Rules; Edition::ALL.len()] {
    let mut rules = [Rules::of(Edition::ALL[0]); Edition::ALL.len()];
    let mut index = 1;
    while index < rules.len() {
        rules[index] = Rules::of(Edition::ALL[index]);
        index += 1;
    }
    rules
}

/// What the core does under an edition; providers have tables of their own.
#[derive(Clone, Copy, Debug)]
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
    pub detection: Detection,
    /// What becomes of a detected provider that makes no plan.
    pub declining_providers: DecliningProviders,
    /// Which variables providers see where only detection is asked for.
    pub detection_variables: DetectionVariables,
    /// Whether other providers that recognise the app are named.
    pub other_providers: OtherProviders,
    /// What becomes of a name that no provider has where only detection is asked for.
    pub unknown_providers: UnknownProviders,
    /// What becomes of phases that wait for each other.
    pub phase_cycles: PhaseCycles,
    /// Which names variables of a plan may have.
    pub variable_names: VariableNames,
    /// Which markers count first.
    pub marker_order: MarkerOrder,
    /// When a plan without phases leads into a subdirectory.
    pub subdirectory: SubdirectoryRules,
    /// Which machine's architecture providers see.
    pub target_architecture: TargetArchitecture,
    /// What the image is like.
    pub image: ImageRules,
    /// What becomes of what the running app needs.
    pub run_time_needs: RunTimeNeeds,
    /// By what an app's caches are known.
    pub cache_identity: CacheIdentity,
    /// What `--add-host` says about the network of build steps.
    pub added_hosts: AddedHosts,
    /// Which labels an image has that nobody asked for.
    pub image_labels: ImageLabels,
    /// The base image.
    pub build_image: &'static str,
    /// The base image that `NIXPACKS_DEBIAN` chooses.
    pub debian_image: &'static str,
    /// The nixpkgs commit of phases that name none.
    pub nixpkgs_archive: &'static str,
}

/// A value of an edition, of those that it has had.
const fn since<T: Copy>(edition: Edition, first: T, later: &'static [(Edition, T)]) -> T {
    *Since::new(first, later).of(edition)
}

impl Rules {
    /// For each rule what held at first, and what holds since which edition.
    const fn of(edition: Edition) -> Self {
        const E2026_11: Edition = Edition::E2026_11;
        Self {
            merge: since(
                edition,
                MergeRules { markers: Markers::Keep, default_dependencies: DefaultDependencies::WhenMerged },
                &[(
                    E2026_11,
                    MergeRules { markers: Markers::Expand, default_dependencies: DefaultDependencies::WhenPinned },
                )],
            ),
            search: since(edition, SearchRules::Nixpacks, &[(E2026_11, SearchRules::Pruned)]),
            package_flags: since(edition, PackageFlags::TouchAllLists, &[(E2026_11, PackageFlags::TouchOwnList)]),
            command_override: since(
                edition,
                CommandOverride::ResetsDependencies,
                &[(E2026_11, CommandOverride::KeepsDependencies)],
            ),
            cache_variables: since(edition, CacheVariables::ReplaceWithCommand, &[(E2026_11, CacheVariables::Extend)]),
            variable_precedence: since(
                edition,
                VariablePrecedence::FileOverEnv,
                &[(E2026_11, VariablePrecedence::EnvOverFile)],
            ),
            env_syntax: since(edition, EnvSyntax::LongestName, &[(E2026_11, EnvSyntax::FirstEqualsSign)]),
            list_options: since(edition, ListOptions::AfterWins, &[(E2026_11, ListOptions::Concatenated)]),
            procfile: since(edition, ProcfileSyntax::Yaml, &[(E2026_11, ProcfileSyntax::Lines)]),
            processes: since(edition, ProcessRules::ReleaseIsPhase, &[(E2026_11, ProcessRules::Recorded)]),
            metadata: since(edition, MetadataRules::VariableOnly, &[(E2026_11, MetadataRules::Structured)]),
            detection: since(edition, Detection::Always, &[(E2026_11, Detection::WhereAsked)]),
            declining_providers: since(
                edition,
                DecliningProviders::EndDetection,
                &[(E2026_11, DecliningProviders::GiveWay)],
            ),
            detection_variables: since(
                edition,
                DetectionVariables::Given,
                &[(E2026_11, DetectionVariables::AsForPlan)],
            ),
            other_providers: since(edition, OtherProviders::Unnamed, &[(E2026_11, OtherProviders::Hinted)]),
            unknown_providers: since(edition, UnknownProviders::Printed, &[(E2026_11, UnknownProviders::Refused)]),
            phase_cycles: since(edition, PhaseCycles::Warned, &[(E2026_11, PhaseCycles::Refused)]),
            variable_names: since(edition, VariableNames::Any, &[(E2026_11, VariableNames::Checked)]),
            marker_order: since(edition, MarkerOrder::InTurn, &[(E2026_11, MarkerOrder::FilesAtRootFirst)]),
            subdirectory: since(edition, SubdirectoryRules::Nixpacks, &[(E2026_11, SubdirectoryRules::Visible)]),
            target_architecture: since(
                edition,
                TargetArchitecture::OfPlanner,
                &[(E2026_11, TargetArchitecture::OfPlatform)],
            ),
            image: since(edition, ImageRules::OneStage, &[(E2026_11, ImageRules::Staged)]),
            run_time_needs: since(edition, RunTimeNeeds::WholeBuild, &[(E2026_11, RunTimeNeeds::Settled)]),
            cache_identity: since(edition, CacheIdentity::Directory, &[(E2026_11, CacheIdentity::Repository)]),
            added_hosts: since(edition, AddedHosts::ShareNetwork, &[(E2026_11, AddedHosts::ShareForLoopback)]),
            image_labels: since(edition, ImageLabels::None, &[(E2026_11, ImageLabels::Annotations)]),
            build_image: *data::UBUNTU_IMAGE.of(edition),
            debian_image: *data::DEBIAN_IMAGE.of(edition),
            nixpkgs_archive: *data::NIXPKGS.of(edition),
        }
    }

    /// The answers to what a merged plan leaves open.
    pub const fn defaults(&self, distribution: Distribution) -> Defaults {
        let (build_image, nixpkgs_archive) = match distribution {
            Distribution::Ubuntu => (self.build_image, self.nixpkgs_archive),
            Distribution::Debian => (self.debian_image, data::NIXPKGS_DEBIAN),
        };
        Defaults { build_image, nixpkgs_archive, dependencies: self.merge.default_dependencies }
    }
}

/// How files are found by glob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchRules {
    /// `*` crosses `/`; ignore files count, in a git work tree those of git too; every directory is
    /// entered; a file that is not UTF-8 ends a search with an error.
    Nixpacks,
    /// `*` stays within a path component; ignore files do not count; directories of version
    /// control, and those that languages' tools make, are not entered; a file that is not UTF-8
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

/// When providers are asked whether the app is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detection {
    /// Always, even if `providers` names them all (Nixpacks 1.41).
    Always,
    /// Only if `providers` is absent or has a marker.
    WhereAsked,
}

/// What becomes of a detected provider that makes no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecliningProviders {
    /// Nobody else is asked (Nixpacks 1.41).
    EndDetection,
    /// The next one that recognises the app takes its place.
    GiveWay,
}

/// Which variables providers see where only detection is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetectionVariables {
    /// Those that are given to the command, without the configuration file's (Nixpacks 1.41).
    Given,
    /// The same as for a plan.
    AsForPlan,
}

/// Whether other providers that recognise the app are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherProviders {
    /// No (Nixpacks 1.41).
    Unnamed,
    /// In a hint.
    Hinted,
}

/// What becomes of a name that no provider has where only detection is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownProviders {
    /// It is printed as if there were such a provider (Nixpacks 1.41).
    Printed,
    /// It is an error.
    Refused,
}

/// What becomes of phases that wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhaseCycles {
    /// The plan is printed, with a warning; Nixpacks 1.41 prints it, too.
    Warned,
    /// They are an error.
    Refused,
}

/// Which names variables of a plan may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableNames {
    /// Any (Nixpacks 1.41).
    Any,
    /// Those that a Dockerfile can refer to.
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
    /// One that is not hidden and that no language's tools make; what the outer directory said holds; by `detect`, too.
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

/// What becomes of what the running app needs: packages, files, a user, a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunTimeNeeds {
    /// Nothing: it has the whole build (Nixpacks 1.41).
    WholeBuild,
    /// It is settled while the app is planned, and checked.
    Settled,
}

/// By what an app's caches are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheIdentity {
    /// By the directory the app lies in; cached directories of one name share a cache (Nixpacks 1.41).
    Directory,
    /// By its repository, wherever it lies; without one, by provider and manifests. Every cached
    /// directory has its own.
    Repository,
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
