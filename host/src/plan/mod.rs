//! What is built and how: the typed plan, its partial forms, their merging and ordering.
//!
//! A [`PartialPlan`] is one source's say (a provider, a configuration file, the command line);
//! [`merge`](PartialPlan::merge) puts one above another and [`pin`](PartialPlan::pin) turns the
//! result into the [`Plan`] that is printed and built. This module imports nothing of the host.

mod declaration;
mod document;
mod image;
mod list;
mod merge;
mod misfit;
mod order;
mod pin;
mod run_time;
mod schema;
mod setting;
pub mod settings;

pub use declaration::{About, Declaration, Flag, Form, Scope, Variable};
pub use image::ImageSettings;
pub use list::{Item, ListEdit};
pub use merge::{DefaultDependencies, Markers, MergeRules};
pub use misfit::Misfit;
pub use order::{Cycle, NamedPhase, missing_dependencies, skipped_in_vain};
pub use pin::Defaults;
pub use run_time::{Needed, Needs, Requirements, RunTime, StartFile, add_new};
pub use setting::{Setting, SettingMap};

pub(crate) use schema::{NOT_READ, allow};
use schema::{other_names, repeated_name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub(crate) use settings::describe;
use std::collections::BTreeMap;

/// Names and values, in the byte order of the names.
pub type TextMap = BTreeMap<String, String>;

/// A named group of packages and commands. `L` is [`ListEdit`] in a partial plan and a list of
/// strings in a final one, `S` a [`Setting`] or a string; an absent list is not the same as an empty one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", bound(deserialize = "L: Deserialize<'de>, S: Deserialize<'de>"))]
#[schemars(rename = "Phase", deny_unknown_fields, transform = other_names, transform = repeated_name)]
pub struct Phase<L, S = String> {
    /// Whether the phase is left out of the final plan; whatever depends on it then depends on what
    /// it depended on. Absent in a final plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<bool>,
    /// Phases that come earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<L>,
    /// Nix expressions.
    #[serde(rename = "nixPkgs", alias = "nixPackages", default, skip_serializing_if = "Option::is_none")]
    pub nix_packages: Option<L>,
    /// Nix attributes whose libraries go on `LD_LIBRARY_PATH`.
    #[serde(rename = "nixLibs", alias = "nixLibraries", default, skip_serializing_if = "Option::is_none")]
    pub nix_libraries: Option<L>,
    /// Overlay tarball URLs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nix_overlays: Option<L>,
    /// The nixpkgs commit.
    #[serde(rename = "nixpkgsArchive", default, skip_serializing_if = "Option::is_none")]
    pub nixpkgs_archive: Option<S>,
    /// Debian/Ubuntu packages.
    #[serde(rename = "aptPkgs", alias = "aptPackages", default, skip_serializing_if = "Option::is_none")]
    pub apt_packages: Option<L>,
    /// Shell commands, one `RUN` each.
    #[serde(rename = "cmds", alias = "commands", default, skip_serializing_if = "Option::is_none")]
    pub commands: Option<L>,
    /// App files copied before the commands; absent: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_include_files: Option<L>,
    /// Patterns, in the notation of `.dockerignore`, of app files that never enter the image, since the
    /// commands make them anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclude_files: Option<L>,
    /// Directories kept between builds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_directories: Option<L>,
    /// Directories put in front of `PATH`.
    #[serde(alias = "envPaths", default, skip_serializing_if = "Option::is_none")]
    pub paths: Option<L>,
    /// Variables that the commands read: names, or prefixes that end in `*`; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_variables: Option<L>,
    /// Secrets that the commands may read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<L>,
}

/// What one source says about a phase.
pub type PartialPhase = Phase<ListEdit, Setting>;

impl<L, S> Default for Phase<L, S> {
    fn default() -> Self {
        Self {
            skip: None,
            depends_on: None,
            nix_packages: None,
            nix_libraries: None,
            nix_overlays: None,
            nixpkgs_archive: None,
            apt_packages: None,
            commands: None,
            only_include_files: None,
            exclude_files: None,
            cache_directories: None,
            paths: None,
            only_variables: None,
            secrets: None,
        }
    }
}

/// How the container starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", bound(deserialize = "L: Deserialize<'de>, S: Deserialize<'de>"))]
#[schemars(rename = "Start", deny_unknown_fields, transform = other_names)]
pub struct Start<L, S = String> {
    /// Run through `bash -l -c`.
    #[serde(rename = "cmd", default, skip_serializing_if = "Option::is_none")]
    pub command: Option<S>,
    /// Image of a second, last stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_image: Option<S>,
    /// What is copied into a last stage of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_include_files: Option<L>,
    /// A user that is created and switched to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<S>,
    /// Nix packages needed at run time; present: the last stage has nothing else of the build.
    #[serde(rename = "nixPkgs", alias = "nixPackages", default, skip_serializing_if = "Option::is_none")]
    pub nix_packages: Option<L>,
    /// Nix libraries needed at run time; absent: those of all phases.
    #[serde(rename = "nixLibs", alias = "nixLibraries", default, skip_serializing_if = "Option::is_none")]
    pub nix_libraries: Option<L>,
    /// Debian/Ubuntu packages needed at run time; absent: those of all phases.
    #[serde(rename = "aptPkgs", alias = "aptPackages", default, skip_serializing_if = "Option::is_none")]
    pub apt_packages: Option<L>,
}

/// What one source says about the start.
pub type PartialStart = Start<ListEdit, Setting>;

impl<L, S> Default for Start<L, S> {
    fn default() -> Self {
        Self {
            command: None,
            run_image: None,
            only_include_files: None,
            user: None,
            nix_packages: None,
            nix_libraries: None,
            apt_packages: None,
        }
    }
}

impl<L, S> Start<L, S> {
    /// A start that says only the command.
    pub fn with_command(command: impl Into<S>) -> Self {
        Self { command: Some(command.into()), ..Self::default() }
    }
}

/// One source's say about the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Plan", deny_unknown_fields)]
pub struct PartialPlan {
    /// Which providers to use; `...` stands for the detected one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub providers: Option<ListEdit>,
    /// Base image of the build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_image: Option<Setting>,
    /// Variables of the build and of the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variables: Option<SettingMap>,
    /// Files placed below `/assets`: relative name to text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub static_assets: Option<SettingMap>,
    /// Phases by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phases: Option<BTreeMap<String, PartialPhase>>,
    /// How the container starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<PartialStart>,
    /// Secrets that the commands of every phase may read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets: Option<ListEdit>,
    /// What the image is like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageSettings>,
    /// Commands of the app's processes, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<SettingMap>,
    /// Who planned the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
}

/// What is known about a plan besides how the app is built.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The edition by whose rules it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// The subdirectory that is built, where the app is not the directory that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subdirectory: Option<String>,
    /// The providers whose plans it was made from, the first one's winning.
    #[serde(default)]
    pub providers: Vec<Planner>,
}

