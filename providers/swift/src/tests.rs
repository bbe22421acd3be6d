//! Whole plans, and the rules that differ between the editions.

use crate::Swift;
use plugpacks_sdk::PartialPlan;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

fn plan(app: &FakeApp) -> PartialPlan {
    app.plan::<Swift>().unwrap().unwrap()
}

fn archive(app: &FakeApp) -> String {
    plan(app).phases.into_iter().find_map(|phase| phase.nixpkgs_archive).unwrap()[..6].to_owned()
}

fn image(app: &FakeApp) -> Option<String> {
    plan(app).build_image
}

fn start(app: &FakeApp) -> String {
    plan(app).start.unwrap().command.unwrap()
}

/// An app with a manifest and a `main.swift`.
fn with(app: FakeApp, manifest: &str) -> FakeApp {
    app.file("Package.swift", manifest).file("Sources/shop/main.swift", "")
}

#[test]
fn the_page_names_everything() {
    assert_page_matches::<Swift>(include_str!("../README.md"));
}

#[test]
fn a_package_under_nixpacks() {
    let app = with(FakeApp::nixpacks(), "// swift-tools-version:5.4\n");
    assert!(app.detect::<Swift>().unwrap());
    insta::assert_snapshot!(app.plan_text::<Swift>(), @r#"
    {
      "phases": {
        "build": {
          "cmds": [
            "CC=clang++ swift build -c release --static-swift-stdlib",
            "cp ./.build/release/shop ./shop && rm -rf ./.build"
          ],
          "dependsOn": [
            "install"
          ]
        },
        "install": {
          "cmds": [
            "swift package resolve"
          ],
          "dependsOn": [
            "setup"
          ],
          "onlyIncludeFiles": [
            "Package.swift"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "coreutils",
            "swift",
            "clang",
            "zlib",
            "zlib.dev"
          ],
          "nixpkgsArchive": "c82b46413401efa740a0b994f52e9903a4f6dcd5"
        }
      },
      "start": {
        "cmd": "./shop"
      }
    }
    "#);
}

#[test]
fn a_package_under_2026_11() {
    let app = with(FakeApp::new(), "// swift-tools-version:5.9\n").file("Package.resolved", "{}");
    assert!(app.detect::<Swift>().unwrap());
    insta::assert_snapshot!(app.plan_text::<Swift>(), @r#"
    {
      "buildImage": "swift:6.2-noble",
      "phases": {
        "build": {
          "cmds": [
            "swift build -c release --static-swift-stdlib",
            "cp ./.build/release/shop ./shop && rm -rf ./.build"
          ],
          "dependsOn": [
            "install"
          ]
        },
        "install": {
          "cmds": [
            "swift package resolve"
          ],
          "dependsOn": [
            "setup"
          ],
          "excludeFiles": [
            ".build"
          ],
          "onlyIncludeFiles": [
            "Package.swift",
            "Package.resolved"
          ]
        },
        "setup": {}
      },
      "start": {
        "cmd": "./shop"
      }
    }
    "#);
    assert_eq!(app.warnings(), [] as [&str; 0]);
}

#[test]
fn versions_under_nixpacks_have_to_be_in_the_table() {
    let app = || with(FakeApp::nixpacks(), "// swift-tools-version:5.4.2\n");
    assert_eq!(archive(&app()), "c82b46");
    assert_eq!(archive(&app().file(".swift-version", " 3.1 \n5.4\n")), "aeaa79");
    assert_eq!(archive(&app().file(".swift-version", "")), "9957cd");
    assert_eq!(archive(&app().file(".swift-version", "6.0")), "9957cd");
}

#[test]
fn programs_under_nixpacks() {
    let started = |app: FakeApp| start(&app.file("Package.swift", ""));
    let app = || FakeApp::nixpacks();
    assert_eq!(started(app().file("Sources/b/c/main.swift", "")), "./b");
    assert_eq!(started(app().file("Sources/main.swift", "")), "./main.swift");
    assert_eq!(started(app().named("Sources").file("Sources/b/main.swift", "")), "./Sources");
    for broken in [app(), app().file("Sources/x.build/main.swift", ""), app().file("src/Sources/a/main.swift", "")] {
        let error = broken.file("Package.swift", "").plan::<Swift>().unwrap_err();
        assert_eq!(error.message(), "Your swift app doesn't have a main.swift file");
    }
}

#[test]
fn a_tools_version_is_a_minimum_under_2026_11() {
    let image_for = |manifest: &str| image(&with(FakeApp::new(), manifest));
    for manifest in ["", "// swift-tools-version:4.2", "//swift-tools-version: 5.10.1", "// swift-tools-version:6.0"] {
        assert_eq!(image_for(manifest).as_deref(), Some("swift:6.2-noble"), "{manifest}");
    }
    assert_eq!(archive(&with(FakeApp::new(), "// swift-tools-version:3.1")), "8414d8");
    let app = with(FakeApp::new(), "// swift-tools-version:6.9");
    insta::assert_snapshot!(app.plan_text::<Swift>(), @r#"
    {
      "causes": [],
      "error": "Swift \"6.9\", asked for by the tools version of Package.swift, is not available",
      "hint": "Available versions: 3.1, 4.0, 4.1, 4.2, 5.0, 5.1, 5.4, 5.5, 5.6, 5.7, 5.8, 5.9, 5.10, 6.0, 6.1, 6.2"
    }
    "#);
}

#[test]
fn a_version_that_is_asked_for_is_exact_under_2026_11() {
    let app = with(FakeApp::new(), "// swift-tools-version:5.4").file(".swift-version", "5.4.2\n");
    assert_eq!(archive(&app), "c82b46");
    assert_eq!(app.warnings(), ["Swift 5.4 gets no security fixes since 2021-09-20; move to 6.2"]);
    let app = app.variable("NIXPACKS_SWIFT_VERSION", "6.1");
    assert_eq!(image(&app).as_deref(), Some("swift:6.1-noble"));
    let app = app.variable("NIXPACKS_SWIFT_VERSION", "swift-5.2-RELEASE");
    let error = app.plan::<Swift>().unwrap_err();
    assert_eq!(error.message(), "Swift \"swift-5.2-RELEASE\", asked for by NIXPACKS_SWIFT_VERSION, is not available");
}

#[test]
fn packages_of_the_user_need_a_swift_from_nixpkgs() {
    let app = |tools: &str| with(FakeApp::new(), tools).variable("NIXPACKS_PKGS", "jq");
    assert_eq!(archive(&app("// swift-tools-version:5.5")), "9957cd");
    let new = app("// swift-tools-version:5.9");
    assert_eq!(image(&new).as_deref(), Some("swift:6.2-noble"));
    assert!(new.warnings()[0].starts_with("The packages of NIXPACKS_PKGS cannot be installed"), "{:?}", new.warnings());
}

#[test]
fn programs_under_2026_11() {
    let app = |manifest: &str| FakeApp::new().named("Sources").file("Package.swift", manifest);
    let targets = ".executableTarget(name: \"App\"), .executableTarget(name: \"Tool\")";
    let several = app(targets).file("Sources/App/App.swift", "@main");
    assert_eq!(start(&several), "./App");
    assert_eq!(several.warnings(), ["App is started; there are also Tool"]);
    let product = format!("products: [.executable(name: \"shop\", targets: [\"App\"])], {targets}");
    assert_eq!(start(&app(&product)), "./shop");
    assert_eq!(start(&app("").file("Sources/b/main.swift", "")), "./b");
    let error = app("").plan::<Swift>().unwrap_err();
    assert!(error.message().contains("neither an executable in Package.swift nor a main.swift"), "{error}");
}
