//! `plan`: prints how an app would be built.

use super::fetching::FetchOptions;
use super::options::{GivenOptions, PlanOptions};
use super::{Reasons, print, show, warn, warn_of_nothing};
use clap::{Args, ValueEnum};
use plugpacks::error::Result;
use plugpacks::planner;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) options: PlanOptions,
    #[command(flatten)]
    fetching: FetchOptions,
    /// App directory
    path: PathBuf,
    /// Form of the plan
    #[arg(short, long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Also say, on standard error, why it was decided so
    #[arg(long)]
    explain: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Toml,
}

pub(super) fn run(arguments: &Arguments, options: &GivenOptions) -> Result<()> {
    let request = options.request(&arguments.path)?;
    let mut planned = planner::plan(&request, &options.catalog(&request, &arguments.fetching)?)?;
    show(&planned.diagnostics, if arguments.explain { Reasons::Shown } else { Reasons::Hidden });
    warn_of_nothing(planned.nothing.as_ref());
    if let Some(hidden) = planned.hidden_files() {
        warn(&hidden);
    }
    let text = match arguments.format {
        Format::Json => planned.plan.to_json(),
        Format::Toml => planned.plan.to_toml(),
    };
    planned.leave_instances();
    print(&format!("{text}\n"))
}
