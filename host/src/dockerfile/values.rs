//! Values that cannot be written where they belong: a line break would make an instruction of its own out of
//! what follows it. They are refused by name before anything is written; all others are encoded.

use super::encode::visible;
use super::{CacheMounts, DockerfileOptions};
use crate::error::{Error, Result};
use crate::plan::{Phase, Plan, Start};
use crate::text::is_control;
use std::fmt;

/// Where a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Into a line.
    Line,
    /// Into a line that needs it.
    Word,
    /// Behind `FROM` or `--from=`.
    Image,
    /// Into a list of `key=value` with commas between them.
    Mount,
    /// Where a shell and a builder refer to a variable.
    Variable,
}

/// Which value of a plan it is.
#[derive(Clone, Copy, Debug)]
enum Field<'a> {
    OfPlan(&'static str),
    OfPhase(&'a str, &'static str),
}

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfPlan(key) => write!(f, "`{key}`"),
            Self::OfPhase(phase, key) => write!(f, "`{key}` of phase {}", visible(phase)),
        }
    }
}

impl Place {
    /// What is wrong with a value here.
    fn problem(self, value: &str) -> Option<&'static str> {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if value.contains(['\n', '\r']) {
            return Some("it has a line break");
        }
        if value.contains(|c: char| is_control(c) && c != '\t') {
            return Some("it has a control character");
        }
        if value.trim_end().ends_with('\\') {
            return Some("it ends in a backslash, after which a line goes on");
        }
        match self {
            Self::Line => None,
            Self::Word => value.trim().is_empty().then_some("it is empty"),
            Self::Image => (!is_image(value)).then_some("it is not the name of one image"),
            Self::Mount => value.contains([',', '"', '\'', '\\']).then_some("it has a comma, a quote or a backslash"),
            Self::Variable if value.is_empty() || value.starts_with(|c: char| c.is_ascii_digit()) => {
                Some("it is not a variable's name")
            }
            Self::Variable => (!value.chars().all(is_word)).then_some("it is not a variable's name"),
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Line | Self::Word => {
                "Write one value in each element of a list; commands alone may have several lines"
            }
            Self::Image => "An image is like `ubuntu:noble` or `registry.example.org/team/base@sha256:…`",
            Self::Mount => "Letters, digits and `._-/` always do",
            Self::Variable => "A name has letters, digits and `_`, and does not begin with a digit",
        }
    }

    fn check(self, field: Field<'_>, value: &str) -> Result<()> {
        self.problem(value).map_or(Ok(()), |problem| {
            Err(Error::configuration(format!("`{}` cannot stand in {field}", visible(value)))
                .cause(problem)
                .hint(self.hint()))
        })
    }
}

/// Whether a value is one image; `--platform=…` may come before it, and `AS NAME` after it.
fn is_image(value: &str) -> bool {
    let words: Vec<_> = value.split_whitespace().skip_while(|word| word.starts_with("--")).collect();
    matches!(words.as_slice(), [_]) || matches!(words.as_slice(), [_, word, _] if word.eq_ignore_ascii_case("as"))
}

/// Checks the values of a plan that go into lines of a Dockerfile.
///
/// # Errors
/// One cannot be written there: which, and why.
pub(super) fn check(plan: &Plan, options: &DockerfileOptions) -> Result<()> {
    Place::Image.check(Field::OfPlan("buildImage"), &plan.build_image)?;
    check_keys("variables", Place::Word, plan.variables.iter().flatten())?;
    check_keys("staticAssets", Place::Word, plan.static_assets.iter().flatten())?;
    check_keys("processes", Place::Word, plan.processes.iter().flatten())?;
    check_all(Field::OfPlan("secrets"), Place::Variable, &plan.secrets)?;
    for (name, phase) in &plan.phases {
        check_phase(name, phase)?;
    }
    plan.start.as_ref().map_or(Ok(()), check_start)?;
    match &options.cache {
        CacheMounts::Keyed(keys, _) => [&keys.of_app, &keys.of_tools]
            .iter()
            .try_for_each(|key| Place::Mount.check(Field::OfPlan("--cache-key"), key.as_str())),
        CacheMounts::Image { reference, .. } => {
            Place::Image.check(Field::OfPlan("--incremental-cache-image"), reference)
        }
        CacheMounts::Off => Ok(()),
    }
}

fn check_phase(name: &str, phase: &Phase<Vec<String>>) -> Result<()> {
    let lists = [
        ("aptPkgs", Place::Line, &phase.apt_packages),
        ("onlyIncludeFiles", Place::Word, &phase.only_include_files),
        ("paths", Place::Line, &phase.paths),
        ("cacheDirectories", Place::Mount, &phase.cache_directories),
        ("secrets", Place::Variable, &phase.secrets),
    ];
    lists.iter().try_for_each(|(key, place, list)| check_all(Field::OfPhase(name, key), *place, list))
}

fn check_start(start: &Start<Vec<String>>) -> Result<()> {
    check_all(Field::OfPlan("start.onlyIncludeFiles"), Place::Word, &start.only_include_files)?;
    check_all(Field::OfPlan("start.aptPkgs"), Place::Line, &start.apt_packages)?;
    let values = [("start.user", Place::Word, &start.user), ("start.runImage", Place::Image, &start.run_image)];
    let given = values.iter().filter_map(|(key, place, value)| Some((key, place, value.as_ref()?)));
    given.into_iter().try_for_each(|(key, place, value)| place.check(Field::OfPlan(key), value))
}

fn check_all(field: Field<'_>, place: Place, list: &Option<Vec<String>>) -> Result<()> {
    list.iter().flatten().try_for_each(|value| place.check(field, value))
}

fn check_keys<'a>(
    field: &'static str,
    place: Place,
    mut entries: impl Iterator<Item = (&'a String, &'a String)>,
) -> Result<()> {
    entries.try_for_each(|(name, _)| place.check(Field::OfPlan(field), name))
}

#[cfg(test)]
mod tests;
