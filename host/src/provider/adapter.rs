//! Which version of the contract a component speaks.

use super::description::Descriptions;
use super::inspect::{Form, Interfaces};
use super::sandbox::Candidate;
use super::session::Session;
use super::{Guest, v0_1, v0_2, wasi};
use crate::error::{Error, Result};
use crate::text::one_line;
use std::fmt;
use std::sync::Weak;
use wasmtime::component::Component;

/// A version of the contract; what a patch version adds is found by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    pub(super) major: u64,
    pub(super) minor: u64,
}

impl Version {
    /// The version in a name such as `plugpacks:provider/app@0.1.3`, with what stands before it.
    fn split(name: &str) -> Option<(&str, Self)> {
        let (interface, version) = name.split_once('@')?;
        let mut numbers = version.split(['-', '+']).next()?.split('.').map(|number| number.parse().ok());
        let (major, minor) = (numbers.next()??, numbers.next()??);
        numbers.next()??;
        Some((interface, Self { major, minor }))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// One version of the contract.
pub(super) trait Adapter: Sync {
    /// Which one.
    fn version(&self) -> Version;

    /// The interfaces, besides WASI, that a component of this version may import.
    fn imports(&self) -> &'static [&'static str];

    /// Asks a component who it is.
    fn describe(&self, component: &Component, candidate: Candidate) -> Result<Descriptions>;

    /// Starts a component for a session.
    fn instantiate(
        &self,
        component: &Component,
        candidate: Candidate,
        session: Weak<Session>,
    ) -> Result<Box<dyn Guest>>;
}

/// Every version this host supports, newest first.
const ADAPTERS: &[&dyn Adapter] = &[&v0_2::Contract, &v0_1::Contract];

/// The interface that components of every version export.
const GUEST: &str = "plugpacks:provider/provider-guest";

/// The version that built-in providers speak.
pub(super) fn newest() -> &'static dyn Adapter {
    ADAPTERS[0]
}

/// The adapter for a component with these imports and exports.
///
/// # Errors
/// It is not a provider for this host: why.
pub(super) fn of(interfaces: &Interfaces, title: &str) -> Result<&'static dyn Adapter> {
    let exported = interfaces.exports.iter().find_map(|export| {
        Version::split(export).and_then(|(interface, version)| (interface == GUEST).then_some((export, version)))
    });
    let Some((export, version)) = exported else { return Err(another_world(interfaces, title)) };
    let Some(adapter) = ADAPTERS.iter().find(|adapter| adapter.version() == version) else {
        return Err(another_version(export.rsplit('@').next().unwrap_or_default(), version, title));
    };
    let is_known = |import: &str| {
        let contract = Version::split(import).filter(|(_, version)| *version == adapter.version());
        contract.is_some_and(|(interface, _)| adapter.imports().contains(&interface)) || wasi::is_wasi(import)
    };
    let unknown: Vec<String> =
        interfaces.imports.iter().filter(|import| !is_known(import)).map(|import| one_line(import)).collect();
    if unknown.is_empty() { Ok(*adapter) } else { Err(forbidden_imports(&unknown, title)) }
}

fn another_world(interfaces: &Interfaces, title: &str) -> Error {
    if interfaces.form == Form::CoreModule {
        return no_provider(title);
    }
    let exports = match interfaces.exports.as_slice() {
        [] => "it exports nothing".to_owned(),
        exports => format!("it exports {}", exports.iter().map(|name| one_line(name)).collect::<Vec<_>>().join(", ")),
    };
    Error::provider(format!("{title} is a component of another world, not a provider"))
        .cause(exports)
        .hint(format!("A provider exports {GUEST}@{}: build it for the world `provider`", newest().version()))
}

/// A core module without the contract's functions.
fn no_provider(title: &str) -> Error {
    Error::provider(format!("{title} is a core module of WebAssembly, but not a provider"))
        .cause(format!("it exports no function of {GUEST}@{}", newest().version()))
        .hint("Use one of the SDKs, or compile Rust for wasm32-wasip2")
}

fn another_version(full: &str, version: Version, title: &str) -> Error {
    let supported: Vec<String> = ADAPTERS.iter().map(|adapter| adapter.version().to_string()).collect();
    let (supported, newest) = (supported.join(" and "), newest().version());
    let this = env!("CARGO_PKG_VERSION");
    let (age, hint) = if version > newest {
        (
            "newer",
            format!("Use a Plugpacks newer than this one ({this}), or a build of the provider for version {newest}"),
        )
    } else {
        ("older", format!("Ask the provider's author for a build for version {newest}, or use an older Plugpacks"))
    };
    Error::provider(format!("{title} is written for version {} of the provider contract", one_line(full)))
        .cause(format!("that is {age} than what this Plugpacks ({this}) runs: {supported}"))
        .hint(hint)
}

