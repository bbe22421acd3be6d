//! Version requirements in the notation that Bundler, Mix and Composer have in common: an operator
//! and a version. How several of them are joined is each language's own.

use crate::version::{Interval, Range, Version, parse_numbers};
use std::ops::Bound;

/// The operators, longer ones before those they begin with.
const OPERATORS: &[&str] = &["~>", "~=", ">=", "<=", "==", "!=", "<>", "~", "^", ">", "<", "="];

/// The versions that one requirement allows: `>= 8.1`, `~> 3.3`, `^8.1`, `8.1.*`, `v3.4.1`.
///
/// A version without an operator, or with `=`, means its whole series: `3.4` all of 3.4, `3.4.1`
/// just this one. `~>` and `~` let the last of at least two numbers grow, `^` all but the first.
/// `!=` takes nothing away, as no table has single versions. What follows a `-`, `@` or `+`
/// (a pre-release, a stability flag) is not looked at. `None` if the text is no requirement.
pub fn interval(text: &str) -> Option<Interval> {
    let text = text.trim();
    if matches!(text, "*" | "x" | "X") {
        return Some(Interval::ANY);
    }
    let operator = OPERATORS.iter().find(|operator| text.starts_with(**operator)).copied().unwrap_or_default();
    let numbers = leading_numbers(text[operator.len()..].trim())?;
    let first = version(&numbers);
    Some(match operator {
        "!=" | "<>" => Interval::ANY,
        ">=" => Interval::at_least(first),
        ">" => Interval { lower: Bound::Excluded(first), upper: Bound::Unbounded },
        "<" => Interval::below(floor(&numbers)),
        "<=" => Interval { lower: Bound::Unbounded, upper: Interval::series(&numbers).upper },
        "~>" | "~" | "~=" => match numbers.split_last() {
            Some((_, leading @ [_, ..])) => Interval::half_open(first, next(leading)),
            _ => Interval::series(&numbers),
        },
        "^" => Interval::half_open(first, next(&numbers[..caret_length(&numbers)])),
        _ => Interval::series(&numbers),
    })
}

/// The versions that all of several requirements allow; `None` if one of them is none.
pub fn all<'t>(requirements: impl IntoIterator<Item = &'t str>) -> Option<Range> {
    requirements.into_iter().try_fold(Range::any(), |range, text| {
        interval(text).map(|interval| range.intersect(&Range::new(vec![interval])))
    })
}

/// The versions that requirements one after the other allow, as Dart, Shards and Hex write them:
/// `>=3.0.0 <4.0.0`, `>= 1.10, < 2`, `>= 1.0.0 and < 2.0.0 or ~> 3.1`. `None` if one of them is
/// none.
pub fn list(text: &str) -> Option<Range> {
    let text = text.replace(',', " ");
    let words: Vec<_> = text.split_whitespace().collect();
    words.split(|word| matches!(*word, "or" | "||")).try_fold(Range::default(), |range, words| {
        let terms = terms(words.iter().copied().filter(|word| *word != "and"));
        if terms.is_empty() {
            // An alternative without a requirement is a mistake, not everything.
            return None;
        }
        Some(range.unite(all(terms.iter().map(String::as_str))?))
    })
}

/// The requirements that words one after the other are: an operator may stand apart from its version.
pub fn terms<'t>(words: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    for word in words {
        match terms.last_mut().filter(|term| OPERATORS.iter().any(|operator| term.ends_with(operator))) {
            Some(operator) => operator.push_str(word),
            None => terms.push(word.to_owned()),
        }
    }
    terms
}

/// Whether a text is a version of three numbers or a pre-release, nothing less and nothing else.
pub fn is_exact(text: &str) -> bool {
    let release = text.split('-').next().unwrap_or(text);
    parse_numbers(release).is_some_and(|numbers| numbers.len() >= 3)
}

/// The numbers in front of a wildcard or of anything that follows a `-`, `@` or `+`.
fn leading_numbers(text: &str) -> Option<Vec<u64>> {
    let text = text.split(['-', '@', '+']).next()?.trim_end();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let text = text.split_once(".*").or_else(|| text.split_once(".x")).map_or(text, |(known, _)| known);
    let mut numbers = parse_numbers(text)?;
    numbers.truncate(3);
    Some(numbers)
}

