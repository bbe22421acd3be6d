//! What can be wrong with a plan.

use super::Facts;
use crate::edition::{Distribution, PhaseCycles};
use crate::error::{Error, Result};
use crate::plan::{self, ImageSettings, PartialPlan, Phase, Plan};

/// Says which phases are skipped though nobody has them.
pub(super) fn skipped_in_vain(merged: &PartialPlan, _: &Facts) -> Vec<String> {
    let warning = |name| format!("Phase {name} is to be skipped, and there is no such phase");
    plan::skipped_in_vain(merged).into_iter().map(warning).collect()
}

/// Says which phases wait for phases that nobody has.
pub(super) fn missing_dependencies(plan: &Plan, _: &Facts) -> Vec<String> {
    let warning = |(phase, dependency)| format!("Phase {phase} depends on {dependency}, and there is no such phase");
    plan::missing_dependencies(plan).into_iter().map(warning).collect()
}

/// Checks that phases do not wait for each other.
///
/// # Errors
/// Some do.
pub(super) fn no_cycle(plan: &Plan, facts: &Facts) -> Result<()> {
    match facts.rules.phase_cycles {
        PhaseCycles::Refused => plan.ordered_phases().map(|_| ()).map_err(Into::into),
        PhaseCycles::Warned => Ok(()),
    }
}

/// Says which phases wait for each other.
pub(super) fn cycles(plan: &Plan, facts: &Facts) -> Vec<String> {
    let cycle = plan.ordered_phases().err().filter(|_| facts.rules.phase_cycles == PhaseCycles::Warned);
    cycle.map(|cycle| format!("{cycle}: {}", cycle.phases.join(", "))).into_iter().collect()
}

/// Says where `NIXPACKS_DEBIAN` does not bring the nixpkgs that is chosen for its OpenSSL 1.1, since
/// the phase has a commit of its own.
pub(super) fn archives_of_other_distributions(plan: &Plan, facts: &Facts) -> Vec<String> {
    if facts.distribution != Distribution::Debian {
        return Vec::new();
    }
    let archive = facts.rules.defaults(Distribution::Debian).nixpkgs_archive;
    let pinned = |(name, phase): (&String, &Phase<Vec<String>>)| {
        let is_pinned = phase.uses_nix() && phase.nixpkgs_archive.as_deref().is_some_and(|own| own != archive);
        is_pinned.then(|| name.clone())
    };
    let phases: Vec<_> = plan.phases.iter().filter_map(pinned).collect();
    if phases.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "NIXPACKS_DEBIAN changes the base image only: the Nix packages of {} come from a nixpkgs that is chosen \
         there. With OpenSSL 1.1 is `nixpkgsArchive = \"{archive}\"`",
        phases.join(", ")
    )]
}

/// Says that a plan has something to build and nothing to start.
pub(super) fn no_start(plan: &Plan, _: &Facts) -> Vec<String> {
    const WARNING: &str = "Nothing says how the app starts. Write `[start]` with `cmd = \"…\"` in nixpacks.toml, a Procfile \
                           with `web: COMMAND`, or `--start-cmd COMMAND`";
    let is_missing = !plan.phases.is_empty() && plan.start_command().is_none();
    is_missing.then(|| WARNING.to_owned()).into_iter().collect()
}

/// Checks what a health check is to ask for.
///
/// # Errors
/// It is no path.
pub(super) fn health_check(plan: &Plan, _: &Facts) -> Result<()> {
    match plan.image.as_ref().and_then(ImageSettings::health_check) {
        Some(path) if !path.starts_with('/') || path.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            Err(Error::configuration(format!("The health check asks for `{path}`, which is no path"))
                .hint("Write one such as `/health` in `--health-check`, NIXPACKS_HEALTH_CHECK or `image.healthCheck`"))
        }
        _ => Ok(()),
    }
}

/// Checks whom the app is to run as.
///
/// # Errors
/// It is neither a name nor a number of a user.
pub(super) fn user(plan: &Plan, _: &Facts) -> Result<()> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    match plan.start.as_ref().and_then(|start| start.user.as_deref()) {
        Some(user) if user.is_empty() || user.starts_with(['-', '.']) || !user.chars().all(is_part) => {
            Err(Error::configuration(format!("The app is to run as `{user}`, which is no user")).hint(
                "Write a name such as `app`, or a number such as 10001, in `--user`, NIXPACKS_USER or `start.user`",
            ))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_facts;
    use super::*;
    use crate::edition::Edition;
    use crate::plan::Start;

    #[test]
    fn a_user_is_a_name_or_a_number() {
        let plan = |user: &str| Plan {
            start: Some(Start { user: Some(user.to_owned()), ..Start::default() }),
            ..Plan::default()
        };
        with_facts(&[], |facts| {
            for name in ["app", "10001", "www-data"] {
                assert!(user(&plan(name), &facts).is_ok(), "{name}");
            }
            for name in ["", "a; b", "-x", "a b"] {
                assert!(user(&plan(name), &facts).is_err(), "{name}");
            }
        });
    }

    #[test]
    fn a_plan_without_a_start_is_warned_of() {
        let mut plan = Plan { phases: [("setup".to_owned(), Phase::default())].into(), ..Plan::default() };
        with_facts(&[], |facts| {
            assert!(no_start(&plan, &facts)[0].contains("[start]"));
            plan.start = Some(Start::with_command("run"));
            assert_eq!(no_start(&plan, &facts), [""; 0]);
            assert_eq!(no_start(&Plan::default(), &facts), [""; 0]);
        });
    }

    #[test]
    fn a_health_check_is_a_path() {
        let plan = |path: &str| Plan {
            image: Some(ImageSettings { health_check: Some(path.into()), ..ImageSettings::default() }),
            ..Plan::default()
        };
        with_facts(&[], |facts| {
            assert!(health_check(&plan("/health?deep=1"), &facts).is_ok());
            assert!(health_check(&plan("health"), &facts).is_err());
            assert!(health_check(&plan("/a b"), &facts).is_err());
        });
    }

    #[test]
    fn phases_that_wait_for_each_other_are_named() {
        let phase = |dependency: &str| Phase { depends_on: Some(vec![dependency.to_owned()]), ..Phase::default() };
        let phases = [("a".to_owned(), phase("b")), ("b".to_owned(), phase("a"))];
        let plan = Plan { phases: phases.into(), ..Plan::default() };
        with_facts(&[], |facts| {
            assert!(no_cycle(&plan, &facts).is_err());
            assert_eq!(cycles(&plan, &facts), [""; 0]);
            let facts = Facts { rules: Edition::NIXPACKS.rules(), ..facts };
            assert!(no_cycle(&plan, &facts).is_ok());
            assert_eq!(cycles(&plan, &facts), ["Circular dependency detected: a, b"]);
        });
    }
}
