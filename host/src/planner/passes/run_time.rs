//! What the image's last stage is, and which process it starts.

use super::packages::Packages;
use super::{Draft, Facts, StartCommand};
use crate::edition;
use crate::error::{Error, Result};
use crate::plan::{Phase, Plan, Setting};
use std::collections::BTreeSet;

/// A provider that names files of the app says what its own start command needs. With the user's command
/// any file and any package of the build may be needed.
pub(super) fn forget_what_another_command_needs(draft: &mut Draft, facts: &Facts) {
    if facts.command == StartCommand::OfUser && draft.requirements.are_of_one_command() {
        let packages = Packages::of(facts.merged).into_nix_packages();
        draft.requirements = std::mem::take(&mut draft.requirements).of_any_command(packages);
    }
}

/// The process that the user chose to start by default.
fn chosen_process(plan: &Plan) -> Option<&str> {
    plan.image.as_ref()?.process.as_ref().and_then(Setting::value)
}

/// Checks that there is the process that is to start.
///
/// # Errors
/// There is none of this name.
pub(super) fn check_process(plan: &Plan, _: &Facts) -> Result<()> {
    let Some(name) = chosen_process(plan) else { return Ok(()) };
    if plan.processes.as_ref().is_some_and(|processes| processes.contains_key(name)) {
        return Ok(());
    }
    let names: Vec<_> = plan.processes.iter().flatten().map(|(name, _)| name.as_str()).collect();
    let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Err(Error::configuration(format!("There is no process `{name}`"))
        .cause(format!("processes of this app: {known}"))
        .hint("Processes are lines `NAME: COMMAND` of a Procfile, or `[processes]` in nixpacks.toml"))
}

/// Makes a process of the plan the one that starts by default.
pub(super) fn choose_process(plan: &mut Plan, _: &Facts) {
    let command = chosen_process(plan).and_then(|name| plan.processes.as_ref()?.get(name)).cloned();
    if let Some(command) = command {
        plan.start.get_or_insert_default().command = Some(command);
    }
}

/// Whether the image is made of the base image because nobody knows what that has, and nobody said that it
/// is to be slim all the same.
fn keeps_base_image(plan: &Plan) -> bool {
    let is_wanted = plan.image.as_ref().and_then(|image| image.slim);
    plan.run_time().needs().is_some() && is_wanted.is_none() && !edition::is_known_base(&plan.build_image)
}

/// Says that the image is made of a base image that nobody knows.
pub(super) fn unknown_base_image(plan: &Plan, _: &Facts) -> Vec<String> {
    let warning = || {
        format!(
            "The base image `{}` may have what the app needs at run time, so the image is made of it; \
             `--slim true` takes only the packages that the plan names",
            plan.build_image
        )
    };
    keeps_base_image(plan).then(warning).into_iter().collect()
}

/// A base image that nobody knows may have what the app needs at run time.
pub(super) fn keep_an_unknown_base_image(plan: &mut Plan, _: &Facts) {
    if keeps_base_image(plan)
        && let Some(start) = &mut plan.start
    {
        start.nix_packages = None;
    }
}

