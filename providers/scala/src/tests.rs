//! Whole plans, and the rules that differ between the editions.

use crate::Scala;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
use plugpacks_sdk::{Needs, RunTime, StartFile};

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
    let app = app(&packaged("name := \"My Shop\"\n")).variable("NIXPACKS_JDK_VERSION", "21");
    insta::assert_snapshot!(app.changes_since_nixpacks::<Scala>(), @r#"
    phases.install.cacheDirectories: nothing -> ["/root/.cache/coursier","/root/.ivy2/cache","/root/.sbt"]
    phases.install.cmds: nothing -> ["sbt update || echo 'Not all could be fetched: the build tries again'"]
    phases.install.dependsOn: nothing -> ["setup"]
    phases.install.onlyIncludeFiles: nothing -> ["build.sbt"]
    phases.install.onlyVariables: nothing -> ["SBT_*","JAVA_*","COURSIER_*","HTTP_PROXY","HTTPS_PROXY","NO_PROXY"]
    phases.setup.nixPkgs: ["(sbt.override { jre = jdk21; })"] -> ["(sbt.override { jre = jdk21_headless; })"]
    phases.setup.nixpkgsArchive: nothing -> "b25309931cfda5f0b8805f462a29897eeae50168"
    start.cmd: "./target/universal/stage/bin/main" -> "./target/universal/stage/bin/my-shop"
    start.nixPkgs: nothing -> ["jdk21_headless","gawk"]
    start.onlyIncludeFiles: ["./target/universal"] -> ["./target/universal/stage/lib","./target/universal/stage/bin"]
    start.runImage: "eclipse-temurin:21.0.1_12-jre-jammy" -> nothing
    variables.LANG: nothing -> "C.UTF-8"
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
        app.plan::<Scala>().map(|plan| plan.unwrap().start.unwrap().run_time)
    };
    let other = |image: &str| RunTime::OtherImage(image.into());
    assert_eq!(image("08").unwrap(), other("eclipse-temurin:8u392-b08-jre-jammy"));
    assert_eq!(image("22").unwrap(), other("eclipse-temurin:17.0.9_9-jre-jammy"));
    let error = image("lts").unwrap_err();
    assert_eq!(error.message(), "NIXPACKS_JDK_VERSION is no version: \"lts\"");
    assert_eq!(error.causes(), ["invalid digit found in string"]);
}

#[test]
fn jdks_under_2026_11() {
    let error = app("").variable("NIXPACKS_JDK_VERSION", "22").plan::<Scala>().unwrap_err();
    assert_eq!(error.message(), "Java \"22\", asked for by NIXPACKS_JDK_VERSION, is not available");
    let old = app(&packaged("")).file(".java-version", "19\n");
    let start = old.plan::<Scala>().unwrap().unwrap().start.unwrap();
    assert_eq!(start.run_time, RunTime::Only(Needs::packages(["jdk", "gawk"])));
    assert_eq!(old.warnings(), ["Java 19 gets no security fixes since 2023-03-21; move to 21"]);
}

#[test]
fn the_name_of_the_script() {
    let script = |app: &FakeApp| start(app).rsplit('/').next().map(str::to_owned).unwrap();
    assert_eq!(script(&app(&packaged("name := \"shop\"\nexecutableScriptName := \"server\"\n"))), "server");
    assert_eq!(
        script(&app(&packaged("name := \"\"\"My Shop\"\"\"\n// executableScriptName := \"server\"\n"))),
        "my-shop"
    );
    let elsewhere =
        app(&packaged("name := \"shop\"\n")).file("project/Common.scala", "val s = executableScriptName := \"web\"");
    assert_eq!(script(&elsewhere), "web");
    assert_eq!(
        start(&app(&packaged(""))),
        "$(find ./target -path '*/universal/stage/bin/*' ! -name '*.bat' | sort | head -n 1)"
    );
}

/// A build with the packager.
fn packaged(text: &str) -> String {
    format!("enablePlugins(JavaAppPackaging)\n{text}")
}

fn commands(app: &FakeApp) -> String {
    let plan = app.plan::<Scala>().unwrap().unwrap();
    format!("{:?}", plan.phases.into_iter().find(|phase| phase.name == "build").unwrap().commands)
}

const SERVER: &str = "object Main {\n  def main(args: Array[String]): Unit = HttpServer.create()\n}\n";

#[test]
fn of_several_classes_the_one_that_serves_is_started() {
    let app = app(&packaged("name := \"harbour\"\n"))
        .file("src/main/scala/Main.scala", SERVER)
        .file("src/main/scala/Import.scala", "package tools\nobject Import extends App {}\n");
    assert_eq!(start(&app), "./target/universal/stage/bin/harbour -main Main");
}

