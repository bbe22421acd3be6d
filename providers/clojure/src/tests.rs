//! Whole plans, and the rules that differ between the editions.

use crate::Clojure;
use plugpacks_sdk::ListEdit;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};

fn packages(app: &FakeApp) -> ListEdit {
    app.plan::<Clojure>().unwrap().unwrap().phases.into_iter().find_map(|phase| phase.nix_packages).unwrap()
}

fn list(elements: [&str; 2]) -> ListEdit {
    elements.into_iter().collect()
}

#[test]
fn the_page_names_everything() {
    assert_page_matches::<Clojure>(include_str!("../README.md"));
}

#[test]
fn leiningen_under_nixpacks() {
    let app = FakeApp::nixpacks().file("project.clj", "(defproject shop \"1\")\n");
    assert!(app.detect::<Clojure>().unwrap());
    insta::assert_snapshot!(app.plan_text::<Clojure>(), @r#"
    {
      "phases": {
        "build": {
          "cmds": [
            "lein uberjar; if [ -d /app/target/default+uberjar ]; then find /app/target/default+uberjar -name \"*.jar\" -exec mv -t /app/target/ {} +; fi"
          ],
          "dependsOn": [
            "install",
            "setup"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "leiningen",
            "jdk8"
          ]
        }
      },
      "start": {
        "cmd": "JAR_FILE=$(find /app/target -name \"*-standalone.jar\" -o -name \"*.jar\" ! -name \"*-SNAPSHOT.jar\" | head -n 1) && bash -c \"java $JAVA_OPTS -jar $JAR_FILE\""
      }
    }
    "#);
}

#[test]
fn tools_build_under_2026_11() {
    let app = FakeApp::new().file("project.clj", "").file("build.clj", "(defn uber [_])\n(b/uber {:main 'shop.main})");
    insta::assert_snapshot!(app.plan_text::<Clojure>(), @r#"
    {
      "phases": {
        "build": {
          "cacheDirectories": [
            "/root/.gitlibs",
            "/root/.m2/repository"
          ],
          "cmds": [
            "clojure -T:build uber"
          ],
          "dependsOn": [
            "install",
            "setup"
          ]
        },
        "install": {
          "cacheDirectories": [
            "/root/.gitlibs",
            "/root/.m2/repository"
          ],
          "cmds": [
            "clojure -P && clojure -P -T:build || echo 'Not all could be fetched: the build tries again'"
          ],
          "dependsOn": [
            "setup"
          ],
          "onlyIncludeFiles": [],
          "onlyVariables": [
            "LEIN_*",
            "CLJ_*",
            "JAVA_*",
            "GIT_*",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "(clojure.override { jdk = jdk25_headless; })",
            "jdk25_headless"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "java $JAVA_OPTS -jar $( (find target -name '*-standalone.jar'; find target -maxdepth 1 -name '*.jar') | head -n 1)",
        "nixPkgs": [
          "jdk25_headless"
        ]
      },
      "variables": {
        "LANG": "C.UTF-8"
      }
    }
    "#);
}

#[test]
fn libraries_without_a_build_are_started_from_their_sources() {
    assert!(!FakeApp::nixpacks().file("deps.edn", "{}").detect::<Clojure>().unwrap());
    assert!(!FakeApp::new().file("deps.edn", "{}").file("package.json", "{}").detect::<Clojure>().unwrap());
    let app = FakeApp::new().file("deps.edn", "{:aliases {:run {:main-opts [\"-m\" \"shop.core\"]}}}");
    assert!(app.detect::<Clojure>().unwrap());
    assert_eq!(start(&app), "java $JAVA_OPTS -cp \"$(cat target/class-path)\" clojure.main -m shop.core");
    let text = app.plan_text::<Clojure>();
    assert!(text.contains(r#"clojure -Sdeps '{:mvn/local-repo \"/app/.m2/repository\"}' -A:run -P"#), "{text}");
    let app = app.file("deps.edn", "{}").file("src/shop/core.clj", "(ns shop.core)\n(defn -main [& _])");
    assert!(start(&app).ends_with("clojure.main -m shop.core"));
}

#[test]
fn ring_is_built_by_its_plugin() {
    let builds = |project: &[u8]| FakeApp::new().file("project.clj", project).plan_text::<Clojure>();
    assert!(builds(b":plugins [[LEIN-RING \"0.12\"]]").contains("lein ring uberjar && "));
    assert!(builds(b"[lein-ring\n\"0.12\"]").contains("lein uberjar && "));
    assert!(builds(b"[lein-ring caf\xe9]").contains("lein uberjar && "));
}

#[test]
fn jdks_under_nixpacks() {
    let app = || FakeApp::nixpacks().file("project.clj", "");
    for (text, expected) in [(" 11 \n", "jdk11"), ("latest", "jdk"), ("21", "jdk8"), ("", "jdk8")] {
        assert_eq!(packages(&app().file(".jdk-version", text)), list(["leiningen", expected]), "{text:?}");
    }
    let app = app().file(".jdk-version", b"\xe9");
    assert_eq!(app.plan::<Clojure>().unwrap_err().message(), "Error reading .jdk-version");
    assert_eq!(packages(&app.variable("NIXPACKS_JDK_VERSION", "11")), list(["leiningen", "jdk11"]));
}

#[test]
fn jdks_under_2026_11() {
    let app = || FakeApp::new().file("project.clj", "");
    for (text, expected) in [
        ("17", "jdk17_headless"),
        ("21.0.2-tem", "jdk21_headless"),
        ("latest", "jdk25_headless"),
        ("1.8", "jdk8_headless"),
        ("", "jdk25_headless"),
    ] {
        let tool = format!("(leiningen.override {{ jdk = {expected}; }})");
        assert_eq!(packages(&app().file(".jdk-version", text)), list([&tool, expected]), "{text:?}");
    }
    let error = app().variable("NIXPACKS_JDK_VERSION", "x").plan::<Clojure>().unwrap_err();
    assert_eq!(error.message(), "Java version \"x\" in NIXPACKS_JDK_VERSION cannot be understood");
}

fn start(app: &FakeApp) -> String {
    app.plan::<Clojure>().unwrap().unwrap().start.unwrap().command.unwrap()
}

#[test]
fn the_jar_with_everything_is_started() {
    let project = |text: &str| FakeApp::new().file("project.clj", text);
    let named = project("(defproject a \"1\" :main a.core :uberjar-name \"app.jar\")");
    assert_eq!(start(&named), "java $JAVA_OPTS -jar $(find target -name 'app.jar' | head -n 1)");
    let template = project("(defproject a \"1\" :main ^:skip-aot a.core)");
    assert_eq!(start(&template), "java $JAVA_OPTS -jar $(find target -name '*-standalone.jar' | head -n 1)");
}

#[test]
fn without_main_the_only_namespace_that_has_one_is_named() {
    let app = FakeApp::new()
        .file("project.clj", "(defproject tally \"1\")")
        .file("src/tally/core.clj", "(ns tally.core\n  (:gen-class))\n(defn -main [& _])");
    assert!(start(&app).ends_with("clojure.main -m tally.core"));
    let app = app.file("src/tally/other.clj", "(ns tally.other)\n(defn -main [& _])");
    assert!(!start(&app).contains("clojure.main"));
    assert!(app.warnings()[0].contains("set `:main`"));
}

#[test]
fn the_function_of_the_build_is_read() {
    let build = |text: &str| FakeApp::new().file("build.clj", text);
    assert!(
        build("(defn clean [_])\n(defn uberjar [_])").plan_text::<Clojure>().contains("clojure -T:build uberjar\"")
    );
    let app = build("(defn jar [_])");
    start(&app);
    assert!(app.warnings()[0].starts_with("build.clj has no function `uber` or `uberjar`, but jar"));
}
