//! Every example app has its plan, under every edition, as a snapshot.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use support::{plugpacks, repository};
use tempfile::TempDir;

#[test]
fn plans_of_the_example_apps() {
    let cache = TempDir::new().unwrap();
    let directory = repository().join("examples/apps");
    let mut apps: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    apps.sort();
    assert!(!apps.is_empty());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _guard = settings.bind_to_scope();
    for app in apps {
        let name = app.file_name().unwrap().to_str().unwrap().to_owned();
        for edition in ["nixpacks", "2026.11"] {
            let run = |command: &str| {
                let output =
                    plugpacks(cache.path()).arg(command).arg(&app).args(["--edition", edition]).output().unwrap();
                assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
                String::from_utf8(output.stdout).unwrap()
            };
            let text = format!("providers: {}\n{}", run("detect").trim(), run("plan"));
            insta::assert_snapshot!(format!("{name}@{edition}"), text);
        }
    }
}
