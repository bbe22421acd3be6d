//! Secrets: values that exist only while a command runs.

use crate::plan::{Phase, Plan};
use std::collections::{BTreeMap, BTreeSet};

/// The secrets given to a build: each name, and what stands for its value in a step's cache key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretKeys(BTreeMap<String, String>);

impl SecretKeys {
    /// The keys of some secrets: name and fingerprint of the value.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self(secrets.into_iter().map(|(name, key)| (name.to_owned(), key)).collect())
    }

    /// The secrets that the commands of a phase may read: those that it declares, those that the plan
    /// declares for every phase, and those that were given though nobody declares them.
    pub(super) fn of_phase(&self, plan: &Plan, phase: &Phase<Vec<String>>) -> Vec<SecretMount> {
        let declared = declared(plan);
        let of_all = Phase::elements(&plan.secrets).iter().map(String::as_str);
        let own = Phase::elements(&phase.secrets).iter().map(String::as_str);
        let undeclared = self.0.keys().map(String::as_str).filter(|name| !declared.contains(name));
        let names: BTreeSet<_> = of_all.chain(own).chain(undeclared).collect();
        names.into_iter().map(|name| SecretMount { name: name.to_owned(), key: self.0.get(name).cloned() }).collect()
    }
}

/// Every secret that a plan declares, be it for one phase or for all.
pub fn declared(plan: &Plan) -> BTreeSet<&str> {
    let of_phases = plan.phases.values().flat_map(|phase| Phase::elements(&phase.secrets));
    of_phases.chain(Phase::elements(&plan.secrets)).map(String::as_str).collect()
}

/// A secret of one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SecretMount {
    pub(crate) name: String,
    /// Stands for the value in the step's cache key; absent where no value was given.
    key: Option<String>,
}

impl SecretMount {
    /// Generated files that a builder hands over as it does secrets.
    pub(super) fn of_parcel(name: &str) -> Self {
        Self { name: name.to_owned(), key: None }
    }

    /// The mount: the value is the file `/run/secrets/<name>`. (BuildKit's `env=` needs a newer
    /// engine than Docker 20.10 has.)
    pub(super) fn mount(&self) -> String {
        format!("--mount=type=secret,id={}", self.name)
    }

    /// What comes before the command: the variable of the same name. Commands of their own, so that
    /// all of a compound command sees it.
    pub(crate) fn export(&self) -> String {
        let key = self.key.as_ref().map_or_else(String::new, |key| format!(": key {key}; "));
        format!("{key}{0}=\"$(cat /run/secrets/{0})\" || exit 1; export {0}; ", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(plan: &Plan, keys: &SecretKeys, phase: &str) -> Vec<String> {
        keys.of_phase(plan, &plan.phases[phase]).iter().map(|secret| secret.name.clone()).collect()
    }

    #[test]
    fn a_secret_reaches_the_phases_that_declare_it_or_all() {
        let install = Phase { secrets: Some(vec!["NPM_TOKEN".to_owned()]), ..Phase::default() };
        let phases = [("install".to_owned(), install), ("build".to_owned(), Phase::default())];
        let plan = Plan { phases: phases.into(), ..Plan::default() };
        let keys = SecretKeys::new([("NPM_TOKEN", "1".to_owned()), ("OTHER", "2".to_owned())]);
        assert_eq!(names(&plan, &keys, "install"), ["NPM_TOKEN", "OTHER"]);
        assert_eq!(names(&plan, &keys, "build"), ["OTHER"]);
        let plan = Plan { secrets: Some(vec!["ALL".to_owned()]), ..plan };
        assert_eq!(names(&plan, &SecretKeys::default(), "build"), ["ALL"]);
    }

    #[test]
    fn the_key_is_part_of_the_command() {
        let keys = SecretKeys::new([("A", "4bd2e8".to_owned())]);
        let (plan, phase) = (Plan::default(), Phase::default());
        let secret = &keys.of_phase(&plan, &phase)[0];
        assert_eq!(secret.export(), ": key 4bd2e8; A=\"$(cat /run/secrets/A)\" || exit 1; export A; ");
    }
}
