//! What is said to wrong input, and which version a request gets.

use super::NODE;
use crate::support::{Workbench, component};

#[test]
fn errors_say_what_where_and_what_to_do() {
    let bench = Workbench::new();
    bench.app("node", NODE);
    bench.app("nostart", &[("package.json", "{}")]);
    bench.app("badtoml", &[("nixpacks.toml", "[phases.setup]\nnixPkgs = 'x'\n")]);
    bench.app("badjson", &[("package.json", "{\"scripts\": {")]);
    bench.app("cycle", &[("nixpacks.toml", "[phases.a]\ndependsOn = ['b']\n[phases.b]\ndependsOn = ['a']\n")]);
    let failure = |arguments: &[&str]| bench.run(arguments).failure().to_owned();
    insta::assert_snapshot!(failure(&["plan", "gone"]), @"
    Error: Failed to read app source directory

    Caused by:
        `gone`: No such file or directory (os error 2)

    Hint: Give the path of the directory that is to be built
    ");
    insta::assert_snapshot!(failure(&["plan", "node/package.json"]), @"
    Error: Failed to read app source directory

    Caused by:
        `node/package.json`: Not a directory (os error 20)

    Hint: Give the path of the directory that is to be built
    ");
    insta::assert_snapshot!(failure(&["plan", "badtoml"]), @r#"
    Error: Failed to parse Nixpacks config file `nixpacks.toml`

    Caused by:
        TOML parse error at line 2, column 11
          |
        2 | nixPkgs = 'x'
          |           ^^^
        invalid type: string "x", expected a sequence
    "#);
    insta::assert_snapshot!(failure(&["plan", "badjson"]), @"
    Error: Error reading package.json as JSON

    Caused by:
        EOF while parsing an object at line 1 column 13
    ");
    insta::assert_snapshot!(failure(&["plan", "cycle"]), @"
    Error: Circular dependency detected

    Caused by:
        these phases wait for each other: a, b

    Hint: Look at `dependsOn` of these phases
    ");
    insta::assert_snapshot!(failure(&["plan", "node", "--config", "gone.toml"]), @"
    Error: Failed to read Nixpacks config file `gone.toml`

    Caused by:
        0: Error reading gone.toml
        1: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(failure(&["plan", "node", "--json-plan", "{"]), @"
    Error: EOF while parsing an object at line 1 column 1

    Hint: This is about the text given to --json-plan
    ");
    insta::assert_snapshot!(failure(&["plan", "node", "-e", "A.B=c"]), @"
    Error: `A.B` in `--env` is not a variable's name

    Hint: Write `--env NAME=VALUE`; a name has letters, digits and `_`, and does not begin with a digit
    ");
    insta::assert_snapshot!(failure(&["plan", "node", "--nixpkgs-url", "http://mirror"]), @"
    Error: The nixpkgs URL `http://mirror` does not say where the commit stands

    Hint: Write {archive} in its place, as in http://mirror/nixpkgs/{archive}.tar.gz
    ");
    insta::assert_snapshot!(failure(&["plan", "node", "--provider-dir", "gone"]), @"
    Error: Cannot read the provider directory `gone`

    Caused by:
        No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(failure(&["build", "nostart", "--dockerfile"]), @r#"
    Warning: Nothing says how the app starts. Write `[start]` with `cmd = "…"` in nixpacks.toml, a Procfile with `web: COMMAND`, or `--start-cmd COMMAND`

    ╔═══ Plugpacks v0.1.0 ═══╗
    ║ setup      │ nodejs_24 ║
    ║────────────────────────║
    ║ install    │ npm i     ║
    ║────────────────────────║
    ║ start      │           ║
    ╚════════════════════════╝

    Error: No start command could be found

    Hint: Say how the app starts: `--start-cmd COMMAND`, `[start] cmd` in nixpacks.toml, or a Procfile with `web: COMMAND`; `--no-error-without-start` builds without
    "#);
}

#[test]
fn who_plans_an_app_must_be_known() {
    let bench = Workbench::new();
    bench.app("nothing", &[("notes.txt", ""), ("docs/a", ""), ("src/b", "")]);
    let failure = |arguments: &[&str]| bench.run(arguments).failure().to_owned();
    insta::assert_snapshot!(failure(&["build", "nothing", "--dockerfile"]), @"
    Error: Plugpacks was unable to generate a build plan for this app

    Caused by:
        no provider recognises `[BENCH]/nothing`, which has: docs/, notes.txt, src/
        each provider looked for one of these:
          crystal     shard.yml
          c#          **/*.csproj (anywhere), *.{sln,slnx} (anywhere), global.json, app.cs, main.cs, server.cs, api.cs, web.cs, hello.cs, Program.cs, program.cs
          dart        pubspec.yaml
          elixir      mix.exs, rebar.config
          deno        deno.json, deno.jsonc, deno.lock, index.ts, index.tsx, main.ts, main.tsx, mod.ts, server.ts, app.ts, src/index.ts, src/main.ts
          f#          **/*.fsproj (anywhere), *.{sln,slnx} (anywhere), global.json
          clojure     build.clj, project.clj, deps.edn
          gleam       manifest.toml, gleam.toml
          sites       _config.yml, book.toml, conf.py, config.json, config.toml, config.yaml, config.yml, config/_default/config.toml, config/_default/config.yaml, config/_default/hugo.toml, config/_default/hugo.yaml, doc/conf.py, doc/source/conf.py, docs/conf.py, docs/source/conf.py, hugo.json, hugo.toml, hugo.yaml, hugo.yml, mkdocs.yaml, mkdocs.yml, pelicanconf.py, source/conf.py, zola.toml
          go          go.mod, main.go, go.work
          haskell     package.yaml, stack.yaml, cabal.project, *.cabal (anywhere)
          scheme      haunt.scm
          java        pom.xml, pom.rb, pom.scala, pom.yaml, pom.yml, gradlew, pom.atom, pom.clj, pom.groovy, build.gradle, build.gradle.kts, settings.gradle, settings.gradle.kts, App.java, Main.java, Server.java, Hello.java, app.java, main.java, server.java, hello.java
          lunatic     .cargo/config.toml
          scala       build.sbt, build.mill, build.mill.scala, build.sc, project.scala, Main.scala, App.scala, Server.scala, main.scala, app.scala, server.scala
          php         composer.json, index.php
          ruby        Gemfile
          node        package.json, package.json5, package.yaml
          python      main.py, requirements.txt, pyproject.toml, Pipfile, app.py, api.py, asgi.py, bot.py, manage.py, pylock.toml, requirements.in, server.py, setup.py, streamlit_app.py, wsgi.py, worker.py, requirements/
          rust        Cargo.toml
          julia       Project.toml, JuliaProject.toml
          nim         *.nimble (anywhere)
          ocaml       dune-project
          r           renv.lock, app.R, server.R, plumber.R, DESCRIPTION
          swift       Package.swift
          perl        cpanfile, app.psgi, Makefile.PL, Build.PL
          lua         *.rockspec (anywhere), main.lua, app.lua, server.lua, src/main.lua, bin/main.lua
          cpp         CMakeLists.txt, meson.build, GNUmakefile, makefile, Makefile
          staticfile  Staticfile, index.html, public/, dist/, index/
          zig         **/*.zig (anywhere)
          cobol       **/*.cbl (anywhere)
          shell       start.sh, run.sh

    Hint: Look whether this is the right directory; name providers, packages and commands in nixpacks.toml
    ");
    bench.app("unknown", &[("nixpacks.toml", "providers = ['pyhton']\n")]);
    insta::assert_snapshot!(failure(&["detect", "unknown"]), @"
    Error: Provider pyhton not found

    Hint: Known providers: crystal, c#, dart, elixir, deno, f#, clojure, gleam, sites, go, haskell, scheme, java, lunatic, scala, php, ruby, node, python, rust, julia, nim, ocaml, r, swift, perl, lua, cpp, staticfile, zig, cobol, shell
    ");
}

/// A language in the test below: an app whose manifest asks for a version, the variable, the
/// language's own version file, the tool's name, and the packages for each source in order.
struct Language {
    name: &'static str,
    app: &'static [(&'static str, &'static str)],
    variable: &'static str,
    own_file: (&'static str, &'static str),
    tool: &'static str,
    shared: [&'static str; 2],
    packages: [&'static str; 5],
}

const DOTNET: &str = "<Project Sdk='Microsoft.NET.Sdk.Web'><PropertyGroup><TargetFramework>net10.0</TargetFramework>\
                      </PropertyGroup></Project>";
const MAVEN: &str = "<project><properties><maven.compiler.release>17</maven.compiler.release></properties></project>";

const LANGUAGES: &[Language] = &[
    Language {
        name: "node",
        app: &[("package.json", r#"{"engines": {"node": "20"}}"#)],
        variable: "NIXPACKS_NODE_VERSION=26",
        own_file: (".node-version", "24"),
        tool: "nodejs",
        shared: ["22", "18"],
        packages: ["nodejs_26", "nodejs_24", "nodejs_22", "nodejs_18", "nodejs_20"],
    },
    Language {
        name: "python",
        app: &[("pyproject.toml", "[project]\nname = 'a'\nrequires-python = '<3.12'\n"), ("main.py", "")],
        variable: "NIXPACKS_PYTHON_VERSION=3.15",
        own_file: (".python-version", "3.14"),
        tool: "python",
        shared: ["3.13", "3.12"],
        packages: ["python315", "python314", "python313", "python312", "python311"],
    },
    Language {
        name: "ruby",
        app: &[("Gemfile", "ruby '~> 3.3.0'\n")],
        variable: "NIXPACKS_RUBY_VERSION=4.0",
        own_file: (".ruby-version", "3.4"),
        tool: "ruby",
        shared: ["4.0", "3.4"],
        packages: ["ruby_4_0", "ruby_3_4", "ruby_4_0", "ruby_3_4", "ruby_3_3"],
    },
    Language {
        name: "php",
        app: &[("composer.json", r#"{"require": {"php": "~8.2.0"}}"#)],
        variable: "NIXPACKS_PHP_VERSION=8.5",
        own_file: (".php-version", "8.4"),
        tool: "php",
        shared: ["8.3", "8.5"],
        packages: ["php85", "php84", "php83", "php85", "php82"],
    },
    Language {
        name: "go",
        app: &[("go.mod", "module a\ngo 1.27\n"), ("main.go", "package main\n")],
        variable: "NIXPACKS_GO_VERSION=1.26",
        own_file: (".go-version", "1.23"),
        tool: "go",
        shared: ["1.24", "1.25"],
        packages: ["go_1_26", "go_1_23", "go_1_24", "go_1_25", "go_1_27"],
    },
    Language {
        name: "rust",
        app: &[
            ("Cargo.toml", "[package]\nname = 'a'\nversion = '1.0.0'\nrust-version = '1.80'\n"),
            ("src/main.rs", ""),
        ],
        variable: "NIXPACKS_RUST_VERSION=1.90.0",
        own_file: ("rust-toolchain.toml", "[toolchain]\nchannel = '1.91.0'"),
        tool: "rust",
        shared: ["1.92.0", "1.93.0"],
        packages: ["1.90.0", "rust-toolchain.toml", "1.92.0", "1.93.0", "latest"],
    },
    Language {
        name: "java",
        app: &[("pom.xml", MAVEN)],
        variable: "NIXPACKS_JDK_VERSION=8",
        own_file: ("system.properties", "java.runtime.version=11"),
        tool: "java",
        shared: ["21", "25"],
        packages: ["jdk8", "jdk11", "jdk21", "jdk25", "jdk17"],
    },
    Language {
        name: "c#",
        app: &[("a.csproj", DOTNET)],
        variable: "NIXPACKS_CSHARP_SDK_VERSION=7",
        own_file: ("global.json", r#"{"sdk": {"version": "8.0.100"}}"#),
        tool: "dotnet",
        shared: ["9", "11"],
        packages: ["dotnet-sdk_7", "sdk_8_0_1xx", "dotnet-sdk_9", "dotnet-sdk_11", "dotnet-sdk_10"],
    },
    Language {
        name: "elixir",
        app: &[("mix.exs", "elixir: \"~> 1.17.0\"\n")],
        variable: "NIXPACKS_ELIXIR_VERSION=1.20",
        own_file: (".elixir-version", "1.19"),
        tool: "elixir",
        shared: ["1.18", "1.20"],
        packages: ["elixir_1_20", "elixir_1_19", "elixir_1_18", "elixir_1_20", "elixir_1_17"],
    },
];

#[test]
fn versions_come_from_the_same_sources_in_the_same_order() {
    for language in LANGUAGES {
        let bench = Workbench::new();
        let packages = |arguments: &[&str]| {
            let outcome = bench.run(&[&["plan", "app"], arguments].concat());
            outcome.plan()["phases"]["setup"]["nixPkgs"].to_string()
        };
        let [variable, own_file, tool_versions, mise, manifest] = language.packages;
        let is = |source: &str, arguments: &[&str], expected: &str| {
            let found = packages(arguments);
            assert!(found.contains(expected), "{}, {source}: {expected} is not in {found}", language.name);
        };
        bench.app("app", language.app);
        is("manifest", &[], manifest);
        bench.app("app", &[("mise.toml", &format!("[tools]\n{} = '{}'\n", language.tool, language.shared[1]))]);
        is("mise.toml", &[], mise);
        bench.app("app", &[(".tool-versions", &format!("{} {}\n", language.tool, language.shared[0]))]);
        is(".tool-versions", &[], tool_versions);
        bench.app("app", &[language.own_file]);
        is("own file", &[], own_file);
        is("variable", &["-e", language.variable], variable);
    }
}

#[test]
fn usage_errors_end_with_2() {
    let bench = Workbench::new();
    for arguments in [&[][..], &["plan"], &["plan", "a", "b"], &["paln", "a"], &["plan", "a", "--format", "xml"]] {
        assert_eq!(bench.run(arguments).code, Some(2), "{arguments:?}");
    }
}

#[test]
fn a_third_partys_provider_takes_part() {
    let bench = Workbench::new();
    let file = component("examples/providers/tcl");
    std::fs::create_dir(bench.path("providers")).unwrap();
    std::fs::copy(&file, bench.path("providers/tcl.wasm")).unwrap();
    bench.app("app", &[("main.tcl", "")]);
    assert_eq!(bench.run(&["detect", "app", "--provider-dir", "providers"]).success(), "tcl\n");
    let plan = bench.run(&["plan", "app", "--provider-dir", "providers"]).plan();
    assert_eq!(plan["start"]["cmd"], "tclsh main.tcl");
    assert_eq!(plan["phases"]["setup"]["aptPkgs"][0], "tcl");
    // Asked first, and by name.
    bench.app("app", &[("index.html", "")]);
    assert_eq!(bench.run(&["detect", "app", "--provider-dir", "providers"]).success(), "tcl\n");
    assert_eq!(bench.run(&["detect", "app"]).success(), "staticfile\n");
    // Twice the same name is a mistake.
    std::fs::copy(&file, bench.path("providers/again.wasm")).unwrap();
    insta::assert_snapshot!(bench.run(&["detect", "app", "--provider-dir", "providers"]).failure(), @"
    Error: Two providers are named tcl

    Caused by:
        0: providers/again.wasm
        1: providers/tcl.wasm

    Hint: Leave one of them out
    ");
}
