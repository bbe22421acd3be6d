//! Nothing is compiled twice: the engine, which the build script and the program both need, takes minutes.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::process::Command;

/// How often each library of a registry is compiled by a command of cargo, as cargo plans it.
fn compiled_libraries(command: &[&str]) -> BTreeMap<String, usize> {
    let output = Command::new(env!("CARGO"))
        .args(command)
        .args(["--unit-graph", "-Z", "unstable-options", "--package", "plugpacks-cli", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        // The graph is not stable yet; this test is all that reads it.
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let graph: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut compiled = BTreeMap::new();
    for unit in graph["units"].as_array().unwrap() {
        let kinds = unit["target"]["crate_types"].as_array().unwrap();
        let package = unit["pkg_id"].as_str().unwrap();
        if unit["mode"] == "build" && kinds.iter().any(|kind| kind == "lib") && package.starts_with("registry+") {
            *compiled.entry(package.rsplit('#').next().unwrap().to_owned()).or_default() += 1;
        }
    }
    compiled
}

#[test]
fn build_script_program_and_tests_share_every_library() {
    for command in [&["build"][..], &["build", "--release"], &["test"]] {
        let compiled = compiled_libraries(command);
        assert!(compiled.keys().any(|library| library.starts_with("wasmtime@")), "no engine in {compiled:?}");
        let twice: Vec<_> = compiled.iter().filter(|(_, times)| **times > 1).collect();
        assert!(
            twice.is_empty(),
            "compiled more than once by {command:?}: {twice:?}; host/Cargo.toml says how features are made the same"
        );
    }
}
