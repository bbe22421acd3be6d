//! `cache`: the third-party providers that are kept for this user, compiled and as they were fetched.

use super::layout::{bytes, columns};
use super::machine::machine;
use super::print;
use clap::{Args, Subcommand};
use plugpacks::error::{Error, Result};
use plugpacks::provider::remote::Store;
use plugpacks::provider::{CacheEntry, ComponentCache, Limits, Usable};
use plugpacks::text::lines;
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
    /// Remove all compiled providers, and those that were fetched
    Clear,
    /// Compile providers now, so that no build has to
    Prewarm {
        /// Components of providers
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

pub(super) fn run(arguments: &Arguments, limits: Limits) -> Result<()> {
    let cache = ComponentCache::of_user(&machine(), limits);
    if let Some(complaint) = cache.take_complaint() {
        return Err(Error::configuration(complaint));
    }
    let store = Store::of_user(&machine());
    match &arguments.action {
        Action::Show => print(&(listing(&cache) + &fetched(&store))),
        Action::Clear => {
            let entries = cache.entries();
            let removed = cache.clear()?;
            let fetched = fetched(&store);
            store.clear()?;
            print(&format!("{} removed, {}\n{fetched}", count(entries.len()), bytes(removed)))
        }
        Action::Prewarm { files } => files.iter().try_for_each(|file| {
            let name = cache.prewarm(file)?;
            print(&format!("{}: {name} is kept\n", file.display()))
        }),
    }
}

/// How many providers were fetched, if some were.
fn fetched(store: &Store) -> String {
    store.contents().map_or_else(String::new, |(path, files, size)| {
        format!("{}\n{files} fetched, {}\n", path.display(), bytes(size))
    })
}

/// Where the entries are, a row for each, and what they come to.
fn listing(cache: &ComponentCache) -> String {
    let entries = cache.entries();
    let now = SystemTime::now();
    let heading = ["PROVIDER", "SIZE", "LAST USE", "USED BY"].map(str::to_owned);
    let rows = entries.iter().map(|entry| row(entry, now));
    let table = match entries.is_empty() {
        true => String::new(),
        false => columns(&[heading].into_iter().chain(rows).collect::<Vec<_>>()),
    };
    let total = entries.iter().map(|entry| entry.size).sum();
    format!("{}\n{table}{}, {}\n", cache.path().display(), count(entries.len()), bytes(total))
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
    [lines(&name), bytes(entry.size), used, by.to_owned()]
}

fn count(entries: usize) -> String {
    if entries == 1 { "1 compiled provider".to_owned() } else { format!("{entries} compiled providers") }
}
