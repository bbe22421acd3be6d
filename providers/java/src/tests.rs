//! Whole plans, and the rules that differ between the editions.

mod maven;

use crate::Java;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
use plugpacks_sdk::{ListEdit, PartialPlan, StartFile};

const SPRING_BOOT: &str = "<project><parent><groupId>org.springframework.boot</groupId>\
                           <artifactId>spring-boot-starter-parent</artifactId><version>3.5.1</version></parent>\
                           <artifactId>shop</artifactId><build><plugins><plugin><groupId>org.springframework.boot</groupId>\
                           <artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>";

/// A pom with these elements.
fn pom(elements: &str) -> FakeApp {
    FakeApp::new()
        .file("pom.xml", format!("<project><artifactId>shop</artifactId><version>1.0</version>{elements}</project>"))
}

/// A pom with these properties.
fn properties(elements: &str) -> FakeApp {
    pom(&format!("<properties>{elements}</properties>"))
}

/// A pom with this plugin: its artifact, and what else stands in it.
fn plugin(artifact: &str, elements: &str) -> String {
    format!("<build><plugins><plugin><artifactId>{artifact}</artifactId>{elements}</plugin></plugins></build>")
}

/// A pom's library.
fn library(group: &str, artifact: &str) -> String {
    format!(
        "<dependencies><dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>1.0</version>\
         </dependency></dependencies>"
    )
}

/// The commands of the build.
fn build(app: &FakeApp) -> Vec<String> {
    let phase = plan(app).phases.into_iter().find(|phase| phase.name == "build");
    match phase.and_then(|phase| phase.commands) {
        Some(ListEdit::Replace(commands)) => commands,
        _ => Vec::new(),
    }
}

fn plan(app: &FakeApp) -> PartialPlan {
    app.plan::<Java>().unwrap().unwrap()
}

/// The packages of the setup phase.
fn packages(app: &FakeApp) -> Vec<String> {
    match plan(app).phases.into_iter().find_map(|phase| phase.nix_packages).unwrap() {
        ListEdit::Replace(packages) => packages,
        ListEdit::Extend(_) => panic!("the packages extend nothing"),
    }
}

fn start(app: &FakeApp) -> String {
    plan(app).start.unwrap().command.unwrap()
}

fn wrapper(app: FakeApp, version: &str) -> FakeApp {
    let url = format!("distributionUrl=https\\://services.gradle.org/distributions/gradle-{version}-bin.zip\n");
    app.executable("gradlew", "").file("gradle/wrapper/gradle-wrapper.properties", url)
}

#[test]
fn the_page_names_everything() {
    assert_page_matches::<Java>(include_str!("../README.md"));
}

