//! Variables given to the build: `--env`, and what `NIXPACKS_*` variables say about the plan.

use super::command_line::replace_commands;
use super::split_list;
use crate::edition::{CacheVariables, EnvSyntax, Rules};
use crate::error::{Error, Result};
use crate::plan::settings::{
    self, APT_PACKAGES, BUILD_CACHE, BUILD_COMMAND, INSTALL_CACHE, INSTALL_COMMAND, NIX_LIBRARIES, NIX_PACKAGES,
    SECRETS,
};
use crate::plan::{Declaration, Form, ListEdit, PartialPlan, Scope, Setting, SettingMap, TextMap};

/// The variables given to a build, by `--env`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables(TextMap);

impl Variables {
    /// Reads the arguments of `--env`: `NAME=VALUE`, or `NAME` for the value that `process` has.
    ///
    /// # Errors
    /// Under [`EnvSyntax::FirstEqualsSign`]: something is not a variable's name.
    pub fn parse(arguments: &[String], syntax: EnvSyntax, process: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let mut variables = TextMap::new();
        for argument in arguments {
            let (name, value) = match syntax {
                EnvSyntax::LongestName => longest_name(argument),
                EnvSyntax::FirstEqualsSign => first_equals_sign(argument)?,
            };
            if let Some(value) = value.map(str::to_owned).or_else(|| process(name)) {
                variables.insert(name.to_owned(), value);
            }
        }
        Ok(Self(variables))
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The value of the config variable `NIXPACKS_<name>`, without newlines (Nixpacks 1.41).
    pub fn config(&self, name: &str) -> Option<String> {
        self.get(&format!("NIXPACKS_{name}")).map(|value| value.replace('\n', ""))
    }

    /// What the variable of a setting says, as [`Self::config`].
    fn of(&self, setting: &Declaration) -> Option<String> {
        self.get(setting.variable?.name).map(|value| value.replace('\n', ""))
    }

    /// Whether the config variable is `1` or `true` (Nixpacks 1.41: nothing else).
    pub fn is_set(&self, name: &str) -> bool {
        matches!(self.config(name).as_deref(), Some("1" | "true"))
    }

    /// Names and values.
    pub const fn as_map(&self) -> &TextMap {
        &self.0
    }

    /// These variables with others above them.
    #[must_use]
    pub fn overlaid_by(mut self, others: &Self) -> Self {
        self.0.extend(others.0.iter().map(|(name, value)| (name.clone(), value.clone())));
        self
    }

    /// These variables as a source of a plan changes them.
    #[must_use]
    pub fn changed_by(mut self, settings: &SettingMap) -> Self {
        for (name, setting) in settings {
            match setting {
                Setting::Value(value) => self.0.insert(name.clone(), value.clone()),
                Setting::Unset => self.0.remove(name),
            };
        }
        self
    }
}

/// Nixpacks 1.41: the longest run of name characters, an optional `=`, the rest; an empty rest
/// asks for the process's value.
fn longest_name(argument: &str) -> (&str, Option<&str>) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let end = argument.find(|c| !is_name(c)).unwrap_or(argument.len());
    let (name, rest) = argument.split_at(end);
    let value = rest.strip_prefix('=').unwrap_or(rest);
    (name, (!value.is_empty()).then_some(value))
}

fn first_equals_sign(argument: &str) -> Result<(&str, Option<&str>)> {
    let (name, value) = match argument.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (argument, None),
    };
    if is_variable_name(name) {
        return Ok((name, value));
    }
    Err(Error::configuration(format!("`{name}` in `--env` is not a variable's name"))
        .hint("Write `--env NAME=VALUE`; a name has letters, digits and `_`, and does not begin with a digit"))
}

/// Whether a shell and a Dockerfile can refer to a variable of this name.
pub fn is_variable_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Variables of the build that count only if they are given to it, and are no settings that a configuration file has.
const NOT_IN_FILES: [&str; 2] = ["NIXPACKS_NO_CACHE", "NIXPACKS_CONFIG_FILE"];

