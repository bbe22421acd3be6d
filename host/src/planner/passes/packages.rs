//! Which packages of the build the running app needs.

use super::{Draft, Facts};
use crate::plan::{Item, ListEdit, PartialPhase, PartialPlan, Plan, RunTime, add_new};
use std::collections::BTreeSet;

/// The packages of a plan's phases, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Packages {
    nix_packages: BTreeSet<String>,
    nix_libraries: BTreeSet<String>,
    apt_packages: BTreeSet<String>,
}

impl Packages {
    /// Those of a source's plan.
    pub(in super::super) fn of(plan: &PartialPlan) -> Self {
        let values = |list: fn(&PartialPhase) -> &Option<ListEdit>| {
            let lists = plan.phases.iter().flatten().filter_map(|(_, phase)| list(phase).clone());
            lists.flat_map(ListEdit::into_values).collect()
        };
        Self {
            nix_packages: values(|phase| &phase.nix_packages),
            nix_libraries: values(|phase| &phase.nix_libraries),
            apt_packages: values(|phase| &phase.apt_packages),
        }
    }

    /// Those of a final plan.
    fn of_plan(plan: &Plan) -> Self {
        let mut packages = Self::default();
        for phase in plan.phases.values() {
            packages.nix_packages.extend(phase.nix_packages.iter().flatten().cloned());
            packages.nix_libraries.extend(phase.nix_libraries.iter().flatten().cloned());
            packages.apt_packages.extend(phase.apt_packages.iter().flatten().cloned());
        }
        packages
    }

    /// These and others.
    pub(in super::super) fn with(mut self, others: Self) -> Self {
        self.nix_packages.extend(others.nix_packages);
        self.nix_libraries.extend(others.nix_libraries);
        self.apt_packages.extend(others.apt_packages);
        self
    }

    /// These without others.
    fn without(&self, others: &Self) -> Self {
        Self {
            nix_packages: &self.nix_packages - &others.nix_packages,
            nix_libraries: &self.nix_libraries - &others.nix_libraries,
            apt_packages: &self.apt_packages - &others.apt_packages,
        }
    }

    /// The Nix packages.
    pub(super) fn into_nix_packages(self) -> BTreeSet<String> {
        self.nix_packages
    }
}

/// Packages that the user adds to a phase are needed at run time, too: whoever adds ffmpeg calls it from
/// the app.
pub(super) fn need_those_of_the_user(draft: &mut Draft, facts: &Facts) {
    let added = Packages::of(facts.merged).without(&Packages::of(&draft.plan));
    if let RunTime::Only(needs) = &mut draft.requirements.run_time {
        add_new(&mut needs.nix_packages, added.nix_packages);
        needs.nix_libraries.add(added.nix_libraries);
        needs.apt_packages.add(added.apt_packages);
    }
}

/// Packages that the user adds to those of the run time where nobody said which these are: the image has
/// all of the build, so the build gets them.
pub(super) fn add_to_the_build(merged: &mut PartialPlan, _: &Facts) {
    let Some(start) = &mut merged.start else { return };
    let take = |list: &mut Option<ListEdit>| {
        // A marker is left where there is nothing that it could stand for.
        list.take_if(|list| list.0.contains(&Item::Inherited)).into_iter().flat_map(ListEdit::into_values).collect()
    };
    let [nix_packages, nix_libraries, apt_packages]: [Vec<String>; 3] =
        [take(&mut start.nix_packages), take(&mut start.nix_libraries), take(&mut start.apt_packages)];
    if [&nix_packages, &nix_libraries, &apt_packages].iter().all(|list| list.is_empty()) {
        return;
    }
    let setup = merged.phase_mut("setup");
    let lists = [
        (&mut setup.nix_packages, nix_packages),
        (&mut setup.nix_libraries, nix_libraries),
        (&mut setup.apt_packages, apt_packages),
    ];
    for (list, added) in lists {
        if !added.is_empty() {
            list.get_or_insert(ListEdit(Vec::new())).0.extend(added.into_iter().map(Item::Value));
        }
    }
}

