use super::options::PlanOptions;
use super::{Reasons, print, show};
use crate::error::Result;
use crate::planner;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// App directory
    path: PathBuf,
}

pub(super) fn run(arguments: &Arguments, options: &PlanOptions) -> Result<()> {
    let request = options.request(&arguments.path)?;
    let (names, diagnostics) = planner::detect(&request, &options.catalog()?)?;
    show(&diagnostics, Reasons::Hidden);
    print(&format!("{}\n", names.join(", ")))
}
