//! Says how the program is linked.

// A build script talks to cargo on standard output.
#![allow(clippy::print_stdout)]

/// Links the program at a fixed address: that saves it from adjusting some 40,000 pointers whenever it starts, which
/// takes as long as planning a small app. Libraries, stack, heap and the memories of providers stay at random addresses.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("TARGET").is_ok_and(|target| target.contains("linux-gnu")) {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
