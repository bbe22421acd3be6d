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
        adopt_orphans();
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

/// Makes this program the parent of what its children leave running.
#[cfg(target_os = "linux")]
fn adopt_orphans() {
    let this = rustix::process::getpid();
    // An old kernel gives them to its first process, as ever.
    let _is_refused = rustix::process::set_child_subreaper(Some(this)).is_err();
}

/// Ends what an interrupted program, which has ended itself, left running: a step of a build, as of podman 4.
#[cfg(target_os = "linux")]
pub(super) fn end_orphans() {
    use rustix::process::{Signal, WaitOptions, kill_process, wait};
    // Killing a parent makes orphans of its children.
    for _ in 0..1000 {
        let orphans = children();
        if orphans.is_empty() {
            break;
        }
        for orphan in orphans {
            let _has_ended = kill_process(orphan, Signal::KILL).is_err();
        }
        let _is_childless = wait(WaitOptions::empty()).is_err();
    }
}

/// This program's children.
// The kernel's files are not the app's.
#[cfg(target_os = "linux")]
#[allow(clippy::disallowed_methods)]
fn children() -> Vec<rustix::process::Pid> {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let numbers = lists.collect::<Vec<_>>().join(" ");
    let numbers = numbers.split_whitespace().filter_map(|number| number.parse().ok());
    numbers.filter_map(rustix::process::Pid::from_raw).collect()
}

#[cfg(not(target_os = "linux"))]
const fn adopt_orphans() {}

#[cfg(not(target_os = "linux"))]
pub(super) const fn end_orphans() {}

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
