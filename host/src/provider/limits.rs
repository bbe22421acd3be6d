//! What a provider may use up: each limit with its name, its default and what an error says of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wasmtime::ResourceLimiter;

/// What a provider may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of all calls into a provider together: `describe`, `detect`, `plan`, and what runs when it starts.
    pub time: Duration,
    /// Of compiling a component.
    pub compile_time: Duration,
    /// Of a component's file, in bytes.
    pub file: u64,
    /// Of the machine code that a component is compiled to, in bytes.
    pub code: usize,
    /// Of all linear memories and tables of one instance of a provider together, in bytes.
    pub memory: usize,
    /// Of the core instances in one instance of a provider; it may have as many memories, and as many tables.
    pub instances: usize,
    /// Of what one call hands over to the host, in bytes.
    pub result: usize,
    /// Of what the host keeps for a provider: reasons, warnings, what was asked of the app, texts, in bytes.
    pub kept: u64,
    /// Of calls from the provider to the host.
    pub host_calls: u64,
}

impl Limits {
    /// Far more than any sensible provider needs, and little enough for a worker to survive.
    pub const DEFAULT: Self = Self {
        time: Duration::from_secs(10),
        compile_time: Duration::from_secs(120),
        file: 64 << 20,
        code: 256 << 20,
        memory: 256 << 20,
        instances: 1000,
        result: 4 << 20,
        kept: 128 << 20,
        host_calls: 1_000_000,
    };

    /// What an error says of a provider that went beyond a limit.
    pub(super) fn exceeded(&self, limit: Limit) -> String {
        let mebibytes =
            |bytes: u64| if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{bytes} bytes") };
        let seconds = |time: Duration| {
            let seconds = time.as_secs_f64();
            if time == Duration::from_secs(1) { format!("{seconds} second") } else { format!("{seconds} seconds") }
        };
        match limit {
            Limit::Time => format!("took longer than {}", seconds(self.time)),
            Limit::CompileTime => format!("takes longer than {} to compile", seconds(self.compile_time)),
            Limit::File => format!("is larger than {}", mebibytes(self.file)),
            Limit::Code => format!("becomes more than {} of machine code", mebibytes(self.code as u64)),
            Limit::Memory => format!("wanted more than {} of memory", mebibytes(self.memory as u64)),
            Limit::Instances => format!("wanted more than {} instances, memories or tables", self.instances),
            Limit::Result => format!("handed over more than {} at once", mebibytes(self.result as u64)),
            Limit::Kept => format!("had the host keep more than {}", mebibytes(self.kept)),
            Limit::HostCalls => format!("made more than {} calls to the host", self.host_calls),
        }
    }
}

/// One of the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Time,
    CompileTime,
    File,
    Code,
    Memory,
    Instances,
    Result,
    Kept,
    HostCalls,
}

impl Limit {
    /// The option that sets it, where a user may need more.
    pub(super) const fn option(self) -> Option<&'static str> {
        match self {
            Self::Time => Some("--provider-timeout SECONDS"),
            Self::CompileTime => Some("--provider-compile-timeout SECONDS"),
            Self::Memory => Some("--provider-memory MIB"),
            Self::File | Self::Code | Self::Instances | Self::Result | Self::Kept | Self::HostCalls => None,
        }
    }

    /// What the user can do about it.
    pub(super) fn hint(self) -> Option<String> {
        self.option().map(|option| format!("`{option}` allows more"))
    }
}

/// Ends a call because a limit is reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exceeded(pub(super) Limit);

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the limit {:?} is reached", self.0)
    }
}

impl std::error::Error for Exceeded {}

/// What a provider used up so far, however many instances of it there are and were.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// In nanoseconds.
    time: AtomicU64,
    host_calls: AtomicU64,
    kept: AtomicU64,
    /// The most that one instance had.
    memory: AtomicUsize,
}

/// What a provider used up in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// In all calls.
    pub time: Duration,
    /// The most that one instance had, in bytes.
    pub memory: usize,
    /// How often it called the host.
    pub host_calls: u64,
}

impl Meter {
    /// A meter that has run for some time.
    pub(super) fn after(time: Duration) -> Arc<Self> {
        let meter = Self::default();
        meter.add_time(time);
        Arc::new(meter)
    }

    /// The time that was used up.
    pub(super) fn time(&self) -> Duration {
        Duration::from_nanos(self.time.load(Ordering::Relaxed))
    }

    pub(super) fn add_time(&self, time: Duration) {
        self.time.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX >> 1), Ordering::Relaxed);
    }

    fn usage(&self) -> Usage {
        Usage {
            time: self.time(),
            memory: self.memory.load(Ordering::Relaxed),
            host_calls: self.host_calls.load(Ordering::Relaxed),
        }
    }

    /// Counts a call to the host.
    ///
    /// # Errors
    /// It is one too many.
    pub(super) fn count_host_call(&self, limits: &Limits) -> Result<(), Exceeded> {
        let before = self.host_calls.fetch_add(1, Ordering::Relaxed);
        if before < limits.host_calls { Ok(()) } else { Err(Exceeded(Limit::HostCalls)) }
    }

    /// Counts bytes that the host keeps.
    ///
    /// # Errors
    /// They are too many.
    pub(super) fn keep(&self, bytes: u64, limits: &Limits) -> Result<(), Exceeded> {
        let before = self.kept.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) <= limits.kept { Ok(()) } else { Err(Exceeded(Limit::Kept)) }
    }
}

