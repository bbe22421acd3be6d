//! The version table.

use crate::cpanfile::{self, Cpanfile};
use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Releases, Request, Sources};
use plugpacks_provider_support::requirement;
use plugpacks_provider_support::version::Range;
use plugpacks_sdk::{Context, Result, Since};

/// nixpkgs has one Perl at a time.
pub(crate) static RELEASES: Since<Releases> = Since::always(Releases {
    language: "Perl",
    default: "5.42",
    all: &[Release::current("5.42", "perl", NIXPKGS_26_05)],
});

/// Where a version is looked for, apart from the `cpanfile`.
pub(crate) const SOURCES: Sources = Sources { variable: "PERL_VERSION", files: &[".perl-version"], tools: &["perl"] };

/// The Perl that the `cpanfile` requires.
///
/// # Errors
/// The version cannot be understood.
pub(crate) fn required(context: &Context, cpanfile: &Cpanfile) -> Result<Option<(Request, Range)>> {
    let Some(request) = cpanfile.version("perl").and_then(|version| Request::new(version, cpanfile::FILE)) else {
        return Ok(None);
    };
    let parts: Option<Vec<_>> = request.text.split(',').map(with_dots).collect();
    let range = parts.and_then(|parts| requirement::all(parts.iter().map(String::as_str)));
    let range = range.ok_or_else(|| RELEASES.at(context).malformed(&request))?;
    Ok(Some((request, range)))
}

/// A requirement with the version in the form with dots, and `>=` where there is no operator: `5.036001` is
/// `>= 5.36.1`. `None` if it is none.
fn with_dots(requirement: &str) -> Option<String> {
    let requirement = requirement.trim();
    let operator = &requirement[..requirement.find(|c: char| c.is_ascii_digit() || c == 'v')?];
    let version = requirement[operator.len()..].trim();
    let operator = if operator.is_empty() { ">=" } else { operator };
    let numbers: Vec<_> = version.trim_start_matches('v').split('.').collect();
    let number = |text: &str| text.parse::<u64>().ok();
    Some(match *numbers {
        [major, decimals] if !version.starts_with('v') && decimals.len() >= 3 => {
            let (minor, patch) = decimals.split_at_checked(3)?;
            format!("{operator} {}.{}.{}", number(major)?, number(minor)?, number(&format!("{patch:0<3}"))?)
        }
        _ => format!("{operator} {}", version.trim_start_matches('v')),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_contains_its_default() {
        assert_eq!(RELEASES.of(plugpacks_sdk::Edition::DEFAULT).default_release().package, "perl");
    }

    #[test]
    fn both_forms_of_versions() {
        for (text, expected) in [
            ("5.036", Some(">= 5.36.0")),
            ("5.036001", Some(">= 5.36.1")),
            ("5.0361", Some(">= 5.36.100")),
            ("v5.36", Some(">= 5.36")),
            ("5.36.0", Some(">= 5.36.0")),
            ("5.8", Some(">= 5.8")),
            ("== 5.010", Some("==  5.10.0")),
            ("< v5.40.0", Some("<  5.40.0")),
            ("5.00é", None),
            ("new", None),
            ("", None),
        ] {
            assert_eq!(with_dots(text).as_deref(), expected, "{text}");
        }
    }
}
