//! The engine that runs providers, and the clock that ends calls which take too long.

use super::{engine, pack};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use wasmtime::{Config, Engine};

/// The length of an epoch: the precision of time limits.
pub(super) const TICK: Duration = Duration::from_millis(100);

/// This machine's triple, as the build script named it.
const TARGET: &str = env!("PLUGPACKS_TARGET");

/// The engine that runs compiled components. It holds no compiler, which makes it quick to make.
pub(super) fn engine() -> wasmtime::Result<&'static Engine> {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let mut config = engine::settings(TARGET)?;
    config.enable_compiler(false);
    // Nothing shows them.
    config.wasm_backtrace_max_frames(None);
    publish_in_place(&mut config);
    let engine = Engine::new(&config)?;
    let ticking = engine.clone();
    let engine = ENGINE.get_or_init(|| engine);
    std::thread::Builder::new().name("epoch".into()).stack_size(64 << 10).spawn(move || {
        loop {
            std::thread::sleep(TICK);
            ticking.increment_epoch();
        }
    })?;
    Ok(engine)
}

/// The engine that compiles third-party components. Made only when one is not in the cache.
pub(super) fn compiler() -> wasmtime::Result<Engine> {
    Engine::new(&engine::settings(TARGET)?)
}

/// A number that differs where one host compiles a file to something else than another, or to what does not load
/// in the other.
pub(super) fn fingerprint() -> wasmtime::Result<u64> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    engine()?.precompile_compatibility_hash().hash(&mut hasher);
    pack::PREVIEW1.hash(&mut hasher);
    Ok(hasher.finish())
}

#[cfg(target_os = "linux")]
fn publish_in_place(config: &mut Config) {
    config.with_custom_code_memory(Some(Arc::new(InPlace)));
}

#[cfg(not(target_os = "linux"))]
fn publish_in_place(_: &mut Config) {}

/// The largest page, in bytes, that Linux has on this architecture. The build script aligns code to
/// it, too. Not asked of the system: that would be one more thing to fail under emulators.
#[cfg(target_os = "linux")]
const LARGEST_PAGE: usize = if cfg!(target_arch = "x86_64") { 4 << 10 } else { 64 << 10 };

/// Makes code executable where it lies, be that a mapped file or this binary, without a copy.
#[cfg(target_os = "linux")]
struct InPlace;

#[cfg(target_os = "linux")]
impl wasmtime::CustomCodeMemory for InPlace {
    fn required_alignment(&self) -> usize {
        LARGEST_PAGE
    }

    fn publish_executable(&self, start: *const u8, length: usize) -> wasmtime::Result<()> {
        protect(start, length, rustix::mm::MprotectFlags::READ | rustix::mm::MprotectFlags::EXEC)
    }

    fn unpublish_executable(&self, start: *const u8, length: usize) -> wasmtime::Result<()> {
        protect(start, length, rustix::mm::MprotectFlags::READ)
    }
}

#[cfg(target_os = "linux")]
fn protect(start: *const u8, length: usize, flags: rustix::mm::MprotectFlags) -> wasmtime::Result<()> {
    // SAFETY: wasmtime hands over whole pages of code that it or the caller of `deserialize_raw`
    // owns; none of them is written to through Rust references.
    unsafe { rustix::mm::mprotect(start.cast_mut().cast(), length, flags) }?;
    Ok(())
}
