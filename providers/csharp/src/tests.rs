//! What this language has of its own; the rest is tested in the SDK.

use crate::CSharp;
use plugpacks_sdk::ListEdit;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

fn package(app: &FakeApp) -> ListEdit {
    let plan = app.plan::<CSharp>().unwrap().unwrap();
    plan.phases.into_iter().find_map(|phase| phase.nix_packages).unwrap()
}

fn only(text: &str) -> ListEdit {
    [text].into_iter().collect()
}

#[test]
fn the_page_names_everything() {
    assert_page_matches::<CSharp>(include_str!("../README.md"));
}

#[test]
fn a_project_is_recognised_and_its_program_started() {
    for app in [FakeApp::nixpacks(), FakeApp::new()] {
        let app = app.file("src/Shop.csproj", "<OutputType>Exe</OutputType>");
        assert!(app.detect::<CSharp>().unwrap());
        assert!(app.plan_text::<CSharp>().contains("./out/Shop"));
    }
    let error = FakeApp::new().file("Shop.fsproj", "").plan::<CSharp>().unwrap_err();
    assert_eq!(error.message(), "There is no .csproj file");
}

#[test]
fn the_sdk_under_nixpacks() {
    let app = || FakeApp::nixpacks().file("a.csproj", "");
    let with = |json: &str| package(&app().file("global.json", json));
    assert_eq!(with(r#"{"sdk": {"version": "8.0.100"}}"#), only("dotnet-sdk_8"));
    assert_eq!(with(r#"{"sdk": {"version": "300"}}"#), only("dotnet-sdk"));
    assert_eq!(with(r#"{"sdk": {"version": "6.0"}}"#), only("dotnet-sdk"));
    assert_eq!(with("{}"), only("dotnet-sdk"));
    let app = app().variable("NIXPACKS_CSHARP_SDK_VERSION", "9.0");
    assert_eq!(package(&app), only("dotnet-sdk_9"));
    let error = app.file("global.json", "{").plan::<CSharp>().unwrap_err();
    assert_eq!(error.message(), "Error reading global.json as JSON");
}

#[test]
fn the_variable_names_the_sdk_under_2026_11() {
    let app = FakeApp::new().file("a.csproj", "").variable("NIXPACKS_CSHARP_SDK_VERSION", "9");
    assert_eq!(package(&app), only("dotnet-sdk_9"));
}
