//! `provider`: what somebody needs who writes a provider, or has one of somebody else's.

mod add;
mod build;
mod candidate;
mod check;
mod inspect;
mod list;
mod new;
mod pinned;
mod prewarm;
mod pull;
mod push;
mod remove;
mod test;
mod trial;
mod update;

use super::fetching::FetchOptions;
use super::layout::{bytes, columns};
use super::options::{GivenProviders, PlanOptions, ProviderOptions};
use super::refuse;
use clap::{Args, Subcommand};
use plugpacks::error::Result;

#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a project for a new provider
    New(new::Arguments),
    /// List all providers in the order in which they are asked, as `plugpacks providers` does
    List(Listing),
    /// Print what a provider is and says of itself
    Inspect(WithProviders<inspect::Arguments>),
    /// Check a provider: contract, limits, markers, the same plan at each run
    Check(WithProviders<check::Arguments>),
    /// Plan apps and compare with the plans kept beside them
    Test(WithProviders<test::Arguments>),
    /// Check a component, or pack a core module into one, and write it
    Build(WithProviders<build::Arguments>),
    /// Publish a provider in a registry
    Push(WithProviders<push::Arguments>),
    /// Fetch a provider into a file
    Pull(WithProviders<pull::Arguments>),
    /// Pin a provider of a third party in an app's nixpacks.toml
    Add(WithProviders<add::Arguments>),
    /// Take a pinned provider out of an app's nixpacks.toml
    Remove(remove::Arguments),
    /// Pin what the references of an app's pinned providers lead to now
    Update(WithProviders<update::Arguments>),
    /// Fetch and compile an app's pinned providers now, so that no build has to
    Prewarm(WithProviders<prewarm::Arguments>),
}

/// The arguments of `provider list` and of `providers`.
pub(super) type Listing = WithProviders<list::Arguments>;

/// The arguments of a command, and the options about providers.
#[derive(Args)]
pub(super) struct WithProviders<T: Args> {
    #[command(flatten)]
    own: T,
    #[command(flatten)]
    providers: ProviderOptions,
    #[command(flatten)]
    fetching: FetchOptions,
}

impl<T: Args> WithProviders<T> {
    /// All options about providers, those before the command's name included.
    const fn providers<'a>(&'a self, options: &'a PlanOptions) -> GivenProviders<'a> {
        options.providers_followed_by(&self.providers, &self.fetching)
    }
}

pub(super) fn run(arguments: &Arguments, options: &PlanOptions) -> Result<()> {
    refuse_plan(options, "provider");
    match &arguments.command {
        Command::New(given) => new::run(given),
        Command::List(given) => list(given, options),
        Command::Inspect(given) => inspect::run(&given.own, &given.providers(options)),
        Command::Check(given) => check::run(&given.own, &given.providers(options)),
        Command::Test(given) => test::run(&given.own, &given.providers(options)),
        Command::Build(given) => build::run(&given.own, &given.providers(options)),
        Command::Push(given) => push::run(&given.own, &given.providers(options)),
        Command::Pull(given) => pull::run(&given.own, &given.providers(options)),
        Command::Add(given) => add::run(&given.own, &given.providers(options)),
        Command::Remove(given) => remove::run(given),
        Command::Update(given) => update::run(&given.own, &given.providers(options)),
        Command::Prewarm(given) => prewarm::run(&given.own, &given.providers(options)),
    }
}

/// Lists all providers.
///
/// # Errors
/// A provider cannot be loaded.
pub(super) fn list(given: &Listing, options: &PlanOptions) -> Result<()> {
    refuse_plan(options, "providers");
    list::run(&given.own, &given.providers(options))
}

/// Ends the program if an option is given that only a plan has a use for.
fn refuse_plan(options: &PlanOptions, command: &str) {
    if let Some(option) = options.about_the_plan() {
        refuse(&format!("the argument '{option}' cannot be used with '{command}', which makes no plan of yours"));
    }
}

/// Facts, a line each.
fn rows(facts: &[(&str, String)]) -> String {
    let rows: Vec<_> = facts.iter().map(|(name, value)| [(*name).to_owned(), value.clone()]).collect();
    columns(&rows)
}