/// Warnings about variables that a configuration file sets to no effect.
pub(super) fn without_effect(set: &SettingMap, path: &str) -> Vec<String> {
    let of_settings = settings::all().filter_map(|setting| Some((setting.variable?.name, Some(setting.in_file()))));
    let known = of_settings.chain(NOT_IN_FILES.map(|name| (name, None)));
    let warning = |(name, instead): (&str, Option<String>)| {
        let instead = instead.map_or_else(String::new, |instead| format!("write {instead}, or "));
        format!("{path}: {name} in `[variables]` only reaches the image; {instead}give it by `--env`")
    };
    known.filter(|(name, _)| set.get(*name).is_some_and(|set| set.value().is_some())).map(warning).collect()
}

/// What the variables themselves say about the plan: `NIXPACKS_PKGS`, `NIXPACKS_BUILD_CMD`, ….
pub fn environment_plan(variables: &Variables, rules: &Rules) -> PartialPlan {
    let of_build = |setting: &&Declaration| setting.variable.is_some_and(|variable| variable.scope == Scope::Build);
    let stated = settings::all().filter(|setting| setting.is_stated_as_it_is()).filter(of_build);
    let mut plan = PartialPlan::saying(stated.filter_map(|setting| Some((setting, variables.of(setting)?))));
    if let Some(packages) = variables.of(&NIX_PACKAGES) {
        plan.phase_mut("setup").nix_packages = Some(ListEdit::prepend(split_list(&packages)));
    }
    if let Some(packages) = variables.of(&APT_PACKAGES) {
        plan.phase_mut("setup").apt_packages = Some(ListEdit::prepend(split_list(&packages)));
    }
    if let Some(libraries) = variables.of(&NIX_LIBRARIES) {
        plan.phase_mut("setup").nix_libraries = Some(libraries_edit(&libraries, rules.cache_variables));
    }
    for (phase, command, directories, dependency) in
        [("install", &INSTALL_COMMAND, &INSTALL_CACHE, "setup"), ("build", &BUILD_COMMAND, &BUILD_CACHE, "install")]
    {
        let (command, directories) = (variables.of(command), variables.of(directories));
        if let Some(command) = &command {
            replace_commands(&mut plan, phase, command, dependency, rules.command_override);
        }
        match (rules.cache_variables, directories, command) {
            (CacheVariables::Extend, Some(directories), _) => {
                plan.phase_mut(phase).cache_directories = Some(ListEdit::append(split_list(&directories)));
            }
            (CacheVariables::ReplaceWithCommand, Some(directories), Some(_)) => {
                let mut directories: Vec<_> = split_list(&directories).collect();
                directories.sort_unstable();
                directories.dedup();
                plan.phase_mut(phase).cache_directories = Some(ListEdit::replace(directories));
            }
            _ => {}
        }
    }
    plan.secrets = variables.of(&SECRETS).map(|names| ListEdit::append(split_list(&names)));
    plan
}

/// Warnings about switches that are neither on nor off.
pub fn unreadable_switches(variables: &Variables) -> Vec<String> {
    let warning = |setting: &Declaration| {
        let (word, name) = (variables.of(setting)?, setting.variable?.name);
        let is_unreadable = setting.form == Form::Switch && setting.value(&word).is_none();
        is_unreadable.then(|| format!("{name} is `{word}`, which says nothing: write `true` or `false`"))
    };
    settings::all().filter_map(warning).collect()
}

