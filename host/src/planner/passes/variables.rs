//! The plan's variables.

use super::{Draft, Facts};
use crate::config::is_variable_name;
use crate::edition::VariableNames;
use crate::error::{Error, Result};
use crate::plan::{PartialPlan, Plan, Setting};

/// Adds the variables that are given to this build.
pub(super) fn add_given(merged: &mut PartialPlan, facts: &Facts) {
    let given = facts.given.as_map();
    if !given.is_empty() {
        let given = given.iter().map(|(name, value)| (name.clone(), Setting::from(value)));
        merged.variables.get_or_insert_default().extend(given);
    }
}

/// Text is UTF-8 unless somebody says otherwise: without a locale some languages take it for ASCII.
pub(super) fn add_locale(draft: &mut Draft, _: &Facts) {
    if draft.plan.phases.as_ref().is_some_and(|phases| !phases.is_empty()) {
        let variables = draft.plan.variables.get_or_insert_default();
        variables.entry("LANG".to_owned()).or_insert_with(|| "C.UTF-8".into());
    }
}

/// Checks the names of variables, which a Dockerfile refers to.
///
/// # Errors
/// One is no name.
pub(super) fn names(plan: &Plan, facts: &Facts) -> Result<()> {
    if facts.rules.variable_names == VariableNames::Any {
        return Ok(());
    }
    let mut names = plan.variables.iter().flatten().map(|(name, _)| name);
    names.find(|name| !is_variable_name(name)).map_or(Ok(()), |name| {
        Err(Error::configuration(format!("`{name}` is not a variable's name"))
            .hint("Look at `[variables]`; a name has letters, digits and `_`, and does not begin with a digit"))
    })
}

/// A variable that a phase's command or copied file mentions is one that the phase reads.
pub(super) fn add_mentioned(plan: &mut Plan, facts: &Facts) {
    let names: Vec<_> = plan.variables.iter().flatten().map(|(name, _)| name.clone()).collect();
    for phase in plan.phases.values_mut() {
        let Some(patterns) = &mut phase.only_variables else { continue };
        let files = phase.only_include_files.iter().flatten();
        let texts: Vec<_> = files.filter_map(|file| facts.app.read_text(file).ok()).collect();
        let commands = phase.commands.iter().flatten();
        for name in &names {
            let in_command = commands.clone().any(|command| mentions(command, name));
            if (in_command || texts.iter().any(|text| mentions(text, name))) && !patterns.contains(name) {
                patterns.push(name.clone());
            }
        }
    }
}

/// Whether a text has a name as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + name.len()..].starts_with(is_word))
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_facts;
    use super::*;
    use crate::plan::Phase;

    #[test]
    fn a_mention_is_a_whole_word() {
        assert!(mentions("//registry/:_authToken=${NPM_TOKEN}", "NPM_TOKEN"));
        assert!(!mentions("MY_NPM_TOKEN NPM_TOKENS", "NPM_TOKEN"));
    }

    #[test]
    fn a_variable_of_a_copied_file_is_read() {
        let install = Phase {
            only_include_files: Some(vec![".npmrc".to_owned()]),
            only_variables: Some(Vec::new()),
            ..Phase::default()
        };
        let variables = ["NPM_TOKEN", "OTHER"].map(|name| (name.to_owned(), String::new()));
        let mut plan = Plan {
            variables: Some(variables.into()),
            phases: [("install".to_owned(), install)].into(),
            ..Plan::default()
        };
        with_facts(&[(".npmrc", "_authToken=${NPM_TOKEN}\n")], |facts| add_mentioned(&mut plan, &facts));
        assert_eq!(plan.phases["install"].only_variables.as_ref().unwrap(), &["NPM_TOKEN"]);
    }

    #[test]
    fn a_locale_of_the_provider_stays() {
        let locale = |own: Option<&str>| {
            let mut draft = Draft::default();
            draft.plan.phase_mut("setup");
            draft.plan.variables = own.map(|own| [("LANG".to_owned(), own.into())].into());
            with_facts(&[], |facts| add_locale(&mut draft, &facts));
            draft.plan.variables.unwrap().remove("LANG").and_then(Setting::into_value)
        };
        assert_eq!(locale(None).as_deref(), Some("C.UTF-8"));
        assert_eq!(locale(Some("de_DE.UTF-8")).as_deref(), Some("de_DE.UTF-8"));
        let mut nobody = Draft::default();
        with_facts(&[], |facts| add_locale(&mut nobody, &facts));
        assert_eq!(nobody.plan.variables, None);
    }

    #[test]
    fn a_name_has_no_blank() {
        let plan = |name: &str| Plan { variables: Some([(name.to_owned(), String::new())].into()), ..Plan::default() };
        with_facts(&[], |facts| {
            assert!(names(&plan("A B"), &facts).unwrap_err().to_string().contains("`A B`"));
            assert!(names(&plan("A_B"), &facts).is_ok());
        });
    }
}
