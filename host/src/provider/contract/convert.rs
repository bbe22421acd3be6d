//! Types of the contract to types of the host and back, as far as all versions have them alike.

use super::super::bindings::plugpacks::provider::{app as wit_app, types as wit};
use crate::app::{AccessError, EntryKind, Occurrence, SearchError};
use crate::error::{Error, Result};
use crate::plan::{
    Item, ListEdit, Needed, Needs, PartialPhase, PartialPlan, PartialStart, Requirements, RunTime, Setting, SettingMap,
    StartFile,
};
use crate::provider::ProviderPlan;
use crate::provider::description::{Marker, VariableUse};
use crate::text;
use std::collections::BTreeMap;

pub(in super::super) fn marker(marker: wit::Marker) -> Marker {
    match marker {
        wit::Marker::File(path) => Marker::File(path.into()),
        wit::Marker::Directory(path) => Marker::Directory(path.into()),
        wit::Marker::Anywhere(glob) => Marker::Anywhere(glob.into()),
    }
}

pub(in super::super) fn variable(variable: wit::Variable) -> VariableUse {
    let wit::Variable { name, summary } = variable;
    VariableUse { name: name.into(), summary: summary.into() }
}

/// What a provider says, with no line of its own making that could be taken for ours.
pub(super) fn failure(failure: wit::Failure) -> Error {
    let wit::Failure { message, causes, hint } = failure;
    let causes = causes.iter().map(|cause| text::lines(cause));
    Error::app(text::paragraph(&message)).causes(causes).maybe_hint(hint.map(|hint| text::paragraph(&hint)))
}

pub(super) fn guest_failure(error: &Error) -> wit::Failure {
    wit::Failure {
        message: error.message().to_owned(),
        causes: error.cause_texts().to_vec(),
        hint: error.hint_text().map(str::to_owned),
    }
}

pub(super) const fn entry_kind(kind: EntryKind) -> wit_app::EntryKind {
    match kind {
        EntryKind::Missing => wit_app::EntryKind::Missing,
        EntryKind::File => wit_app::EntryKind::File,
        EntryKind::Directory => wit_app::EntryKind::Directory,
        EntryKind::Other => wit_app::EntryKind::Other,
    }
}

pub(super) fn access_error(error: AccessError) -> wit_app::AccessError {
    match error {
        AccessError::Missing => wit_app::AccessError::Missing,
        AccessError::NotAFile => wit_app::AccessError::NotAFile,
        AccessError::OutsideApp => wit_app::AccessError::OutsideApp,
        AccessError::NotText => wit_app::AccessError::NotText,
        AccessError::TooLarge(limit) => wit_app::AccessError::TooLarge(limit),
        AccessError::InvalidPattern(message) => wit_app::AccessError::InvalidPattern(message),
        AccessError::Unreadable(message) => wit_app::AccessError::Unreadable(message),
    }
}

pub(super) fn search_error(error: SearchError) -> wit_app::SearchError {
    wit_app::SearchError { path: error.path, error: access_error(error.error) }
}

pub(super) fn occurrence(occurrence: Occurrence) -> wit_app::Occurrence {
    wit_app::Occurrence { path: occurrence.path, groups: occurrence.groups }
}

/// The plan of a provider.
///
/// # Errors
/// It has two phases of one name, or names something by what is no name.
pub(super) fn provider_plan(plan: wit::PartialPlan, title: &str) -> Result<ProviderPlan> {
    let wit::PartialPlan { build_image, variables, static_assets, phases, start, labels } = plan;
    let map = |pairs: Vec<(String, String)>| {
        let settings = pairs.into_iter().map(|(name, value)| (name, Setting::Value(value)));
        Some(settings.collect::<SettingMap>()).filter(|map| !map.is_empty())
    };
    let mut by_name = BTreeMap::new();
    for phase in phases {
        let name = phase.name.clone();
        if by_name.insert(name.clone(), host_phase(phase)).is_some() {
            return Err(Error::provider(format!("{title} plans the phase `{}` twice", text::one_line(&name))));
        }
    }
    let (start, requirements) = start.map(host_start).unzip();
    let requirements: Requirements = requirements.unwrap_or_default();
    let plan = PartialPlan {
        build_image: build_image.map(Setting::Value),
        variables: map(variables),
        static_assets: map(static_assets),
        phases: Some(by_name),
        start,
        ..PartialPlan::default()
    };
    check_values(&plan, &requirements, &labels, title)?;
    Ok(ProviderPlan { plan, requirements, labels })
}

