//! Interrupts and terminations: the builder's program ends before this one does, so that it leaves nothing
//! running and temporary files go away.

use crate::error::{Error, ErrorKind, Result};
use std::io;
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The wish that a build ends, which any thread or signal handler may have.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_wanted: AtomicBool,
    /// The process id of the program that runs now.
    running: Mutex<Option<u32>>,
    orphans: Orphans,
}

/// What becomes of processes that an interrupted builder's program left running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Orphans {
    /// They go on.
    #[default]
    Left,
    /// They become children of this process, and all its children are ended: for a program that does nothing but
    /// build.
    Ended,
}

impl Interrupt {
    /// Nobody has wished for it yet.
    pub fn new(orphans: Orphans) -> Self {
        if orphans == Orphans::Ended {
            adopt_orphans();
        }
        Self(Arc::new(State { orphans, ..State::default() }))
    }

    /// Ends the builder's program that runs now, and by that the build. Returns whether it was wished for before.
    pub fn request(&self) -> bool {
        let was_wanted = self.0.is_wanted.swap(true, Ordering::SeqCst);
        if let Some(process) = *self.running()
            && !was_wanted
        {
            terminate(process);
        }
        was_wanted
    }

    /// Whether the build is to end.
    pub(super) fn is_wanted(&self) -> bool {
        self.0.is_wanted.load(Ordering::SeqCst)
    }

    /// Ends the build if somebody wishes that.
    pub(super) fn check(&self) -> Result<()> {
        match self.is_wanted() {
            true => Err(Error::new(ErrorKind::Interrupted, "The build was interrupted")),
            false => Ok(()),
        }
    }

    /// Says which program runs now.
    pub(super) fn watch(&self, child: &Child) {
        *self.running() = Some(child.id());
        // Somebody may have been quicker.
        if self.is_wanted() {
            terminate(child.id());
        }
    }

    /// Waits for a program, which an interrupt ends.
    ///
    /// # Errors
    /// It cannot be waited for.
    pub(super) fn wait(&self, child: &mut Child) -> io::Result<ExitStatus> {
        let end = child.wait();
        *self.running() = None;
        end
    }

    /// Ends what an interrupted program left running, where that is allowed.
    pub(super) fn end_orphans(&self) {
        if self.is_wanted() && self.0.orphans == Orphans::Ended {
            end_orphans();
        }
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Option<u32>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
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
fn end_orphans() {
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
const fn end_orphans() {}

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
