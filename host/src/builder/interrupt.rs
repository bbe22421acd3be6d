//! Interrupts and terminations: the builder's program ends before this one does, so that it leaves nothing
//! running and temporary files go away.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

/// Whether somebody wants this program to end.
static IS_WANTED: AtomicBool = AtomicBool::new(false);

/// The process id of the program that runs now.
static RUNNING: Mutex<Option<u32>> = Mutex::new(None);

/// Lets the first interrupt, hang-up or termination end the program that runs now, and the next one this
/// program as well.
pub(super) fn watch() {
    static SET_UP: Once = Once::new();
    SET_UP.call_once(|| {
        let handler = || {
            if IS_WANTED.swap(true, Ordering::SeqCst) {
                std::process::exit(crate::error::ErrorKind::Interrupted.exit_code().into());
            }
            if let Some(process) = *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) {
                terminate(process);
            }
        };
        // Without a handler signals do what they always do.
        drop(ctrlc::set_handler(handler));
    });
}

/// Whether the program has been asked to end.
pub(super) fn is_wanted() -> bool {
    IS_WANTED.load(Ordering::SeqCst)
}

/// Waits for a program, which an interrupt ends.
///
/// # Errors
/// It cannot be waited for.
pub(super) fn wait(child: &mut Child) -> io::Result<ExitStatus> {
    let end = child.wait();
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = None;
    end
}

/// Says which program runs now.
pub(super) fn running(child: &Child) {
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(child.id());
    // Somebody may have been quicker.
    if is_wanted() {
        terminate(child.id());
    }
}

#[cfg(target_os = "linux")]
fn terminate(process: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    if let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        // It may have ended by itself.
        let _has_ended = kill_process(pid, Signal::TERM).is_err();
    }
}

// A terminal interrupts the program itself; other signals do not reach it here.
#[cfg(not(target_os = "linux"))]
fn terminate(_: u32) {}
