//! `provider pull`: fetches a provider into a file.

use super::super::options::GivenProviders;
use super::super::print;
use super::{bytes, rows};
use clap::Args;
use plugpacks::error::{Error, Result};
use plugpacks::provider::remote::Reference;
use plugpacks::whole;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// Where it is: oci://HOST/REPOSITORY:TAG, or https://HOST/PATH
    #[arg(value_name = "REF")]
    reference: String,
    /// Where it is written [default: a file named as the repository]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, options: &GivenProviders) -> Result<()> {
    let reference = Reference::parse(&arguments.reference)?;
    let output = arguments.output.clone().unwrap_or_else(|| reference.file_name().into());
    let fetched = options.client().fetch(&reference)?;
    // What is no provider is not written.
    let inspection = options.cache().inspect_bytes(&fetched.wasm, &reference)?;
    whole::write(&output, &fetched.wasm)
        .map_err(|error| Error::system(format!("Cannot write `{}`", output.display())).cause(error))?;
    print(&rows(&[
        ("pulled", reference.to_string()),
        ("file", output.display().to_string()),
        ("size", bytes(inspection.size)),
        ("digest", format!("sha256:{}", fetched.digest)),
    ]))
}
