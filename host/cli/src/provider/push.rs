//! `provider push`: publishes a provider.

use super::super::options::GivenProviders;
use super::super::print;
use super::rows;
use clap::Args;
use plugpacks::edition::Edition;
use plugpacks::error::{Error, Result};
use plugpacks::provider::remote::{Package, Reference};
use plugpacks::provider::{Catalog, Source};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// Where it goes: oci://HOST/REPOSITORY:TAG
    #[arg(value_name = "REF")]
    reference: String,
    /// A .wasm file
    file: PathBuf,
}

// What is published is no part of an app.
#[allow(clippy::disallowed_methods)]
pub(super) fn run(arguments: &Arguments, options: &GivenProviders) -> Result<()> {
    let Arguments { reference, file } = arguments;
    let Reference::Oci(reference) = Reference::parse(reference)? else {
        return Err(Error::configuration(format!("`{reference}` is not in a registry"))
            .hint("A file is put on a web server by other means; `provider add` takes its URL"));
    };
    let cache = options.cache();
    let inspection = cache.inspect(file)?;
    let mut catalog = Catalog::builtin();
    // Whoever gets it shall not be the first to see that it does not load.
    catalog.add_file(file, &cache)?;
    let listed = catalog.listed(Edition::DEFAULT).find(|listed| listed.source == Source::File(file));
    let listed = listed.ok_or_else(|| Error::provider(format!("`{}` was not added", file.display())))?;
    let wasm = std::fs::read(file)
        .map_err(|error| Error::configuration(format!("Cannot read the provider `{}`", file.display())).cause(error))?;
    let manifest = options.client().push(&reference, &Package::new(wasm, &listed, &inspection))?;
    print(&rows(&[
        ("pushed", reference.to_string()),
        ("name", format!("{} {}", listed.identity.name, listed.identity.version)),
        ("digest", listed.identity.digest.clone().unwrap_or_default()),
        ("manifest", format!("sha256:{manifest}")),
    ]))
}
