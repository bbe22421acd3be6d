//! What becomes of a plan on the way from its sources to the image: passes, in the order of the lists
//! [`WHOLE_BUILD`] and [`SETTLED`]. Each is a function of the plan and of [`Facts`], without side effects.

mod checkout;
mod checks;
mod ignored;
mod packages;
mod run_time;
mod user_commands;
mod variables;

pub(super) use ignored::hidden;
pub(super) use packages::Packages;

use crate::app::App;
use crate::config::Variables;
use crate::edition::{Distribution, Edition, Rules, RunTimeNeeds};
use crate::error::Result;
use crate::plan::{PartialPlan, Plan, Requirements};
use crate::provider::{Catalog, Session};

/// What the providers say, before other sources are put above it.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// Everything but what the running app needs.
    pub(super) plan: PartialPlan,
    /// What the running app needs.
    pub(super) requirements: Requirements,
}

impl Draft {
    /// What one provider says. Under the edition `nixpacks` what the app needs at run time is part of the
    /// plan like anything else.
    pub(super) fn of_one(self, rules: &Rules) -> Self {
        let draft = match rules.run_time_needs {
            RunTimeNeeds::WholeBuild => Self { plan: self.stated(), requirements: Requirements::default() },
            RunTimeNeeds::Settled => self,
        };
        Self { plan: PartialPlan::default().merge(draft.plan, rules.merge), ..draft }
    }

    /// What this provider says with what a later one says below it.
    pub(super) fn beside(self, later: Self, rules: &Rules) -> Self {
        let later = later.of_one(rules);
        let requirements = self.requirements.with(later.requirements);
        Self { plan: later.plan.merge(self.plan, rules.merge), requirements }
    }

    /// Both in one.
    pub(super) fn stated(self) -> PartialPlan {
        let Self { mut plan, requirements } = self;
        if let Some(start) = &mut plan.start {
            requirements.state_in(start);
        }
        plan
    }
}

/// Whose start command the app has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StartCommand {
    /// The provider's.
    OfProvider,
    /// Procfile's, configuration's, environment's or command line's.
    OfUser,
}

/// What passes know besides the plan.
pub(super) struct Facts<'a> {
    pub(super) app: &'a App,
    /// The variables given to this build.
    pub(super) given: &'a Variables,
    /// What configuration file, environment and command line say.
    pub(super) user: &'a PartialPlan,
    /// All sources above each other, without any pass.
    pub(super) merged: &'a PartialPlan,
    pub(super) command: StartCommand,
    /// Of a plan that was printed and is given again: the packages that its providers ask for.
    pub(super) asked: Option<Packages>,
    pub(super) distribution: Distribution,
    /// Every provider there is.
    pub(super) catalog: &'a Catalog,
    pub(super) edition: Edition,
    pub(super) rules: &'static Rules,
}

/// One step on the way.
pub(super) enum Pass<T> {
    /// Ends planning if something is wrong.
    Check(fn(&T, &Facts) -> Result<()>),
    /// Changes the plan.
    Change(fn(&mut T, &Facts)),
    /// Says what the user should know.
    Warn(fn(&T, &Facts) -> Vec<String>),
}

/// The passes of an edition, in their order.
pub(super) struct Passes {
    /// Over what the providers say.
    pub(super) of_providers: &'static [Pass<Draft>],
    /// Over what all sources say together.
    pub(super) of_sources: &'static [Pass<PartialPlan>],
    /// Over the plan.
    pub(super) of_plan: &'static [Pass<Plan>],
    /// Over a plan that was saved earlier.
    pub(super) of_saved_plan: &'static [Pass<Plan>],
}

impl Passes {
    /// Those of an edition.
    pub(super) const fn of(rules: &Rules) -> &'static Self {
        match rules.run_time_needs {
            RunTimeNeeds::WholeBuild => &WHOLE_BUILD,
            RunTimeNeeds::Settled => &SETTLED,
        }
    }
}

