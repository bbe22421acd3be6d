//! `provider list` and `providers`: who is asked, in which order, and where each comes from.

use super::super::layout::columns;
use super::super::options::GivenProviders;
use super::super::print;
use super::pinned;
use clap::Args;
use plugpacks::edition::Edition;
use plugpacks::error::Result;
use plugpacks::provider::{Listed, Source};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Behaviour and versions: `nixpacks` or `2026.11` [default: 2026.11]
    #[arg(long, value_name = "EDITION")]
    edition: Option<String>,
    /// App whose pinned providers are listed, too
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, options: &GivenProviders) -> Result<()> {
    let edition =
        arguments.edition.as_deref().map_or(Ok(Edition::DEFAULT), |name| Edition::parse(name, "--edition"))?;
    let catalog = options.catalog(&pinned::pins(&arguments.app)?)?;
    let providers: Vec<_> = catalog.listed(edition).collect();
    print(&if arguments.json { json(&providers) } else { table(&providers) })
}

/// Where a provider comes from, in words.
pub(super) fn source(source: Source) -> String {
    match source {
        Source::BuiltIn => "built-in".to_owned(),
        Source::File(path) => path.display().to_string(),
        Source::Pinned(pin) => pin.reference.to_string(),
    }
}

fn table(providers: &[Listed]) -> String {
    let rows = providers.iter().map(|Listed { identity, source: from, .. }| {
        [identity.name.clone(), identity.version.clone(), source(*from), identity.digest.clone().unwrap_or_default()]
    });
    columns(&rows.collect::<Vec<_>>())
}

fn json(providers: &[Listed]) -> String {
    let provider = |Listed { description, identity, source: from }: &Listed| {
        serde_json::json!({
            "name": identity.name,
            "version": identity.version,
            "summary": description.summary,
            "source": source(*from),
            "digest": identity.digest,
            "markers": description.markers,
            "variables": description.variables,
        })
    };
    let providers: Vec<_> = providers.iter().map(provider).collect();
    format!("{:#}\n", serde_json::Value::from(providers))
}
