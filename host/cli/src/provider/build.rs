//! `provider build`: from what a compiler wrote to the component that is published.

use super::super::options::GivenProviders;
use super::super::print;
use super::bytes;
use clap::Args;
use plugpacks::error::{Error, Result};
use plugpacks::provider::Catalog;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// A component or a core module
    file: PathBuf,
    /// Where the component is written
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

// What is written is no part of an app.
#[allow(clippy::disallowed_methods)]
pub(super) fn run(arguments: &Arguments, options: &GivenProviders) -> Result<()> {
    let Arguments { file, output } = arguments;
    let cache = options.cache();
    let component = cache.packed(file)?;
    // Whoever gets it shall not be the first to see that it does not load.
    Catalog::builtin().add_file(file, &cache)?;
    std::fs::write(output, &component)
        .map_err(|error| Error::system(format!("Cannot write `{}`", output.display())).cause(error))?;
    print(&format!("{} ({})\n", output.display(), bytes(component.len() as u64)))
}