#[test]
fn of_several_projects_the_one_with_the_packager_is_built() {
    let build = "lazy val core = project\nlazy val api = (project in file(\"services/api\"))\n  .enablePlugins(JavaAppPackaging)\n\
                 lazy val root = (project in file(\".\")).aggregate(core, api)\n";
    let app = app(build).file("services/api/build.sbt", "name := \"Quay\"\n");
    assert!(commands(&app).contains("sbt api/stage"));
    assert_eq!(start(&app), "./services/api/target/universal/stage/bin/quay");
}

#[test]
fn other_packagers() {
    let assembly = || {
        app("name := \"ferry\"\n")
            .file("project/plugins.sbt", "addSbtPlugin(\"com.eed3si9n\" % \"sbt-assembly\" % \"2.3.1\")")
    };
    assert!(commands(&assembly()).contains("\"sbt assembly\""));
    assert_eq!(start(&assembly()), "java $JAVA_OPTS -jar $(find target -name '*-assembly-*.jar' | head -n 1)");
    let none = app("name := \"ferry\"\n");
    assert!(commands(&none).contains("sbt-native-packager"));
    assert!(none.warnings()[0].contains("sbt-native-packager (JavaAppPackaging) is added"));
    let newer = app(&packaged("name := \"a\"\n")).file("project/build.properties", "sbt.version=2.0.8\n");
    assert!(start(&newer).starts_with("$(find ./target -path"));
    let files = newer.plan::<Scala>().unwrap().unwrap().start.unwrap().files;
    assert_eq!(files, [StartFile::App("./target".into())]);
}

#[test]
fn play_is_told_what_it_needs() {
    let app = app(
        "lazy val root = (project in file(\".\")).enablePlugins(PlayScala).settings(name := \"\"\"meal-plan\"\"\")\n",
    );
    assert_eq!(
        start(&app),
        "./target/universal/stage/bin/meal-plan -Dhttp.port=${PORT:-8080} -Dpidfile.path=/dev/null \
         -Dplay.http.secret.key=\"${APPLICATION_SECRET:-$(head -c 32 /dev/urandom | base64)}\" -Dplay.filters.hosts.allowed.0=."
    );
    assert!(app.warnings()[0].starts_with("Play has no secret"));
}

#[test]
fn the_java_of_a_build() {
    let package = |build: &str| start_packages(&app(&packaged(build)));
    assert_eq!(package("")[0], "jdk21_headless");
    assert_eq!(package("scalacOptions += \"-release:25\"\n")[0], "jdk25_headless");
    assert_eq!(package("scalaVersion := \"2.13.8\"\n")[0], "jdk17_headless");
}

fn start_packages(app: &FakeApp) -> Vec<String> {
    app.plan::<Scala>().unwrap().unwrap().start.unwrap().run_time.needs().unwrap().nix_packages.clone()
}

#[test]
fn sources_of_scala_cli() {
    let app = FakeApp::new().file("project.scala", "//> using scala 3.3.6\n//> using dep com.lihaoyi::cask:0.11.3\n");
    assert!(app.detect::<Scala>().unwrap());
    assert_eq!(start(&app), "java $JAVA_OPTS -jar app.jar");
    let text = app.plan_text::<Scala>();
    assert!(text.contains("scala-cli --power package . --assembly --server=false --force -o app.jar"), "{text}");
    assert!(app.warnings()[0].starts_with("Cask listens on 127.0.0.1"), "{:?}", app.warnings());
    let newer = FakeApp::new().file("Main.scala", "//> using jvm temurin:25\n");
    assert!(newer.plan_text::<Scala>().contains("jdk25_headless"));
    assert!(!FakeApp::new().file("Main.scala", "object Main").detect::<Scala>().unwrap());
}

#[test]
fn a_build_of_mill() {
    let app = FakeApp::new()
        .file(
            "build.mill",
            "//| mill-version: 1.1.0\nobject server extends ScalaModule {\n  def scalaVersion = \"3.3.6\"\n}\n",
        )
        .file("server/src/Main.scala", SERVER);
    assert!(app.detect::<Scala>().unwrap());
    insta::assert_snapshot!(app.plan_text::<Scala>(), @r#"
    {
      "phases": {
        "build": {
          "cacheDirectories": [
            "/root/.cache/coursier",
            "/root/.cache/mill"
          ],
          "cmds": [
            "mill --no-daemon server.assembly"
          ],
          "dependsOn": [
            "install",
            "setup"
          ]
        },
        "install": {
          "cacheDirectories": [
            "/root/.cache/coursier",
            "/root/.cache/mill"
          ],
          "cmds": [
            "mill --no-daemon __.prepareOffline || echo 'Not all could be fetched: the build tries again'"
          ],
          "dependsOn": [
            "setup"
          ],
          "onlyIncludeFiles": [
            "build.mill"
          ],
          "onlyVariables": [
            "MILL_*",
            "JAVA_*",
            "COURSIER_*",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "jdk21_headless",
            "mill"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "java $JAVA_OPTS -jar out/server/assembly.dest/out.jar",
        "nixPkgs": [
          "jdk21_headless"
        ]
      },
      "variables": {
        "LANG": "C.UTF-8"
      }
    }
    "#);
}
