//! `schema`: prints what a file may say, for editors and validators.

use super::print;
use clap::{Args, ValueEnum};
use plugpacks::config::ConfigFile;
use plugpacks::error::Result;
use plugpacks::plan::PartialPlan;

#[derive(Args)]
pub(super) struct Arguments {
    /// Which file
    #[arg(value_enum)]
    document: Document,
}

#[derive(Clone, Copy, ValueEnum)]
enum Document {
    /// `nixpacks.toml` and `nixpacks.json`
    Config,
    /// What `plan` prints, and `build --plan` and `--json-plan` read
    Plan,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let schema = match arguments.document {
        Document::Config => ConfigFile::schema(),
        Document::Plan => PartialPlan::schema(),
    };
    print(&format!("{:#}\n", schema.as_value()))
}
