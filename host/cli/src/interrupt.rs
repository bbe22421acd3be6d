//! Interrupts and terminations of the program.

use super::exit;
use plugpacks::builder::{Interrupt, Orphans};
use plugpacks::error::ErrorKind;

/// Lets the first interrupt, hang-up or termination end the builder's program, and by that the build; the next one
/// ends this program at once.
pub(super) fn watch() -> Interrupt {
    let interrupt = Interrupt::new(Orphans::Ended);
    let wish = interrupt.clone();
    let handler = move || {
        if wish.request() {
            std::process::exit(exit::code(ErrorKind::Interrupted).into());
        }
    };
    // Without a handler signals do what they always do.
    drop(ctrlc::set_handler(handler));
    interrupt
}
