//! The program `plugpacks`: arguments become requests to the library, results go to standard output,
//! everything else to standard error.

mod build;
mod cache;
mod completions;
mod credentials;
mod detect;
mod exit;
mod fetching;
mod flags;
mod interrupt;
mod layout;
mod lazy;
mod machine;
mod options;
mod plan;
mod provider;
mod schema;
mod table;
mod terminal;

use anstyle::{AnsiColor, Style};
use clap::{CommandFactory as _, Parser, Subcommand};
use lazy::Lazy;
use options::PlanOptions;
use plugpacks::builder::Redactor;
use plugpacks::error::{Error, Result};
use plugpacks::planner::{NOTHING_HINT, Nothing};
use plugpacks::provider::Diagnostics;
use plugpacks::text;
use std::borrow::Cow;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::OnceLock;

/// App directory to container image: Nixpacks' command line, each language a WebAssembly provider.
#[derive(Parser)]
#[command(name = "plugpacks", version, arg_required_else_help = true, propagate_version = true)]
struct Arguments {
    #[command(flatten)]
    options: PlanOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print how an app would be built
    Plan(Lazy<plan::Arguments>),
    /// Print which providers would build an app
    Detect(Lazy<detect::Arguments>),
    /// Build an image of an app
    Build(Box<Lazy<build::Arguments>>),
    /// Make, look at and test providers
    Provider(Lazy<provider::Arguments>),
    /// List all providers in the order in which they are asked
    Providers(Lazy<provider::Listing>),
    /// Print the JSON Schema of a file
    Schema(schema::Arguments),
    /// Print completions for a shell
    Completions(completions::Arguments),
    /// List, remove or make compiled providers of third parties
    Cache(Lazy<cache::Arguments>),
}

/// Runs the command that the process's arguments ask for. The exit code of an error is that of its
/// kind; clap ends wrong usage with 2.
fn main() -> ExitCode {
    let Arguments { options, command } = Arguments::parse();
    let result = match command {
        Command::Plan(Lazy(arguments)) => plan::run(&arguments, &options.followed_by(&arguments.options)),
        Command::Detect(Lazy(arguments)) => detect::run(&arguments, &options.followed_by(&arguments.options)),
        Command::Provider(Lazy(arguments)) => provider::run(&arguments, &options),
        Command::Providers(Lazy(arguments)) => provider::list(&arguments, &options),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Cache(Lazy(arguments)) => cache::run(&arguments, options.followed_by(&options).limits()),
        Command::Build(arguments) => build::run(&arguments.0, &options.followed_by(&arguments.0.options)),
    };
    let code = match result {
        Ok(()) => 0,
        Err(error) => {
            report(&error);
            exit::code(error.kind())
        }
    };
    // Tearing down instances and mappings of a process that ends takes time and gives nothing.
    std::process::exit(code.into())
}

/// Ends the program because of arguments that do not go together, as the parser does.
fn refuse(message: &str) -> ! {
    Arguments::command().error(clap::error::ErrorKind::ArgumentConflict, message).exit()
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

fn report(error: &Error) {
    error.warnings().iter().for_each(|warning| warn(warning));
    say(&format!("{ERROR}Error{ERROR:#}: {}\n", text::lines(&error.report())));
}

fn hint(hint: &str) {
    say(&format!("{HINT}Hint{HINT:#}: {}\n", text::lines(hint)));
}

/// Warns that a plan has nothing to build, if that is so.
fn warn_of_nothing(nothing: Option<&Nothing>) {
    if let Some(nothing) = nothing {
        warn(&nothing.to_string());
        hint(NOTHING_HINT);
    }
}

/// Shows warnings and hints, and reasons if they are asked for.
fn show(diagnostics: &Diagnostics, reasons: Reasons) {
    diagnostics.warnings.iter().for_each(|warning| warn(warning));
    diagnostics.hints.iter().for_each(|text| hint(text));
    if reasons == Reasons::Shown {
        for (provider, decision, reason) in &diagnostics.reasons {
            say(&format!("{provider}: {decision}: {reason}\n"));
        }
    }
}

/// Whether the reasons of decisions are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reasons {
    Shown,
    Hidden,
}

/// What hides the values of secrets in everything that is written.
static REDACTOR: OnceLock<Redactor> = OnceLock::new();

/// Hides the values of secrets from now on.
fn hide(redactor: Redactor) {
    // A process runs one command, which knows its secrets once.
    let _ = REDACTOR.set(redactor);
}

fn redacted(text: &str) -> Cow<'_, str> {
    REDACTOR.get().map_or(Cow::Borrowed(text), |redactor| redactor.redact(text))
}

/// Writes to standard error. Nobody is left to be told if that fails.
fn say(text: &str) {
    let _ = anstream::stderr().write_all(redacted(text).as_bytes());
}

/// Shows a warning.
fn warn(text: &str) {
    say(&format!("{WARNING}Warning{WARNING:#}: {}\n", text::lines(text)));
}

/// Writes a result to standard output.
///
/// # Errors
/// The reader is gone or the disk is full.
fn print(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(redacted(text).as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| Error::system("Cannot write to standard output").cause(error))
}
