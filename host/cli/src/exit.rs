//! How the program ends.

use plugpacks::error::ErrorKind;

/// The exit code after an error of a kind. 1 is that of Nixpacks 1.41 for every error, and stays that of whatever the
/// app brings about; 2 is clap's for wrong usage.
pub(super) const fn code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::App | ErrorKind::Builder => 1,
        ErrorKind::Configuration => 3,
        ErrorKind::Unavailable => 4,
        ErrorKind::Registry => 5,
        ErrorKind::Provider => 6,
        // EX_SOFTWARE of sysexits.h.
        ErrorKind::System => 70,
        // As a shell says of a program that SIGINT ended.
        ErrorKind::Interrupted => 130,
    }
}
