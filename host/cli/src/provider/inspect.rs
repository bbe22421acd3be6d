//! `provider inspect`: what a provider is, and what it says of itself.

use super::super::options::GivenProviders;
use super::super::print;
use super::{bytes, list, rows};
use clap::Args;
use plugpacks::edition::Edition;
use plugpacks::error::{Error, Result};
use plugpacks::provider::{Catalog, Form, Inspection, Listed, Source};
use std::path::Path;

#[derive(Args)]
pub(super) struct Arguments {
    /// A .wasm file, or the name of a provider
    #[arg(value_name = "FILE|NAME")]
    which: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, options: &GivenProviders) -> Result<()> {
    let path = Path::new(&arguments.which);
    let is_file = path.components().count() > 1 || path.extension().is_some_and(|extension| extension == "wasm");
    let cache = options.cache();
    let mut catalog = Catalog::builtin();
    let is_wanted = |listed: &Listed| match listed.source {
        Source::File(file) if is_file => file == path,
        _ => !is_file && listed.identity.name == arguments.which,
    };
    let given;
    let catalog = if is_file {
        catalog.add_file(path, &cache)?;
        &catalog
    } else {
        given = options.catalog()?;
        &*given
    };
    let listed = catalog.listed(Edition::DEFAULT).find(is_wanted).ok_or_else(|| {
        Error::configuration(format!("Provider {} not found", arguments.which))
            .hint("`plugpacks provider list` names those there are; a file is a path with a `/` or ends in .wasm")
    })?;
    let inspection = match listed.source {
        Source::BuiltIn | Source::Pinned(_) => None,
        Source::File(file) => Some(cache.inspect(file)?),
    };
    print(&if arguments.json { json(&listed, inspection.as_ref()) } else { text(&listed, inspection.as_ref()) })
}

/// The form of a provider's file, in words.
pub(super) const fn form(form: Form) -> &'static str {
    match form {
        Form::Component => "component",
        Form::CoreModule => "core module, packed into a component",
    }
}

fn text(listed: &Listed, inspection: Option<&Inspection>) -> String {
    let Listed { description, identity, source } = listed;
    let mut about = vec![
        ("name", identity.name.clone()),
        ("version", identity.version.clone()),
        ("summary", description.summary.clone().into_owned()),
        ("source", list::source(*source)),
        ("digest", identity.digest.clone().unwrap_or_default()),
    ];
    if let Some(inspection) = inspection {
        about.push(("form", form(inspection.form).to_owned()));
        about.push(("size", bytes(inspection.size)));
        about.push(("contract", inspection.contract.clone()));
        about.extend(inspection.imports.iter().map(|import| ("imports", import.clone())));
    }
    about.extend(description.markers.iter().map(|marker| ("marker", marker.to_string())));
    let variable = |variable: &plugpacks::provider::VariableUse| format!("{}: {}", variable.name, variable.summary);
    about.extend(description.variables.iter().map(|used| ("variable", variable(used))));
    about.extend(description.generated.iter().map(|folder| ("generated", folder.clone().into_owned())));
    if description.last_resort {
        about.push(("last resort", "takes what no other provider recognises".to_owned()));
    }
    rows(&about)
}

fn json(listed: &Listed, inspection: Option<&Inspection>) -> String {
    let Listed { description, identity, source } = listed;
    let file = inspection.map(|inspection| {
        serde_json::json!({
            "form": match inspection.form { Form::Component => "component", Form::CoreModule => "core module" },
            "size": inspection.size,
            "contract": inspection.contract,
            "imports": inspection.imports,
        })
    });
    let json = serde_json::json!({
        "description": description,
        "source": list::source(*source),
        "digest": identity.digest,
        "file": file,
    });
    format!("{json:#}\n")
}
