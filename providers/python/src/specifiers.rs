//! Which Pythons a version specifier allows: PEP 440 as in `requires-python`, and what Poetry adds.

use plugpacks_provider_support::version::{Interval, Range, Version};
use std::ops::Bound;

/// Every operator, longer ones before those they begin with.
const OPERATORS: [(&str, Operator); 11] = [
    ("===", Operator::Equal),
    ("==", Operator::Equal),
    ("!=", Operator::Unequal),
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("~=", Operator::Compatible),
    (">", Operator::Above),
    ("<", Operator::Below),
    ("=", Operator::Equal),
    ("^", Operator::Caret),
    ("~", Operator::Tilde),
];

#[derive(Clone, Copy)]
enum Operator {
    Equal,
    Unequal,
    AtLeast,
    AtMost,
    Above,
    Below,
    /// `~=3.10`: 3.10 and later ones of 3; `~=3.10.2`: later ones of 3.10.
    Compatible,
    /// Poetry's `^3.10`: before 4.
    Caret,
    /// Poetry's `~3.10`: before 3.11.
    Tilde,
}

/// The versions that a text such as `>=3.10,<3.14`, `3.12`, `3.*` or `^3.9 || ^4` allows; `None` if it
/// is no specifier.
pub(crate) fn parse(text: &str) -> Option<Range> {
    let mut alternatives = Range::default();
    for alternative in text.split('|').map(str::trim).filter(|part| !part.is_empty()) {
        alternatives = alternatives.unite(parse_all(alternative)?);
    }
    (!text.trim().is_empty()).then_some(alternatives)
}

/// The versions that satisfy every clause of a list separated by commas or blanks.
fn parse_all(text: &str) -> Option<Range> {
    let mut range = Range::any();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([',', ' ', '\t']);
        if rest.is_empty() {
            return Some(range);
        }
        let found = OPERATORS.iter().find_map(|(sign, operator)| Some((rest.strip_prefix(sign)?, *operator)));
        let (operand, operator) = found.unwrap_or((rest, Operator::Equal));
        let operand = operand.trim_start();
        let end = operand.find([',', ' ', '\t']).unwrap_or(operand.len());
        range = range.intersect(&clause(operator, &operand[..end])?);
        rest = &operand[end..];
    }
}

/// The versions that one clause allows.
fn clause(operator: Operator, operand: &str) -> Option<Range> {
    if operand == "*" {
        return Some(Range::any());
    }
    let numbers = numbers(operand)?;
    let version = |numbers: &[u64]| {
        let at = |index: usize| numbers.get(index).copied().unwrap_or(0);
        Version::new(at(0), at(1), at(2))
    };
    let given = version(&numbers);
    let up_to = |length: usize| {
        let mut next = numbers[..length.clamp(1, numbers.len())].to_vec();
        if let Some(last) = next.last_mut() {
            *last = last.saturating_add(1);
        }
        Range::new(vec![Interval::half_open(given.clone(), version(&next))])
    };
    Some(Range::new(vec![match operator {
        Operator::Equal => Interval::series(&numbers),
        Operator::Unequal => {
            let excluded = Interval::series(&numbers);
            let after = match excluded.upper {
                Bound::Included(version) => Bound::Excluded(version),
                Bound::Excluded(version) => Bound::Included(version),
                Bound::Unbounded => return Some(Range::default()),
            };
            return Some(Range::new(vec![Interval::below(given), Interval { lower: after, upper: Bound::Unbounded }]));
        }
        Operator::AtLeast => Interval::at_least(given),
        Operator::AtMost => Interval { lower: Bound::Unbounded, upper: Bound::Included(given) },
        Operator::Above => Interval { lower: Bound::Excluded(given), upper: Bound::Unbounded },
        Operator::Below => Interval::below(given),
        Operator::Compatible => return (numbers.len() > 1).then(|| up_to(numbers.len() - 1)),
        Operator::Caret => return Some(up_to(1)),
        Operator::Tilde => return Some(up_to(2)),
    }]))
}

