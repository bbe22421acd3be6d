//! Turning a merged partial plan into the final one.

use super::merge::default_dependency;
use super::{
    DefaultDependencies, ImageSettings, ListEdit, PartialPhase, PartialPlan, PartialStart, Phase, Plan, Setting,
    SettingMap,
};
use super::{Start, TextMap};
use std::collections::{BTreeMap, BTreeSet};

/// What an open question of a plan is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Defaults {
    /// The base image.
    pub build_image: &'static str,
    /// The nixpkgs commit of phases that use Nix and name none.
    pub nixpkgs_archive: &'static str,
    /// Whether `install` and `build` get their usual dependency here.
    pub dependencies: DefaultDependencies,
}

impl PartialPlan {
    /// Answers every open question: base image, nixpkgs commits, default dependencies; drops markers,
    /// what is unset and phases that are skipped.
    pub fn pin(self, defaults: &Defaults) -> Plan {
        let build_image = self.build_image.and_then(Setting::into_value);
        Plan {
            build_image: build_image.unwrap_or_else(|| defaults.build_image.to_owned()),
            variables: self.variables.map(pin_map),
            static_assets: self.static_assets.map(pin_map),
            phases: pin_phases(self.phases.unwrap_or_default(), defaults),
            start: self.start.map(pin_start),
            secrets: self.secrets.map(ListEdit::into_values),
            image: self.image.map(ImageSettings::pinned).and_then(ImageSettings::into_option),
            processes: self.processes.map(pin_map),
            metadata: self.metadata,
        }
    }
}

fn pin_map(settings: SettingMap) -> TextMap {
    settings.into_iter().filter_map(|(name, setting)| Some((name, setting.into_value()?))).collect()
}

type FinalPhase = Phase<Vec<String>>;

fn pin_phases(phases: BTreeMap<String, PartialPhase>, defaults: &Defaults) -> BTreeMap<String, FinalPhase> {
    let names: BTreeSet<String> = phases.keys().cloned().collect();
    let is_skipped = |phase: &PartialPhase| phase.skip == Some(true);
    let skipped: BTreeSet<String> =
        phases.iter().filter(|(_, phase)| is_skipped(phase)).map(|(name, _)| name.clone()).collect();
    let mut pinned: BTreeMap<_, _> = phases
        .into_iter()
        .map(|(name, phase)| {
            let mut phase = pin_phase(phase, defaults);
            if defaults.dependencies == DefaultDependencies::WhenPinned && phase.depends_on.is_none() {
                phase.depends_on = usual_dependency(&name, &names).map(|dependency| vec![dependency.to_owned()]);
            }
            (name, phase)
        })
        .collect();
    for name in &skipped {
        bypass(&mut pinned, name);
    }
    pinned
}

/// What a phase usually depends on: of `setup` and `install` the nearest one that there is.
fn usual_dependency(name: &str, names: &BTreeSet<String>) -> Option<&'static str> {
    let mut chain = std::iter::successors(default_dependency(name), |dependency| default_dependency(dependency));
    chain.find(|dependency| names.contains(*dependency))
}

/// Removes a phase; those that depend on it come to depend on what it depends on.
fn bypass(phases: &mut BTreeMap<String, FinalPhase>, removed: &str) {
    let Some(phase) = phases.remove(removed) else { return };
    let inherited = phase.depends_on.unwrap_or_default();
    for dependencies in phases.values_mut().filter_map(|phase| phase.depends_on.as_mut()) {
        let Some(at) = dependencies.iter().position(|name| name == removed) else { continue };
        dependencies.retain(|name| name != removed);
        let new: Vec<_> = inherited.iter().filter(|name| !dependencies.contains(name)).cloned().collect();
        dependencies.splice(at..at, new);
    }
}

fn pin_phase(phase: PartialPhase, defaults: &Defaults) -> FinalPhase {
    // A list that holds but a marker still counts as content (Nixpacks 1.41).
    let has_content = |list: &Option<ListEdit>| list.as_ref().is_some_and(|list| !list.0.is_empty());
    let uses_nix = has_content(&phase.nix_packages) || has_content(&phase.nix_libraries);
    let archive = phase.nixpkgs_archive.and_then(Setting::into_value);
    let values = |list: Option<ListEdit>| list.map(ListEdit::into_values);
    Phase {
        skip: None,
        depends_on: values(phase.depends_on),
        nix_packages: values(phase.nix_packages),
        nix_libraries: values(phase.nix_libraries),
        nix_overlays: values(phase.nix_overlays),
        nixpkgs_archive: archive.or_else(|| uses_nix.then(|| defaults.nixpkgs_archive.to_owned())),
        apt_packages: values(phase.apt_packages),
        commands: values(phase.commands),
        only_include_files: values(phase.only_include_files),
        exclude_files: values(phase.exclude_files),
        cache_directories: values(phase.cache_directories),
        paths: values(phase.paths),
        only_variables: values(phase.only_variables),
        secrets: values(phase.secrets),
    }
}

