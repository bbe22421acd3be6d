//! Whole plans, and the rules that differ between the editions.

use crate::FSharp;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
use plugpacks_sdk::{ListEdit, PartialPlan};

const WEB: &str = r#"<Project Sdk="Microsoft.NET.Sdk.Web"><TargetFramework>net10.0</TargetFramework></Project>"#;

fn plan(app: &FakeApp) -> PartialPlan {
    app.plan::<FSharp>().unwrap().unwrap()
}

fn package(app: &FakeApp) -> ListEdit {
    plan(app).phases.into_iter().find_map(|phase| phase.nix_packages).unwrap()
}

fn start(app: &FakeApp) -> String {
    plan(app).start.unwrap().command.unwrap()
}

fn only(text: &str) -> ListEdit {
    [text].into_iter().collect()
}

#[test]
fn the_page_names_everything() {
    assert_page_matches::<FSharp>(include_str!("../README.md"));
}

#[test]
fn a_web_app_under_nixpacks() {
    let app = FakeApp::nixpacks().file("Shop.fsproj", WEB);
    assert!(app.detect::<FSharp>().unwrap());
    insta::assert_snapshot!(app.plan_text::<FSharp>(), @r#"
    {
      "phases": {
        "build": {
          "cmds": [
            "dotnet publish --no-restore -c Release -o out"
          ],
          "dependsOn": [
            "install"
          ]
        },
        "install": {
          "cmds": [
            "dotnet restore"
          ],
          "dependsOn": [
            "setup"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "dotnet-sdk"
          ]
        }
      },
      "start": {
        "cmd": "./out/Shop"
      },
      "variables": {
        "ASPNETCORE_ENVIRONMENT": "Production",
        "ASPNETCORE_URLS": "http://0.0.0.0:3000",
        "DOTNET_ROOT": "/nix/var/nix/profiles/default/"
      }
    }
    "#);
}

#[test]
fn a_web_app_under_2026_11() {
    let app = FakeApp::new().file("Shop.fsproj", WEB);
    assert!(app.detect::<FSharp>().unwrap());
    insta::assert_snapshot!(app.plan_text::<FSharp>(), @r#"
    {
      "phases": {
        "build": {
          "cmds": [
            "dotnet publish --no-restore -c Release -o out"
          ],
          "dependsOn": [
            "install"
          ]
        },
        "install": {
          "cmds": [
            "dotnet restore"
          ],
          "dependsOn": [
            "setup"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "dotnet-sdk_10"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "${PORT:+env ASPNETCORE_URLS=http://0.0.0.0:$PORT} ./out/Shop"
      },
      "variables": {
        "ASPNETCORE_ENVIRONMENT": "Production",
        "ASPNETCORE_URLS": "http://0.0.0.0:3000",
        "DOTNET_ROOT": "/nix/var/nix/profiles/default/"
      }
    }
    "#);
    assert_eq!(app.warnings(), [] as [&str; 0]);
}

#[test]
fn an_app_named_so_without_a_project_is_an_error() {
    for app in [FakeApp::nixpacks(), FakeApp::new()] {
        assert_eq!(app.plan::<FSharp>().unwrap_err().message(), "There is no .fsproj file");
    }
}

#[test]
fn the_first_project_is_started_under_nixpacks() {
    let app = FakeApp::nixpacks().file("sub/My.Test.fsproj", "").file("zeta.fsproj", WEB);
    assert_eq!(start(&app), "./out/My.Test");
}

#[test]
fn only_2026_11_asks_for_the_sdk() {
    let files = |app: FakeApp| app.file("a.fsproj", WEB).file("global.json", r#"{"sdk": {"version": "11.0.100"}}"#);
    assert_eq!(package(&files(FakeApp::nixpacks())), only("dotnet-sdk"));
    assert_eq!(package(&files(FakeApp::new())), only("dotnet-sdk_11"));
    let app = files(FakeApp::new()).variable("NIXPACKS_FSHARP_SDK_VERSION", "10");
    assert_eq!(package(&app), only("dotnet-sdk_10"));
}
