//! What the packaged program's script is called.

use crate::BUILD_FILE;
use plugpacks_sdk::{Context, Result};

/// Nixpacks 1.41: the script has to have this name.
pub(crate) const DEFAULT: &str = "main";

/// The name that the build sets, else the one that sbt-native-packager makes of the only project's.
pub(crate) fn declared(context: &Context) -> Result<String> {
    let text = code(&context.app.read_text(BUILD_FILE)?);
    let set = match settings(&text, "executableScriptName").next() {
        Some(name) => Some(name.to_owned()),
        None => set_elsewhere(context)?,
    };
    let (name, reason) = match (set, &settings(&text, "name").collect::<Vec<_>>()[..]) {
        (Some(name), _) => (name, "executableScriptName"),
        (None, [only]) => (normalized(only), "the project's name"),
        (None, _) => (DEFAULT.into(), "nothing names another one"),
    };
    context.diagnostics.because("start script", format!("{name}: {reason}"));
    Ok(name)
}

/// The name that one of the files in `project` sets.
fn set_elsewhere(context: &Context) -> Result<Option<String>> {
    let found = context.app.search("project/*.{sbt,scala}", r#"\bexecutableScriptName\s*:=\s*"([^"$]+)""#)?;
    Ok(found.and_then(|occurrence| occurrence.groups.into_iter().nth(1).flatten()))
}

/// The texts that a setting is given: `key := "text"`, each on one line.
fn settings<'t>(text: &'t str, key: &'static str) -> impl Iterator<Item = &'t str> {
    text.match_indices(key).filter_map(move |(at, _)| {
        let before = text[..at].chars().next_back();
        let value = text[at + key.len()..].trim_start().strip_prefix(":=")?.trim_start().strip_prefix('"')?;
        let is_whole_word = before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '.');
        let (value, _) = value.split_once('"').filter(|(value, _)| is_whole_word && !value.contains(['\n', '$']))?;
        (!value.is_empty()).then_some(value)
    })
}

/// The lines without comments to their end.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

/// A project's name as sbt normalizes it: lower case, and a hyphen for what is no letter or digit.
fn normalized(name: &str) -> String {
    name.chars().fold(String::new(), |mut normalized, c| {
        if c.is_ascii_alphanumeric() || c == '_' {
            normalized.push(c.to_ascii_lowercase());
        } else if !normalized.ends_with('-') {
            normalized.push('-');
        }
        normalized
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalized_as_sbt_does() {
        for (name, expected) in
            [("My App", "my-app"), ("shop", "shop"), ("a -- b", "a-b"), ("x_1.2", "x_1-2"), ("é!", "-")]
        {
            assert_eq!(normalized(name), expected, "{name}");
        }
    }

    #[test]
    fn settings_are_whole_words_with_a_text() {
        let text = "lazy val root = (project in file(\".\")).settings(\n  name := \"shop\",\n  moduleName := \"x\",\n  name:=\"two\")\n";
        assert_eq!(settings(text, "name").collect::<Vec<_>>(), ["shop", "two"]);
        assert_eq!(settings("name := s\"a\"\nThisBuild / name := \"b$c\"", "name").count(), 0);
    }
}
