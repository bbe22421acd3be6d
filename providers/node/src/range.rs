//! npm's version ranges, in the dialect of Nixpacks 1.41 and in npm's own.
//!
//! Both read the same words (alternatives separated by `||`, terms separated by blanks, operators in
//! front of partial versions) and differ in what some of them mean and in what happens to a term that
//! is none.

use plugpacks_provider_support::version::{Interval, Range, Stage, Version};
use std::ops::Bound;

/// Why a text is not a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RangeError {
    /// It has no term that can be understood, or, in npm's dialect, one that cannot.
    Malformed,
    /// Nixpacks 1.41 crashes on it.
    Crash,
}

/// The range that npm understands.
///
/// Leading zeros are let pass, which npm refuses.
pub(crate) fn npm(text: &str) -> Result<Range, RangeError> {
    let mut range = Range::default();
    for alternative in text.split("||") {
        let mut whole = Some(Interval::ANY);
        let mut rest = Cursor(alternative.trim());
        while !rest.is_at_end() {
            let term = rest.npm_term()?;
            whole = whole.and_then(|whole| whole.intersect(&term?));
        }
        range = range.unite(Range::new(whole.into_iter().collect()));
    }
    Ok(range)
}

/// The range that Nixpacks 1.41 understands.
///
/// Terms that cannot be understood are passed over, and so are empty ones. A term that contradicts
/// the one before it widens the range instead of emptying it: `^18 ^20` allows both.
pub(crate) fn nixpacks(text: &str) -> Result<Range, RangeError> {
    let mut intervals: Vec<Interval> = Vec::new();
    for (index, alternative) in text.split("||").enumerate() {
        let mut own: Vec<Interval> = Vec::new();
        let mut rest = Cursor(alternative);
        if index > 0 {
            rest.blanks();
        }
        while !rest.is_at_end() {
            let Some(term) = rest.nixpacks_term()? else { continue };
            match own.pop() {
                None => own.push(term),
                Some(last) => match last.intersect(&term) {
                    Some(both) => own.push(both),
                    None => own.extend([last, term]),
                },
            }
        }
        intervals.extend(own);
    }
    if intervals.is_empty() { Err(RangeError::Malformed) } else { Ok(Range::new(intervals)) }
}

/// What stands in front of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Plain,
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Tilde,
    Caret,
}

/// The spellings of operators, longer ones before those they begin with.
const OPERATORS: &[(&str, Operator)] = &[
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("=", Operator::Equal),
    ("~>", Operator::Tilde),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

/// A version whose components may be absent or wildcards.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Partial {
    numbers: [Option<u64>; 3],
    stage: Stage,
}

impl Partial {
    /// Absent components replaced by zero.
    fn filled(&self) -> Version {
        Version { numbers: self.numbers.map(|number| number.unwrap_or(0)), stage: self.stage.clone() }
    }

    /// The numbers in front of the first absent one.
    fn known(&self) -> Vec<u64> {
        self.numbers.iter().map_while(|number| *number).collect()
    }

    /// The versions that begin with the known numbers.
    fn series(&self) -> Interval {
        match self.known().as_slice() {
            [_, _, _] => Interval::exactly(self.filled()),
            known => Interval::series(known),
        }
    }

    /// The first version after the series, pre-releases included.
    fn after(&self) -> Version {
        match *self.known().as_slice() {
            [major, minor, ..] => Version::floor(major, minor + 1, 0),
            [major] => Version::floor(major + 1, 0, 0),
            [] => Version::floor(u64::MAX, 0, 0),
        }
    }
}

fn from(version: Version) -> Interval {
    Interval::at_least(version)
}

fn up_to(version: Version) -> Interval {
    Interval { lower: Bound::Unbounded, upper: Bound::Included(version) }
}

fn beyond(version: Version) -> Interval {
    Interval { lower: Bound::Excluded(version), upper: Bound::Unbounded }
}

/// The versions an operator and a version mean to npm; `None` if there are none.
fn npm_interval(operator: Operator, partial: &Partial) -> Option<Interval> {
    let complete = partial.known().len() == 3;
    let anything = partial.known().is_empty();
    let interval = match operator {
        Operator::Less | Operator::Greater if anything => return None,
        _ if anything => Interval::ANY,
        Operator::Plain | Operator::Equal => partial.series(),
        Operator::GreaterOrEqual => from(partial.filled()),
        Operator::Greater if complete => beyond(partial.filled()),
        Operator::Greater => from(Version { stage: Stage::Release, ..partial.after() }),
        Operator::Less if complete => Interval::below(partial.filled()),
        Operator::Less => Interval::below(Version { stage: Stage::Floor, ..partial.filled() }),
        Operator::LessOrEqual if complete => up_to(partial.filled()),
        Operator::LessOrEqual => Interval::below(partial.after()),
        Operator::Tilde => Interval::half_open(partial.filled(), partial.after()),
        Operator::Caret => Interval::half_open(partial.filled(), caret_end(partial)),
    };
    Some(interval)
}

