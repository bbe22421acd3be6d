//! Which compiler cabal is given.

use crate::cabal::PROJECT;
use crate::description::Package;
use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Releases, Request, Sources};
use plugpacks_provider_support::requirement;
use plugpacks_provider_support::version::Range;
use plugpacks_sdk::{Context, Result, Since};

/// The compiler that nixpkgs builds its own packages with comes first, then the newest.
static RELEASES: Since<Releases> = Since::always(Releases {
    language: "GHC",
    default: "9.10",
    all: &[
        Release::current("9.10", "ghc", NIXPKGS_26_05),
        Release::current("9.14", "haskell.compiler.ghc914", NIXPKGS_26_05),
        Release::current("9.12", "haskell.compiler.ghc912", NIXPKGS_26_05),
        Release::current("9.8", "haskell.compiler.ghc98", NIXPKGS_26_05),
        Release::current("9.6", "haskell.compiler.ghc96", NIXPKGS_26_05),
        Release::current("9.4", "haskell.compiler.ghc94", NIXPKGS_26_05),
    ],
});

/// Where a version is looked for, apart from `cabal.project` and the `.cabal` files.
const SOURCES: Sources = Sources { variable: "GHC_VERSION", files: &[], tools: &["ghc", "haskell"] };

/// The versions of `base`, which `cabal init` pins, and of the compilers that have them.
const BASES: [(&str, &str); 6] =
    [("4.17", "9.4"), ("4.18", "9.6"), ("4.19", "9.8"), ("4.20", "9.10"), ("4.21", "9.12"), ("4.22", "9.14")];

/// The compiler that somebody asks for, that the project names, or whose `base` the packages allow.
pub(crate) fn choose(context: &Context, packages: &[Package]) -> Result<&'static Release> {
    let wanted = match of_project(context)? {
        Some(wanted) => Some(wanted),
        None => packages.iter().find_map(of_base),
    };
    RELEASES.at(context).choose(context, &SOURCES, wanted)
}

/// `with-compiler: ghc-9.6.6`.
fn of_project(context: &Context) -> Result<Option<(Request, Range)>> {
    let text = context.app.read_text_if_file(PROJECT)?.unwrap_or_default();
    let version = text.lines().find_map(|line| line.trim().strip_prefix("with-compiler:")?.trim().strip_prefix("ghc-"));
    Ok(version.and_then(|version| Some((Request::new(version, PROJECT)?, requirement::list(version)?))))
}

/// The compilers that have the `base` of a dependency such as `base ^>=4.20.2.0` or `base >=4.17 && <4.20`.
fn of_base(package: &Package) -> Option<(Request, Range)> {
    let text =
        package.dependencies.iter().find_map(|text| text.strip_prefix("base").filter(|text| !text.starts_with('-')))?;
    let allowed: Vec<_> = BASES.iter().filter(|(base, _)| allows(text, base)).map(|(_, compiler)| *compiler).collect();
    if allowed.is_empty() || allowed.len() == BASES.len() {
        return None;
    }
    let range = requirement::list(&allowed.join(" || "))?;
    Some((Request::new(&format!("base {}", text.trim()), "a .cabal file")?, range))
}

/// Whether a constraint allows a series of versions: alternatives of bounds that all have to hold.
fn allows(constraint: &str, series: &str) -> bool {
    let numbers = |text: &str| {
        text.trim().trim_end_matches(".*").split('.').map_while(|part| part.parse::<u32>().ok()).collect::<Vec<_>>()
    };
    let series = numbers(series);
    let same = |version: &[u32]| version.iter().zip(&series).all(|(a, b)| a == b);
    let holds = |bound: &str| {
        let bound = bound.trim();
        let version = numbers(bound.trim_start_matches(['^', '>', '<', '=', ' ']));
        let short = &version[..version.len().min(2)];
        if bound.starts_with("^>=") || bound.starts_with("==") {
            same(&version)
        } else if bound.starts_with('<') {
            series[..] < *short || (same(&version) && (bound.starts_with("<=") || version.len() > 2))
        } else if bound.starts_with('>') {
            series[..] >= *short
        } else {
            true
        }
    };
    constraint.split("||").any(|all| all.split("&&").all(holds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Haskell;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn a_bound_of_base_allows_series() {
        let allowed = |constraint: &str| {
            BASES
                .map(|(base, _)| base)
                .into_iter()
                .filter(|base| allows(constraint, base))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(allowed("^>=4.18.2.1"), "4.18");
        assert_eq!(allowed(" ==4.19.*"), "4.19");
        assert_eq!(allowed(" >=4.7 && <5"), "4.17 4.18 4.19 4.20 4.21 4.22");
        assert_eq!(allowed(" >=4.17 && <4.20"), "4.17 4.18 4.19");
        assert_eq!(allowed(" >= 4.17.0 && < 4.20.1"), "4.17 4.18 4.19 4.20");
        assert_eq!(allowed("^>=4.17 || ^>=4.18"), "4.17 4.18");
        assert_eq!(allowed(""), "4.17 4.18 4.19 4.20 4.21 4.22");
    }

    #[test]
    fn the_compiler_is_that_of_base_unless_somebody_says_otherwise() {
        let app = |base: &str| {
            FakeApp::new().file("a.cabal", format!("name: a\nexecutable a\n  build-depends: base{base}\n"))
        };
        let compiler = |app: &FakeApp| {
            let setup = app.plan::<Haskell>().unwrap().unwrap().phases.swap_remove(0);
            format!("{:?}", setup.nix_packages.unwrap())
        };
        assert!(compiler(&app("")).contains("\"ghc\""));
        assert!(compiler(&app(" ^>=4.18.2.1")).contains("ghc96"));
        assert!(compiler(&app(" ^>=4.12")).contains("\"ghc\""));
        assert!(
            compiler(&app(" ^>=4.18.2.1").file("cabal.project", "packages: .\nwith-compiler: ghc-9.8.4\n"))
                .contains("ghc98")
        );
        assert!(compiler(&app("").variable("NIXPACKS_GHC_VERSION", "9.12")).contains("ghc912"));
    }
}
