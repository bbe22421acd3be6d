//! Makes a component of a core module: languages that know nothing of components, such as Go, C and Zig, need no
//! other tool. What such a module wants of WASI preview 1 is answered by `preview1.wat`, in which there is nothing.

use crate::error::{Error, Result};
use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::Resolve;

/// The versions of the contract, as WIT, the newest first.
const CONTRACTS: [(&str, &str); 2] = [
    ("0.2.", include_str!("../../../../wit/0.2/provider.wit")),
    ("0.1.", include_str!("../../../../wit/0.1/provider.wit")),
];

/// What the names of a provider's functions begin with.
const GUEST: &str = "plugpacks:provider/provider-guest@";

/// The interfaces that the adapter imports, as WIT.
const PREVIEW1_IMPORTS: &str = include_str!("preview1.wit");

/// `preview1.wat`, assembled by the build script.
pub(super) const PREVIEW1: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/preview1.wasm"));

/// The component of a provider that was compiled to a core module.
///
/// # Errors
/// The module imports or lacks something that a component of it would need.
pub(super) fn component(module: &[u8], title: &str) -> Result<Vec<u8>> {
    let step = |step: &'static str| move |error: anyhow::Error| refusal(title, step, &error);
    let described = described(module).map_err(step("adding the contract"))?;
    let adapter = adapter().map_err(step("preparing WASI preview 1"))?;
    ComponentEncoder::default()
        .module(&described)
        .map_err(step("reading the interface that it says it has"))?
        .adapter("wasi_snapshot_preview1", &adapter)
        .map_err(step("adding WASI preview 1"))?
        .validate(true)
        .encode()
        .map_err(step("joining it with the contract"))
}

/// The module with the contract as its interface, unless its own language's tools put one into it.
fn described(module: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut described = module.to_owned();
    let mut version = None;
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::CustomSection(section) if section.name().starts_with("component-type") => return Ok(described),
            Payload::ExportSection(exports) => {
                for export in exports {
                    version = version.or(export?.name.strip_prefix(GUEST).and_then(|rest| rest.split('#').next()));
                }
            }
            _ => {}
        }
    }
    let of_version = |(beginning, _): &&(&str, &str)| version.is_some_and(|version| version.starts_with(beginning));
    let (_, contract) = CONTRACTS.iter().find(of_version).unwrap_or(&CONTRACTS[0]);
    embed(&mut described, contract, "provider", version)?;
    Ok(described)
}

/// The adapter with its imports described.
fn adapter() -> anyhow::Result<Vec<u8>> {
    let mut adapter = PREVIEW1.to_owned();
    embed(&mut adapter, PREVIEW1_IMPORTS, "adapter", None)?;
    Ok(adapter)
}

/// Adds the description of a world to a module, under the version of its package that the module is written for:
/// patch versions differ in name only.
fn embed(module: &mut Vec<u8>, wit: &str, world: &str, version: Option<&str>) -> anyhow::Result<()> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("contract.wit", wit)?;
    if let Some(version) = version {
        resolve.packages[package].name.version = Some(semver::Version::parse(version)?);
    }
    let world = resolve.select_world(&[package], Some(world))?;
    wit_component::embed_component_metadata(module, &resolve, world, StringEncoding::UTF8)
}

fn refusal(title: &str, step: &str, error: &anyhow::Error) -> Error {
    Error::provider(format!("{title} cannot be packed into a component: {step} failed"))
        .causes(error.chain().map(ToString::to_string))
        .hint("A core module may import the provider contract and wasi_snapshot_preview1, and exports `memory` and `cabi_realloc`")
}

#[cfg(test)]
mod tests;
