//! `provider add`: pins a provider of a third party.

use super::super::options::GivenProviders;
use super::super::print;
use super::candidate::{Candidate, agree};
use clap::Args;
use plugpacks::config::PinFile;
use plugpacks::error::{Error, Result};
use plugpacks::provider::remote::Reference;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// Where it is: oci://HOST/REPOSITORY:TAG, or https://HOST/PATH
    #[arg(value_name = "REF")]
    reference: String,
    /// What the app calls it [default: the provider's own name]
    #[arg(long)]
    name: Option<String>,
    /// App whose nixpacks.toml it is written to
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn run(arguments: &Arguments, options: &GivenProviders) -> Result<()> {
    let reference = Reference::parse(&arguments.reference)?;
    let mut file = PinFile::open(&arguments.app)?;
    let pinned = file.pinned()?;
    let candidate = Candidate::fetch(reference, options)?;
    let name = arguments.name.as_deref().unwrap_or(candidate.name());
    let new = candidate.pinned();
    if let Some(known) = pinned.get(name).filter(|known| known.reference != new.reference) {
        return Err(Error::configuration(format!("`{}` pins a provider `{name}` already", file.path().display()))
            .cause(&known.reference)
            .hint(format!("Take another name with `--name`, or remove it: `plugpacks provider remove {name}`")));
    }
    candidate.show()?;
    agree(arguments.yes)?;
    options.store().keep(&candidate.fetched.digest, &candidate.fetched.wasm);
    file.pin(name, &new)?;
    file.write()?;
    print(&format!("`{name}` is pinned in {}\n", file.path().display()))
}
