//! What flags say about the plan.

use crate::edition::{CommandOverride, ListOptions, PackageFlags, Rules};
use crate::plan::{ListEdit, PartialPlan};

/// The values of an option that may be repeated, before and after the command's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListOption {
    /// Those before the command's name.
    pub before: Vec<String>,
    /// Those after it.
    pub after: Vec<String>,
}

impl ListOption {
    /// The values that count.
    pub fn values(&self, rule: ListOptions) -> Vec<String> {
        match rule {
            ListOptions::AfterWins if !self.after.is_empty() => self.after.clone(),
            ListOptions::AfterWins | ListOptions::Concatenated => [&self.before[..], &self.after].concat(),
        }
    }
}

/// What the command line says about the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--pkgs`: Nix packages.
    pub nix_packages: ListOption,
    /// `--apt`: Debian/Ubuntu packages.
    pub apt_packages: ListOption,
    /// `--libs`: Nix libraries.
    pub nix_libraries: ListOption,
    /// `--install-cmd`.
    pub install_command: Option<String>,
    /// `--build-cmd`.
    pub build_command: Option<String>,
    /// Everything else that it says.
    pub plan: PartialPlan,
}

impl Overrides {
    /// The partial plan they amount to.
    pub fn to_plan(&self, rules: &Rules) -> PartialPlan {
        let mut plan = self.plan.clone();
        self.add_packages(&mut plan, rules);
        for (phase, command, dependency) in
            [("install", &self.install_command, "setup"), ("build", &self.build_command, "install")]
        {
            if let Some(command) = command {
                replace_commands(&mut plan, phase, command, dependency, rules.command_override);
            }
        }
        plan
    }

    fn add_packages(&self, plan: &mut PartialPlan, rules: &Rules) {
        let flags = rules.package_flags;
        let lists = [&self.nix_packages, &self.apt_packages, &self.nix_libraries];
        let lists = lists.map(|list| list.values(rules.list_options));
        if lists.iter().all(|list| list.is_empty()) {
            return;
        }
        let setup = plan.phase_mut("setup");
        let [nix_packages, apt_packages, nix_libraries] = lists.map(|list| match flags {
            PackageFlags::TouchOwnList if list.is_empty() => None,
            _ => Some(ListEdit::prepend(list)),
        });
        setup.nix_packages = nix_packages;
        setup.apt_packages = apt_packages;
        setup.nix_libraries = nix_libraries;
        if flags == PackageFlags::TouchAllLists {
            setup.nix_overlays = Some(ListEdit::EMPTY);
        }
    }
}

/// Makes `command` the only one of a phase.
pub(super) fn replace_commands(
    plan: &mut PartialPlan,
    phase: &str,
    command: &str,
    dependency: &str,
    rule: CommandOverride,
) {
    let phase = plan.phase_mut(phase);
    // Who gives a phase a command wants it to run.
    phase.skip = Some(false);
    phase.commands = Some(ListEdit::replace([command]));
    if rule == CommandOverride::ResetsDependencies {
        phase.depends_on = Some(ListEdit::replace([dependency]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    fn after(values: &[&str]) -> ListOption {
        ListOption { before: Vec::new(), after: values.iter().map(|&value| value.to_owned()).collect() }
    }

    #[test]
    fn values_before_and_after_the_command_count_from_2026_11_on() {
        let packages = ListOption { before: vec!["jq".into()], ..after(&["wget"]) };
        let values = |packages: &ListOption, edition: Edition| packages.values(edition.rules().list_options);
        assert_eq!(values(&packages, Edition::E2026_11), ["jq", "wget"]);
        assert_eq!(values(&packages, Edition::NIXPACKS), ["wget"]);
        let before = ListOption { before: vec!["jq".into()], ..ListOption::default() };
        assert_eq!(values(&before, Edition::NIXPACKS), ["jq"]);
    }

    #[test]
    fn a_package_flag_leaves_other_lists_alone_from_2026_11_on() {
        let overrides = Overrides { apt_packages: after(&["wget"]), ..Overrides::default() };
        let setup = |edition: Edition| overrides.to_plan(edition.rules()).phase_mut("setup").clone();
        let ours = setup(Edition::E2026_11);
        assert_eq!(ours.apt_packages, Some(ListEdit::prepend(["wget"])));
        assert_eq!((ours.nix_packages, ours.nix_overlays), (None, None));
        let upstream = setup(Edition::NIXPACKS);
        assert_eq!(upstream.nix_overlays, Some(ListEdit::EMPTY));
        assert_eq!(upstream.nix_libraries, Some(ListEdit::prepend(Vec::<String>::new())));
    }

    #[test]
    fn a_command_keeps_dependencies_from_2026_11_on() {
        let overrides = Overrides { build_command: Some("make".into()), ..Overrides::default() };
        let build = |edition: Edition| overrides.to_plan(edition.rules()).phase_mut("build").clone();
        assert_eq!(build(Edition::E2026_11).depends_on, None);
        assert_eq!(build(Edition::NIXPACKS).depends_on, Some(ListEdit::replace(["install"])));
    }

    #[test]
    fn nothing_said_is_the_empty_plan() {
        assert_eq!(Overrides::default().to_plan(Edition::DEFAULT.rules()), PartialPlan::default());
    }
}
