//! `cache`: the compiled third-party providers of this user.

use super::print;
use crate::error::{Error, Result};
use crate::provider::{CacheEntry, ComponentCache, Limits, Usable};
use crate::text::lines;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::SystemTime;

#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the compiled providers: name, version, size, last use, and who can use them
    Show,
    /// Remove all compiled providers
    Clear,
    /// Compile providers now, so that no build has to
    Prewarm {
        /// Components of providers
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

pub(super) fn run(arguments: &Arguments, limits: Limits) -> Result<()> {
    let cache = ComponentCache::of_user(limits);
    if let Some(complaint) = cache.take_complaint() {
        return Err(Error::configuration(complaint));
    }
    match &arguments.action {
        Action::Show => print(&listing(&cache)),
        Action::Clear => {
            let entries = cache.entries();
            let removed = cache.clear()?;
            print(&format!("{} removed, {}\n", count(entries.len()), size(removed)))
        }
        Action::Prewarm { files } => files.iter().try_for_each(|file| {
            let name = cache.prewarm(file)?;
            print(&format!("{}: {name} is kept\n", file.display()))
        }),
    }
}

/// Where the entries are, a row for each, and what they come to.
fn listing(cache: &ComponentCache) -> String {
    let entries = cache.entries();
    let now = SystemTime::now();
    let rows: Vec<[String; 4]> = entries.iter().map(|entry| row(entry, now)).collect();
    let heading = ["PROVIDER", "SIZE", "LAST USE", "USED BY"].map(str::to_owned);
    let width = |column: usize| rows.iter().chain([&heading]).map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |[name, size, used, by]: &[String; 4]| {
        format!("{name:0$}  {size:>1$}  {used:>2$}  {by}\n", widths[0], widths[1], widths[2])
    };
    let table: String = match rows.is_empty() {
        true => String::new(),
        false => [&heading].into_iter().chain(&rows).map(line).collect(),
    };
    let total = entries.iter().map(|entry| entry.size).sum();
    format!("{}\n{table}{}, {}\n", cache.path().display(), count(entries.len()), size(total))
}

fn row(entry: &CacheEntry, now: SystemTime) -> [String; 4] {
    let name = entry.provider.as_ref().map_or("(unknown)".to_owned(), |(name, version)| format!("{name} {version}"));
    let by = match entry.usable {
        Usable::Yes => "this Plugpacks",
        Usable::ByAnotherVersion => "another version of Plugpacks",
        Usable::No => "nobody: others can write it, or it is damaged",
    };
    let days = now.duration_since(entry.used).map_or(0, |age| age.as_secs() / (24 * 60 * 60));
    let used = match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    };
    [lines(&name), size(entry.size), used, by.to_owned()]
}

fn count(entries: usize) -> String {
    if entries == 1 { "1 compiled provider".to_owned() } else { format!("{entries} compiled providers") }
}

fn size(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}