/// Checks that everything a provider names can be called so.
///
/// # Errors
/// Something cannot: what.
fn check_values(plan: &PartialPlan, requirements: &Requirements, labels: &[String], title: &str) -> Result<()> {
    let mut needed = PartialStart::default();
    requirements.clone().state_in(&mut needed);
    let needed = PartialPlan { start: Some(needed), ..PartialPlan::default() };
    let label = labels.iter().find(|label| label.contains(text::is_control));
    let label = label.map(|label| format!("the label `{}`", text::one_line(label)));
    let misfit = plan.misfit().or_else(|| needed.misfit()).map(|misfit| misfit.to_string()).or(label);
    misfit.map_or(Ok(()), |misfit| {
        Err(Error::provider(format!("{title} makes a plan with a control character or a line break where none can be"))
            .cause(misfit))
    })
}

fn host_phase(phase: wit::Phase) -> PartialPhase {
    let wit::Phase {
        name: _,
        depends_on,
        nix_packages,
        nix_libraries,
        nix_overlays,
        nixpkgs_archive,
        apt_packages,
        commands,
        only_include_files,
        exclude_files,
        cache_directories,
        paths,
        only_variables,
    } = phase;
    PartialPhase {
        skip: None,
        depends_on: depends_on.map(host_list),
        nix_packages: nix_packages.map(host_list),
        nix_libraries: nix_libraries.map(host_list),
        nix_overlays: nix_overlays.map(host_list),
        nixpkgs_archive: nixpkgs_archive.map(Setting::Value),
        apt_packages: apt_packages.map(host_list),
        commands: commands.map(host_list),
        only_include_files: only_include_files.map(host_list),
        exclude_files: exclude_files.map(host_list),
        cache_directories: cache_directories.map(host_list),
        paths: paths.map(host_list),
        only_variables: only_variables.map(host_list),
        secrets: None,
    }
}

fn host_start(start: wit::Start) -> (PartialStart, Requirements) {
    let wit::Start { command, user, run_time, files } = start;
    let start = PartialStart {
        command: command.map(Setting::Value),
        user: user.map(Setting::Value),
        ..PartialStart::default()
    };
    (start, Requirements { run_time: host_run_time(run_time), files: files.into_iter().map(host_file).collect() })
}

fn host_run_time(run_time: wit::RunTime) -> RunTime {
    match run_time {
        wit::RunTime::WholeBuild => RunTime::WholeBuild,
        wit::RunTime::OtherImage(image) => RunTime::OtherImage(image),
        wit::RunTime::Only(wit::Needs { nix_packages, nix_libraries, apt_packages }) => RunTime::Only(Needs {
            nix_packages,
            nix_libraries: host_needed(nix_libraries),
            apt_packages: host_needed(apt_packages),
        }),
    }
}

fn host_needed(needed: wit::Needed) -> Needed {
    match needed {
        wit::Needed::OfAllPhases => Needed::OfAllPhases,
        wit::Needed::Only(packages) => Needed::Only(packages),
    }
}

fn host_file(file: wit::StartFile) -> StartFile {
    match file {
        wit::StartFile::WholeApp => StartFile::WholeApp,
        wit::StartFile::App(path) => StartFile::App(path),
        wit::StartFile::Image(path) => StartFile::Image(path),
    }
}

