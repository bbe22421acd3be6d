//! `provider inspect`: what a provider is, and what it says of itself.

use super::super::options::GivenProviders;
use super::super::print;
use super::{bytes, list, pinned, rows};
use clap::Args;
use plugpacks::edition::Edition;
use plugpacks::error::{Error, Result};
use plugpacks::provider::remote::{ContentDigest, Fetched, Pin, ProviderArgument, Reference, Store};
use plugpacks::provider::{Catalog, Form, Inspection, Listed, Source, Tools};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Arguments {
    /// A .wasm file, the name of a provider, or where one is
    #[arg(value_name = "FILE|NAME|REF")]
    which: String,
    /// App whose pinned providers can be named, too
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, options: &GivenProviders) -> Result<()> {
    let which = &arguments.which;
    let path = Path::new(which);
    let is_file = path.components().count() > 1 || path.extension().is_some_and(|extension| extension == "wasm");
    let (cache, store) = (options.cache(), options.store());
    let mut catalog = Catalog::builtin();
    let given;
    let (catalog, is_wanted): (&Catalog, &dyn Fn(&Listed) -> bool) = match which.parse()? {
        ProviderArgument::Remote(reference, sha256) => {
            let pin = pin(reference, sha256, &store, options)?;
            catalog.add_pinned(&pin, options.provide(&store, &pin)?, &cache)?;
            (&catalog, &|listed| matches!(listed.source, Source::Pinned(_)))
        }
        ProviderArgument::File(..) if is_file => {
            catalog.add_file(path, &cache)?;
            (&catalog, &|listed| listed.source == Source::File(path))
        }
        ProviderArgument::File(..) => {
            given = options.catalog(&pinned::pins(&arguments.app)?)?;
            (&given, &|listed| listed.identity.name == *which)
        }
    };
    let listed = catalog.listed(Edition::DEFAULT).find(is_wanted).ok_or_else(|| {
        Error::configuration(format!("Provider {which} not found"))
            .hint("`plugpacks provider list` names those there are; a file is a path with a `/` or ends in .wasm")
    })?;
    let inspection = match listed.source {
        Source::BuiltIn => None,
        Source::File(file) => Some(cache.inspect(file)?),
        Source::Pinned(pin) => Some(cache.inspect_bytes(&options.provide(&store, pin)?, &pin.reference)?),
    };
    print(&if arguments.json { json(&listed, inspection.as_ref()) } else { text(&listed, inspection.as_ref()) })
}

/// A provider elsewhere, as if it was pinned: without a digest, that of what is there now.
fn pin(reference: Reference, sha256: Option<ContentDigest>, store: &Store, options: &GivenProviders) -> Result<Pin> {
    let sha256 = match sha256 {
        Some(sha256) => sha256,
        None => {
            let Fetched { wasm, digest } = options.client().fetch(&reference)?;
            store.keep(&digest, &wasm);
            digest
        }
    };
    Ok(Pin { name: reference.to_string(), reference, sha256 })
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
    if description.last_resort {
        about.push(("last resort", "takes what no other provider recognises".to_owned()));
    }
    about.extend(tools(&description.tools));
    rows(&about)
}

fn tools(tools: &Tools) -> Vec<(&'static str, String)> {
    let lists = [
        ("generated", &tools.generated),
        ("build only", &tools.build_variables),
        ("certificates", &tools.certificate_variables),
        ("references", &tools.references),
        ("elsewhere", &tools.installs_elsewhere),
    ];
    let texts = lists.into_iter().flat_map(|(title, list)| list.iter().map(move |text| (title, text.to_string())));
    let remedies = tools.remedies.iter().map(|remedy| ("remedy", format!("{}: {}", remedy.output, remedy.hint)));
    texts.chain(remedies).collect()
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
