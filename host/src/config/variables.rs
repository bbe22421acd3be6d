//! Variables given to the build: `--env`, and what `NIXPACKS_*` variables say about the plan.

use super::command_line::replace_commands;
use super::split_list;
use crate::edition::{CacheVariables, EnvSyntax, Rules};
use crate::error::{Error, Result};
use crate::plan::{ImageSettings, ListEdit, PartialPlan, PartialStart, Setting, SettingMap, TextMap};

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

/// Variables of the build that count only if they are given to it, and what to write in a configuration
/// file instead.
const NOT_FROM_FILE: &[(&str, Option<&str>)] = &[
    ("NIXPACKS_PKGS", Some("`nixPkgs = [\"...\", \"NAME\"]` in `[phases.setup]`")),
    ("NIXPACKS_APT_PKGS", Some("`aptPkgs = [\"...\", \"NAME\"]` in `[phases.setup]`")),
    ("NIXPACKS_LIBS", Some("`nixLibs = [\"...\", \"NAME\"]` in `[phases.setup]`")),
    ("NIXPACKS_INSTALL_CMD", Some("`cmds = [\"COMMAND\"]` in `[phases.install]`")),
    ("NIXPACKS_BUILD_CMD", Some("`cmds = [\"COMMAND\"]` in `[phases.build]`")),
    ("NIXPACKS_START_CMD", Some("`cmd = \"COMMAND\"` in `[start]`")),
    ("NIXPACKS_INSTALL_CACHE_DIRS", Some("`cacheDirectories = [\"...\", \"DIR\"]` in `[phases.install]`")),
    ("NIXPACKS_BUILD_CACHE_DIRS", Some("`cacheDirectories = [\"...\", \"DIR\"]` in `[phases.build]`")),
    ("NIXPACKS_BUILD_IMAGE", Some("`buildImage = \"IMAGE\"`")),
    ("NIXPACKS_NIXPKGS_URL", Some("`nixpkgsUrl = \"URL\"`")),
    ("NIXPACKS_EDITION", Some("`edition = \"NAME\"`")),
    ("NIXPACKS_BUILDER", Some("`builder = \"NAME\"`")),
    ("NIXPACKS_NO_LABELS", Some("`imageLabels = false`")),
    ("NIXPACKS_USER", Some("`user = \"NAME\"` in `[start]`")),
    ("NIXPACKS_SLIM", Some("`slim = false` in `[image]`")),
    ("NIXPACKS_INIT", Some("`init = false` in `[image]`")),
    ("NIXPACKS_MANIFESTS_FIRST", Some("`manifestsFirst = false` in `[image]`")),
    ("NIXPACKS_HEALTH_CHECK", Some("`healthCheck = \"/PATH\"` in `[image]`")),
    ("NIXPACKS_PROCESS", Some("`process = \"NAME\"` in `[image]`")),
    ("NIXPACKS_SBOM", Some("`sbom = true` in `[image]`")),
    ("NIXPACKS_SECRETS", Some("`secrets = [\"NAME\"]`")),
    ("NIXPACKS_NO_CACHE", None),
    ("NIXPACKS_CONFIG_FILE", None),
];

/// Warnings about variables that a configuration file sets to no effect.
pub(super) fn without_effect(settings: &SettingMap, path: &str) -> Vec<String> {
    let set = NOT_FROM_FILE.iter().filter(|(name, _)| settings.get(*name).is_some_and(|set| set.value().is_some()));
    let warning = |(name, instead): &(&str, Option<&str>)| {
        let instead = instead.map_or_else(String::new, |instead| format!("write {instead}, or "));
        format!("{path}: {name} in `[variables]` only reaches the image; {instead}give it by `--env`")
    };
    set.map(warning).collect()
}

/// What the variables themselves say about the plan: `NIXPACKS_PKGS`, `NIXPACKS_BUILD_CMD`, ….
pub fn environment_plan(variables: &Variables, rules: &Rules) -> PartialPlan {
    let mut plan = PartialPlan::default();
    if let Some(packages) = variables.config("PKGS") {
        plan.phase_mut("setup").nix_packages = Some(ListEdit::prepend(split_list(&packages)));
    }
    if let Some(packages) = variables.config("APT_PKGS") {
        plan.phase_mut("setup").apt_packages = Some(ListEdit::prepend(split_list(&packages)));
    }
    if let Some(libraries) = variables.config("LIBS") {
        plan.phase_mut("setup").nix_libraries = Some(libraries_edit(&libraries, rules.cache_variables));
    }
    for (phase, prefix, dependency) in [("install", "INSTALL", "setup"), ("build", "BUILD", "install")] {
        let command = variables.config(&format!("{prefix}_CMD"));
        let directories = variables.config(&format!("{prefix}_CACHE_DIRS"));
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
    plan.start = variables.config("START_CMD").map(PartialStart::with_command);
    if let Some(user) = variables.config("USER") {
        plan.start.get_or_insert_default().user = Some(user.into());
    }
    plan.secrets = variables.config("SECRETS").map(|names| ListEdit::append(split_list(&names)));
    plan.image = image_settings(variables).into_option();
    plan
}

/// The variables that are true or false.
const SWITCHES: &[&str] = &["SLIM", "INIT", "MANIFESTS_FIRST", "SBOM"];

/// What a switch says: `1` or `true`, `0` or `false`.
fn switch(variables: &Variables, name: &str) -> Option<bool> {
    match variables.config(name)?.as_str() {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// Warnings about switches that are neither on nor off.
pub fn unreadable_switches(variables: &Variables) -> Vec<String> {
    let unreadable = |name: &&&str| variables.config(name).is_some() && switch(variables, name).is_none();
    let warning = |name: &&str| {
        let value = variables.config(name).unwrap_or_default();
        format!("NIXPACKS_{name} is `{value}`, which says nothing: write `true` or `false`")
    };
    SWITCHES.iter().filter(unreadable).map(warning).collect()
}

/// `NIXPACKS_SLIM` and its like.
fn image_settings(variables: &Variables) -> ImageSettings {
    let switch = |name: &str| switch(variables, name);
    ImageSettings {
        slim: switch("SLIM"),
        init: switch("INIT"),
        manifests_first: switch("MANIFESTS_FIRST"),
        health_check: variables.config("HEALTH_CHECK").map(Setting::of_word),
        process: variables.config("PROCESS").map(Setting::Value),
        sbom: switch("SBOM"),
    }
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
