//! Whole plans, and the rules that differ between the editions.

use crate::Scala;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

fn app(build: &str) -> FakeApp {
    FakeApp::new().file("build.sbt", build)
}

fn start(app: &FakeApp) -> String {
    app.plan::<Scala>().unwrap().unwrap().start.unwrap().command.unwrap()
}

#[test]
fn the_page_names_everything() {
    assert_page_matches::<Scala>(include_str!("../README.md"));
}

#[test]
fn an_app_under_nixpacks() {
    let app = FakeApp::nixpacks().file("build.sbt", "name := \"shop\"\n");
    assert!(app.detect::<Scala>().unwrap());
    insta::assert_snapshot!(app.plan_text::<Scala>(), @r#"
    {
      "phases": {
        "build": {
          "cacheDirectories": [
            "/root/.cache/coursier",
            "/root/.ivy2/cache",
            "/root/.sbt"
          ],
          "cmds": [
            "sbt stage"
          ],
          "dependsOn": [
            "install",
            "setup"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "(sbt.override { jre = jdk17; })"
          ]
        }
      },
      "start": {
        "cmd": "./target/universal/stage/bin/main",
        "onlyIncludeFiles": [
          "./target/universal"
        ],
        "runImage": "eclipse-temurin:17.0.9_9-jre-jammy"
      }
    }
    "#);
}

#[test]
fn an_app_under_2026_11() {
    let app = app("name := \"My Shop\"\n").variable("NIXPACKS_JDK_VERSION", "21");
    insta::assert_snapshot!(app.changes_since_nixpacks::<Scala>(), @r#"
    phases.setup.nixPkgs: ["(sbt.override { jre = jdk21; })"] -> ["(sbt.override { jre = jdk21_headless; })"]
    phases.setup.nixpkgsArchive: nothing -> "b25309931cfda5f0b8805f462a29897eeae50168"
    start.cmd: "./target/universal/stage/bin/main" -> "./target/universal/stage/bin/my-shop"
    start.nixPkgs: nothing -> ["jdk21_headless"]
    start.runImage: "eclipse-temurin:21.0.1_12-jre-jammy" -> nothing
    "#);
}

#[test]
fn without_a_build_there_is_no_plan() {
    for app in [FakeApp::nixpacks(), FakeApp::new()] {
        assert!(!app.detect::<Scala>().unwrap());
        assert_eq!(app.plan::<Scala>().unwrap(), None);
    }
}

#[test]
fn jdks_under_nixpacks() {
    let image = |version: &str| {
        let app = FakeApp::nixpacks().file("build.sbt", "").variable("NIXPACKS_JDK_VERSION", version);
        app.plan::<Scala>().map(|plan| plan.unwrap().start.unwrap().run_image.unwrap())
    };
    assert_eq!(image("08").unwrap(), "eclipse-temurin:8u392-b08-jre-jammy");
    assert_eq!(image("22").unwrap(), "eclipse-temurin:17.0.9_9-jre-jammy");
    let error = image("lts").unwrap_err();
    assert_eq!(error.message(), "NIXPACKS_JDK_VERSION is no version: \"lts\"");
    assert_eq!(error.causes(), ["invalid digit found in string"]);
}

#[test]
fn jdks_under_2026_11() {
    let error = app("").variable("NIXPACKS_JDK_VERSION", "22").plan::<Scala>().unwrap_err();
    assert_eq!(error.message(), "Java \"22\", asked for by NIXPACKS_JDK_VERSION, is not available");
    let old = app("").file(".java-version", "19\n");
    let start = old.plan::<Scala>().unwrap().unwrap().start.unwrap();
    assert_eq!((start.run_image, start.nix_packages), (None, Some(["jdk"].into_iter().collect())));
    assert_eq!(old.warnings(), ["Java 19 gets no security fixes since 2023-03-21; move to 17"]);
}

#[test]
fn the_name_of_the_script() {
    let script = |app: &FakeApp| start(app).rsplit('/').next().map(str::to_owned).unwrap();
    assert_eq!(script(&app("")), "main");
    assert_eq!(script(&app("name := \"shop\"\nexecutableScriptName := \"server\"\n")), "server");
    assert_eq!(script(&app("name := \"shop\"\n// executableScriptName := \"server\"\n")), "shop");
    assert_eq!(script(&app("a.settings(name := \"a\")\nb.settings(name := \"b\")\n")), "main");
    let elsewhere = app("name := \"shop\"\n").file("project/Common.scala", "val s = executableScriptName := \"web\"");
    assert_eq!(script(&elsewhere), "web");
}
