//! The process and the machine, as the library is told of them.

use plugpacks::machine::Machine;
use std::env;
use std::path::PathBuf;

/// What this process and its user are.
pub(super) fn machine() -> Machine {
    let mut machine = Machine::default();
    machine.variable = |name| env::var(name).ok();
    machine.caches = user_caches();
    machine
}

/// Where programs of the user keep what can be made again.
fn user_caches() -> Option<PathBuf> {
    let from_variable = if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_CACHE_HOME" };
    // The XDG specification: a relative path counts as unset.
    let named = env::var_os(from_variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let usual = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    named.or_else(|| Some(env::home_dir()?.join(usual)))
}
