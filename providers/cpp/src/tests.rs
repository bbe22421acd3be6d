//! Whole plans, detection, and the choice of the program.

use crate::Cpp;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
use plugpacks_sdk::{ListEdit, PartialPlan, Phase};

fn is_app(app: &FakeApp) -> bool {
    app.detect::<Cpp>().unwrap()
}

fn plan(app: &FakeApp) -> PartialPlan {
    app.plan::<Cpp>().unwrap().unwrap()
}

fn start(app: &FakeApp) -> Option<String> {
    plan(app).start.and_then(|start| start.command)
}

fn list(list: Option<ListEdit>) -> Vec<String> {
    match list {
        Some(ListEdit::Replace(elements)) => elements,
        None => Vec::new(),
        Some(ListEdit::Extend(_)) => panic!("the list extends nothing"),
    }
}

/// The first command of the phase that builds.
fn first_command(app: &FakeApp) -> String {
    let build = plan(app).phases.into_iter().find(|phase| phase.name == "build").unwrap();
    list(build.commands).swap_remove(0)
}

/// The phase that installs packages.
fn setup(app: &FakeApp) -> Phase {
    plan(app).phases.swap_remove(0)
}

fn cmake(text: &str) -> FakeApp {
    FakeApp::new().file("CMakeLists.txt", text)
}

/// The app whose whole plan is in a snapshot; others are compared with it.
fn relay() -> FakeApp {
    cmake(
        "cmake_minimum_required(VERSION 3.20)\nproject(relay LANGUAGES CXX)\nfind_package(OpenSSL REQUIRED)\n\
         find_package(Threads)\nadd_executable(tool tool.cc)\nadd_executable(${PROJECT_NAME} main.cc)\n",
    )
}

#[test]
fn the_page_names_everything() {
    assert_page_matches::<Cpp>(include_str!("../README.md"));
}

#[test]
fn build_files_make_an_app_and_a_makefile_needs_code() {
    for file in ["CMakeLists.txt", "meson.build"] {
        assert!(is_app(&FakeApp::new().file(file, "")));
        assert!(!is_app(&FakeApp::nixpacks().file(file, "")));
    }
    for file in ["Makefile", "makefile", "GNUmakefile"] {
        assert!(!is_app(&FakeApp::new().file(file, "")));
        assert!(!is_app(&FakeApp::new().file(file, "").file("vendor/x/a.c", "")));
        assert!(is_app(&FakeApp::new().file(file, "").file("main.c", "")));
        assert!(is_app(&FakeApp::new().file(file, "").file("src/main.cpp", "")));
        assert!(!is_app(&FakeApp::nixpacks().file(file, "").file("main.c", "")));
    }
    assert!(!is_app(&FakeApp::new().file("main.c", "")));
}

#[test]
fn a_static_site_and_a_zig_build_stay_what_they_are() {
    for file in ["index.html", "Staticfile", "build.zig"] {
        assert!(!is_app(&cmake("").file(file, "")), "{file}");
    }
}

