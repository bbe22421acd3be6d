//! Versions, and ranges of them: what the notations of all languages come down to.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Bound;

/// A version in semver's order: a pre-release sorts before its release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Major, minor, patch.
    pub numbers: [u64; 3],
    /// Whether and which pre-release; releases sort last.
    pub stage: Stage,
}

/// What a version is a stage of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before every pre-release: the `-0` that excludes a version's pre-releases from a range.
    Floor,
    /// A pre-release, such as `rc.1`.
    Pre(String),
    /// The release itself.
    Release,
}

impl Ord for Stage {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |stage: &Self| match stage {
            Self::Floor => 0,
            Self::Pre(_) => 1,
            Self::Release => 2,
        };
        match (self, other) {
            (Self::Pre(a), Self::Pre(b)) => compare_identifiers(a, b).then_with(|| a.cmp(b)),
            _ => rank(self).cmp(&rank(other)),
        }
    }
}

impl PartialOrd for Stage {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of pre-releases in semver: identifier by identifier, numbers by value and before words.
fn compare_identifiers(a: &str, b: &str) -> Ordering {
    let compare = |(a, b): (&str, &str)| match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    };
    let pairs = a.split('.').zip(b.split('.'));
    let first_difference = pairs.map(compare).find(|order| order.is_ne());
    first_difference.unwrap_or_else(|| a.split('.').count().cmp(&b.split('.').count()))
}

impl Version {
    /// The release `major.minor.patch`.
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self { numbers: [major, minor, patch], stage: Stage::Release }
    }

    /// The point below `major.minor.patch` and all its pre-releases.
    pub const fn floor(major: u64, minor: u64, patch: u64) -> Self {
        Self { numbers: [major, minor, patch], stage: Stage::Floor }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        match &self.stage {
            Stage::Floor => f.write_str("-0"),
            Stage::Pre(text) => write!(f, "-{text}"),
            Stage::Release => Ok(()),
        }
    }
}

/// All versions between two bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Where it begins.
    pub lower: Bound<Version>,
    /// Where it ends.
    pub upper: Bound<Version>,
}

impl Interval {
    /// Every version.
    pub const ANY: Self = Self { lower: Bound::Unbounded, upper: Bound::Unbounded };

    /// From `lower` (included) to `upper` (excluded).
    pub const fn half_open(lower: Version, upper: Version) -> Self {
        Self { lower: Bound::Included(lower), upper: Bound::Excluded(upper) }
    }

    /// Exactly one version.
    pub fn exactly(version: Version) -> Self {
        Self { lower: Bound::Included(version.clone()), upper: Bound::Included(version) }
    }

    /// `version` and later ones.
    pub const fn at_least(version: Version) -> Self {
        Self { lower: Bound::Included(version), upper: Bound::Unbounded }
    }

    /// All versions before `version`.
    pub const fn below(version: Version) -> Self {
        Self { lower: Bound::Unbounded, upper: Bound::Excluded(version) }
    }

    /// The versions that begin with these one to three numbers: `[3, 12]` is 3.12.0 up to, but not
    /// including, 3.13.0.
    pub fn series(numbers: &[u64]) -> Self {
        let at = |index: usize| numbers.get(index).copied().unwrap_or(0);
        match numbers.len() {
            0 => Self::ANY,
            1 => Self::half_open(Version::new(at(0), 0, 0), Version::floor(at(0).saturating_add(1), 0, 0)),
            2 => Self::half_open(Version::new(at(0), at(1), 0), Version::floor(at(0), at(1).saturating_add(1), 0)),
            _ => Self::exactly(Version::new(at(0), at(1), at(2))),
        }
    }

    /// What both intervals contain; `None` if that is nothing.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        let both = Self {
            lower: tighter(&self.lower, &other.lower, Ordering::Greater),
            upper: tighter(&self.upper, &other.upper, Ordering::Less),
        };
        both.is_valid().then_some(both)
    }

    /// Whether at least one point lies within.
    fn is_valid(&self) -> bool {
        match (&self.lower, &self.upper) {
            (Bound::Included(lower), Bound::Included(upper)) => lower <= upper,
            (Bound::Included(lower) | Bound::Excluded(lower), Bound::Included(upper) | Bound::Excluded(upper)) => {
                lower < upper
            }
            _ => true,
        }
    }
}

