//! What this language has of its own; the rest is tested in the SDK.

use crate::FSharp;
use plugpacks_sdk::ListEdit;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

fn package(app: &FakeApp) -> ListEdit {
    let plan = app.plan::<FSharp>().unwrap().unwrap();
    plan.phases.into_iter().find_map(|phase| phase.nix_packages).unwrap()
}

fn only(text: &str) -> ListEdit {
    [text].into_iter().collect()
}

#[test]
fn the_page_names_everything() {
    assert_page_matches::<FSharp>(include_str!("../README.md"));
}

#[test]
fn a_project_is_recognised_and_its_program_started() {
    for app in [FakeApp::nixpacks(), FakeApp::new()] {
        let app = app.file("src/Shop.fsproj", "<OutputType>Exe</OutputType>");
        assert!(app.detect::<FSharp>().unwrap());
        assert!(app.plan_text::<FSharp>().contains("./out/Shop"));
    }
    let error = FakeApp::new().file("Shop.csproj", "").plan::<FSharp>().unwrap_err();
    assert_eq!(error.message(), "There is no .fsproj file");
}

#[test]
fn only_2026_11_asks_for_the_sdk() {
    let files = |app: FakeApp| app.file("a.fsproj", "").file("global.json", r#"{"sdk": {"version": "11.0.100"}}"#);
    assert_eq!(package(&files(FakeApp::nixpacks())), only("dotnet-sdk"));
    assert_eq!(package(&files(FakeApp::new())), only("dotnetCorePackages.sdk_11_0_1xx"));
    let app = files(FakeApp::new()).variable("NIXPACKS_FSHARP_SDK_VERSION", "10");
    assert_eq!(package(&app), only("dotnet-sdk_10"));
}
