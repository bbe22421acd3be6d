//! The terminal that standard error may be.

use std::io::IsTerminal as _;

/// The columns of a terminal that does not say how many it has.
const USUAL: usize = 80;

/// Whether standard error is a terminal that can write over a line.
pub(super) fn can_be_drawn_on() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|kind| kind != "dumb")
}

/// How many columns it has now.
pub(super) fn columns() -> usize {
    told().filter(|columns| *columns > 0).unwrap_or(USUAL)
}

#[cfg(target_os = "linux")]
fn told() -> Option<usize> {
    rustix::termios::tcgetwinsize(std::io::stderr()).ok().map(|size| size.ws_col.into())
}

#[cfg(not(target_os = "linux"))]
const fn told() -> Option<usize> {
    None
}
