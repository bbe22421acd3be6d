//! What a core module sees of WASI preview 1, and which modules are packed.

use super::*;
use wasmtime::{Caller, Engine, Extern, Instance, Linker, Memory, MemoryType, Module, Store, TypedFunc, WasmParams};

/// What the host is told.
#[derive(Default)]
struct Told {
    stderr: Vec<u8>,
    exit_code: Option<i32>,
}

/// The adapter, running over a memory.
struct Preview1 {
    store: Store<Told>,
    memory: Memory,
    instance: Instance,
}

impl Preview1 {
    fn start() -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, PREVIEW1).unwrap();
        let mut store = Store::new(&engine, Told::default());
        let memory = Memory::new(&mut store, MemoryType::new(1, None)).unwrap();
        let mut linker = Linker::new(&engine);
        linker.define(&store, "env", "memory", memory).unwrap();
        linker.func_wrap("wasi:cli/stderr@0.2.0", "get-stderr", || 7).unwrap();
        let write = move |mut caller: Caller<'_, Told>, stream: i32, bytes: i32, length: i32, result: i32| {
            assert_eq!(stream, 7);
            let mut written = vec![0; usize::try_from(length).unwrap()];
            memory.read(&caller, usize::try_from(bytes).unwrap(), &mut written).unwrap();
            memory.write(&mut caller, usize::try_from(result).unwrap(), &[0xff; 12]).unwrap();
            caller.data_mut().stderr.extend(written);
        };
        linker.func_wrap("wasi:io/streams@0.2.0", "[method]output-stream.blocking-write-and-flush", write).unwrap();
        let exit = |mut caller: Caller<'_, Told>, code: i32| caller.data_mut().exit_code = Some(code);
        linker.func_wrap("wasi:cli/exit@0.2.0", "exit-with-code", exit).unwrap();
        let instance = linker.instantiate(&mut store, &module).unwrap();
        Self { store, memory, instance }
    }

    /// Calls a function, whose answer is an error number of WASI's.
    fn call<P: WasmParams>(&mut self, name: &str, parameters: P) -> i32 {
        let function: TypedFunc<P, i32> = self.instance.get_typed_func(&mut self.store, name).unwrap();
        function.call(&mut self.store, parameters).unwrap()
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.memory.write(&mut self.store, at, bytes).unwrap();
    }

    fn bytes<const N: usize>(&self, at: usize) -> [u8; N] {
        self.memory.data(&self.store)[at..at + N].try_into().unwrap()
    }

    fn number(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.bytes(at))
    }

    /// The clock, in nanoseconds.
    fn now(&mut self) -> u64 {
        assert_eq!(self.call("clock_time_get", (1, 0_i64, 64)), 0);
        self.number(64)
    }

    /// Puts a subscription to the clock into memory.
    fn subscribe(&mut self, at: usize, user: u64, timeout: u64, absolute: bool) {
        self.put(at, &[0; 48]);
        self.put(at, &user.to_le_bytes());
        self.put(at + 24, &timeout.to_le_bytes());
        self.put(at + 40, &[u8::from(absolute)]);
    }
}

#[test]
fn standard_error_goes_to_the_host_and_takes_no_memory() {
    let mut preview1 = Preview1::start();
    preview1.put(0, b"twelve bytes");
    preview1.put(128, b"Hello, world\n");
    preview1.put(32, &[128_u32, 7, 135, 0, 135, 6].map(u32::to_le_bytes).concat());
    assert_eq!(preview1.call("fd_write", (2, 32, 3, 96)), 0);
    assert_eq!(preview1.store.data().stderr, b"Hello, world\n");
    assert_eq!(preview1.bytes(0), *b"twelve bytes");
    assert_eq!(preview1.bytes(96), 13_u32.to_le_bytes());
    assert_eq!(preview1.call("fd_write", (1, 32, 3, 96)), 0, "standard output");
    assert_eq!(preview1.call("fd_write", (3, 32, 3, 96)), 8, "no such file");
    assert_eq!(preview1.call("fd_write", (0, 32, 3, 96)), 8, "standard input");
    assert_eq!(preview1.store.data().stderr.len(), 13);
}

#[test]
fn waits_are_over_at_once_and_put_the_clock_forward() {
    let mut preview1 = Preview1::start();
    assert_eq!(preview1.now(), 1);
    preview1.subscribe(1000, 7, 500, false);
    preview1.subscribe(1048, 8, 200, true);
    preview1.subscribe(1096, 9, 199, false);
    assert_eq!(preview1.call("poll_oneoff", (1000, 2000, 3, 3000)), 0);
    assert_eq!(preview1.now(), 200);
    assert_eq!(preview1.bytes(3000), 2_u32.to_le_bytes());
    assert_eq!((preview1.number(2000), preview1.number(2032)), (8, 9));
    // What is past, and what never comes.
    preview1.subscribe(1000, 7, 5, true);
    assert_eq!(preview1.call("poll_oneoff", (1000, 2000, 1, 3000)), 0);
    assert_eq!(preview1.now(), 200);
    preview1.subscribe(1000, 7, u64::MAX, false);
    assert_eq!(preview1.call("poll_oneoff", (1000, 2000, 1, 3000)), 0);
    assert_eq!(preview1.now(), u64::MAX);
    assert_eq!(preview1.call("poll_oneoff", (1000, 2000, 0, 3000)), 28, "waits for nothing");
}