fn host_list(list: wit::ListEdit) -> ListEdit {
    let values = |values: Vec<String>| values.into_iter().map(Item::Value);
    match list {
        wit::ListEdit::Replace(list) => ListEdit(values(list).collect()),
        wit::ListEdit::Extend(wit::Extension { before, after }) => {
            ListEdit(values(before).chain([Item::Inherited]).chain(values(after)).collect())
        }
    }
}

/// A plan for another provider to build on. A provider unsets nothing, since the contract has no
/// way to say so.
pub(super) fn guest_plan(provider_plan: ProviderPlan) -> wit::PartialPlan {
    let ProviderPlan { plan, requirements, labels } = provider_plan;
    let PartialPlan { build_image, variables, static_assets, phases, start, .. } = plan;
    let pairs = |map: Option<SettingMap>| {
        let settings = map.unwrap_or_default().into_iter();
        settings.filter_map(|(name, setting)| Some((name, setting.into_value()?))).collect()
    };
    wit::PartialPlan {
        build_image: build_image.and_then(Setting::into_value),
        variables: pairs(variables),
        static_assets: pairs(static_assets),
        phases: phases.unwrap_or_default().into_iter().map(guest_phase).collect(),
        start: start.map(|start| guest_start(start, requirements)),
        labels,
    }
}

fn guest_phase((name, phase): (String, PartialPhase)) -> wit::Phase {
    wit::Phase {
        name,
        depends_on: phase.depends_on.map(guest_list),
        nix_packages: phase.nix_packages.map(guest_list),
        nix_libraries: phase.nix_libraries.map(guest_list),
        nix_overlays: phase.nix_overlays.map(guest_list),
        nixpkgs_archive: phase.nixpkgs_archive.and_then(Setting::into_value),
        apt_packages: phase.apt_packages.map(guest_list),
        commands: phase.commands.map(guest_list),
        only_include_files: phase.only_include_files.map(guest_list),
        exclude_files: phase.exclude_files.map(guest_list),
        cache_directories: phase.cache_directories.map(guest_list),
        paths: phase.paths.map(guest_list),
        only_variables: phase.only_variables.map(guest_list),
    }
}

fn guest_start(start: PartialStart, requirements: Requirements) -> wit::Start {
    let Requirements { run_time, files } = requirements;
    wit::Start {
        command: start.command.and_then(Setting::into_value),
        user: start.user.and_then(Setting::into_value),
        run_time: guest_run_time(run_time),
        files: files.into_iter().map(guest_file).collect(),
    }
}

fn guest_run_time(run_time: RunTime) -> wit::RunTime {
    match run_time {
        RunTime::WholeBuild => wit::RunTime::WholeBuild,
        RunTime::OtherImage(image) => wit::RunTime::OtherImage(image),
        RunTime::Only(Needs { nix_packages, nix_libraries, apt_packages }) => wit::RunTime::Only(wit::Needs {
            nix_packages,
            nix_libraries: guest_needed(nix_libraries),
            apt_packages: guest_needed(apt_packages),
        }),
    }
}

fn guest_needed(needed: Needed) -> wit::Needed {
    match needed {
        Needed::OfAllPhases => wit::Needed::OfAllPhases,
        Needed::Only(packages) => wit::Needed::Only(packages),
    }
}

fn guest_file(file: StartFile) -> wit::StartFile {
    match file {
        StartFile::WholeApp => wit::StartFile::WholeApp,
        StartFile::App(path) => wit::StartFile::App(path),
        StartFile::Image(path) => wit::StartFile::Image(path),
    }
}

/// A provider's list has one marker at most, since the contract has no way to say two.
fn guest_list(list: ListEdit) -> wit::ListEdit {
    let mut before = Vec::new();
    let mut after = None;
    for item in list.0 {
        match (item, &mut after) {
            (Item::Inherited, after) => *after = Some(Vec::new()),
            (Item::Value(value), None) => before.push(value),
            (Item::Value(value), Some(after)) => after.push(value),
        }
    }
    match after {
        None => wit::ListEdit::Replace(before),
        Some(after) => wit::ListEdit::Extend(wit::Extension { before, after }),
    }
}