/// The bound that leaves less: the greater lower one (`wins` = `Greater`) or the lesser upper one;
/// of equal ones the excluding.
fn tighter(a: &Bound<Version>, b: &Bound<Version>, wins: Ordering) -> Bound<Version> {
    let (Bound::Included(x) | Bound::Excluded(x)) = a else { return b.clone() };
    let (Bound::Included(y) | Bound::Excluded(y)) = b else { return a.clone() };
    match x.cmp(y) {
        Ordering::Equal if matches!(a, Bound::Excluded(_)) => a.clone(),
        Ordering::Equal => b.clone(),
        order if order == wins => a.clone(),
        _ => b.clone(),
    }
}

/// A union of intervals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    intervals: Vec<Interval>,
}

impl Range {
    /// The union of these intervals.
    pub const fn new(intervals: Vec<Interval>) -> Self {
        Self { intervals }
    }

    /// Every version.
    pub fn any() -> Self {
        Self::new(vec![Interval::ANY])
    }

    /// Its intervals.
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// Whether nothing lies within.
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }

    /// Whether some version lies in both.
    pub fn overlaps(&self, interval: &Interval) -> bool {
        self.intervals.iter().any(|own| own.intersect(interval).is_some())
    }

    /// What both ranges contain.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let pairs = self.intervals.iter().flat_map(|a| other.intervals.iter().map(move |b| a.intersect(b)));
        Self::new(pairs.flatten().collect())
    }

    /// What either range contains.
    #[must_use]
    pub fn unite(mut self, other: Self) -> Self {
        self.intervals.extend(other.intervals);
        self
    }

    /// The versions that begin with a plain number such as `3`, `v3.12` or `3.12.1`; `None` if the
    /// text is anything else.
    pub fn parse_series(text: &str) -> Option<Self> {
        let numbers = parse_numbers(text.strip_prefix('v').unwrap_or(text))?;
        (numbers.len() <= 3).then(|| Self::new(vec![Interval::series(&numbers)]))
    }
}

/// The numbers of a text such as `3.12.1`; `None` if it is anything else.
pub fn parse_numbers(text: &str) -> Option<Vec<u64>> {
    text.split('.')
        .map(|part| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_ends_before_the_next_ones_pre_releases() {
        let series = Range::parse_series("3.12").unwrap();
        assert!(series.overlaps(&Interval::exactly(Version::new(3, 12, 9))));
        assert!(!series.overlaps(&Interval::exactly(Version::new(3, 13, 0))));
        let candidate = Version { numbers: [3, 13, 0], stage: Stage::Pre("rc.1".into()) };
        assert!(!series.overlaps(&Interval::exactly(candidate)));
    }

    #[test]
    fn pre_releases_are_ordered_as_in_semver() {
        let stages =
            ["alpha", "alpha.1", "alpha.beta", "beta.2", "beta.11", "rc.1"].map(|text| Stage::Pre(text.into()));
        assert!(stages.is_sorted());
        assert!(Stage::Floor < stages[0] && stages[5] < Stage::Release);
    }

    #[test]
    fn an_excluded_bound_wins_over_an_equal_included_one() {
        let upto = Interval::below(Version::new(2, 0, 0));
        assert_eq!(upto.intersect(&Interval::at_least(Version::new(2, 0, 0))), None);
        let including = Interval { lower: Bound::Unbounded, upper: Bound::Included(Version::new(2, 0, 0)) };
        assert_eq!(including.intersect(&upto), Some(upto.clone()));
    }

    #[test]
    fn only_plain_numbers_are_a_series() {
        for text in ["", "3.", "x", "3.x", ">=3", "1.2.3.4", "-1"] {
            assert_eq!(Range::parse_series(text), None, "{text:?}");
        }
        assert_eq!(Range::parse_series("v20"), Range::parse_series("20"));
    }
}
