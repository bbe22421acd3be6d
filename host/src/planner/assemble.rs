//! The sources of a plan, put above each other.

use super::Preparation;
use super::detection::NamedPlan;
use super::passes::{self, Draft, Facts, Passes, StartCommand};
use super::printed::asked_for;
use crate::config::Procfile;
use crate::edition::{Distribution, MetadataRules, ProcessRules, Rules};
use crate::error::Result;
use crate::plan::{Item, Metadata, PartialPhase, PartialPlan, Plan, Planner};
use crate::provider::{ProviderPlan, Session};
use std::sync::Arc;

/// Asks the providers and merges everything.
pub(super) fn assemble(preparation: &Preparation, plans: Vec<NamedPlan>, session: &Arc<Session>) -> Result<Plan> {
    let rules = preparation.rules();
    let passes = Passes::of(rules);
    let mut draft = draft(plans, session, rules)?;
    let procfile = preparation.procfile()?;
    hint_at_release(&procfile, preparation, session);
    warn_of_workers(&procfile, &draft, preparation, session);
    let procfile = procfile.to_plan(rules.processes);
    let merge = |draft: Draft| {
        [draft.stated(), procfile.clone(), preparation.pre_plan.clone()]
            .into_iter()
            .fold(PartialPlan::default(), |low, high| low.merge(high, rules.merge))
    };
    explain_start(&draft, &procfile, &preparation.pre_plan, session);
    let unchanged = merge(draft.clone());
    let facts = Facts {
        app: &preparation.app,
        given: &session.environment().variables,
        user: &preparation.pre_plan,
        merged: &unchanged,
        command: if start_command(&procfile).or(start_command(&preparation.pre_plan)).is_some() {
            StartCommand::OfUser
        } else {
            StartCommand::OfProvider
        },
        asked: asked_for(&preparation.pre_plan, session, rules),
        distribution: if session.environment().variables.is_set("DEBIAN") {
            Distribution::Debian
        } else {
            Distribution::Ubuntu
        },
        catalog: &preparation.catalog,
        edition: preparation.edition,
        rules,
    };
    passes::run(passes.of_providers, &mut draft, &facts, session)?;
    let mut merged = merge(draft);
    passes::run(passes.of_sources, &mut merged, &facts, session)?;
    let mut plan = merged.pin(&rules.defaults(facts.distribution));
    passes::run(passes.of_plan, &mut plan, &facts, session)?;
    Ok(plan)
}

/// The start command that a source names.
fn start_command(plan: &PartialPlan) -> Option<&str> {
    plan.start.as_ref()?.command.as_ref()?.value()
}

/// Says who decided about the start, where it is not the provider alone.
fn explain_start(draft: &Draft, procfile: &PartialPlan, user: &PartialPlan, session: &Session) {
    let by = match (start_command(user), start_command(procfile)) {
        (Some(command), _) => format!("`{command}`, as configuration, environment or command line say"),
        (None, Some(command)) => format!("`{command}`, as the Procfile says"),
        (None, None) => return,
    };
    let instead = start_command(&draft.plan);
    let instead = instead.map(|command| format!(", instead of the provider's `{command}`")).unwrap_or_default();
    session.diagnostics().reasons.push(("plan".to_owned(), "start".to_owned(), format!("{by}{instead}")));
}

/// Says that a Procfile without a process `web` starts something else than the provider would, which is what answers
/// requests, unless the user says what is started.
fn warn_of_workers(procfile: &Procfile, draft: &Draft, preparation: &Preparation, session: &Session) {
    if preparation.rules().processes != ProcessRules::Recorded || start_command(&preparation.pre_plan).is_some() {
        return;
    }
    if let (Some((name, started)), Some(command)) = (procfile.start_without_web(), start_command(&draft.plan))
        && started != command
    {
        session.diagnostics().warn(format!(
            "The Procfile has no process `web`, so that `{name}` starts the container, and nothing answers requests. \
             If the app is to answer them, add `web: {command}`"
        ));
    }
}

/// Says that the Procfile's `release` is not run, where Nixpacks 1.41 runs it, unless the user says
/// something about such a phase.
fn hint_at_release(procfile: &Procfile, preparation: &Preparation, session: &Session) {
    let is_settled = preparation.pre_plan.phases.as_ref().is_some_and(|phases| phases.contains_key("release"));
    if let (ProcessRules::Recorded, Some(command), false) =
        (preparation.rules().processes, procfile.release_command(), is_settled)
    {
        session.diagnostics().hint(format!(
            "The Procfile's `release: {command}` is not run while the image is built, where neither the app's \
             database nor its variables are; it is in the plan's `processes`. `[phases.release]` with \
             `cmds = [...]` and `dependsOn = [\"build\"]` in nixpacks.toml runs it all the same; with \
             `skip = true` this hint is gone"
        ));
    }
}

/// The plans of several providers in one: the earlier provider wins; phases of later ones carry
/// the provider's name.
pub(super) fn draft(plans: Vec<NamedPlan>, session: &Session, rules: &Rules) -> Result<Draft> {
    let mut combined = Draft::default();
    let mut planners = Vec::new();
    let is_asked = !plans.is_empty();
    for (position, (name, answer)) in plans.into_iter().enumerate() {
        let Some(ProviderPlan { mut plan, requirements, labels }) = answer else { continue };
        let version = session.description(&name)?.version.clone().into_owned();
        if position > 0 {
            prefix_phases(&mut plan, &name);
        }
        let later = Draft { plan, requirements };
        combined = if planners.is_empty() { later.of_one(rules) } else { combined.beside(later, rules) };
        let digest = session.third_party_digest(&name);
        planners.push(Planner { name, version, digest, labels });
    }
    if is_asked {
        let variables = combined.plan.variables.get_or_insert_default();
        variables.insert("NIXPACKS_METADATA".to_owned(), metadata_variable(&planners).into());
    }
    if rules.metadata == MetadataRules::Structured && !planners.is_empty() {
        combined.plan.metadata = Some(Metadata { providers: planners, ..Metadata::default() });
    }
    Ok(combined)
}

/// Each provider's name and labels in one list (Nixpacks 1.41).
fn metadata_variable(planners: &[Planner]) -> String {
    let words = planners.iter().flat_map(|planner| std::iter::once(&planner.name).chain(&planner.labels));
    words.map(String::as_str).collect::<Vec<_>>().join(",")
}

fn prefix_phases(plan: &mut PartialPlan, provider: &str) {
    let prefixed = |name: &str| format!("{provider}:{name}");
    let Some(phases) = plan.phases.take() else { return };
    let rename = |(name, mut phase): (String, PartialPhase)| {
        for item in phase.depends_on.iter_mut().flat_map(|list| &mut list.0) {
            if let Item::Value(dependency) = item {
                *dependency = prefixed(dependency);
            }
        }
        (prefixed(&name), phase)
    };
    plan.phases = Some(phases.into_iter().map(rename).collect());
}
