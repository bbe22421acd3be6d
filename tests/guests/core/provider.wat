;; A provider as a core module, with WASI preview 1: what Go, C or Zig compile to, by hand. It knows apps that have a
;; `core.txt`; where there is a `crash`, too, it prints a message and ends itself.
(module
  (import "plugpacks:provider/app@0.1.0" "entry" (func $entry (param i32 i32 i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (global $free (mut i32) (i32.const 4096))

  ;; The description: name, version, summary, one marker, no variables, nothing generated, no last resort.
  (data (i32.const 64) "\00\02\00\00\04\00\00\00" "\10\02\00\00\05\00\00\00" "\20\02\00\00\0d\00\00\00" "\80\00\00\00\01\00\00\00")
  ;; Its marker: a file.
  (data (i32.const 128) "\00\00\00\00\40\02\00\00\08\00\00\00")
  ;; A result: the app is recognised.
  (data (i32.const 160) "\00\00\00\00\01")
  ;; A result: a plan, which has a start, which has a command.
  (data (i32.const 256) "\00\00\00\00\01")
  (data (i32.const 300) "\01\00\00\00\01\00\00\00\60\02\00\00\09\00\00\00")
  ;; What fd_write writes: one piece.
  (data (i32.const 480) "\70\02\00\00\0c\00\00\00")

  (data (i32.const 512) "core")
  (data (i32.const 528) "0.1.0")
  (data (i32.const 544) "A core module")
  (data (i32.const 576) "core.txt")
  (data (i32.const 592) "crash")
  (data (i32.const 608) "echo core")
  (data (i32.const 624) "told to end\n")

  (func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (global.set $free (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.get $free)
    (global.set $free (i32.add (global.get $free) (local.get $size))))
  (func (export "plugpacks:provider/provider-guest@0.1.0#describe") (param i32 i32) (result i32)
    (i32.const 64))
  (func (export "plugpacks:provider/provider-guest@0.1.0#detect") (result i32)
    (i32.const 160))
  (func (export "plugpacks:provider/provider-guest@0.1.0#plan") (result i32)
    (call $entry (i32.const 592) (i32.const 5) (i32.const 704))
    ;; A result that is no error: 1 is a file.
    (if (i32.eq (i32.load8_u (i32.const 712)) (i32.const 1))
      (then
        (drop (call $fd_write (i32.const 2) (i32.const 480) (i32.const 1) (i32.const 496)))
        (call $proc_exit (i32.const 3))))
    (i32.const 256)))