fn forbidden_imports(unknown: &[String], title: &str) -> Error {
    const HINTS: &[(&str, &str)] = &[
        (
            "wasi:http/",
            "There is no HTTP in the sandbox. componentize-js leaves it out with `-d http -d fetch-event`, componentize-py with `--stub-wasi`",
        ),
        ("plugpacks:provider/", "The provider uses what a newer Plugpacks has"),
    ];
    let usual = "A provider may import the provider contract and WASI 0.2 without HTTP";
    let hint = HINTS.iter().find(|(beginning, _)| unknown.iter().any(|import| import.starts_with(beginning)));
    let hint = match hint {
        Some((_, hint)) => hint,
        None if unknown.iter().any(|import| import.starts_with("wasi:") && import.contains("@0.3")) => {
            "WASI 0.3 is asynchronous, which a provider need not be: build it for WASI 0.2 (wasm32-wasip2)"
        }
        None => usual,
    };
    Error::provider(format!("{title} wants what the sandbox does not give"))
        .cause(format!("it imports {}", unknown.join(", ")))
        .hint(hint)
}

/// The engine itself could not be made: a defect of this build, or a machine without memory.
// Taken by value, as `map_err` hands it over.
#[allow(clippy::needless_pass_by_value)]
pub(super) fn engine_failure(error: wasmtime::Error) -> Error {
    Error::system("The WebAssembly engine could not be started").causes(error.chain().map(ToString::to_string))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interfaces(export: &str, imports: &[&str]) -> Interfaces {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Interfaces { imports: owned(imports), exports: owned(&[export]), ..Interfaces::default() }
    }

    fn refused(export: &str, imports: &[&str]) -> String {
        of(&interfaces(export, imports), "`a.wasm`").map(|adapter| adapter.version()).err().unwrap().report()
    }

    #[test]
    fn patch_versions_of_the_contract_are_one() {
        for version in ["0.1.0", "0.1.1", "0.1.27", "0.2.0", "0.2.3"] {
            let imports = [format!("plugpacks:provider/app@{version}"), "wasi:io/poll@0.2.99".to_owned()];
            let imports: Vec<_> = imports.iter().map(String::as_str).collect();
            assert!(of(&interfaces(&format!("{GUEST}@{version}"), &imports), "it").is_ok(), "{version}");
        }
    }

    #[test]
    fn other_versions_say_who_has_to_change() {
        insta::assert_snapshot!(refused("plugpacks:provider/provider-guest@0.3.0", &[]), @"
        `a.wasm` is written for version 0.3.0 of the provider contract

        Caused by:
            that is newer than what this Plugpacks (0.1.0) runs: 0.2 and 0.1

        Hint: Use a Plugpacks newer than this one (0.1.0), or a build of the provider for version 0.2
        ");
        insta::assert_snapshot!(refused("plugpacks:provider/provider-guest@0.0.9", &[]), @"
        `a.wasm` is written for version 0.0.9 of the provider contract

        Caused by:
            that is older than what this Plugpacks (0.1.0) runs: 0.2 and 0.1

        Hint: Ask the provider's author for a build for version 0.2, or use an older Plugpacks
        ");
        insta::assert_snapshot!(refused("wasi:cli/run@0.2.0", &[]), @"
        `a.wasm` is a component of another world, not a provider

        Caused by:
            it exports wasi:cli/run@0.2.0

        Hint: A provider exports plugpacks:provider/provider-guest@0.2: build it for the world `provider`
        ");
    }

    #[test]
    fn forbidden_imports_are_named() {
        let of_guest = |import| refused("plugpacks:provider/provider-guest@0.1.0", &[import]);
        insta::assert_snapshot!(of_guest("wasi:http/types@0.2.10"), @"
        `a.wasm` wants what the sandbox does not give

        Caused by:
            it imports wasi:http/types@0.2.10

        Hint: There is no HTTP in the sandbox. componentize-js leaves it out with `-d http -d fetch-event`, componentize-py with `--stub-wasi`
        ");
        insta::assert_snapshot!(of_guest("wasi:cli/run@0.3.0"), @"
        `a.wasm` wants what the sandbox does not give

        Caused by:
            it imports wasi:cli/run@0.3.0

        Hint: WASI 0.3 is asynchronous, which a provider need not be: build it for WASI 0.2 (wasm32-wasip2)
        ");
        insta::assert_snapshot!(of_guest("env"), @"
        `a.wasm` wants what the sandbox does not give

        Caused by:
            it imports env

        Hint: A provider may import the provider contract and WASI 0.2 without HTTP
        ");
        insta::assert_snapshot!(of_guest("plugpacks:provider/clock@0.1.3"), @"
        `a.wasm` wants what the sandbox does not give

        Caused by:
            it imports plugpacks:provider/clock@0.1.3

        Hint: The provider uses what a newer Plugpacks has
        ");
    }
}