/// A plan that was printed says what is needed at run time. Packages that somebody has added to its phases
/// since then, which no provider asks for, are needed, too: a platform adds `curl` to ask for the app's
/// health.
pub(super) fn need_those_of_an_edited_plan(plan: &mut Plan, facts: &Facts) {
    let Some(asked) = &facts.asked else { return };
    let added = Packages::of_plan(plan).without(asked);
    let Some(start) = &mut plan.start else { return };
    let lists = [
        (&mut start.nix_packages, added.nix_packages),
        (&mut start.nix_libraries, added.nix_libraries),
        (&mut start.apt_packages, added.apt_packages),
    ];
    for (list, added) in lists {
        if let Some(list) = list {
            add_new(list, added);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_facts;
    use super::*;
    use crate::plan::{Needed, Needs, PartialStart, Phase, Requirements, Start};

    fn plan_with(packages: &[&str]) -> PartialPlan {
        let mut plan = PartialPlan { start: Some(PartialStart::default()), ..PartialPlan::default() };
        plan.phase_mut("setup").nix_packages = Some(ListEdit::replace(packages.iter().copied()));
        plan
    }

    fn list(values: &[&str]) -> Vec<String> {
        values.iter().map(|&value| value.to_owned()).collect()
    }

    #[test]
    fn packages_of_the_user_are_needed_at_run_time() {
        let needs = Needs {
            nix_packages: list(&["nodejs_24"]),
            nix_libraries: Needed::OfAllPhases,
            apt_packages: Needed::Only(Vec::new()),
        };
        let requirements = Requirements { run_time: RunTime::Only(needs), ..Requirements::default() };
        let mut draft = Draft { plan: plan_with(&["nodejs_24", "gcc"]), requirements };
        let mut merged = plan_with(&["nodejs_24", "gcc", "ffmpeg"]);
        merged.phase_mut("setup").apt_packages = Some(ListEdit::replace(["curl"]));
        with_facts(&[], |facts| need_those_of_the_user(&mut draft, &Facts { merged: &merged, ..facts }));
        let needs = draft.requirements.run_time.needs().unwrap();
        assert_eq!(needs.nix_packages, ["nodejs_24", "ffmpeg"]);
        assert_eq!(needs.apt_packages, Needed::Only(list(&["curl"])));
    }

    #[test]
    fn what_is_added_to_nobody_knows_what_is_in_the_build() {
        let added = |list| {
            let mut plan = plan_with(&["ghc"]);
            plan.start.get_or_insert_default().nix_packages = Some(list);
            with_facts(&[], |facts| add_to_the_build(&mut plan, &facts));
            plan
        };
        let plan = added(ListEdit::append(["curl"]));
        assert_eq!(plan.start.as_ref().unwrap().nix_packages, None);
        assert_eq!(plan.phases.unwrap()["setup"].nix_packages.clone().unwrap().into_values(), ["ghc", "curl"]);
        // What is named without more is all that there is.
        let plan = added(ListEdit::replace(["curl"]));
        assert_eq!(plan.start.unwrap().nix_packages.unwrap().into_values(), ["curl"]);
    }

    /// A printed plan with packages of its providers, and others.
    fn edited(start: Start<Vec<String>>) -> Plan {
        let setup = Phase {
            nix_packages: Some(list(&["nodejs_24", "gcc", "ffmpeg"])),
            apt_packages: Some(list(&["libssl-dev", "curl", "wget"])),
            ..Phase::default()
        };
        Plan { phases: [("setup".to_owned(), setup)].into(), start: Some(start), ..Plan::default() }
    }

    fn asked() -> Packages {
        let mut plan = plan_with(&["nodejs_24", "gcc"]);
        plan.phase_mut("setup").apt_packages = Some(ListEdit::replace(["libssl-dev"]));
        Packages::of(&plan)
    }

    #[test]
    fn what_was_added_to_a_printed_plan_is_needed_at_run_time() {
        let start =
            Start { nix_packages: Some(list(&["nodejs_24"])), apt_packages: Some(Vec::new()), ..Start::default() };
        let mut plan = edited(start.clone());
        with_facts(&[], |facts| need_those_of_an_edited_plan(&mut plan, &Facts { asked: Some(asked()), ..facts }));
        let needed = plan.start.unwrap();
        assert_eq!(needed.nix_packages.unwrap(), ["nodejs_24", "ffmpeg"]);
        assert_eq!(needed.apt_packages.unwrap(), ["curl", "wget"]);
        // It is not known to be a printed plan.
        let mut plan = edited(start.clone());
        with_facts(&[], |facts| need_those_of_an_edited_plan(&mut plan, &facts));
        assert_eq!(plan.start, Some(start));
    }

    #[test]
    fn a_printed_plan_with_all_of_the_build_stays_so() {
        let mut plan = edited(Start::with_command("run"));
        with_facts(&[], |facts| need_those_of_an_edited_plan(&mut plan, &Facts { asked: Some(asked()), ..facts }));
        assert_eq!(plan.start, Some(Start::with_command("run")));
    }
}
