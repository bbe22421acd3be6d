//! Both dialects, range by range.

use super::*;

/// The majors of 14 to 26 that a range allows, or why it is none.
fn majors(range: Result<Range, RangeError>) -> Result<Vec<u64>, RangeError> {
    let range = range?;
    Ok((14..=26).filter(|major| range.overlaps(&Interval::series(&[*major]))).collect())
}

#[test]
fn both_dialects_agree_on_what_is_common() {
    for (text, expected) in [
        ("20", vec![20]),
        ("v20", vec![20]),
        ("v 20", vec![20]),
        ("=20", vec![20]),
        ("20.x", vec![20]),
        ("20.*.*", vec![20]),
        ("^20.3.1", vec![20]),
        ("~20.3", vec![20]),
        ("~> 20", vec![20]),
        ("18 - 20", vec![18, 19, 20]),
        ("18.1 - 20.2.3", vec![18, 19, 20]),
        (">=18 <21", vec![18, 19, 20]),
        (">= 18.12 < 20.0.0", vec![18, 19]),
        ("<=15.0.0", vec![14, 15]),
        ("<15.1", vec![14, 15]),
        (">24", vec![25, 26]),
        (">24.1", vec![24, 25, 26]),
        (">24.1.1", vec![24, 25, 26]),
        ("14 || >=25", vec![14, 25, 26]),
        ("14||16", vec![14, 16]),
        ("20.0.0-rc.1", vec![]),
        ("20.1.0+build.5", vec![20]),
        ("^0.10", vec![]),
        ("^0.0.3", vec![]),
    ] {
        assert_eq!(majors(nixpacks(text)), Ok(expected.clone()), "nixpacks: {text:?}");
        assert_eq!(majors(npm(text)), Ok(expected), "npm: {text:?}");
    }
}

#[test]
fn npm_means_what_npm_says() {
    let all: Vec<u64> = (14..=26).collect();
    for (text, expected) in [
        ("", all.clone()),
        ("*", all.clone()),
        ("~*", all.clone()),
        ("=x", all.clone()),
        ("20 || ", all.clone()),
        ("<=15", vec![14, 15]),
        ("<=14.3", vec![14]),
        ("<15", vec![14]),
        (">*", vec![]),
        ("^18 ^20", vec![]),
        ("==20", vec![20]),
        ("~20.x.2", vec![20]),
        ("24 - x", vec![24, 25, 26]),
        ("* - 15", vec![14, 15]),
    ] {
        assert_eq!(majors(npm(text)), Ok(expected), "{text:?}");
    }
    for text in ["18,20", ">=18, <21", "lts/*", "node", "20.", "1.2.3.4", "V20", "18-20", "20 -", "v", "^"] {
        assert_eq!(npm(text), Err(RangeError::Malformed), "{text:?}");
    }
}

#[test]
fn nixpacks_has_its_own_ideas() {
    let all: Vec<u64> = (14..=26).collect();
    for (text, expected) in [
        ("x", all.clone()),
        (">=x", all.clone()),
        ("^18 ^20", vec![18, 20]),
        ("<=15", vec![14]),
        ("<=15.0", vec![14]),
        (">=18, <16", vec![14, 15]),
        ("20 foo", vec![20]),
        ("^x || 20", vec![20]),
    ] {
        assert_eq!(majors(nixpacks(text)), Ok(expected), "{text:?}");
    }
    for text in ["", "18-20", "18,20", "==20", "V20", "22.", "20.1.2.3", "20 - x", "99999999999999999", "22 - 20"] {
        assert_eq!(nixpacks(text), Err(RangeError::Malformed), "{text:?}");
    }
    for text in ["=x", "~*", "~>x", "~16.x.2", "20 || ~*"] {
        assert_eq!(nixpacks(text), Err(RangeError::Crash), "{text:?}");
    }
}
