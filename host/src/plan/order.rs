//! The order in which phases run.

use super::{PartialPhase, PartialPlan, Phase, Plan};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A phase of a final plan and its name.
pub type NamedPhase<'a> = (&'a str, &'a Phase<Vec<String>>);

/// Phases that wait for each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// Their names, in byte order; phases that only wait for the cycle included.
    pub phases: Vec<String>,
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Circular dependency detected")
    }
}

impl std::error::Error for Cycle {}

impl Plan {
    /// The phases in the order in which they run: level by level, in byte order of their names
    /// within a level. Dependencies on phases that do not exist do not count.
    ///
    /// # Errors
    /// Some phases wait for each other.
    pub fn ordered_phases(&self) -> Result<Vec<NamedPhase<'_>>, Cycle> {
        let mut waiting: BTreeMap<&str, BTreeSet<&str>> =
            self.phases.iter().map(|(name, phase)| (name.as_str(), self.known_dependencies(phase))).collect();
        let mut ordered = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let level: Vec<&str> =
                waiting.iter().filter(|(_, dependencies)| dependencies.is_empty()).map(|(name, _)| *name).collect();
            if level.is_empty() {
                return Err(Cycle { phases: waiting.into_keys().map(str::to_owned).collect() });
            }
            for name in &level {
                waiting.remove(name);
            }
            for dependencies in waiting.values_mut() {
                dependencies.retain(|name| !level.contains(name));
            }
            ordered.extend(level.into_iter().map(|name| (name, &self.phases[name])));
        }
        Ok(ordered)
    }

    fn known_dependencies<'a>(&'a self, phase: &'a Phase<Vec<String>>) -> BTreeSet<&'a str> {
        let dependencies = Phase::elements(&phase.depends_on).iter().map(String::as_str);
        dependencies.filter(|name| self.phases.contains_key(*name)).collect()
    }
}

/// Phases that are often named though nobody defines them.
const USUAL: [&str; 4] = ["setup", "install", "build", "release"];

/// The phases that are skipped though nobody has them: misspelt names, mostly. Not reported: the
/// usual ones.
pub fn skipped_in_vain(plan: &PartialPlan) -> Vec<&str> {
    let nothing = PartialPhase { skip: Some(true), ..PartialPhase::default() };
    let phases = plan.phases.iter().flatten().filter(|(name, phase)| **phase == nothing && !USUAL.contains(&&***name));
    phases.map(|(name, _)| name.as_str()).collect()
}

/// Pairs of a phase and a phase it depends on that does not exist: misspelt names, mostly. Not
/// reported: the usual ones.
pub fn missing_dependencies(plan: &Plan) -> Vec<(&str, &str)> {
    plan.phases
        .iter()
        .flat_map(|(name, phase)| {
            Phase::elements(&phase.depends_on).iter().map(move |dependency| (name.as_str(), dependency.as_str()))
        })
        .filter(|(_, dependency)| !plan.phases.contains_key(*dependency) && !USUAL.contains(dependency))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plan(phases: &[(&str, &[&str])]) -> Plan {
        let phase = |dependencies: &[&str]| Phase {
            depends_on: Some(dependencies.iter().map(|name| (*name).to_owned()).collect()),
            ..Phase::default()
        };
        Plan {
            phases: phases.iter().map(|(name, dependencies)| ((*name).to_owned(), phase(dependencies))).collect(),
            ..Plan::default()
        }
    }

    fn names(plan: &Plan) -> Vec<&str> {
        plan.ordered_phases().unwrap().into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn phases_run_level_by_level() {
        let spa = plan(&[("build", &["install"]), ("caddy", &["setup"]), ("install", &["setup"]), ("setup", &[])]);
        assert_eq!(names(&spa), ["setup", "caddy", "install", "build"]);
    }

    #[test]
    fn unknown_and_repeated_dependencies_do_not_block() {
        let plan = plan(&[("b", &["a", "a", "gone"]), ("a", &[])]);
        assert_eq!(names(&plan), ["a", "b"]);
        assert_eq!(missing_dependencies(&plan), [("b", "gone")]);
    }

    #[test]
    fn skipping_what_nobody_has_is_reported() {
        let mut plan = PartialPlan::default();
        for name in ["bulid", "build", "test"] {
            plan.phase_mut(name).skip = Some(true);
        }
        plan.phase_mut("test").nix_packages = Some(super::super::ListEdit::EMPTY);
        assert_eq!(skipped_in_vain(&plan), ["bulid"]);
    }

    #[test]
    fn a_cycle_names_its_phases() {
        let cycle = plan(&[("a", &["b"]), ("b", &["a"]), ("setup", &[])]).ordered_phases().unwrap_err();
        assert_eq!(cycle.phases, ["a", "b"]);
    }

    proptest! {
        #[test]
        fn every_phase_comes_after_its_dependencies(
            graph in prop::collection::btree_map("[a-f]", prop::collection::vec("[a-g]", 0..4), 0..6)
        ) {
            let phase = |dependencies| Phase { depends_on: Some(dependencies), ..Phase::default() };
            let phases = graph.into_iter().map(|(name, dependencies)| (name, phase(dependencies))).collect();
            let plan = Plan { phases, ..Plan::default() };
            match plan.ordered_phases() {
                Ok(ordered) => {
                    prop_assert_eq!(ordered.len(), plan.phases.len());
                    for (at, (_, phase)) in ordered.iter().enumerate() {
                        for dependency in Phase::elements(&phase.depends_on) {
                            let position = ordered.iter().position(|(name, _)| name == dependency);
                            prop_assert!(position.is_none_or(|position| position < at));
                        }
                    }
                }
                Err(cycle) => prop_assert!(!cycle.phases.is_empty()),
            }
        }
    }
}