/// A provider that had part in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Planner {
    /// The provider's name.
    pub name: String,
    /// The provider's own version.
    #[serde(default)]
    pub version: String,
    /// Which one exactly it is, if it is none of Plugpacks' own: `sha256:` and 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What else it says the app is, such as `django`.
    #[serde(default)]
    pub labels: Vec<String>,
}

impl PartialPlan {
    /// The phase of this name, created where it is absent.
    pub fn phase_mut(&mut self, name: &str) -> &mut PartialPhase {
        self.phases.get_or_insert_default().entry(name.to_owned()).or_default()
    }
}

/// The plan: what is printed, saved, replayed and built.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Base image of the build.
    pub build_image: String,
    /// Variables of the build and of the image; absent if no source set any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variables: Option<TextMap>,
    /// Files placed below `/assets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub static_assets: Option<TextMap>,
    /// Phases by name.
    pub phases: BTreeMap<String, Phase<Vec<String>>>,
    /// How the container starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Start<Vec<String>>>,
    /// Secrets that the commands of every phase may read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets: Option<Vec<String>>,
    /// What the image is like, as far as somebody chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageSettings>,
    /// Commands of the app's processes, by name, the one that starts the container included; absent
    /// if no source names any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<TextMap>,
    /// Who planned the app; absent under the edition `nixpacks` and if no provider did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
}

impl Plan {
    /// The start command, if some source gave one.
    pub fn start_command(&self) -> Option<&str> {
        self.start.as_ref()?.command.as_deref()
    }

    /// The Nix packages of an image that has only what is needed at run time; none if it is not
    /// known what that is, or all of the build is wanted.
    pub fn packages_at_run_time(&self) -> Option<&[String]> {
        let is_wanted = self.image.as_ref().and_then(|image| image.slim) != Some(false);
        self.start.as_ref().filter(|_| is_wanted)?.nix_packages.as_deref()
    }
}

impl Phase<Vec<String>> {
    /// The elements of a list of this phase; absent counts as empty.
    pub fn elements(list: &Option<Vec<String>>) -> &[String] {
        list.as_deref().unwrap_or_default()
    }

    /// Whether the phase installs something through Nix.
    pub fn uses_nix(&self) -> bool {
        !Self::elements(&self.nix_packages).is_empty() || !Self::elements(&self.nix_libraries).is_empty()
    }
}