/// Where a caret range ends: at the next change of the first component that is not zero.
fn caret_end(partial: &Partial) -> Version {
    match *partial.known().as_slice() {
        [0, 0, patch] => Version::floor(0, 0, patch + 1),
        [0, minor, ..] => Version::floor(0, minor + 1, 0),
        [major, ..] => Version::floor(major + 1, 0, 0),
        [] => partial.after(),
    }
}

/// The versions an operator and a version mean to Nixpacks 1.41; `None` if the term is passed over.
fn nixpacks_interval(operator: Operator, partial: &Partial) -> Result<Option<Interval>, RangeError> {
    let floor = |version: Version| Version { stage: Stage::Floor, ..version };
    Ok(Some(match (operator, partial.numbers) {
        (Operator::Equal | Operator::Tilde, [None, ..]) | (Operator::Tilde, [_, None, Some(_)]) => {
            return Err(RangeError::Crash);
        }
        (Operator::Caret, [None, ..] | [_, None, Some(_)]) => return Ok(None),
        (Operator::Plain, [None, ..]) | (Operator::GreaterOrEqual, _) => from(partial.filled()),
        (Operator::Greater, [None, ..] | [_, None, Some(_)]) => beyond(partial.filled()),
        (Operator::Less, [Some(_), Some(_), None]) => Interval::below(floor(partial.filled())),
        (Operator::Less, _) => Interval::below(partial.filled()),
        (Operator::LessOrEqual, [.., None]) => up_to(floor(partial.filled())),
        (Operator::LessOrEqual, _) => up_to(partial.filled()),
        (Operator::Caret, [Some(0), None, None]) => Interval::below(Version::floor(1, 0, 0)),
        _ => return Ok(npm_interval(operator, partial)),
    }))
}

/// The versions between two, as npm takes `from - to`; a missing end is open.
fn npm_hyphen(lower: &Partial, upper: &Partial) -> Option<Interval> {
    let lower = npm_interval(Operator::GreaterOrEqual, lower)?;
    lower.intersect(&npm_interval(Operator::LessOrEqual, upper)?)
}

/// The versions between two, as Nixpacks 1.41 takes `from - to`.
fn nixpacks_hyphen(lower: Option<&Partial>, upper: &Partial) -> Option<Interval> {
    let upper = match upper.numbers {
        [Some(_), Some(_), Some(_)] => up_to(upper.filled()),
        [Some(_), Some(_), None] | [Some(_), None, None] => Interval::below(upper.after()),
        [None, None, None] => Interval::below(Version::floor(0, 0, 0)),
        _ => up_to(upper.filled()),
    };
    match lower {
        Some(lower) => from(lower.filled()).intersect(&upper),
        None => Some(upper),
    }
}

/// One of a version's three components.
enum Component {
    Number(u64),
    Wildcard,
    Absent,
    /// No safe integer of JavaScript.
    TooLarge,
}

/// The rest of an alternative.
#[derive(Clone, Copy, Debug)]
struct Cursor<'t>(&'t str);

impl<'t> Cursor<'t> {
    fn is_at_end(self) -> bool {
        self.0.is_empty()
    }

    /// Whether a term may end here.
    fn is_at_boundary(self) -> bool {
        self.0.is_empty() || self.0.starts_with([' ', '\t'])
    }

    /// Passes over blanks; says whether there were any.
    fn blanks(&mut self) -> bool {
        let before = self.0.len();
        self.0 = self.0.trim_start_matches([' ', '\t']);
        self.0.len() < before
    }

    fn accept(&mut self, text: &str) -> bool {
        self.0.strip_prefix(text).map(|rest| self.0 = rest).is_some()
    }

