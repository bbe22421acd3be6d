//! The notation of `[compat]`.

use plugpacks_provider_support::requirement;
use plugpacks_provider_support::version::{Interval, Range, parse_numbers};

/// The versions that an entry allows: alternatives with commas between them. `None` if one of them
/// is not understood.
pub(crate) fn range(text: &str) -> Option<Range> {
    text.split(',').map(|part| interval(part.trim())).collect::<Option<Vec<_>>>().map(Range::new)
}

/// One alternative. A version without an operator means what it does with a caret; `~1.10` is all of
/// 1.10, other than for the package managers that [`requirement`] is about.
fn interval(text: &str) -> Option<Interval> {
    if let Some((from, to)) = text.split_once(" - ") {
        let from = requirement::interval(&format!(">={}", from.trim()))?;
        return from.intersect(&requirement::interval(&format!("<={}", to.trim()))?);
    }
    if let Some(numbers) = text.strip_prefix('~').and_then(|version| parse_numbers(version.trim()))
        && numbers.len() < 3
    {
        return Some(Interval::series(&numbers));
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return requirement::interval(&format!("^{text}"));
    }
    requirement::interval(&text.replace('≥', ">=").replace('≤', "<="))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of some versions an entry allows.
    fn allowed(text: &str) -> Vec<&'static str> {
        let range = range(text).unwrap();
        let series = |version: &str| Interval::series(&parse_numbers(version).unwrap());
        ["1.6.7", "1.10.2", "1.10.9", "1.12.0", "2.0.0"].into_iter().filter(|v| range.overlaps(&series(v))).collect()
    }

    #[test]
    fn entries_mean_what_pkg_says() {
        for (text, expected) in [
            ("1.10", &["1.10.2", "1.10.9", "1.12.0"][..]),
            ("^1.10.5", &["1.10.9", "1.12.0"]),
            ("~1.10", &["1.10.2", "1.10.9"]),
            ("~1.10.5", &["1.10.9"]),
            ("~1.6, ~1.12", &["1.6.7", "1.12.0"]),
            ("1.6, 2", &["1.6.7", "1.10.2", "1.10.9", "1.12.0", "2.0.0"]),
            ("1.6 - 1.10", &["1.6.7", "1.10.2", "1.10.9"]),
            (">= 1.12", &["1.12.0", "2.0.0"]),
            ("≥1.12", &["1.12.0", "2.0.0"]),
            ("=1.10.2", &["1.10.2"]),
            ("< 1.10", &["1.6.7"]),
        ] {
            assert_eq!(allowed(text), expected, "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_entries() {
        for text in ["", "lts", "1.6,", "1.10 - x", "~", "2 - 1"] {
            assert_eq!(range(text), None, "{text:?}");
        }
    }
}
