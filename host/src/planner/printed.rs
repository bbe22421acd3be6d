//! Plans that were printed, and perhaps edited since.

use super::assemble::draft;
use super::passes::{self, Facts, Packages, Passes, StartCommand};
use super::pinned::other_providers;
use super::{PlanRequest, Planned, prepare};
use crate::app::AppPath;
use crate::config::Origin;
use crate::edition::{Distribution, Edition, Rules};
use crate::error::{Error, Result};
use crate::plan::{PartialPlan, Planner};
use crate::provider::{Budget, Catalog, ProviderIdentity, Session};
use std::sync::Arc;

/// A plan that was saved earlier, for the app it is built with now: nothing is detected, nothing is added
/// but what it leaves open, variables that are given to this build, and what the packages that somebody
/// added to it mean for the run time.
///
/// # Errors
/// The directory or its configuration cannot be read, the plan is of an edition that is not known, or it
/// says something impossible.
pub fn replay(request: &PlanRequest, catalog: &Arc<Catalog>, saved: &PartialPlan) -> Result<Planned> {
    Origin::Other("the saved plan").check(saved)?;
    let metadata = saved.metadata.clone().unwrap_or_default();
    let edition = metadata.edition.as_ref().map(|name| Edition::parse(name, "the saved plan")).transpose()?;
    let request = PlanRequest { edition: request.edition.or(edition), unseen: Vec::new(), ..request.clone() };
    let subdirectory = metadata.subdirectory.as_ref().map(|path| {
        AppPath::new(path)
            .ok_or_else(|| Error::configuration(format!("The saved plan is for `{path}`, outside the app")))
    });
    let directory = match subdirectory.transpose()? {
        Some(subdirectory) => request.directory.join(subdirectory.as_str()),
        None => request.directory.clone(),
    };
    let preparation = prepare(&request, catalog, &directory, None)?;
    let rules = preparation.rules();
    let session =
        preparation.session(catalog, preparation.provider_variables(), &request, &Budget::new(request.limits));
    let facts = Facts {
        app: &preparation.app,
        given: &preparation.variables,
        user: &preparation.pre_plan,
        merged: saved,
        command: StartCommand::OfUser,
        asked: asked_for(saved, &session, rules).map(|asked| asked.with(Packages::of(&preparation.pre_plan))),
        distribution: Distribution::Ubuntu,
        catalog,
        edition: preparation.edition,
        rules,
    };
    let mut plan = saved.clone().pin(&rules.defaults(Distribution::Ubuntu));
    let given = preparation.variables.as_map();
    if !given.is_empty() {
        plan.variables.get_or_insert_default().extend(given.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    passes::run(Passes::of(rules).of_saved_plan, &mut plan, &facts, &session)?;
    let identity = |Planner { name, version, digest, .. }: Planner| ProviderIdentity { name, version, digest };
    let others = other_providers(&metadata, &session);
    others.iter().for_each(|other| session.diagnostics().warn(other));
    let diagnostics = session.diagnostics().clone();
    Ok(Planned {
        app: preparation.app,
        subdirectory: metadata.subdirectory,
        plan,
        nothing: None,
        hidden: Vec::new(),
        edition: preparation.edition,
        variables: preparation.variables,
        mirrors: preparation.file_mirrors.overlaid_by(&request.mirrors),
        settings: preparation.settings,
        providers: metadata.providers.into_iter().map(identity).collect(),
        diagnostics,
        catalog: preparation.catalog,
        instances: None,
    })
}

/// The packages that the providers of a printed plan ask for; none if the plan was not printed, or if its
/// providers do not plan this app any more.
pub(super) fn asked_for(printed: &PartialPlan, session: &Arc<Session>, rules: &Rules) -> Option<Packages> {
    let session = session.apart();
    let planners = &printed.metadata.as_ref()?.providers;
    let plans = planners.iter().map(|planner| Ok((planner.name.clone(), session.plan(&planner.name)?)));
    let draft = draft(plans.collect::<Result<_>>().ok()?, &session, rules).ok()?;
    Some(Packages::of(&draft.plan))
}
