//! Whole plans, and what is not a shell app.

use crate::Shell;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

fn start(app: &FakeApp) -> String {
    app.plan::<Shell>().unwrap().unwrap().start.unwrap().command.unwrap()
}

#[test]
fn the_page_names_everything() {
    assert_page_matches::<Shell>(include_str!("../README.md"));
}

#[test]
fn a_script_makes_an_app() {
    for script in ["start.sh", "run.sh"] {
        assert!(FakeApp::new().file(script, "").detect::<Shell>().unwrap());
        assert!(!FakeApp::nixpacks().file(script, "").detect::<Shell>().unwrap());
    }
    assert!(!FakeApp::new().file("bin/start.sh", "").detect::<Shell>().unwrap());
}

#[test]
fn the_only_directory_may_be_the_app() {
    let app = FakeApp::new().file("run.sh", "").directory(".git");
    assert!(!app.file("web/package.json", "{}").detect::<Shell>().unwrap());
    let app = FakeApp::new().file("run.sh", "").file("lib/functions.sh", "");
    assert!(app.detect::<Shell>().unwrap());
    assert!(app.file("web/package.json", "{}").detect::<Shell>().unwrap(), "which of two directories is not known");
}

#[test]
fn a_bash_app() {
    let app = FakeApp::new().file("start.sh", "#!/usr/bin/env -S bash -eu\n").file("run.sh", "");
    insta::assert_snapshot!(app.plan_text::<Shell>(), @r#"
    {
      "phases": {
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "bash",
            "coreutils"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "bash -eu start.sh",
        "nixPkgs": [
          "bash",
          "coreutils"
        ]
      }
    }
    "#);
    assert_eq!(app.reasons(), ["script: start.sh is there", "interpreter: bash from package bash"]);
}

#[test]
fn a_zsh_app_has_bash_for_its_start_command() {
    let app = FakeApp::new().file("run.sh", "#!/bin/zsh\n");
    insta::assert_snapshot!(app.plan_text::<Shell>(), @r#"
    {
      "phases": {
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "bash",
            "coreutils",
            "zsh"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "zsh run.sh",
        "nixPkgs": [
          "bash",
          "coreutils",
          "zsh"
        ]
      }
    }
    "#);
}

#[test]
fn under_nixpacks_there_is_no_such_provider() {
    insta::assert_snapshot!(FakeApp::nixpacks().file("start.sh", "").plan_text::<Shell>(), @r#"
    {
      "causes": [],
      "error": "Provider shell not found",
      "hint": "It is known from edition 2026.11 on; this is edition nixpacks"
    }
    "#);
}

#[test]
fn a_variable_names_the_script() {
    let app = FakeApp::new().file("start.sh", "").file("my app.sh", "#!/bin/sh\n");
    assert_eq!(start(&app.variable("NIXPACKS_SHELL_SCRIPT", "my app.sh")), "sh 'my app.sh'");
    let error = FakeApp::new().variable("NIXPACKS_SHELL_SCRIPT", "gone.sh").plan::<Shell>().unwrap_err();
    assert_eq!(error.message(), "There is no file \"gone.sh\", asked for by NIXPACKS_SHELL_SCRIPT");
    let error = FakeApp::new().plan::<Shell>().unwrap_err();
    assert_eq!(error.message(), "There is neither start.sh nor run.sh");
}

#[test]
fn an_interpreter_without_a_package_is_a_warning() {
    let app = FakeApp::new().file("run.sh", "#!/usr/bin/env nu\n");
    assert_eq!(start(&app), "nu run.sh");
    assert_eq!(
        app.warnings(),
        ["run.sh is run by nu, which is not installed: add its package to phases.setup.nixPkgs, behind \"...\""]
    );
}