/// Nothing is known of the run time.
const WHOLE_BUILD: Passes = Passes {
    of_providers: &[],
    of_sources: &[Pass::Change(variables::add_given), Pass::Warn(checks::skipped_in_vain)],
    of_plan: &[
        Pass::Check(variables::names),
        Pass::Warn(checks::missing_dependencies),
        Pass::Warn(checks::archives_of_other_distributions),
        Pass::Warn(checks::cycles),
        Pass::Check(checks::no_cycle),
    ],
    of_saved_plan: &[],
};

/// The last stage has what the app needs at run time.
const SETTLED: Passes = Passes {
    of_providers: &[
        Pass::Warn(checkout::missing_submodules),
        Pass::Warn(checkout::pointers_of_lfs),
        Pass::Warn(ignored::hidden_files),
        Pass::Change(ignored::leave_out_files),
        Pass::Change(variables::add_locale),
        Pass::Change(user_commands::copy_everything_first),
        Pass::Change(run_time::forget_what_another_command_needs),
        Pass::Change(packages::need_those_of_the_user),
    ],
    of_sources: &[
        Pass::Change(packages::add_to_the_build),
        Pass::Change(variables::add_given),
        Pass::Warn(checks::skipped_in_vain),
    ],
    of_plan: &[
        Pass::Check(variables::names),
        Pass::Check(run_time::check_process),
        Pass::Change(run_time::choose_process),
        Pass::Check(checks::health_check),
        Pass::Check(checks::user),
        Pass::Change(variables::add_mentioned),
        Pass::Change(packages::need_those_of_an_edited_plan),
        Pass::Warn(run_time::unknown_base_image),
        Pass::Change(run_time::keep_an_unknown_base_image),
        Pass::Change(run_time::choose_run_image),
        Pass::Warn(user_commands::files_elsewhere),
        Pass::Warn(checks::no_start),
        Pass::Warn(checks::missing_dependencies),
        Pass::Warn(checks::archives_of_other_distributions),
        Pass::Warn(checks::cycles),
        Pass::Check(checks::no_cycle),
    ],
    of_saved_plan: &[
        Pass::Check(variables::names),
        Pass::Check(checks::health_check),
        Pass::Check(checks::user),
        Pass::Change(packages::need_those_of_an_edited_plan),
        Pass::Change(run_time::choose_run_image),
        Pass::Check(checks::no_cycle),
    ],
};

/// Runs passes one after the other; what they warn of goes to the session.
///
/// # Errors
/// A check fails.
pub(super) fn run<T>(passes: &[Pass<T>], subject: &mut T, facts: &Facts, session: &Session) -> Result<()> {
    for pass in passes {
        match pass {
            Pass::Check(check) => check(subject, facts)?,
            Pass::Change(change) => change(subject, facts),
            Pass::Warn(warn) => warn(subject, facts).into_iter().for_each(|text| session.diagnostics().warn(text)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod testing {
    //! Facts about an empty app.

    use super::{Facts, StartCommand};
    use crate::app::App;
    use crate::config::Variables;
    use crate::edition::{Distribution, Edition};
    use crate::plan::PartialPlan;
    use crate::provider::Catalog;
    use std::path::Path;

    /// Runs a test with facts about an app that has these files.
    pub(super) fn with_facts(files: &[(&str, &str)], test: impl FnOnce(Facts)) {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        with_facts_about(directory.path(), test);
    }

    /// Runs a test with facts about an app.
    pub(super) fn with_facts_about(directory: &Path, test: impl FnOnce(Facts)) {
        let rules = Edition::DEFAULT.rules();
        test(Facts {
            app: &App::open(directory, rules.search, Vec::new).unwrap(),
            given: &Variables::default(),
            user: &PartialPlan::default(),
            merged: &PartialPlan::default(),
            command: StartCommand::OfProvider,
            asked: None,
            distribution: Distribution::Ubuntu,
            catalog: &Catalog::builtin(),
            edition: Edition::DEFAULT,
            rules,
        });
    }
}