    /// What the longest prefix of such characters is; empty if there is none.
    fn run(&mut self, is_part: impl Fn(char) -> bool) -> &'t str {
        let end = self.0.find(|c| !is_part(c)).unwrap_or(self.0.len());
        let (run, rest) = self.0.split_at(end);
        self.0 = rest;
        run
    }

    fn operator(&mut self) -> Operator {
        let found = OPERATORS.iter().find(|(spelling, _)| self.accept(spelling));
        found.map_or(Operator::Plain, |(_, operator)| *operator)
    }

    /// A version: `v20`, `20.x`, `20.1.0-rc.1+build`.
    fn partial(&mut self) -> Option<Partial> {
        self.accept("v");
        self.blanks();
        let mut numbers = [None; 3];
        for (index, number) in numbers.iter_mut().enumerate() {
            let before = *self;
            if index > 0 && !self.accept(".") {
                return Some(Partial { numbers, stage: Stage::Release });
            }
            match self.component() {
                Component::Number(value) => *number = Some(value),
                Component::Wildcard => {}
                Component::Absent if index > 0 => {
                    *self = before;
                    return Some(Partial { numbers, stage: Stage::Release });
                }
                Component::Absent | Component::TooLarge => return None,
            }
        }
        let stage = self.stage();
        Some(Partial { numbers, stage })
    }

    fn component(&mut self) -> Component {
        const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;
        if self.accept("x") || self.accept("X") || self.accept("*") {
            return Component::Wildcard;
        }
        match self.run(|c| c.is_ascii_digit()) {
            "" => Component::Absent,
            digits => match digits.parse() {
                Ok(number) if number <= MAX_SAFE_INTEGER => Component::Number(number),
                _ => Component::TooLarge,
            },
        }
    }

    /// What follows the third component: a pre-release, whose hyphen may be missing, and a build.
    fn stage(&mut self) -> Stage {
        let before = *self;
        let has_hyphen = self.accept("-");
        let pre = self.identifiers();
        if pre.is_empty() && has_hyphen {
            *self = before;
        }
        let at_build = *self;
        if self.accept("+") && self.identifiers().is_empty() {
            *self = at_build;
        }
        match pre {
            "" => Stage::Release,
            "0" => Stage::Floor,
            text => Stage::Pre(text.to_owned()),
        }
    }

    /// Identifiers of letters, digits and hyphens, separated by dots.
    fn identifiers(&mut self) -> &'t str {
        let text = self.0;
        let mut end = 0;
        loop {
            let identifier = self.run(|c| c.is_ascii_alphanumeric() || c == '-');
            if identifier.is_empty() {
                break;
            }
            end = text.len() - self.0.len();
            if !self.accept(".") {
                break;
            }
        }
        self.0 = &text[end..];
        &text[..end]
    }

    /// A term of Nixpacks 1.41 and the blanks after it; `None` if it is passed over.
    fn nixpacks_term(&mut self) -> Result<Option<Interval>, RangeError> {
        let start = *self;
        if let Some((lower, upper)) = self.nixpacks_hyphen() {
            self.blanks();
            return Ok(nixpacks_hyphen(lower.as_ref(), &upper));
        }
        *self = start;
        self.blanks();
        let operator = self.operator();
        self.blanks();
        if let Some(partial) = self.partial() {
            // It crashes before it looks at what follows.
            let interval = nixpacks_interval(operator, &partial)?;
            if self.is_at_boundary() {
                self.blanks();
                return Ok(interval.and_then(|interval| interval.intersect(&Interval::ANY)));
            }
        }
        *self = start;
        self.blanks();
        self.run(|c| c != ' ' && c != '\t');
        self.blanks();
        Ok(None)
    }

    fn nixpacks_hyphen(&mut self) -> Option<(Option<Partial>, Partial)> {
        let start = *self;
        let lower = self.partial();
        if lower.is_none() {
            *self = start;
        }
        let upper = self.hyphen_end()?;
        self.is_at_boundary().then_some((lower, upper))
    }

    /// ` - ` and a version.
    fn hyphen_end(&mut self) -> Option<Partial> {
        (self.blanks() && self.accept("-") && self.blanks()).then(|| self.partial()).flatten()
    }

    /// A term of npm and the blanks after it; `None` if no version satisfies it.
    fn npm_term(&mut self) -> Result<Option<Interval>, RangeError> {
        let operator = self.operator();
        while self.blanks() || self.accept("=") || self.accept("v") {}
        let lower = self.partial().ok_or(RangeError::Malformed)?;
        let after = *self;
        let upper = (operator == Operator::Plain).then(|| self.hyphen_end()).flatten();
        if upper.is_none() {
            *self = after;
        }
        if !self.is_at_boundary() {
            return Err(RangeError::Malformed);
        }
        self.blanks();
        Ok(match upper {
            Some(upper) => npm_hyphen(&lower, &upper),
            None => npm_interval(operator, &lower),
        })
    }
}

#[cfg(test)]
mod tests;