/// The one to three numbers of a version; wildcards and pre-release marks at its end are dropped:
/// `3.12.*`, `3.13.0rc1`.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let version = version.trim_start_matches('v').trim_end_matches(['*', 'x', 'X', '.']);
    let mut numbers = Vec::new();
    let mut parts = version.split('.').peekable();
    while let Some(part) = parts.next() {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        numbers.push(part[..end].parse().ok()?);
        let mark = &part[end..];
        if !mark.is_empty() {
            let is_mark = mark.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '+' | '_'));
            return (is_mark && parts.peek().is_none() && numbers.len() <= 3).then(|| series_of_pre_release(&numbers));
        }
    }
    (numbers.len() <= 3).then_some(numbers)
}

/// A pre-release stands for its series: nixpkgs has one build of each.
fn series_of_pre_release(numbers: &[u64]) -> Vec<u64> {
    numbers[..numbers.len().min(2)].to_vec()
}

/// The range without the series of which it allows the first patches only: what `<=3.12` leaves is
/// 3.11 and older, since the 3.12 that is installed is not 3.12.0 and would be refused.
pub(crate) fn whole_series(range: &Range) -> Range {
    let intervals = range.intervals().iter().filter_map(|interval| {
        let (Bound::Included(upper) | Bound::Excluded(upper)) = &interval.upper else { return Some(interval.clone()) };
        let [major, minor, _] = upper.numbers;
        interval.intersect(&Interval::below(Version::new(major, minor, 0)))
    });
    Range::new(intervals.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The versions among a few that a specifier allows.
    fn allowed(text: &str) -> String {
        let range = parse(text).unwrap_or_else(|| panic!("{text:?} is not understood"));
        let series = |minor: u64| range.overlaps(&Interval::series(&[3, minor]));
        (8..=15).filter(|minor| series(*minor)).map(|minor| minor.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn pep_440_operators() {
        assert_eq!(allowed(">=3.10"), "10 11 12 13 14 15");
        assert_eq!(allowed(">= 3.10 , < 3.13"), "10 11 12");
        assert_eq!(allowed("==3.11.*"), "11");
        assert_eq!(allowed("===3.11.4"), "11");
        assert_eq!(allowed("!=3.10.*,!=3.12.*,<3.14"), "8 9 11 13");
        assert_eq!(allowed("!=3.12.1"), "8 9 10 11 12 13 14 15");
        assert_eq!(allowed("~=3.13"), "13 14 15");
        assert_eq!(allowed("~=3.13.1"), "13");
        assert_eq!(allowed(">3.12"), "12 13 14 15");
        assert_eq!(allowed(">=3.13.*"), "13 14 15");
    }

    #[test]
    fn poetrys_operators() {
        assert_eq!(allowed("^3.12"), "12 13 14 15");
        assert_eq!(allowed("~3.12"), "12");
        assert_eq!(allowed("~3"), "8 9 10 11 12 13 14 15");
        assert_eq!(allowed(">=3.9 <3.11"), "9 10");
        assert_eq!(allowed("3.9 || ~3.12"), "9 12");
        assert_eq!(allowed("*"), "8 9 10 11 12 13 14 15");
    }

    #[test]
    fn plain_versions_are_their_series() {
        assert_eq!(allowed("3.12"), "12");
        assert_eq!(allowed("v3.12.7"), "12");
        assert_eq!(allowed("3.14.0rc1"), "14");
        assert_eq!(allowed("3.13-dev"), "13");
        assert_eq!(allowed("3.x"), "8 9 10 11 12 13 14 15");
    }

    #[test]
    fn nonsense_is_no_specifier() {
        for text in
            ["", " ", "latest", "3.12.1.1", ">=", "3..12", ">=x", "~=3", "3.a", "=>3.10", "99999999999999999999"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_bound_inside_a_series_excludes_it() {
        let whole = |text: &str| whole_series(&parse(text).unwrap());
        assert!(!whole("<=3.12").overlaps(&Interval::series(&[3, 12])));
        assert!(whole("<=3.12").overlaps(&Interval::series(&[3, 11])));
        assert!(whole("<3.13").overlaps(&Interval::series(&[3, 12])));
        assert!(whole(">=3.12,<3.12.5").is_empty());
    }
}
