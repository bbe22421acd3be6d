//! Version 0.2 of the contract.

use super::adapter::Version;
use super::description::{Description, Remedy, Tools};
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
        path: "../wit/0.2",
        world: "provider",
        imports: { default: trappable },
    });
}

const VERSION: Version = Version { major: 0, minor: 2 };

fn description(description: wit::Description) -> Description {
    let wit::Description { name, version, summary, markers, variables, last_resort, tools } = description;
    Description {
        name: name.into(),
        version: version.into(),
        summary: summary.into(),
        markers: markers.into_iter().map(convert::marker).collect(),
        variables: variables.into_iter().map(convert::variable).collect(),
        last_resort,
        tools: host_tools(tools),
    }
}

fn host_tools(tools: wit::Tools) -> Tools {
    let wit::Tools { generated, build_variables, certificate_variables, references, installs_elsewhere, remedies } =
        tools;
    let texts = |texts: Vec<String>| texts.into_iter().map(Into::into).collect();
    let remedy = |wit::Remedy { output, hint }| Remedy { output: output.into(), hint: hint.into() };
    Tools {
        generated: texts(generated),
        build_variables: texts(build_variables),
        certificate_variables: texts(certificate_variables),
        references: texts(references),
        installs_elsewhere: texts(installs_elsewhere),
        remedies: remedies.into_iter().map(remedy).collect(),
    }
}