/// Nixpacks 1.41 splits `NIXPACKS_LIBS` at single blanks only and keeps empty items.
fn libraries_edit(libraries: &str, rule: CacheVariables) -> ListEdit {
    match rule {
        CacheVariables::ReplaceWithCommand => ListEdit::prepend(libraries.split(' ')),
        CacheVariables::Extend => ListEdit::prepend(split_list(libraries)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    fn parse(arguments: &[&str], syntax: EnvSyntax) -> Result<Vec<(String, String)>> {
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let process = |name: &str| (name == "HOME").then(|| "/root".to_owned());
        let variables = Variables::parse(&arguments, syntax, process)?;
        Ok(variables.0.into_iter().collect())
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn upstream_splits_after_the_longest_name() {
        let parsed = parse(&["A=b=c", "HOME", "GONE", "B.C=d", "é=1", "N-M=1", "K=l1\nl2"], EnvSyntax::LongestName);
        let expected = [("", "é=1"), ("A", "b=c"), ("B", ".C=d"), ("HOME", "/root"), ("K", "l1\nl2"), ("N-M", "1")];
        assert_eq!(parsed.unwrap(), pairs(&expected));
        assert_eq!(parse(&["HOME="], EnvSyntax::LongestName).unwrap(), pairs(&[("HOME", "/root")]));
    }

    #[test]
    fn later_editions_split_at_the_first_equals_sign() {
        let parsed = parse(&["A=b=c", "HOME", "GONE", "EMPTY="], EnvSyntax::FirstEqualsSign);
        assert_eq!(parsed.unwrap(), pairs(&[("A", "b=c"), ("EMPTY", ""), ("HOME", "/root")]));
        for bad in ["A.B=c", "=v", "é=1", "1A=b", "A-B=c", ""] {
            let error = parse(&[bad], EnvSyntax::FirstEqualsSign).unwrap_err();
            assert!(error.message().contains("is not a variable's name"), "{bad}");
        }
    }

    #[test]
    fn a_file_is_told_which_variables_do_nothing_there() {
        let settings = [("NIXPACKS_PKGS", "jq"), ("NIXPACKS_NODE_VERSION", "22"), ("NIXPACKS_NO_CACHE", "1")];
        let mut settings: SettingMap = settings.map(|(name, value)| (name.to_owned(), value.into())).into();
        settings.insert("NIXPACKS_LIBS".to_owned(), Setting::Unset);
        insta::assert_snapshot!(without_effect(&settings, "nixpacks.toml").join("\n"), @r#"
        nixpacks.toml: NIXPACKS_PKGS in `[variables]` only reaches the image; write `nixPkgs = ["...", "NAME"]` in `[phases.setup]`, or give it by `--env`
        nixpacks.toml: NIXPACKS_NO_CACHE in `[variables]` only reaches the image; give it by `--env`
        "#);
    }

    fn plan(arguments: &[&str], edition: Edition) -> PartialPlan {
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let variables = Variables::parse(&arguments, edition.rules().env_syntax, |_| None).unwrap();
        environment_plan(&variables, edition.rules())
    }

    #[test]
    fn cache_directories_need_a_command_only_upstream() {
        let alone = ["NIXPACKS_BUILD_CACHE_DIRS=b,a a"];
        assert_eq!(plan(&alone, Edition::NIXPACKS), PartialPlan::default());
        let build = plan(&alone, Edition::E2026_11).phase_mut("build").clone();
        assert_eq!(build.cache_directories, Some(ListEdit::append(["b", "a", "a"])));
        let with_command = ["NIXPACKS_BUILD_CACHE_DIRS=b,a a", "NIXPACKS_BUILD_CMD=make"];
        let build = plan(&with_command, Edition::NIXPACKS).phase_mut("build").clone();
        assert_eq!(build.cache_directories, Some(ListEdit::replace(["a", "b"])));
    }

    #[test]
    fn libraries_are_split_like_packages_only_in_later_editions() {
        let libraries = |edition| plan(&["NIXPACKS_LIBS=a,b  c"], edition).phase_mut("setup").nix_libraries.clone();
        assert_eq!(libraries(Edition::NIXPACKS), Some(ListEdit::prepend(["a,b", "", "c"])));
        assert_eq!(libraries(Edition::E2026_11), Some(ListEdit::prepend(["a", "b", "c"])));
    }
}