#[test]
fn random_bytes_are_the_same_at_every_run() {
    let mut preview1 = Preview1::start();
    assert_eq!(preview1.call("random_get", (100, 4)), 0);
    assert_eq!(preview1.call("random_get", (104, 2)), 0);
    assert_eq!(preview1.bytes(100), [0, 1, 2, 3, 4, 5, 0, 0]);
}

#[test]
fn there_are_no_arguments_variables_or_files() {
    let mut preview1 = Preview1::start();
    preview1.put(100, &[0xff; 32]);
    assert_eq!(preview1.call("args_sizes_get", (100, 104)), 0);
    assert_eq!(preview1.call("environ_sizes_get", (108, 112)), 0);
    assert_eq!(preview1.bytes(100), [0; 16]);
    assert_eq!(preview1.call("fd_prestat_get", (3, 100)), 8);
    assert_eq!(preview1.call("path_open", (3, 0, 0, 0, 0, 0_i64, 0_i64, 0, 100)), 76);
    assert_eq!(preview1.call("fd_read", (0, 0, 0, 116)), 0, "the end of standard input");
    assert_eq!(preview1.bytes(116), [0; 4]);
    assert_eq!(preview1.call("fd_fdstat_get", (2, 200)), 0);
    assert_eq!(preview1.bytes(200), [2], "a character device");
}

#[test]
fn a_program_that_ends_itself_tells_its_code() {
    let mut preview1 = Preview1::start();
    let exit: TypedFunc<i32, ()> = preview1.instance.get_typed_func(&mut preview1.store, "proc_exit").unwrap();
    exit.call(&mut preview1.store, 2).unwrap_err();
    assert_eq!(preview1.store.data().exit_code, Some(2));
}

/// The functions of preview 1, as its specification lists them.
const PREVIEW1_FUNCTIONS: [&str; 46] = [
    "args_get",
    "args_sizes_get",
    "clock_res_get",
    "clock_time_get",
    "environ_get",
    "environ_sizes_get",
    "fd_advise",
    "fd_allocate",
    "fd_close",
    "fd_datasync",
    "fd_fdstat_get",
    "fd_fdstat_set_flags",
    "fd_fdstat_set_rights",
    "fd_filestat_get",
    "fd_filestat_set_size",
    "fd_filestat_set_times",
    "fd_pread",
    "fd_prestat_dir_name",
    "fd_prestat_get",
    "fd_pwrite",
    "fd_read",
    "fd_readdir",
    "fd_renumber",
    "fd_seek",
    "fd_sync",
    "fd_tell",
    "fd_write",
    "path_create_directory",
    "path_filestat_get",
    "path_filestat_set_times",
    "path_link",
    "path_open",
    "path_readlink",
    "path_remove_directory",
    "path_rename",
    "path_symlink",
    "path_unlink_file",
    "poll_oneoff",
    "proc_exit",
    "proc_raise",
    "random_get",
    "sched_yield",
    "sock_accept",
    "sock_recv",
    "sock_send",
    "sock_shutdown",
];

#[test]
fn every_function_of_preview1_is_there() {
    let mut preview1 = Preview1::start();
    for function in PREVIEW1_FUNCTIONS {
        let export = preview1.instance.get_export(&mut preview1.store, function);
        assert!(matches!(export, Some(Extern::Func(_))), "{function}");
    }
}

/// A provider as a core module, as text.
const PROVIDER: &str = include_str!("../../../../tests/guests/core/provider.wat");

/// What is changed in the module, and what packing it says then.
const UNPACKABLE: &[(&str, &str, &str)] = &[
    (
        "0#plan",
        "0#plans",
        "failed to find export of interface `plugpacks:provider/provider-guest@0.1.0` function `plan`",
    ),
    ("\"fd_write\"", "\"fd_wipe\"", "fd_wipe"),
    ("wasi_snapshot_preview1", "emscripten", "emscripten"),
    ("\"cabi_realloc\"", "\"allocate\"", "cabi_realloc"),
];

#[test]
fn what_cannot_be_packed_is_told_by_its_step() {
    component(&wat::parse_str(PROVIDER).unwrap(), "it").unwrap();
    for (from, to, says) in UNPACKABLE {
        let module = wat::parse_str(PROVIDER.replace(from, to)).unwrap();
        let refused = component(&module, "The provider `x.wasm`").unwrap_err().report();
        let step = "The provider `x.wasm` cannot be packed into a component: joining it with the contract failed";
        assert!(refused.starts_with(step) && refused.contains(says), "{refused}");
    }
}

#[test]
fn a_module_of_a_patch_version_is_packed_as_such() {
    let packed = component(&wat::parse_str(PROVIDER.replace("@0.1.0", "@0.1.7")).unwrap(), "it").unwrap();
    let has = |name: &[u8]| packed.windows(name.len()).any(|bytes| bytes == name);
    assert!(has(b"plugpacks:provider/provider-guest@0.1.7") && has(b"plugpacks:provider/app@0.1.7"));
    assert!(!has(b"plugpacks:provider/app@0.1.0"));
}

#[test]
fn a_truncated_module_is_refused() {
    let module = wat::parse_str(PROVIDER).unwrap();
    for length in [9, 100, module.len() - 1] {
        component(&module[..length], "The provider `x.wasm`").unwrap_err();
    }
}