#[test]
fn a_cmake_app() {
    let app = relay();
    insta::assert_snapshot!(app.plan_text::<Cpp>(), @r#"
    {
      "phases": {
        "build": {
          "cmds": [
            "cmake --fresh -S . -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=/app/build/bin",
            "cmake --build build --parallel $(nproc)"
          ],
          "dependsOn": [
            "setup"
          ]
        },
        "setup": {
          "nixLibs": [
            "openssl"
          ],
          "nixOverlays": [],
          "nixPkgs": [
            "gcc15",
            "cmake",
            "gnumake",
            "pkg-config-unwrapped",
            "openssl.dev",
            "openssl.out"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "./build/bin/relay",
        "nixPkgs": []
      },
      "variables": {
        "CMAKE_PREFIX_PATH": "/root/.nix-profile",
        "CPATH": "/root/.nix-profile/include",
        "LIBRARY_PATH": "/root/.nix-profile/lib",
        "PKG_CONFIG_PATH": "/root/.nix-profile/lib/pkgconfig:/root/.nix-profile/share/pkgconfig"
      }
    }
    "#);
    assert_eq!(
        app.reasons(),
        [
            "GCC version: 15, the default: nothing asks for one",
            "build tool: CMake, because of CMakeLists.txt",
            "library: openssl for OpenSSL",
            "program: relay has the project's name",
        ]
    );
}

#[test]
fn a_meson_app() {
    let app = FakeApp::new()
        .file("meson.build", "project('relay', 'c')\nsubdir('src')\nsubdir('tests')\n")
        .file("src/meson.build", "executable('relayd', 'main.c', dependencies: dependency('zlib'))\n")
        .file("tests/meson.build", "executable('relay', 'test.c')\n");
    insta::assert_snapshot!(app.changes_since::<Cpp>(&relay()), @r#"
    phases.build.cmds: ["cmake --fresh -S . -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=/app/build/bin","cmake --build build --parallel $(nproc)"] -> ["meson setup build --buildtype=release","meson compile -C build"]
    phases.setup.nixLibs: ["openssl"] -> ["zlib"]
    phases.setup.nixPkgs: ["gcc15","cmake","gnumake","pkg-config-unwrapped","openssl.dev","openssl.out"] -> ["gcc15","meson","ninja","pkg-config-unwrapped","zlib.dev","zlib.out"]
    start.cmd: "./build/bin/relay" -> "./build/src/relayd"
    "#);
}

#[test]
fn an_app_of_make() {
    let app = FakeApp::new().file("Makefile", "PROG = relay\nall: $(PROG)\n$(PROG): main.o\n").file("main.c", "");
    insta::assert_snapshot!(app.changes_since::<Cpp>(&relay()), @r#"
    phases.build.cmds: ["cmake --fresh -S . -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=/app/build/bin","cmake --build build --parallel $(nproc)"] -> ["make"]
    phases.setup.nixLibs: ["openssl"] -> nothing
    phases.setup.nixPkgs: ["gcc15","cmake","gnumake","pkg-config-unwrapped","openssl.dev","openssl.out"] -> ["gcc15","gnumake","pkg-config-unwrapped"]
    start.cmd: "./build/bin/relay" -> "./relay"
    "#);
}

#[test]
fn under_nixpacks_there_is_no_such_provider() {
    insta::assert_snapshot!(FakeApp::nixpacks().file("CMakeLists.txt", "").plan_text::<Cpp>(), @r#"
    {
      "causes": [],
      "error": "Provider cpp not found",
      "hint": "It is known from edition 2026.11 on; this is edition nixpacks"
    }
    "#);
}

#[test]
fn without_a_build_file_the_provider_declines() {
    assert_eq!(FakeApp::new().file("main.c", "").plan::<Cpp>().unwrap(), None);
}

#[test]
fn what_meson_has_built_elsewhere_is_removed() {
    let app = FakeApp::new().file("meson.build", "").file("build/meson-private/coredata.dat", "");
    assert_eq!(first_command(&app), "rm -rf build");
}

#[test]
fn an_old_cmake_project_gets_the_oldest_policy_there_is() {
    let configure = |version: &str| first_command(&cmake(&format!("cmake_minimum_required(VERSION {version})")));
    for version in ["2.8", "2.8.12", "3.4", "2.8...3.4"] {
        assert!(configure(version).ends_with(" -DCMAKE_POLICY_VERSION_MINIMUM=3.5"), "{version}");
    }
    for version in ["3.5", "3.10", "2.8...3.20", "4.0", "x"] {
        assert!(configure(version).ends_with("=/app/build/bin"), "{version}");
    }
}

#[test]
fn the_program_of_a_cmake_project() {
    for (text, expected) in [
        ("add_executable(relay_test t.c)\nadd_executable(relay m.c)", Some("./build/bin/relay")),
        ("set(APP relay)\nadd_executable(${APP} m.c)", Some("./build/bin/relay")),
        ("qt_add_executable(relay m.c)", Some("./build/bin/relay")),
        ("add_executable(relay IMPORTED)\nadd_executable(ns::relay ALIAS relay)", None),
        ("add_executable(${UNKNOWN} m.c)\nadd_library(x x.c)", None),
        (
            "set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_SOURCE_DIR}/dist)\nadd_executable(relay m.c)",
            Some("./dist/relay"),
        ),
        (
            "set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/out)\nadd_executable(relay m.c)",
            Some("./build/out/relay"),
        ),
        ("set(CMAKE_RUNTIME_OUTPUT_DIRECTORY /usr/bin)\nadd_executable(relay m.c)", Some("./build/bin/relay")),
        (
            "add_executable(relay m.c)\nset_target_properties(relay PROPERTIES OUTPUT_NAME relayd)",
            Some("./build/bin/relayd"),
        ),
        (
            "add_executable(relay m.c)\n\
             set_target_properties(relay PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})",
            Some("./build/relay"),
        ),
    ] {
        assert_eq!(start(&cmake(text)).as_deref(), expected, "{text}");
    }
}

#[test]
fn subdirectories_are_followed_except_those_of_others() {
    let app = cmake("project(relay)\nadd_subdirectory(third_party/x)\nadd_subdirectory(src)\nadd_subdirectory(src)")
        .file("third_party/x/CMakeLists.txt", "add_executable(x x.c)")
        .file("src/CMakeLists.txt", "add_executable(relayd m.c)\nadd_subdirectory(../..)");
    assert_eq!(start(&app).unwrap(), "./build/bin/relayd");
}

#[test]
fn a_folder_that_adds_itself_is_no_endless_loop() {
    assert_eq!(start(&cmake("add_subdirectory(.)\nadd_executable(relay m.c)")).unwrap(), "./build/bin/relay");
}

#[test]
fn a_variable_names_the_program() {
    let with = |app: FakeApp, name: &str| start(&app.variable("NIXPACKS_CPP_PROGRAM", name)).unwrap();
    let text = "add_executable(relay m.c)\nadd_executable(tool t.c)\n\
                set_target_properties(tool PROPERTIES OUTPUT_NAME relay-tool)";
    assert_eq!(with(cmake(text), "tool"), "./build/bin/relay-tool");
    assert_eq!(with(cmake(text), "made by a macro"), "./'build/bin/made by a macro'");
    assert_eq!(with(FakeApp::new().file("meson.build", ""), "src/relay"), "./build/src/relay");
    assert_eq!(with(FakeApp::new().file("Makefile", "include x.mk"), "out/relay"), "./out/relay");
}

#[test]
fn without_a_program_there_is_a_warning_instead_of_a_start_command() {
    let app = cmake("add_library(relay r.c)");
    assert_eq!(start(&app), None);
    assert!(app.warnings()[0].starts_with("The build files name no program to start"));
}

#[test]
fn libraries_are_installed_once_each() {
    let app = cmake(
        "find_package(ZLIB)\npkg_check_modules(Z REQUIRED IMPORTED_TARGET zlib>=1.2 libcurl)\nfind_package(Unheard)",
    );
    let setup = setup(&app);
    assert_eq!(list(setup.nix_libraries), ["zlib", "curl"]);
    assert_eq!(list(setup.nix_packages)[4..], ["zlib.dev", "zlib.out", "curl.dev", "curl.out"]);
    assert!(app.reasons().iter().any(|reason| reason.starts_with("library: none for Unheard")));
}

#[test]
fn the_compiler_is_chosen_by_variable_or_version_file() {
    let gcc = |app: &FakeApp| list(setup(app).nix_packages).swap_remove(0);
    assert_eq!(gcc(&cmake("").file(".tool-versions", "gcc 14.2.0\n")), "gcc14");
    assert_eq!(gcc(&cmake("").file("mise.toml", "[tools]\ngcc = \"13\"\n")), "gcc13");
    assert_eq!(gcc(&cmake("").variable("NIXPACKS_GCC_VERSION", "14")), "gcc14");
    let error = cmake("").variable("NIXPACKS_GCC_VERSION", "9").plan::<Cpp>().unwrap_err();
    assert_eq!(error.message(), "GCC \"9\", asked for by NIXPACKS_GCC_VERSION, is not available");
}

#[test]
fn a_port_in_the_code_is_said() {
    let app = FakeApp::new()
        .file("CMakeLists.txt", "project(tide)\nadd_executable(tide main.cpp)\n")
        .file("main.cpp", "int main() {\n  crow::SimpleApp app;\n  app.port(18080).multithreaded().run();\n}\n");
    app.plan::<Cpp>().unwrap();
    assert!(app.warnings()[0].starts_with("main.cpp listens on port 18080"), "{:?}", app.warnings());
}
