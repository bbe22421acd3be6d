//! The engine's settings: one function for the build script, which compiles the built-in
//! providers, and for the host, which runs them. Compiled code loads only where both agree.

use wasmtime::{Config, Result};

/// Settings of code that is small and quick to load: no address map and no unwind tables, since
/// nothing prints backtraces; epochs instead of fuel for the time limit, since they cost less.
///
/// `target`: the triple the code is for. Named even when it is this machine's, so that the code
/// uses no instruction which only the machine it was compiled on has.
///
/// # Errors
/// The target is not supported by the compiler.
pub(crate) fn settings(target: &str) -> Result<Config> {
    let mut config = Config::new();
    config.target(target)?;
    config.epoch_interruption(true);
    config.generate_address_map(false);
    config.native_unwind_info(false);
    config.debug_symbols(false);
    config.memory_init_cow(true);
    Ok(config)
}
