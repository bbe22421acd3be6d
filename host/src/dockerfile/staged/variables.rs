//! When variables enter the image.

use super::super::instruction;
use crate::plan::{Phase, TextMap};
use std::collections::BTreeSet;

/// The variables of a plan that have not entered the image yet.
pub(super) struct Pending<'a>(BTreeSet<&'a str>);

impl<'a> Pending<'a> {
    pub(super) fn new(variables: Option<&'a TextMap>) -> Self {
        Self(variables.into_iter().flatten().map(|(name, _)| name.as_str()).collect())
    }

    /// The instructions by which the variables of a phase enter, late enough that others do not run
    /// it again.
    pub(super) fn enter(&mut self, phase: &Phase<Vec<String>>) -> Vec<String> {
        let is_read = |name: &str| match &phase.only_variables {
            None => true,
            Some(patterns) => patterns.iter().any(|pattern| matches(pattern, name)),
        };
        let (entering, pending) = self.0.iter().copied().partition(|name| is_read(name));
        self.0 = pending;
        let entering: BTreeSet<&str> = entering;
        entering.into_iter().flat_map(instruction::variable).collect()
    }
}

/// Whether a name is `pattern`, or begins with it where it ends in `*`.
fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_enters_once_and_not_before_a_phase_that_reads_it() {
        let variables: TextMap =
            ["CI", "NPM_TOKEN", "PORT"].map(|name| (name.to_owned(), String::new())).into_iter().collect();
        let mut pending = Pending::new(Some(&variables));
        let install = Phase { only_variables: Some(vec!["CI".to_owned(), "NPM_*".to_owned()]), ..Phase::default() };
        assert_eq!(pending.enter(&install), ["ARG CI", "ENV CI=$CI", "ARG NPM_TOKEN", "ENV NPM_TOKEN=$NPM_TOKEN"]);
        assert_eq!(pending.enter(&install), Vec::<String>::new());
        assert_eq!(pending.enter(&Phase::default()), ["ARG PORT", "ENV PORT=$PORT"]);
    }
}
