//! Turning a merged partial plan into the final one.

use super::merge::default_dependency;
use super::{DefaultDependencies, ListEdit, PartialPlan, Phase, Plan, Start};

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
    /// Answers every open question: base image, nixpkgs commits, default dependencies; drops markers.
    pub fn pin(self, defaults: &Defaults) -> Plan {
        let phases = self.phases.unwrap_or_default();
        Plan {
            build_image: self.build_image.unwrap_or_else(|| defaults.build_image.to_owned()),
            variables: self.variables,
            static_assets: self.static_assets,
            phases: phases
                .into_iter()
                .map(|(name, phase)| {
                    let phase = pin_phase(&name, phase, defaults);
                    (name, phase)
                })
                .collect(),
            start: self.start.map(pin_start),
            secrets: self.secrets.map(ListEdit::into_values),
            image: self.image,
        }
    }
}

fn pin_phase(name: &str, mut phase: Phase<ListEdit>, defaults: &Defaults) -> Phase<Vec<String>> {
    // A list that holds but a marker still counts as content (Nixpacks 1.41).
    let has_content = |list: &Option<ListEdit>| list.as_ref().is_some_and(|list| !list.0.is_empty());
    let uses_nix = has_content(&phase.nix_packages) || has_content(&phase.nix_libraries);
    if uses_nix {
        phase.nixpkgs_archive.get_or_insert_with(|| defaults.nixpkgs_archive.to_owned());
    }
    let values = |list: Option<ListEdit>| list.map(ListEdit::into_values);
    let default_dependency = match defaults.dependencies {
        DefaultDependencies::WhenPinned => default_dependency(name),
        DefaultDependencies::WhenMerged => None,
    };
    Phase {
        depends_on: values(phase.depends_on).or_else(|| Some(vec![default_dependency?.to_owned()])),
        nix_packages: values(phase.nix_packages),
        nix_libraries: values(phase.nix_libraries),
        nix_overlays: values(phase.nix_overlays),
        nixpkgs_archive: phase.nixpkgs_archive,
        apt_packages: values(phase.apt_packages),
        commands: values(phase.commands),
        only_include_files: values(phase.only_include_files),
        cache_directories: values(phase.cache_directories),
        paths: values(phase.paths),
        only_variables: values(phase.only_variables),
        secrets: values(phase.secrets),
    }
}

fn pin_start(start: Start<ListEdit>) -> Start<Vec<String>> {
    let values = |list: Option<ListEdit>| list.map(ListEdit::into_values);
    Start {
        command: start.command,
        run_image: start.run_image,
        only_include_files: values(start.only_include_files),
        user: start.user,
        nix_packages: values(start.nix_packages),
        nix_libraries: values(start.nix_libraries),
        apt_packages: values(start.apt_packages),
    }
}

#[cfg(test)]
mod tests {
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
}
