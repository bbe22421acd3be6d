//! `completions`: prints what a shell needs in order to complete commands, flags and values.

use super::print;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use plugpacks::error::Result;

#[derive(Args)]
pub(super) struct Arguments {
    /// Which shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "plugpacks", &mut script);
    print(&String::from_utf8_lossy(&script))
}
