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

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn told() -> Option<usize> {
    use rustix::ioctl::{Getter, ioctl};
    /// The request `TIOCGWINSZ`, which is answered by rows, columns, and both in pixels.
    const WINDOW_SIZE: u32 = 0x5413;
    // SAFETY: The kernel writes four numbers of 16 bits, if it writes anything.
    let size = unsafe { ioctl(std::io::stderr(), Getter::<WINDOW_SIZE, [u16; 4]>::new()) };
    size.ok().map(|[_, columns, ..]| columns.into())
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
const fn told() -> Option<usize> {
    None
}