/// What every provider may use up in one run, and what each used so far.
#[derive(Clone, Debug)]
pub struct Budget {
    pub(super) limits: Limits,
    meters: Arc<Mutex<BTreeMap<String, Arc<Meter>>>>,
}

impl Budget {
    /// A budget of which nothing is used.
    pub fn new(limits: Limits) -> Self {
        Self { limits, meters: Arc::default() }
    }

    /// The meter of a provider, which took some time already when it was first seen.
    pub(super) fn meter(&self, provider: &str, before: Duration) -> Arc<Meter> {
        let mut meters = self.meters.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(meters.entry(provider.to_owned()).or_insert_with(|| Meter::after(before)))
    }

    /// What a provider used up so far.
    pub(super) fn usage(&self, provider: &str) -> Usage {
        self.meter(provider, Duration::ZERO).usage()
    }
}

/// The memory of one store: linear memories and tables together.
pub(super) struct Memory {
    used: usize,
    limits: Limits,
    meter: Arc<Meter>,
}

impl Memory {
    pub(super) const fn new(limits: Limits, meter: Arc<Meter>) -> Self {
        Self { used: 0, limits, meter }
    }

    fn grow(&mut self, current: usize, desired: usize) -> wasmtime::Result<bool> {
        let wanted = self.used.saturating_sub(current).saturating_add(desired);
        if wanted > self.limits.memory {
            return Err(Exceeded(Limit::Memory).into());
        }
        self.used = wanted;
        self.meter.memory.fetch_max(wanted, Ordering::Relaxed);
        Ok(true)
    }
}

/// A table's element is as large as a pointer.
const ELEMENT: usize = size_of::<usize>();

impl ResourceLimiter for Memory {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current.saturating_mul(ELEMENT), desired.saturating_mul(ELEMENT))
    }

    fn instances(&self) -> usize {
        self.limits.instances
    }

    fn tables(&self) -> usize {
        self.limits.instances
    }

    fn memories(&self) -> usize {
        self.limits.instances
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../SECURITY.md");

    #[test]
    fn the_page_names_every_limit() {
        use Limit::{Code, CompileTime, File, HostCalls, Instances, Kept, Memory, Result, Time};
        for limit in [Time, CompileTime, File, Code, Memory, Instances, Result, Kept, HostCalls] {
            let words = format!("| {} |", Limits::DEFAULT.exceeded(limit));
            let row = PAGE.lines().find(|row| row.contains(&words)).unwrap_or_else(|| panic!("no row with {words}"));
            assert_eq!(row.matches("--provider").count(), usize::from(limit.option().is_some()), "{row}");
            assert!(limit.option().is_none_or(|option| row.contains(&format!("| `{option}` |"))), "{row}");
        }
    }

    #[test]
    fn the_page_names_tests_that_there_are() {
        let tests = [
            include_str!("../app/tests.rs"),
            include_str!("../dockerfile/values/tests.rs"),
            include_str!("../../../tests/faults.rs"),
            include_str!("../../../tests/fuzz.rs"),
            include_str!("../../../tests/hostile.rs"),
            include_str!("../../../tests/registry.rs"),
            include_str!("../../../tests/replay.rs"),
            include_str!("../../../tests/sandbox.rs"),
        ];
        let rows = PAGE.lines().filter(|row| row.starts_with("| ") && row.ends_with("` |"));
        let named: Vec<_> = rows.filter_map(|row| row.trim_end_matches("` |").rsplit('`').next()).collect();
        assert!(named.len() > 15, "{named:?}");
        for name in named {
            assert!(tests.iter().any(|text| text.contains(&format!("fn {name}("))), "{name}");
        }
    }

    #[test]
    fn memories_and_tables_count_together() {
        let meter = Meter::after(Duration::ZERO);
        let mut memory = Memory::new(Limits { memory: 1 << 20, ..Limits::DEFAULT }, Arc::clone(&meter));
        assert!(memory.memory_growing(0, 512 << 10, None).unwrap());
        assert!(memory.memory_growing(0, 256 << 10, None).unwrap());
        assert!(memory.table_growing(0, (128 << 10) / ELEMENT, None).unwrap());
        assert!(memory.memory_growing(256 << 10, 384 << 10, None).unwrap());
        assert!(memory.memory_growing(0, 64 << 10, None).is_err());
        assert!(memory.table_growing(0, usize::MAX, None).is_err());
        assert_eq!(meter.usage().memory, 1 << 20);
    }

    #[test]
    fn a_meter_counts_over_all_instances() {
        let limits = Limits { host_calls: 2, kept: 10, ..Limits::DEFAULT };
        let meter = Meter::after(Duration::from_secs(3));
        assert_eq!(meter.time(), Duration::from_secs(3));
        assert!(meter.count_host_call(&limits).is_ok() && meter.count_host_call(&limits).is_ok());
        assert!(meter.count_host_call(&limits).is_err());
        assert!(meter.keep(10, &limits).is_ok());
        assert!(meter.keep(1, &limits).is_err());
    }
}
