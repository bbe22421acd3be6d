//! `provider remove`: takes a pinned provider out of an app.

use super::super::print;
use super::pinned;
use clap::Args;
use plugpacks::config::PinFile;
use plugpacks::error::Result;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// What the app calls it
    name: String,
    /// App whose nixpacks.toml is changed
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let Arguments { name, app } = arguments;
    let mut file = PinFile::open(app)?;
    let known = file.pinned()?;
    if !known.contains_key(name) {
        return Err(pinned::unknown(name, file.path(), known.keys().map(String::as_str)));
    }
    file.unpin(name)?;
    file.write()?;
    print(&format!("`{name}` is not pinned in {} any more\n", file.path().display()))
}