/// Settles which Debian/Ubuntu packages are needed at run time. They need an image to be installed in.
pub(super) fn choose_run_image(plan: &mut Plan, facts: &Facts) {
    if plan.run_time().needs().is_none() {
        return;
    }
    let of_phases = plan.phases.values().flat_map(|phase| Phase::elements(&phase.apt_packages));
    let of_phases: BTreeSet<_> = of_phases.cloned().collect();
    let Some(start) = &mut plan.start else { return };
    let apt_packages = start.apt_packages.get_or_insert_with(|| of_phases.into_iter().collect());
    if !apt_packages.is_empty() {
        start.run_image.get_or_insert_with(|| facts.distribution.run_image().to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_facts;
    use super::*;
    use crate::plan::{ImageSettings, ListEdit, Needed, Needs, PartialPlan, Requirements, RunTime, Start, StartFile};

    fn draft() -> Draft {
        let mut plan = PartialPlan::default();
        plan.phase_mut("setup").nix_packages = Some(ListEdit::replace(["nodejs_24", "caddy"]));
        let needs = Needs {
            nix_packages: vec!["caddy".to_owned()],
            nix_libraries: Needed::OfAllPhases,
            apt_packages: Needed::OfAllPhases,
        };
        let files = vec![StartFile::App("dist".to_owned()), StartFile::Image("/opt/x".to_owned())];
        Draft { plan, requirements: Requirements { run_time: RunTime::Only(needs), files } }
    }

    #[test]
    fn a_claim_about_the_providers_command_does_not_hold_for_another() {
        let after = |command| {
            let mut draft = draft();
            let merged = draft.plan.clone();
            with_facts(&[], |facts| {
                forget_what_another_command_needs(&mut draft, &Facts { merged: &merged, command, ..facts });
            });
            draft.requirements
        };
        assert_eq!(after(StartCommand::OfProvider), draft().requirements);
        let requirements = after(StartCommand::OfUser);
        assert_eq!(requirements.run_time.needs().unwrap().nix_packages, ["caddy", "nodejs_24"]);
        assert_eq!(requirements.files, [StartFile::WholeApp, StartFile::Image("/opt/x".to_owned())]);
    }

    fn slim_plan(build_image: &str) -> Plan {
        let start = Start { nix_packages: Some(Vec::new()), ..Start::with_command("run") };
        Plan { build_image: build_image.to_owned(), start: Some(start), ..Plan::default() }
    }

    #[test]
    fn an_unknown_base_image_is_kept_unless_the_image_is_to_be_slim() {
        with_facts(&[], |facts| {
            let mut plan = slim_plan("example.org/own:1");
            assert!(unknown_base_image(&plan, &facts)[0].contains("`example.org/own:1`"));
            keep_an_unknown_base_image(&mut plan, &facts);
            assert_eq!(plan.run_time(), RunTime::WholeBuild);
            let mut plan = slim_plan("example.org/own:1");
            plan.image = Some(ImageSettings { slim: Some(true), ..ImageSettings::default() });
            assert_eq!(unknown_base_image(&plan, &facts), [""; 0]);
            let mut plan = slim_plan("example.org/nixpacks:1");
            keep_an_unknown_base_image(&mut plan, &facts);
            assert!(plan.run_time().needs().is_some());
        });
    }

    #[test]
    fn debian_packages_need_an_image() {
        with_facts(&[], |facts| {
            let mut plan = slim_plan("nixpacks:1");
            choose_run_image(&mut plan, &facts);
            let start = plan.start.clone().unwrap();
            assert_eq!((start.apt_packages, start.run_image), (Some(Vec::new()), None));
            plan.start.as_mut().unwrap().apt_packages = None;
            let apt_packages = Some(vec!["curl".to_owned()]);
            plan.phases.insert("setup".to_owned(), Phase { apt_packages, ..Phase::default() });
            choose_run_image(&mut plan, &facts);
            let start = plan.start.unwrap();
            assert_eq!(
                (start.apt_packages.unwrap(), start.run_image.unwrap()),
                (vec!["curl".to_owned()], "ubuntu:noble".to_owned())
            );
        });
    }

    #[test]
    fn a_process_is_chosen_by_its_name() {
        let plan = |name: &str| Plan {
            image: Some(ImageSettings { process: Some(name.into()), ..ImageSettings::default() }),
            processes: Some([("worker".to_owned(), "node worker.js".to_owned())].into()),
            ..Plan::default()
        };
        with_facts(&[], |facts| {
            assert!(check_process(&plan("wroker"), &facts).is_err());
            let mut plan = plan("worker");
            check_process(&plan, &facts).unwrap();
            choose_process(&mut plan, &facts);
            assert_eq!(plan.start_command(), Some("node worker.js"));
        });
    }
}