fn version(numbers: &[u64]) -> Version {
    let at = |index: usize| numbers.get(index).copied().unwrap_or(0);
    Version::new(at(0), at(1), at(2))
}

fn floor(numbers: &[u64]) -> Version {
    let [major, minor, patch] = version(numbers).numbers;
    Version::floor(major, minor, patch)
}

/// The first version after the series of these numbers.
fn next(numbers: &[u64]) -> Version {
    let mut numbers = numbers.to_vec();
    if let Some(last) = numbers.last_mut() {
        *last = last.saturating_add(1);
    }
    floor(&numbers)
}

/// How many numbers a caret keeps: up to the first that is not zero.
fn caret_length(numbers: &[u64]) -> usize {
    numbers.iter().position(|number| *number != 0).map_or(numbers.len(), |zeros| zeros + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of some versions a requirement allows.
    fn allowed(text: &str) -> Vec<&'static str> {
        let range = Range::new(vec![interval(text).unwrap()]);
        let versions = ["0.3.1", "7.4.3", "8.0.0", "8.1.2", "8.1.5", "8.2.0", "9.0.0"];
        let contains = |version: &&str| range.overlaps(&Interval::series(&parse_numbers(version).unwrap()));
        versions.into_iter().filter(contains).collect()
    }

    #[test]
    fn operators_mean_what_the_package_managers_say() {
        for (text, expected) in [
            ("8.1", &["8.1.2", "8.1.5"][..]),
            ("= v8.1.2", &["8.1.2"]),
            ("8.1.*", &["8.1.2", "8.1.5"]),
            ("~> 8.1", &["8.1.2", "8.1.5", "8.2.0"]),
            ("~8.1.3", &["8.1.5"]),
            ("~8", &["8.0.0", "8.1.2", "8.1.5", "8.2.0"]),
            ("^8.1", &["8.1.2", "8.1.5", "8.2.0"]),
            ("^0.3", &["0.3.1"]),
            (">8.1.2", &["8.1.5", "8.2.0", "9.0.0"]),
            (">= 8.2@dev", &["8.2.0", "9.0.0"]),
            ("<8", &["0.3.1", "7.4.3"]),
            ("<=8.1", &["0.3.1", "7.4.3", "8.0.0", "8.1.2", "8.1.5"]),
            ("9.0.0-rc1", &["9.0.0"]),
        ] {
            assert_eq!(allowed(text), expected, "{text:?}");
        }
        assert_eq!(allowed("*").len(), 7);
        assert_eq!(allowed("!= 8.1.2").len(), 7);
    }

    #[test]
    fn other_texts_are_no_requirement() {
        for text in ["", ">=", "latest", "8.", "jruby-9.4", ">= 8, < 9", "8 1"] {
            assert_eq!(interval(text), None, "{text:?}");
        }
        assert_eq!(all([">= 8", "nonsense"]), None);
        assert!(all([">= 9", "< 8"]).unwrap().is_empty());
    }

    #[test]
    fn requirements_may_stand_side_by_side() {
        let numbers = |text| list(text).unwrap();
        let between = Range::new(vec![Interval::half_open(Version::new(1, 10, 0), Version::floor(2, 0, 0))]);
        for text in [">=1.10.0 <2.0.0", ">= 1.10, < 2", ">= 1.10.0 and < 2.0.0", "^1.10.0"] {
            assert_eq!(numbers(text), between, "{text:?}");
        }
        assert_eq!(numbers("1.2 or ~> 3.1").intervals().len(), 2);
        assert_eq!(numbers("*"), Range::any());
        for text in ["", "or", ">= 1 or", "any", ">= 1.0, oops"] {
            assert_eq!(list(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_exact_version_has_three_numbers() {
        assert!(is_exact("3.4.1") && is_exact("3.5.0-preview1"));
        assert!(!is_exact("3.4") && !is_exact("~> 3.4.1") && !is_exact("latest"));
    }
}