fn pin_start(start: PartialStart) -> Start<Vec<String>> {
    let values = |list: Option<ListEdit>| list.map(ListEdit::into_values);
    Start {
        command: start.command.and_then(Setting::into_value),
        run_image: start.run_image.and_then(Setting::into_value),
        only_include_files: values(start.only_include_files),
        user: start.user.and_then(Setting::into_value),
        nix_packages: values(start.nix_packages),
        nix_libraries: values(start.nix_libraries),
        apt_packages: values(start.apt_packages),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Markers, MergeRules};
    use super::*;

    const DEFAULTS: Defaults =
        Defaults { build_image: "base", nixpkgs_archive: "commit", dependencies: DefaultDependencies::WhenPinned };

    #[test]
    fn a_list_of_only_a_marker_counts_as_content_and_vanishes() {
        let mut plan = PartialPlan::default();
        plan.phase_mut("setup").nix_packages = Some(ListEdit::prepend(Vec::<String>::new()));
        plan.phase_mut("release").apt_packages = Some(ListEdit::EMPTY);
        let plan = plan.pin(&DEFAULTS);
        assert_eq!(plan.phases["setup"].nix_packages, Some(vec![]));
        assert_eq!(plan.phases["setup"].nixpkgs_archive.as_deref(), Some("commit"));
        assert_eq!(plan.phases["release"].nixpkgs_archive, None);
        assert_eq!(plan.phases["release"].apt_packages, Some(vec![]));
    }

    #[test]
    fn a_skipped_phase_hands_its_dependencies_on() {
        let mut plan = PartialPlan::default();
        plan.phase_mut("setup").nix_packages = Some(ListEdit::replace(["a"]));
        plan.phase_mut("install").skip = Some(true);
        plan.phase_mut("build").depends_on = Some(ListEdit::replace(["other", "install"]));
        plan.phase_mut("later").depends_on = Some(ListEdit::replace(["build"]));
        plan.phase_mut("later").skip = Some(false);
        let pinned = plan.clone().pin(&DEFAULTS);
        let dependencies = |plan: &Plan, phase: &str| plan.phases[phase].depends_on.clone();
        assert_eq!(pinned.phases.keys().collect::<Vec<_>>(), ["build", "later", "setup"]);
        assert_eq!(dependencies(&pinned, "build"), Some(vec!["other".to_owned(), "setup".to_owned()]));
        assert_eq!(pinned.phases["later"].skip, None);
        plan.phase_mut("build").skip = Some(true);
        let pinned = plan.pin(&DEFAULTS);
        assert_eq!(dependencies(&pinned, "later"), Some(vec!["other".to_owned(), "setup".to_owned()]));
    }

    #[test]
    fn a_phase_waits_for_the_nearest_usual_one() {
        let dependency = |names: &[&str]| {
            let names = names.iter().map(|&name| name.to_owned()).collect();
            usual_dependency("build", &names)
        };
        assert_eq!(dependency(&["build", "install", "setup"]), Some("install"));
        assert_eq!(dependency(&["build", "setup"]), Some("setup"));
        assert_eq!(dependency(&["build"]), None);
        assert_eq!(usual_dependency("test", &["setup".to_owned()].into()), None);
    }

    #[test]
    fn what_is_unset_is_as_if_nobody_had_said_it() {
        let mut low = PartialPlan { build_image: Some("own".into()), ..PartialPlan::default() };
        low.variables = Some([("A".to_owned(), "1".into()), ("B".to_owned(), "2".into())].into());
        low.phase_mut("setup").nix_packages = Some(ListEdit::replace(["a"]));
        low.phase_mut("setup").nixpkgs_archive = Some("own".into());
        low.start = Some(Start { user: Some("shop".into()), ..Start::with_command("run") });
        let high = r#"{"buildImage": false, "variables": {"A": false}, "start": {"cmd": false},
            "phases": {"setup": {"nixpkgsArchive": false}}}"#;
        let rules = MergeRules { markers: Markers::Expand, default_dependencies: DefaultDependencies::WhenPinned };
        let plan = low.merge(PartialPlan::from_json(high).unwrap(), rules).pin(&DEFAULTS);
        assert_eq!(plan.build_image, "base");
        assert_eq!(plan.variables, Some([("B".to_owned(), "2".to_owned())].into()));
        assert_eq!(plan.phases["setup"].nixpkgs_archive.as_deref(), Some("commit"));
        assert_eq!(plan.start_command(), None);
        assert_eq!(plan.start.unwrap().user.as_deref(), Some("shop"));
    }

    #[test]
    fn only_false_unsets() {
        let error = |json| PartialPlan::from_json(json).unwrap_err().to_string();
        insta::assert_snapshot!(error(r#"{"start": {"cmd": true}}"#), @"invalid type: boolean `true`, expected a string, or `false` to unset it at line 1 column 22");
        insta::assert_snapshot!(error(r#"{"buildImage": 1}"#), @"invalid type: integer `1`, expected a string, or `false` to unset it at line 1 column 16");
    }
}
