//! `provider prewarm`: fetches and compiles pinned providers ahead of the first build.

use super::super::options::GivenProviders;
use super::super::print;
use super::pinned;
use clap::Args;
use plugpacks::error::Result;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// App whose pinned providers are meant
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
}

pub(super) fn run(arguments: &Arguments, options: &GivenProviders) -> Result<()> {
    let (cache, store) = (options.cache(), options.store());
    for pin in pinned::pins(&arguments.app)? {
        let wasm = options.provide(&store, &pin)?;
        let name = cache.prewarm_pinned(&pin, wasm)?;
        print(&format!("{}: {name} is kept\n", pin.name))?;
    }
    Ok(())
}
