//! Putting one partial plan above another.

use super::{Item, ListEdit, PartialPhase, PartialPlan, PartialStart};
use std::collections::BTreeMap;

/// What a marker becomes when its list is merged with a lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markers {
    /// It is replaced by the lower list: each element appears once.
    Expand,
    /// It is kept in front of the lower list and expands again at the next merge (Nixpacks 1.41:
    /// three sources that all extend repeat the lowest elements).
    Keep,
}

/// When `install` comes to depend on `setup`, and `build` on `install`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultDependencies {
    /// When the plan is pinned, for a phase about which no source said anything.
    WhenPinned,
    /// When a source first mentions a phase that lower ones lack (Nixpacks 1.41: a dependency list
    /// preset so can hide that of a lower source merged later).
    WhenMerged,
}

/// How plans are merged; the editions differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergeRules {
    /// What markers become.
    pub markers: Markers,
    /// When default dependencies are set.
    pub default_dependencies: DefaultDependencies,
}

/// What a phase of this name depends on unless somebody says otherwise.
pub(super) fn default_dependency(phase: &str) -> Option<&'static str> {
    match phase {
        "install" => Some("setup"),
        "build" => Some("install"),
        _ => None,
    }
}

impl PartialPlan {
    /// Puts `high` above this plan: what it says wins.
    #[must_use]
    pub fn merge(self, high: Self, rules: MergeRules) -> Self {
        Self {
            providers: merge_list(self.providers, high.providers, rules.markers),
            build_image: high.build_image.or(self.build_image),
            variables: merge_map(self.variables, high.variables),
            static_assets: merge_map(self.static_assets, high.static_assets),
            phases: merge_phases(self.phases, high.phases, rules),
            start: match (self.start, high.start) {
                (Some(low), Some(high)) => Some(merge_start(low, high, rules.markers)),
                (low, high) => high.or(low),
            },
            secrets: merge_list(self.secrets, high.secrets, rules.markers),
            image: match (self.image, high.image) {
                (Some(low), Some(high)) => Some(low.overlaid_by(high)),
                (low, high) => high.or(low),
            },
            processes: merge_map(self.processes, high.processes),
            metadata: high.metadata.or(self.metadata),
        }
    }
}

fn merge_map<V>(low: Option<BTreeMap<String, V>>, high: Option<BTreeMap<String, V>>) -> Option<BTreeMap<String, V>> {
    match (low, high) {
        (Some(mut low), Some(high)) => {
            low.extend(high);
            Some(low)
        }
        (low, high) => high.or(low),
    }
}

fn merge_list(low: Option<ListEdit>, high: Option<ListEdit>, markers: Markers) -> Option<ListEdit> {
    let Some(high) = high else { return low };
    let mut merged = Vec::with_capacity(high.0.len());
    for item in high.0 {
        match (&item, &low, markers) {
            (Item::Value(_), ..) | (Item::Inherited, None, _) => merged.push(item),
            (Item::Inherited, Some(low), Markers::Expand) => merged.extend_from_slice(&low.0),
            (Item::Inherited, Some(low), Markers::Keep) => {
                merged.push(item);
                merged.extend_from_slice(&low.0);
            }
        }
    }
    Some(ListEdit(merged))
}

type Phases = BTreeMap<String, PartialPhase>;

fn merge_phases(low: Option<Phases>, high: Option<Phases>, rules: MergeRules) -> Option<Phases> {
    let Some(mut phases) = low else {
        // Nixpacks 1.41: after its first merge a plan has phases, if none, and later ones are preset.
        return match rules.default_dependencies {
            DefaultDependencies::WhenMerged => Some(high.unwrap_or_default()),
            DefaultDependencies::WhenPinned => high,
        };
    };
    for (name, above) in high.into_iter().flatten() {
        let below = phases.remove(&name).unwrap_or_else(|| fresh_phase(&name, rules.default_dependencies));
        phases.insert(name, merge_phase(below, above, rules.markers));
    }
    Some(phases)
}

fn fresh_phase(name: &str, default_dependencies: DefaultDependencies) -> PartialPhase {
    let preset = match default_dependencies {
        DefaultDependencies::WhenMerged => default_dependency(name),
        DefaultDependencies::WhenPinned => None,
    };
    PartialPhase { depends_on: preset.map(|dependency| ListEdit::replace([dependency])), ..PartialPhase::default() }
}

fn merge_phase(low: PartialPhase, high: PartialPhase, markers: Markers) -> PartialPhase {
    let list = |low, high| merge_list(low, high, markers);
    PartialPhase {
        skip: high.skip.or(low.skip),
        depends_on: list(low.depends_on, high.depends_on),
        nix_packages: list(low.nix_packages, high.nix_packages),
        nix_libraries: list(low.nix_libraries, high.nix_libraries),
        nix_overlays: list(low.nix_overlays, high.nix_overlays),
        nixpkgs_archive: high.nixpkgs_archive.or(low.nixpkgs_archive),
        apt_packages: list(low.apt_packages, high.apt_packages),
        commands: list(low.commands, high.commands),
        only_include_files: list(low.only_include_files, high.only_include_files),
        exclude_files: list(low.exclude_files, high.exclude_files),
        cache_directories: list(low.cache_directories, high.cache_directories),
        paths: list(low.paths, high.paths),
        only_variables: list(low.only_variables, high.only_variables),
        secrets: list(low.secrets, high.secrets),
    }
}

