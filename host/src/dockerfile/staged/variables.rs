//! When variables enter the image.

use super::super::document::Instruction;
use crate::plan::{Phase, TextMap};
use std::collections::BTreeSet;

/// The variable by which tools of every language know that nobody watches them, which means nothing to the running
/// app.
const UNATTENDED: &str = "CI";

/// The variables of a plan that have not entered the image yet.
pub(super) struct Pending<'a>(BTreeSet<&'a str>);

impl<'a> Pending<'a> {
    pub(super) fn new(variables: Option<&'a TextMap>) -> Self {
        Self(variables.into_iter().flatten().map(|(name, _)| name.as_str()).collect())
    }

    /// The same without those that only the build reads.
    pub(super) fn at_run_time(variables: Option<&'a TextMap>, of_build: &[String]) -> Self {
        let mut all = Self::new(variables);
        all.0.retain(|name| *name != UNATTENDED && !of_build.iter().any(|pattern| matches(pattern, name)));
        all
    }

    /// The instructions by which the variables of a phase enter, late enough that others do not run
    /// it again.
    pub(super) fn enter(&mut self, phase: &Phase<Vec<String>>) -> Vec<Instruction> {
        let is_read = |name: &str| match &phase.only_variables {
            None => true,
            Some(patterns) => patterns.iter().any(|pattern| matches(pattern, name)),
        };
        let (entering, pending) = self.0.iter().copied().partition(|name| is_read(name));
        self.0 = pending;
        instructions(entering)
    }

    /// The instructions by which all that are left enter.
    pub(super) fn enter_all(self) -> Vec<Instruction> {
        instructions(self.0)
    }
}

/// Build arguments that become variables. One name to an `ARG`: of several, buildah 1.28 takes only the
/// first.
fn instructions(names: BTreeSet<&str>) -> Vec<Instruction> {
    if names.is_empty() {
        return Vec::new();
    }
    let pairs = names.iter().map(|name| ((*name).to_owned(), format!("${name}"))).collect();
    let arguments = names.into_iter().map(|name| Instruction::Arg(vec![name.to_owned()]));
    arguments.chain([Instruction::Env(pairs)]).collect()
}

/// Whether a name is `pattern`, or begins with it where it ends in `*`.
fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(instructions: &[Instruction]) -> Vec<&str> {
        let arguments = instructions.iter().filter_map(|instruction| match instruction {
            Instruction::Arg(names) => Some(names),
            _ => None,
        });
        arguments.flatten().map(String::as_str).collect()
    }

    #[test]
    fn a_variable_enters_once_and_not_before_a_phase_that_reads_it() {
        let variables: TextMap =
            ["CI", "NPM_TOKEN", "PORT"].map(|name| (name.to_owned(), String::new())).into_iter().collect();
        let mut pending = Pending::new(Some(&variables));
        let install = Phase { only_variables: Some(vec!["CI".to_owned(), "NPM_*".to_owned()]), ..Phase::default() };
        let entering = pending.enter(&install);
        assert_eq!(names(&entering), ["CI", "NPM_TOKEN"]);
        let pairs = [("CI", "$CI"), ("NPM_TOKEN", "$NPM_TOKEN")].map(|(name, value)| (name.into(), value.into()));
        assert_eq!(entering.last(), Some(&Instruction::Env(pairs.to_vec())));
        assert_eq!(pending.enter(&install), []);
        assert_eq!(names(&pending.enter(&Phase::default())), ["PORT"]);
    }

    #[test]
    fn what_only_the_build_reads_stays_there() {
        let variables: TextMap = ["CI", "CITY", "NPM_CONFIG_PRODUCTION", "PORT"]
            .map(|name| (name.to_owned(), String::new()))
            .into_iter()
            .collect();
        assert_eq!(
            names(&Pending::at_run_time(Some(&variables), &["NPM_CONFIG_*".to_owned()]).enter_all()),
            ["CITY", "PORT"]
        );
    }
}
