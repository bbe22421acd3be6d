//! Version 0.1 of the contract.

use super::adapter::Version;
use super::description::{Description, Tools};
use bindings::plugpacks::provider::types as wit;

// Once for each version: see there.
#[allow(clippy::duplicate_mod)]
#[path = "contract/mod.rs"]
mod contract;

pub(super) use contract::Contract;
use contract::convert;

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
    Description {
        name: name.into(),
        version: version.into(),
        summary: summary.into(),
        markers: markers.into_iter().map(convert::marker).collect(),
        variables: variables.into_iter().map(convert::variable).collect(),
        last_resort,
        tools: Tools { generated: generated.into_iter().map(Into::into).collect(), ..Tools::default() },
    }
}
