//! `provider update`: pins what references lead to now.

use super::super::options::GivenProviders;
use super::super::print;
use super::candidate::{Candidate, agree};
use super::pinned;
use clap::Args;
use plugpacks::config::PinFile;
use plugpacks::error::Result;
use plugpacks::provider::remote::Pin;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// What the app calls it [default: all pinned providers]
    name: Option<String>,
    /// App whose nixpacks.toml is changed
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn run(arguments: &Arguments, options: &GivenProviders) -> Result<()> {
    let mut file = PinFile::open(&arguments.app)?;
    let known = file.pinned()?;
    if let Some(name) = arguments.name.as_ref().filter(|name| !known.contains_key(*name)) {
        return Err(pinned::unknown(name, file.path(), known.keys().map(String::as_str)));
    }
    let is_meant = |name: &&String| arguments.name.as_ref().is_none_or(|meant| meant == *name);
    let mut changed = Vec::new();
    for name in known.keys().filter(is_meant) {
        let pin = Pin::read(name, &known[name])?;
        let candidate = Candidate::fetch(pin.reference, options)?;
        if candidate.fetched.digest == pin.sha256 {
            print(&format!("`{name}` is up to date\n"))?;
            continue;
        }
        candidate.show()?;
        print(&format!("instead  sha256:{}\n", pin.sha256))?;
        agree(arguments.yes)?;
        changed.push((name, candidate));
    }
    if changed.is_empty() {
        return Ok(());
    }
    // All or nothing.
    let store = options.store();
    for (name, candidate) in &changed {
        store.keep(&candidate.fetched.digest, &candidate.fetched.wasm);
        file.pin(name, &candidate.pinned())?;
    }
    file.write()?;
    let names: Vec<_> = changed.iter().map(|(name, _)| format!("`{name}`")).collect();
    print(&format!("{} pinned anew in {}\n", names.join(", "), file.path().display()))
}
