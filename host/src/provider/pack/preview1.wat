;; WASI preview 1 for providers that are core modules: no files, no arguments, no environment. Time stands still
;; but for waits, which are over at once and put the clock forward; "random" bytes are the same at every run;
;; standard output is lost, and standard error goes to the host.
;;
;; It shares the memory of the module that it serves, and has none of its own: what it remembers are globals.
;; Numbers returned are WASI's: 0 success, 8 no such file descriptor, 28 invalid, 58 not
;; supported, 76 not permitted.
(module
  (import "wasi:cli/stderr@0.2.0" "get-stderr" (func $get_stderr (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
    (func $write (param $stream i32) (param $bytes i32) (param $length i32) (param $result i32)))
  (import "wasi:cli/exit@0.2.0" "exit-with-code" (func $exit (param i32)))
  (import "env" "memory" (memory 0))

  ;; Nanoseconds. Not 0 at the start: Go takes that for a broken clock.
  (global $now (mut i64) (i64.const 1))
  (global $last_random (mut i32) (i32.const -1))
  ;; The handle, once somebody writes.
  (global $stderr (mut i32) (i32.const -1))

  ;; Whether a file descriptor is that of a standard stream.
  (func $is_standard (param $fd i32) (result i32)
    (i32.lt_u (local.get $fd) (i32.const 3)))

  ;; Arguments and environment: none, in no bytes.
  (func (export "args_sizes_get") (export "environ_sizes_get") (param $count i32) (param $bytes i32) (result i32)
    (i32.store (local.get $count) (i32.const 0))
    (i32.store (local.get $bytes) (i32.const 0))
    (i32.const 0))
  (func (export "args_get") (export "environ_get") (param i32 i32) (result i32)
    (i32.const 0))

  (func (export "proc_exit") (param $code i32)
    (call $exit (i32.and (local.get $code) (i32.const 255)))
    unreachable)
  (func (export "proc_raise") (param i32) (result i32)
    (i32.const 58))
  (func (export "sched_yield") (result i32)
    (i32.const 0))

  ;; One clock, whichever is asked for.
  (func (export "clock_res_get") (param $clock i32) (param $out i32) (result i32)
    (i64.store (local.get $out) (i64.const 1))
    (i32.const 0))
  (func (export "clock_time_get") (param $clock i32) (param $precision i64) (param $out i32) (result i32)
    (i64.store (local.get $out) (global.get $now))
    (i32.const 0))

  ;; 0, 1, 2, ...
  (func (export "random_get") (param $out i32) (param $length i32) (result i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $out) (local.get $length)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $out) (local.get $end)))
        (global.set $last_random (i32.add (global.get $last_random) (i32.const 1)))
        (i32.store8 (local.get $out) (global.get $last_random))
        (local.set $out (i32.add (local.get $out) (i32.const 1)))
        (br $next)))
    (i32.const 0))

  ;; Writes to standard error. The host's answer is of no interest; the twelve bytes that it needs are borrowed of
  ;; the module's memory and given back.
  (func $print (param $bytes i32) (param $length i32)
    (local $first i64)
    (local $second i32)
    (if (i32.eq (global.get $stderr) (i32.const -1))
      (then (global.set $stderr (call $get_stderr))))
    (local.set $first (i64.load (i32.const 0)))
    (local.set $second (i32.load (i32.const 8)))
    (call $write (global.get $stderr) (local.get $bytes) (local.get $length) (i32.const 0))
    (i64.store (i32.const 0) (local.get $first))
    (i32.store (i32.const 8) (local.get $second)))

  (func (export "fd_write")
    (param $fd i32) (param $piece i32) (param $pieces i32) (param $written i32) (result i32)
    (local $length i32)
    (local $sum i32)
    (if (i32.gt_u (i32.sub (local.get $fd) (i32.const 1)) (i32.const 1))
      (then (return (i32.const 8))))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $pieces)))
        (local.set $length (i32.load offset=4 (local.get $piece)))
        (if (i32.and (i32.eq (local.get $fd) (i32.const 2)) (i32.ne (local.get $length) (i32.const 0)))
          (then (call $print (i32.load (local.get $piece)) (local.get $length))))
        (local.set $sum (i32.add (local.get $sum) (local.get $length)))
        (local.set $piece (i32.add (local.get $piece) (i32.const 8)))
        (local.set $pieces (i32.sub (local.get $pieces) (i32.const 1)))
        (br $next)))
    (i32.store (local.get $written) (local.get $sum))
    (i32.const 0))

  ;; Standard input is at its end.
  (func (export "fd_read") (param $fd i32) (param i32 i32) (param $read i32) (result i32)
    (if (local.get $fd)
      (then (return (i32.const 8))))
    (i32.store (local.get $read) (i32.const 0))
    (i32.const 0))

  ;; The standard streams are character devices with every right, so that libraries write lines as they come.
  (func (export "fd_fdstat_get") (param $fd i32) (param $out i32) (result i32)
    (if (i32.eqz (call $is_standard (local.get $fd)))
      (then (return (i32.const 8))))
    (i64.store (local.get $out) (i64.const 2))
    (i64.store offset=8 (local.get $out) (i64.const -1))
    (i64.store offset=16 (local.get $out) (i64.const -1))
    (i32.const 0))

  ;; When a subscription to a clock is over; one to a stream is at once.
  (func $due (param $subscription i32) (result i64)
    (local $timeout i64)
    (if (i32.load8_u offset=8 (local.get $subscription))
      (then (return (global.get $now))))
    (local.set $timeout (i64.load offset=24 (local.get $subscription)))
    (if (i32.and (i32.load16_u offset=40 (local.get $subscription)) (i32.const 1))
      (then (return (local.get $timeout))))
    (local.set $timeout (i64.add (global.get $now) (local.get $timeout)))
    ;; For ever, if the sum does not fit.
    (select (i64.const -1) (local.get $timeout) (i64.lt_u (local.get $timeout) (global.get $now))))

  ;; Waits until the first of several subscriptions (48 bytes each) is due, and writes an event (32 bytes) for each
  ;; that is due then.
  (func (export "poll_oneoff")
    (param $subscriptions i32) (param $event i32) (param $count i32) (param $events i32) (result i32)
    (local $subscription i32)
    (local $end i32)
    (local $first i64)
    (local $due i64)
    (local $found i32)
    (if (i32.eqz (local.get $count))
      (then (return (i32.const 28))))
    (local.set $end
      (i32.add (local.get $subscriptions) (i32.mul (local.get $count) (i32.const 48))))
    (local.set $first (i64.const -1))
    (local.set $subscription (local.get $subscriptions))
    (loop $next
      (local.set $due (call $due (local.get $subscription)))
      (if (i64.lt_u (local.get $due) (local.get $first))
        (then (local.set $first (local.get $due))))
      (local.set $subscription (i32.add (local.get $subscription) (i32.const 48)))
      (br_if $next (i32.lt_u (local.get $subscription) (local.get $end))))
    (if (i64.lt_u (local.get $first) (global.get $now))
      (then (local.set $first (global.get $now))))
    (local.set $subscription (local.get $subscriptions))
    (loop $next
      (if (i64.le_u (call $due (local.get $subscription)) (local.get $first))
        (then
          (i64.store (local.get $event) (i64.load (local.get $subscription)))
          (i64.store offset=8 (local.get $event) (i64.const 0))
          (i32.store8 offset=10 (local.get $event) (i32.load8_u offset=8 (local.get $subscription)))
          (i64.store offset=16 (local.get $event) (i64.const 0))
          (i64.store offset=24 (local.get $event) (i64.const 0))
          (local.set $event (i32.add (local.get $event) (i32.const 32)))
          (local.set $found (i32.add (local.get $found) (i32.const 1)))))
      (local.set $subscription (i32.add (local.get $subscription) (i32.const 48)))
      (br_if $next (i32.lt_u (local.get $subscription) (local.get $end))))
    (global.set $now (local.get $first))
    (i32.store (local.get $events) (local.get $found))
    (i32.const 0))

  ;; There is nothing else to be had: no file is open, and none can be opened.
  (func (export "fd_close") (export "fd_datasync") (export "fd_sync") (param i32) (result i32)
    (i32.const 8))
  (func (export "fd_fdstat_set_flags") (export "fd_filestat_get") (export "fd_prestat_get") (export "fd_renumber")
    (export "fd_tell") (export "sock_shutdown") (param i32 i32) (result i32)
    (i32.const 8))
  (func (export "fd_prestat_dir_name") (export "sock_accept") (param i32 i32 i32) (result i32)
    (i32.const 8))
  (func (export "sock_send") (param i32 i32 i32 i32 i32) (result i32)
    (i32.const 8))
  (func (export "sock_recv") (param i32 i32 i32 i32 i32 i32) (result i32)
    (i32.const 8))
  (func (export "fd_filestat_set_size") (param i32 i64) (result i32)
    (i32.const 8))
  (func (export "fd_allocate") (export "fd_fdstat_set_rights") (param i32 i64 i64) (result i32)
    (i32.const 8))
  (func (export "fd_advise") (export "fd_filestat_set_times") (param i32 i64 i64 i32) (result i32)
    (i32.const 8))
  (func (export "fd_seek") (param i32 i64 i32 i32) (result i32)
    (i32.const 8))
  (func (export "fd_pread") (export "fd_pwrite") (export "fd_readdir") (param i32 i32 i32 i64 i32) (result i32)
    (i32.const 8))
  (func (export "path_create_directory") (export "path_remove_directory") (export "path_unlink_file")
    (param i32 i32 i32) (result i32)
    (i32.const 76))
  (func (export "path_filestat_get") (export "path_symlink") (param i32 i32 i32 i32 i32) (result i32)
    (i32.const 76))
  (func (export "path_readlink") (export "path_rename") (param i32 i32 i32 i32 i32 i32) (result i32)
    (i32.const 76))
  (func (export "path_link") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
    (i32.const 76))
  (func (export "path_filestat_set_times") (param i32 i32 i32 i32 i64 i64 i32) (result i32)
    (i32.const 76))
  (func (export "path_open") (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)
    (i32.const 76)))