#[test]
fn spring_boot_on_maven_under_nixpacks() {
    let app = FakeApp::nixpacks().file("pom.xml", SPRING_BOOT);
    assert!(app.detect::<Java>().unwrap());
    insta::assert_snapshot!(app.plan_text::<Java>(), @r#"
    {
      "phases": {
        "build": {
          "cacheDirectories": [
            ".m2/repository"
          ],
          "cmds": [
            "mvn -DoutputFile=target/mvn-dependency-list.log -B -DskipTests clean dependency:list install"
          ],
          "dependsOn": [
            "install",
            "setup"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "jdk17",
            "maven"
          ],
          "nixpkgsArchive": "59dc10b5a6f2a592af36375c68fda41246794b86"
        }
      },
      "start": {
        "cmd": "java -Dserver.port=$PORT $JAVA_OPTS -jar target/*jar"
      }
    }
    "#);
}

#[test]
fn spring_boot_on_maven_under_2026_11() {
    let app = FakeApp::new().file("pom.xml", SPRING_BOOT);
    insta::assert_snapshot!(app.plan_text::<Java>(), @r#"
    {
      "phases": {
        "build": {
          "cacheDirectories": [
            "/root/.m2/repository"
          ],
          "cmds": [
            "mvn -B -DskipTests clean package",
            "java -Djarmode=tools -jar $(ls -1 target/*.jar | grep -vE '(-(sources|javadoc|tests|plain)\\.jar$|/original-)' | head -n 1) extract --force --destination target/extracted/app && mv target/extracted/app/*.jar target/extracted/app/app.jar && mv target/extracted/app/lib target/extracted/lib && ln -s ../lib target/extracted/app/lib"
          ],
          "dependsOn": [
            "install",
            "setup"
          ]
        },
        "install": {
          "cacheDirectories": [
            "/root/.m2/repository"
          ],
          "cmds": [
            "mvn -B dependency:go-offline || echo 'Not all could be fetched: the build tries again'"
          ],
          "dependsOn": [
            "setup"
          ],
          "onlyIncludeFiles": [
            "pom.xml"
          ],
          "onlyVariables": [
            "MAVEN_*",
            "MVNW_*",
            "JAVA_*",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "jdk17_headless",
            "(maven.override { jdk_headless = jdk17_headless; })"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "java -Dserver.port=${PORT:-8080} $JAVA_OPTS -jar target/extracted/app/app.jar",
        "nixPkgs": [
          "jdk17_headless"
        ],
        "onlyIncludeFiles": [
          "./target/extracted/lib",
          "./target/extracted/app"
        ]
      },
      "variables": {
        "LANG": "C.UTF-8"
      }
    }
    "#);
    assert_eq!(app.reasons()[1], "Java version: 17: builds for Java 17, as Spring Boot 3.5.1 says, too");
}

#[test]
fn a_gradle_app_under_2026_11() {
    let app = wrapper(FakeApp::new(), "9.2.0").file("build.gradle.kts", "plugins { id(\"org.springframework.boot\") }");
    insta::assert_snapshot!(app.plan_text::<Java>(), @r#"
    {
      "phases": {
        "build": {
          "cacheDirectories": [
            "/root/.gradle"
          ],
          "cmds": [
            "./gradlew clean build -x check -x test"
          ],
          "dependsOn": [
            "install",
            "setup"
          ]
        },
        "install": {
          "cacheDirectories": [
            "/root/.gradle"
          ],
          "cmds": [
            "./gradlew -I /assets/fetch.gradle fetchLibraries || echo 'Not all could be fetched: the build tries again'"
          ],
          "dependsOn": [
            "setup"
          ],
          "onlyIncludeFiles": [
            "build.gradle.kts",
            "gradle/wrapper/gradle-wrapper.properties",
            "gradlew"
          ],
          "onlyVariables": [
            "GRADLE_*",
            "ORG_GRADLE_*",
            "JAVA_*",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "jdk25_headless",
            "(gradle_9.override { java = jdk25_headless; })"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "java -Dserver.port=${PORT:-8080} $JAVA_OPTS -jar $(ls -1 build/libs/*.jar | grep -vE '(-(sources|javadoc|tests|plain)\\.jar$|/original-)' | head -n 1)",
        "nixPkgs": [
          "jdk25_headless"
        ]
      },
      "staticAssets": {
        "fetch.gradle": "// Fetches what the projects name, before their sources are there.\nallprojects {\n    tasks.create('fetchLibraries') {\n        doLast {\n            configurations.findAll { it.canBeResolved }.each { it.incoming.artifactView { lenient = true }.files.files }\n        }\n    }\n}\n"
      },
      "variables": {
        "LANG": "C.UTF-8"
      }
    }
    "#);
}

#[test]
fn polyglot_poms_are_folders_under_nixpacks_and_files_under_2026_11() {
    let with_folder = |app: FakeApp| app.directory("pom.clj").detect::<Java>().unwrap();
    let with_file = |app: FakeApp| app.file("pom.clj", "").detect::<Java>().unwrap();
    assert!(with_folder(FakeApp::nixpacks()) && !with_file(FakeApp::nixpacks()));
    assert!(!with_folder(FakeApp::new()) && with_file(FakeApp::new()));
}

#[test]
fn a_gradle_build_without_a_wrapper_is_an_app_unless_another_manifest_stands_beside_it() {
    assert!(!FakeApp::nixpacks().file("build.gradle", "").detect::<Java>().unwrap());
    let app = FakeApp::new().file("build.gradle", "");
    assert!(app.detect::<Java>().unwrap());
    assert_eq!(packages(&app), ["jdk25_headless", "(gradle_9.override { java = jdk25_headless; })"]);
    assert!(!app.file("package.json", "{}").detect::<Java>().unwrap());
}

#[test]
fn versions_under_nixpacks() {
    let packages = |version: &str| packages(&wrapper(FakeApp::nixpacks(), version));
    assert_eq!(packages("8.7"), ["jdk17", "gradle"]);
    assert_eq!(packages("6.9.4"), ["jdk11", "gradle_6"]);
    assert_eq!(packages("4.10"), ["jdk8", "gradle_4"]);
    let message = |app: FakeApp| app.plan::<Java>().unwrap_err().message().to_owned();
    assert_eq!(message(wrapper(FakeApp::nixpacks(), "9.0")), "Unsupported Gradle version: 9");
    let maven = || FakeApp::nixpacks().file("pom.xml", "");
    assert_eq!(message(maven().variable("NIXPACKS_JDK_VERSION", "25")), "Unsupported JDK version: 25");
    assert_eq!(message(maven().variable("NIXPACKS_JDK_VERSION", "x")), "invalid digit found in string");
}

#[test]
fn the_jdk_fits_gradle_under_2026_11() {
    let packages = |version: &str| packages(&wrapper(FakeApp::new(), version));
    assert_eq!(packages("9.1"), ["jdk25_headless", "(gradle_9.override { java = jdk25_headless; })"]);
    assert_eq!(packages("9.0"), ["jdk21_headless", "(gradle_9.override { java = jdk21_headless; })"]);
    assert_eq!(packages("8.7"), ["jdk17_headless", "(gradle_8.override { java = jdk17_headless; })"]);
    assert_eq!(packages("7.2"), ["jdk11_headless", "(gradle_7.override { java = jdk11_headless; })"]);
    assert_eq!(packages("5.6"), ["jdk8", "gradle_5"]);
    let app = wrapper(FakeApp::new(), "8.7").file("build.gradle", "languageVersion = JavaLanguageVersion.of(21)");
    assert_eq!(self::packages(&app)[0], "jdk21_headless");
    let app = wrapper(FakeApp::new(), "8.4").file("build.gradle", "languageVersion = JavaLanguageVersion.of(21)");
    assert_eq!(self::packages(&app)[0], "jdk17_headless", "Gradle 8.4 does not run on Java 21");
}

#[test]
fn a_toolchain_is_exact_if_gradle_runs_on_it() {
    let with = |number: u64| {
        let text = format!("java {{ toolchain {{ languageVersion = JavaLanguageVersion.of({number}) }} }}");
        FakeApp::new().file("build.gradle", text)
    };
    assert_eq!(packages(&with(21)), ["jdk21_headless", "(gradle_9.override { java = jdk21_headless; })"]);
    assert_eq!(packages(&with(17))[0], "jdk17_headless");
    let app = with(11);
    assert_eq!(packages(&app)[0], "jdk25_headless");
    assert_eq!(
        app.warnings(),
        ["Java 11, which the build's toolchain asks for, cannot be what the build tool runs on: the build has to \
          download it (plugin org.gradle.toolchains.foojay-resolver-convention)"]
    );
    assert_eq!(packages(&wrapper(with(11), "8.7"))[0], "jdk11_headless");
    assert_eq!(packages(&with(11).variable("NIXPACKS_JDK_VERSION", "21"))[0], "jdk21_headless");
}

#[test]
fn a_gradle_without_a_package_is_a_warning() {
    let app = wrapper(FakeApp::new(), "3.5");
    assert_eq!(packages(&app), ["jdk8", "gradle_4"]);
    assert_eq!(
        app.warnings(),
        ["There is no package of Gradle 3, which the wrapper downloads; beside it Gradle 4 is installed"]
    );
    let app = wrapper(FakeApp::new(), "6.9").variable("NIXPACKS_JDK_VERSION", "25");
    let error = app.plan::<Java>().unwrap_err();
    assert_eq!(error.message(), "Java 25 and Gradle 6 are not available together");
}

#[test]
fn a_pom_says_which_java_it_needs() {
    let jdk = |text: &str| packages(&properties(text)).swap_remove(0);
    for (text, expected) in [
        ("<maven.compiler.release>21</maven.compiler.release>", "jdk21_headless"),
        ("<java.version>1.8</java.version>", "jdk17_headless"),
        ("<java.version>22</java.version>", "jdk25_headless"),
        ("<!-- <java.version>21</java.version> -->", "jdk25_headless"),
        ("<java.version>${v}</java.version><v>21</v>", "jdk21_headless"),
        ("", "jdk25_headless"),
    ] {
        assert_eq!(jdk(text), expected, "{text}");
    }
    let compiler =
        |elements: &str| pom(&plugin("maven-compiler-plugin", &format!("<configuration>{elements}</configuration>")));
    assert_eq!(packages(&compiler("<source>17</source><target>21</target>"))[0], "jdk21_headless");
    let error = compiler("<release>27</release>").plan::<Java>().unwrap_err();
    assert_eq!(error.message(), "Java \"27\", asked for by <release> of pom.xml, is not available");
    let enforcer = plugin(
        "maven-enforcer-plugin",
        "<rules><requireJavaVersion><version>[17,18)</version></requireJavaVersion></rules>",
    );
    assert_eq!(packages(&pom(&enforcer))[0], "jdk17_headless");
    let module = properties("<java.version>17</java.version>").file(
        "pom.xml",
        "<project><packaging>pom</packaging>\
        <modules><module>api</module></modules><properties><java.version>17</java.version></properties></project>",
    );
    let module = module.file(
        "api/pom.xml",
        "<project><artifactId>api</artifactId><properties><java.version>21</java.version></properties></project>",
    );
    assert_eq!(packages(&module)[0], "jdk21_headless");
    let old =
        properties("<java.version>1.8</java.version>").file("src/main/java/A.java", "import javax.xml.bind.JAXB;\n");
    assert_eq!(packages(&old)[0], "jdk8_headless");
}

#[test]
fn a_request_is_exact_and_goes_before_the_build() {
    let app = properties("<java.version>21</java.version>").file(".java-version", "temurin-11.0.2");
    assert_eq!(packages(&app), ["jdk11_headless", "(maven.override { jdk_headless = jdk11_headless; })"]);
    let app = app.variable("NIXPACKS_JDK_VERSION", "20");
    assert_eq!(packages(&app), ["jdk20", "maven"]);
    assert!(app.warnings().contains(&"Java 20 gets no security fixes since 2023-09-19; move to 25".to_owned()));
    let app = app.variable("NIXPACKS_JDK_VERSION", "22");
    insta::assert_snapshot!(app.plan_text::<Java>(), @r#"
    {
      "causes": [],
      "error": "Java \"22\", asked for by NIXPACKS_JDK_VERSION, is not available",
      "hint": "Available versions: 8, 11, 17, 19, 20, 21, 25"
    }
    "#);
}

#[test]
fn a_file_of_jbang_is_an_app() {
    let app = FakeApp::new().file("App.java", "///usr/bin/env jbang\n//JAVA 21+\n//DEPS io.javalin:javalin:7.2.3\n");
    assert!(app.detect::<Java>().unwrap());
    assert_eq!(start(&app), "java $JAVA_OPTS -jar target/app.jar");
    assert_eq!(packages(&app), ["jdk25_headless", "(jbang.override { jdk = jdk25_headless; })"]);
    assert!(app.plan_text::<Java>().contains("jbang export fatjar --force -O target/app.jar App.java"));
    assert!(!FakeApp::new().file("App.java", "class App {}").detect::<Java>().unwrap());
    assert!(!app.file("package.json", "{}").detect::<Java>().unwrap());
}

#[test]
fn gradles_spring_boot_is_taken_apart_too() {
    let app = |version: &str| {
        FakeApp::new()
            .file("build.gradle.kts", format!("plugins {{ id(\"org.springframework.boot\") version \"{version}\" }}"))
            .variable("NIXPACKS_JVM_AOT", "1")
    };
    let old = app("3.2.5");
    assert!(start(&old).contains("build/libs/*.jar"));
    assert_eq!(old.warnings(), ["NIXPACKS_JVM_AOT is set, but no archive of classes can be made of this app"]);
    let new = app("3.5.7");
    let expected = "java -XX:AOTCache=build/extracted/app/app.aot -Dserver.port=${PORT:-8080} $JAVA_OPTS -jar \
                    build/extracted/app/app.jar";
    assert_eq!(start(&new), expected);
    assert!(new.plan_text::<Java>().contains("extract --force --destination build/extracted/app"));
}

#[test]
fn a_pom_that_is_no_text_names_nothing_and_a_gradle_build_is_an_error() {
    let broken = b"caf\xe9".as_slice();
    assert_eq!(start(&FakeApp::nixpacks().file("pom.xml", broken)), "java  $JAVA_OPTS -jar target/*jar");
    let error = FakeApp::nixpacks().file("pom.xml", "").file("build.gradle", broken).plan::<Java>().unwrap_err();
    assert_eq!(error.message(), "Error reading build.gradle");
}

#[test]
fn a_kotlin_app_without_a_wrapper_is_installed_with_its_libraries() {
    let app = FakeApp::new().file(
        "build.gradle.kts",
        "plugins {\n    kotlin(\"jvm\") version \"2.2.0\"\n    application\n}\n\
         kotlin { jvmToolchain(21) }\napplication { mainClass = \"relay.MainKt\" }\n",
    );
    assert!(app.detect::<Java>().unwrap());
    insta::assert_snapshot!(app.plan_text::<Java>(), @r#"
    {
      "phases": {
        "build": {
          "cacheDirectories": [
            "/root/.gradle"
          ],
          "cmds": [
            "gradle clean build installDist -x check -x test"
          ],
          "dependsOn": [
            "install",
            "setup"
          ]
        },
        "install": {
          "cacheDirectories": [
            "/root/.gradle"
          ],
          "cmds": [
            "gradle -I /assets/fetch.gradle fetchLibraries || echo 'Not all could be fetched: the build tries again'"
          ],
          "dependsOn": [
            "setup"
          ],
          "onlyIncludeFiles": [
            "build.gradle.kts"
          ],
          "onlyVariables": [
            "GRADLE_*",
            "ORG_GRADLE_*",
            "JAVA_*",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "jdk21_headless",
            "(gradle_9.override { java = jdk21_headless; })"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "$(ls -1 build/install/*/bin/* | grep -v '\\.bat$' | head -n 1)",
        "nixPkgs": [
          "jdk21_headless"
        ]
      },
      "staticAssets": {
        "fetch.gradle": "// Fetches what the projects name, before their sources are there.\nallprojects {\n    tasks.create('fetchLibraries') {\n        doLast {\n            configurations.findAll { it.canBeResolved }.each { it.incoming.artifactView { lenient = true }.files.files }\n        }\n    }\n}\n"
      },
      "variables": {
        "LANG": "C.UTF-8"
      }
    }
    "#);
    assert_eq!(app.warnings(), Vec::<String>::new());
}

#[test]
fn the_app_may_be_a_project_that_the_settings_include() {
    let settings = || FakeApp::new().file("settings.gradle.kts", "include(\"lib\", \"app\")");
    let app = settings().file("app/build.gradle.kts", "plugins {\n  application\n}").file("lib/build.gradle.kts", "");
    assert!(app.detect::<Java>().unwrap());
    assert_eq!(packages(&app)[1], "(gradle_9.override { java = jdk25_headless; })");
    assert_eq!(start(&app), "$(ls -1 app/build/install/*/bin/* | grep -v '\\.bat$' | head -n 1)");
    let spring = "plugins { id(\"org.springframework.boot\") }";
    let app = settings()
        .file("build.gradle.kts", "plugins { id(\"org.springframework.boot\") version \"3.5.1\" apply false }")
        .file("app/build.gradle.kts", spring);
    assert!(start(&app).ends_with("-jar app/build/extracted/app/app.jar"), "{}", start(&app));
    assert!(!FakeApp::nixpacks().file("settings.gradle", "").detect::<Java>().unwrap());
}

#[test]
fn a_jar_without_a_main_class_is_a_warning() {
    let app = FakeApp::new().file("build.gradle.kts", "plugins { kotlin(\"jvm\") }");
    assert!(start(&app).starts_with("java $JAVA_OPTS -jar $(ls -1 build/libs/*.jar"));
    assert!(app.warnings()[0].starts_with("The Kotlin build makes no jar that runs by itself"));
    let with = |text: &str| FakeApp::new().file("build.gradle.kts", format!("plugins {{ kotlin(\"jvm\") }}\n{text}"));
    for text in ["manifest { attributes[\"Main-Class\"] = \"A\" }", "id(\"com.gradleup.shadow\")"] {
        let app = with(text);
        start(&app);
        assert_eq!(app.warnings(), Vec::<String>::new(), "{text}");
    }
}