fn merge_start(low: PartialStart, high: PartialStart, markers: Markers) -> PartialStart {
    let list = |low, high| merge_list(low, high, markers);
    PartialStart {
        command: high.command.or(low.command),
        run_image: high.run_image.or(low.run_image),
        only_include_files: list(low.only_include_files, high.only_include_files),
        user: high.user.or(low.user),
        nix_packages: list(low.nix_packages, high.nix_packages),
        nix_libraries: list(low.nix_libraries, high.nix_libraries),
        apt_packages: list(low.apt_packages, high.apt_packages),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Setting;
    use super::*;
    use proptest::prelude::*;

    const EXPAND: MergeRules =
        MergeRules { markers: Markers::Expand, default_dependencies: DefaultDependencies::WhenPinned };
    const KEEP: MergeRules =
        MergeRules { markers: Markers::Keep, default_dependencies: DefaultDependencies::WhenMerged };

    fn packages(list: ListEdit) -> PartialPlan {
        let mut plan = PartialPlan::default();
        plan.phase_mut("setup").nix_packages = Some(list);
        plan
    }

    fn merged_packages(sources: &[ListEdit], rules: MergeRules) -> Vec<String> {
        let merge = |sources: &[ListEdit]| {
            sources.iter().cloned().fold(PartialPlan::default(), |low, list| low.merge(packages(list), rules))
        };
        // As the planner does: everything above the provider's plan first.
        let (provider, others) = sources.split_at(1);
        let plan = merge(provider).merge(merge(others), rules);
        plan.phases.unwrap()["setup"].nix_packages.clone().unwrap().into_values()
    }

    #[test]
    fn a_marker_expands_once_or_at_every_merge() {
        let sources = [
            ListEdit::replace(["provider"]),
            ListEdit::append(["file"]),
            ListEdit::prepend(["environment"]),
            ListEdit::prepend(["cli"]),
        ];
        assert_eq!(merged_packages(&sources, EXPAND), ["cli", "environment", "provider", "file"]);
        assert_eq!(merged_packages(&sources, KEEP), ["cli", "provider", "environment", "provider", "provider", "file"]);
    }

    #[test]
    fn an_empty_list_erases_and_an_absent_one_does_not() {
        let low = packages(ListEdit::replace(["a"]));
        assert_eq!(merged_packages(&[ListEdit::replace(["a"]), ListEdit::EMPTY], EXPAND), Vec::<String>::new());
        assert_eq!(low.clone().merge(PartialPlan::default(), KEEP), low);
        let untouched = PartialPlan::default().merge(PartialPlan::default(), KEEP);
        assert_eq!(untouched.phases, Some(BTreeMap::new()));
    }

    #[test]
    fn dependencies_are_preset_only_above_an_existing_phase_map() {
        let mut build = PartialPlan::default();
        build.phase_mut("build").commands = Some(ListEdit::replace(["make"]));
        let alone = PartialPlan::default().merge(build.clone(), KEEP);
        assert_eq!(alone.phases.unwrap()["build"].depends_on, None);
        let above = packages(ListEdit::EMPTY).merge(build.clone(), KEEP);
        assert_eq!(above.phases.unwrap()["build"].depends_on, Some(ListEdit::replace(["install"])));
        let pinned_later = packages(ListEdit::EMPTY).merge(build, EXPAND);
        assert_eq!(pinned_later.phases.unwrap()["build"].depends_on, None);
    }

    fn lists() -> impl Strategy<Value = ListEdit> {
        let item = prop_oneof![Just(Item::Inherited), "[a-c]".prop_map(Item::Value)];
        prop::collection::vec(item, 0..4).prop_map(ListEdit)
    }

    fn plans() -> impl Strategy<Value = PartialPlan> {
        let setting = || prop_oneof![Just(Setting::Unset), "[xy]".prop_map(Setting::Value)];
        let phase =
            (prop::option::of(lists()), prop::option::of(lists()), prop::option::of(setting()), any::<Option<bool>>());
        let phases = prop::collection::btree_map("setup|install|own", phase, 0..3);
        (prop::option::of(phases), prop::option::of(setting())).prop_map(|(phases, build_image)| PartialPlan {
            build_image,
            phases: phases.map(|phases| {
                let phase = |(nix_packages, depends_on, nixpkgs_archive, skip)| PartialPhase {
                    skip,
                    nix_packages,
                    depends_on,
                    nixpkgs_archive,
                    ..PartialPhase::default()
                };
                phases.into_iter().map(|(name, fields)| (name, phase(fields))).collect()
            }),
            ..PartialPlan::default()
        })
    }

    proptest! {
        /// Markers that expand once make merging associative, so it does not matter which sources
        /// are merged first. (Kept markers do not have this property; hence the rule.)
        #[test]
        fn merging_is_associative(a in plans(), b in plans(), c in plans()) {
            let left = a.clone().merge(b.clone(), EXPAND).merge(c.clone(), EXPAND);
            let right = a.merge(b.merge(c, EXPAND), EXPAND);
            prop_assert_eq!(left, right);
        }

        #[test]
        fn the_empty_plan_changes_nothing(plan in plans()) {
            prop_assert_eq!(PartialPlan::default().merge(plan.clone(), EXPAND), plan.clone());
            prop_assert_eq!(plan.clone().merge(PartialPlan::default(), EXPAND), plan.clone());
            let mut with_phases = plan.clone();
            with_phases.phases.get_or_insert_default();
            prop_assert_eq!(PartialPlan::default().merge(plan.clone(), KEEP), with_phases.clone());
            prop_assert_eq!(plan.merge(PartialPlan::default(), KEEP), with_phases);
        }
    }
}
