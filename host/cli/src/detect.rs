//! `detect`: prints which providers would plan an app.

use super::fetching::FetchOptions;
use super::options::{GivenOptions, PlanOptions};
use super::{Reasons, print, show, warn_of_nothing};
use clap::Args;
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
}

pub(super) fn run(arguments: &Arguments, options: &GivenOptions) -> Result<()> {
    let request = options.request(&arguments.path)?;
    let mut detected = planner::detect(&request, &options.catalog(&request, &arguments.fetching)?)?;
    show(&detected.diagnostics, Reasons::Hidden);
    warn_of_nothing(detected.nothing.as_ref());
    detected.leave_instances();
    print(&format!("{}\n", detected.names.join(", ")))
}
