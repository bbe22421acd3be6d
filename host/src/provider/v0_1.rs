//! Version 0.1 of the contract.

use super::adapter::Version;
use super::description::{Description, Marker, Tools, VariableUse};
use bindings::plugpacks::provider::types as wit;

// Once for each version: see there.
#[allow(clippy::duplicate_mod)]
#[path = "contract/mod.rs"]
mod contract;

pub(super) use contract::Contract;

#[allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all, clippy::pedantic)]
mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit/0.1",
        world: "provider",
        imports: { default: trappable },
    });
}

const VERSION: Version = Version { major: 0, minor: 1 };

fn description(description: wit::Description) -> Description {
    let wit::Description { name, version, summary, markers, variables, generated, last_resort } = description;
    let marker = |marker| match marker {
        wit::Marker::File(path) => Marker::File(path.into()),
        wit::Marker::Directory(path) => Marker::Directory(path.into()),
        wit::Marker::Anywhere(glob) => Marker::Anywhere(glob.into()),
    };
    let variable = |wit::Variable { name, summary }| VariableUse { name: name.into(), summary: summary.into() };
    Description {
        name: name.into(),
        version: version.into(),
        summary: summary.into(),
        markers: markers.into_iter().map(marker).collect(),
        variables: variables.into_iter().map(variable).collect(),
        last_resort,
        tools: Tools { generated: generated.into_iter().map(Into::into).collect(), ..Tools::default() },
    }
}
