//! The command line: what goes where, and what is said to wrong input.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use plugpacks::edition::Edition;
use support::{Workbench, component};

const NODE: &[(&str, &str)] = &[("package.json", r#"{"scripts":{"build":"b","start":"s"}}"#)];

#[test]
fn a_plan_is_the_only_thing_on_standard_output() {
    let bench = Workbench::new();
    bench.app("app", &[("index.html", ""), ("nixpacks.toml", "provders = []\n")]);
    let outcome = bench.run(&["plan", "app"]);
    assert_eq!(outcome.plan()["phases"]["setup"]["nixPkgs"][0], "nginx");
    insta::assert_snapshot!(outcome.stderr, @"Warning: nixpacks.toml: unknown key `provders`; did you mean `providers`?");
}

#[test]
fn detect_prints_names() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    assert_eq!(bench.run(&["detect", "app"]).success(), "node\n");
    bench.app("empty", &[]);
    assert_eq!(bench.run(&["detect", "empty"]).success(), "\n");
}

#[test]
fn a_file_at_the_root_decides_before_what_lies_deeper() {
    let bench = Workbench::new();
    bench.app("app", &[("package.json", "{}"), ("native/a.csproj", "<Project/>"), ("public/index.html", "")]);
    let detect = |edition: &str| bench.run(&["detect", "app", "--edition", edition]).success().to_owned();
    assert_eq!((detect("nixpacks"), detect("2026.11")), ("c#\n".into(), "node\n".into()));
    bench.app("app", &[("app.sln", "")]);
    assert_eq!(detect("2026.11"), "c#\n");
    // What lies in apps of every kind decides nothing.
    let common = [("index.html", ""), ("Makefile", ""), ("main.c", "int main() {}"), ("start.sh", "")];
    bench.app("deep", &[&common[..], &[("native/a.csproj", "<Project/>"), ("public/index.html", "")]].concat());
    assert_eq!(bench.run(&["detect", "deep"]).success(), "c#\n");
}

#[test]
fn providers_that_nixpacks_lacks_take_no_app_from_others() {
    let bench = Workbench::new();
    let cases: [(&str, &[&str], &str, &str); 14] = [
        ("node-make", &["package.json", "Makefile", "main.c"], "node", "node"),
        ("node-shell", &["package.json", "run.sh", "start.sh"], "node", "node"),
        ("python-make", &["main.py", "Makefile", "src/fast.c"], "python", "python"),
        ("rust-cmake", &["Cargo.toml", "CMakeLists.txt"], "rust", "rust"),
        ("site-make", &["index.html", "Makefile", "main.c"], "staticfile", "staticfile"),
        ("site-perl", &["index.html", "cpanfile"], "staticfile", "staticfile"),
        ("site-shell", &["dist/index.html", "run.sh"], "staticfile", "staticfile"),
        ("zig-make", &["build.zig", "Makefile", "main.c"], "zig", "zig"),
        ("make-alone", &["Makefile", "notes.txt"], "", ""),
        ("cmake-shell", &["CMakeLists.txt", "run.sh"], "", "cpp"),
        ("perl-public", &["cpanfile", "public/style.css"], "staticfile", "perl"),
        ("lua", &["main.lua", "run.sh"], "", "lua"),
        ("shell", &["start.sh"], "", "shell"),
        ("shell-above", &["run.sh", "web/package.json"], "", "node"),
    ];
    for (name, files, nixpacks, default) in cases {
        bench.app(name, &files.iter().map(|file| (*file, "")).collect::<Vec<_>>());
        for (edition, expected) in [("nixpacks", nixpacks), ("2026.11", default)] {
            let outcome = bench.run(&["detect", name, "--edition", edition]);
            assert_eq!(outcome.success(), format!("{expected}\n"), "{name}, edition {edition}");
        }
    }
}

#[test]
fn a_provider_that_nixpacks_lacks_is_unknown_to_its_edition() {
    let bench = Workbench::new();
    bench.app("app", &[("start.sh", ""), ("nixpacks.toml", "providers = ['shell']\n")]);
    insta::assert_snapshot!(bench.run(&["plan", "app", "--edition", "nixpacks"]).failure(), @"
    Error: Provider shell not found

    Hint: It is known from edition 2026.11 on; this is edition nixpacks
    ");
    assert_eq!(bench.run(&["plan", "app"]).plan()["start"]["cmd"], "bash start.sh");
}

#[test]
fn options_may_stand_before_and_after_the_command() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    for arguments in [["-s", "x", "plan", "app"], ["plan", "app", "-s", "x"], ["plan", "-s", "x", "app"]] {
        assert_eq!(bench.run(&arguments).plan()["start"]["cmd"], "x");
    }
}

#[test]
fn repeated_options_before_and_after_the_command_add_up_from_2026_11_on() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    let arguments = ["-p", "jq", "-e", "A=1", "-e", "B=1", "plan", "app", "-p", "wget", "-e", "A=2", "--edition"];
    let plan = |edition: &str| bench.run(&[&arguments[..], &[edition]].concat()).plan();
    let ours = plan("2026.11");
    assert_eq!(ours["phases"]["setup"]["nixPkgs"], serde_json::json!(["jq", "wget", "nodejs_24"]));
    assert_eq!((&ours["variables"]["A"], &ours["variables"]["B"]), (&"2".into(), &"1".into()));
    let upstream = plan("nixpacks");
    assert_eq!(upstream["phases"]["setup"]["nixPkgs"][0], "wget");
    assert_eq!((&upstream["variables"]["A"], &upstream["variables"]["B"]), (&"2".into(), &serde_json::Value::Null));
    // Of an option that is given once, the one after the command wins.
    assert_eq!(bench.run(&["-s", "x", "plan", "app", "-s", "y"]).plan()["start"]["cmd"], "y");
    let outcome = bench.run(&["--json-plan", "{}", "build", "app", "--plan", "plan.json"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.whole());
    assert!(outcome.stderr.contains("cannot be used with '--json-plan <JSON>'"), "{}", outcome.stderr);
}

#[test]
fn variables_of_the_process_are_named_and_can_be_imported() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    let process =
        [("NIXPACKS_NODE_VERSION", "22"), ("NIXPACKS_PKGS", "jq"), ("NIXPACKS_METADATA", "x"), ("OTHER", "y")];
    let unseen = bench.run_with(&process, &["plan", "app", "-e", "NIXPACKS_PKGS"]);
    assert_eq!(unseen.plan()["phases"]["setup"]["nixPkgs"], serde_json::json!(["jq", "nodejs_24"]));
    insta::assert_snapshot!(unseen.stderr, @"Hint: This process has NIXPACKS_NODE_VERSION, which the build does not see: give a variable by `--env NAME`, all of these by `--import-env`");
    let imported = bench.run_with(&process, &["plan", "app", "--import-env", "-e", "NIXPACKS_NODE_VERSION=26"]);
    assert_eq!(imported.plan()["phases"]["setup"]["nixPkgs"], serde_json::json!(["jq", "nodejs_26"]));
    assert_eq!(imported.plan()["variables"]["NIXPACKS_METADATA"], "node");
    assert_eq!(imported.plan()["variables"]["OTHER"], serde_json::Value::Null);
    assert_eq!(imported.stderr, "");
}

#[test]
fn an_app_that_nobody_recognises_is_told_what_was_looked_for() {
    let bench = Workbench::new();
    bench.app("app", &[("notes.txt", ""), ("docs/a", ""), ("src/b", ""), ("stack.yaml", "")]);
    let file = component("examples/providers/tcl");
    let provider = file.to_str().unwrap();
    let planned = bench.run(&["plan", "app", "--provider", provider]);
    assert_eq!(planned.plan()["phases"], serde_json::json!({}));
    insta::assert_snapshot!(planned.stderr, @"
    Warning: no provider recognises `[BENCH]/app`, which has: docs/, notes.txt, src/, stack.yaml
    each provider looked for one of these:
      tcl         main.tcl, server.tcl
      crystal     shard.yml
      c#          **/*.csproj (anywhere), *.{sln,slnx} (anywhere), global.json
      dart        pubspec.yaml
      elixir      mix.exs
      deno        deno.json, deno.jsonc, deno.lock, index.ts, index.tsx, main.ts, main.tsx, mod.ts, server.ts, app.ts, src/index.ts, src/main.ts
      f#          **/*.fsproj (anywhere), *.{sln,slnx} (anywhere), global.json
      clojure     project.clj, build.clj
      gleam       manifest.toml
      sites       _config.yml, book.toml, conf.py, config.json, config.toml, config.yaml, config.yml, config/_default/config.toml, config/_default/config.yaml, config/_default/hugo.toml, config/_default/hugo.yaml, doc/conf.py, doc/source/conf.py, docs/conf.py, docs/source/conf.py, hugo.json, hugo.toml, hugo.yaml, hugo.yml, mkdocs.yaml, mkdocs.yml, pelicanconf.py, source/conf.py, zola.toml
      go          go.mod, main.go, go.work
      haskell     package.yaml, stack.yaml  (found; not enough for this provider)
      scheme      haunt.scm
      java        pom.xml, pom.rb, pom.scala, pom.yaml, pom.yml, gradlew, pom.atom, pom.clj, pom.groovy, build.gradle, build.gradle.kts, settings.gradle, settings.gradle.kts
      lunatic     .cargo/config.toml
      scala       build.sbt, build.mill, build.mill.scala, build.sc
      php         composer.json, index.php
      ruby        Gemfile
      node        package.json
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
    let detected = bench.run(&["detect", "app", "--provider", provider]);
    assert_eq!(detected.success(), "\n");
    assert_eq!(detected.stderr, planned.stderr);
    assert!(bench.run(&["plan", "app", "--edition", "nixpacks"]).stderr.contains("rust        Cargo.toml"));
    // With phases of one's own there is something to build.
    bench.app("app", &[("nixpacks.toml", "[phases.build]\ncmds = ['make']\n[start]\ncmd = './run'\n")]);
    assert_eq!(bench.run(&["plan", "app"]).stderr, "");
    bench.app("app", &[("nixpacks.toml", "providers = []\n")]);
    insta::assert_snapshot!(bench.run(&["plan", "app"]).stderr, @"
    Warning: the configuration of `[BENCH]/app` has an empty `providers` and no phases
    Hint: Look whether this is the right directory; name providers, packages and commands in nixpacks.toml
    ");
}

#[test]
fn other_providers_that_recognise_an_app_are_named() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    bench.app("app", &[("requirements.txt", ""), ("Cargo.toml", "")]);
    // Such files are in apps of every kind.
    bench.app("app", &[("index.html", ""), ("Makefile", ""), ("main.c", ""), ("start.sh", "")]);
    let planned = bench.run(&["plan", "app"]);
    insta::assert_snapshot!(planned.stderr, @r#"Hint: node plans this app, which python and rust recognise too. In nixpacks.toml, `providers = ["python"]` takes another, `providers = ["node", "python", "rust"]` several, the first one's start command counting; `providers = ["node"]` keeps this choice without a hint"#);
    assert_eq!(bench.run(&["detect", "app"]).stderr, planned.stderr);
    assert_eq!(bench.run(&["plan", "app", "--edition", "nixpacks"]).stderr, "");
    // A choice is a choice.
    bench.app("app", &[("nixpacks.toml", "providers = ['node']\n")]);
    assert_eq!(bench.run(&["plan", "app"]).stderr, "");
    bench.app("app", &[("nixpacks.toml", "providers = ['...', 'python', 'rust']\n")]);
    assert_eq!(bench.run(&["detect", "app"]).stderr, "");
    // A provider that the chosen one builds on has its part already.
    bench.app("php", &[("composer.json", "{}"), ("package.json", "{}")]);
    let php = bench.run(&["plan", "php"]);
    assert_eq!((php.plan()["metadata"]["providers"][0]["name"].as_str(), &*php.stderr), (Some("php"), ""));
}

#[test]
fn what_a_lower_source_says_can_be_unset() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    let config = "[start]\ncmd = false\n[variables]\nCI = false\n\
                  [phases.install]\nskip = true\n";
    bench.app("app", &[("nixpacks.toml", config)]);
    let plan = bench.run(&["plan", "app"]).plan();
    assert_eq!(plan["phases"]["install"], serde_json::Value::Null);
    assert_eq!(plan["phases"]["build"]["dependsOn"], serde_json::json!(["setup"]));
    assert_eq!(plan["variables"]["CI"], serde_json::Value::Null);
    assert_eq!(plan["variables"]["NODE_ENV"], "production");
    assert_eq!(plan["start"]["cmd"], serde_json::Value::Null);
    // As JSON; a source above says otherwise; a command for a phase brings it back.
    let skip = r#"{"phases": {"install": {"skip": false}, "build": {"skip": true}}}"#;
    let plan = bench.run(&["plan", "app", "--json-plan", skip, "-s", "own"]).plan();
    assert_eq!(plan["phases"]["install"]["cmds"][0], "npm i");
    assert_eq!(plan["phases"]["build"], serde_json::Value::Null);
    assert_eq!(plan["start"]["cmd"], "own");
    assert_eq!(bench.run(&["plan", "app", "-i", "own"]).plan()["phases"]["install"]["cmds"][0], "own");
    let image = bench.run(&["plan", "app", "--build-image", "own", "--json-plan", r#"{"buildImage": false}"#]);
    assert_eq!(image.plan()["buildImage"], "own");
    let misspelt = bench.run(&["plan", "app", "--json-plan", r#"{"phases": {"bulid": {"skip": true}}}"#]);
    let skipped = "Warning: Phase bulid is to be skipped, and there is no such phase\n";
    assert!(misspelt.stderr.starts_with(skipped), "{}", misspelt.stderr);
    insta::assert_snapshot!(bench.run(&["plan", "app", "--json-plan", r#"{"start": {"cmd": 3}}"#]).failure(), @"
    Error: invalid type: integer `3`, expected a string, or `false` to unset it at line 1 column 19

    Hint: This is about the text given to --json-plan
    ");
}

#[test]
fn a_plan_tells_processes_and_who_made_it_from_2026_11_on() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    bench.app("app", &[("Procfile", "web: node a.js\nclock: node b.js\nrelease: node migrate.js\n")]);
    let ours = bench.run(&["plan", "app"]);
    let plan = ours.plan();
    assert_eq!(plan["phases"]["release"], serde_json::Value::Null);
    assert_eq!(plan["start"]["cmd"], "node a.js");
    let processes = serde_json::json!({"clock": "node b.js", "release": "node migrate.js", "web": "node a.js"});
    assert_eq!(plan["processes"], processes);
    assert_eq!(plan["variables"]["NIXPACKS_METADATA"], "node");
    let provider = serde_json::json!([{"name": "node", "version": "0.1.0", "labels": []}]);
    assert_eq!(plan["metadata"]["providers"], provider);
    insta::assert_snapshot!(ours.stderr, @r#"Hint: The Procfile's `release: node migrate.js` is not run while the image is built, where neither the app's database nor its variables are; it is in the plan's `processes`. `[phases.release]` with `cmds = [...]` and `dependsOn = ["build"]` in nixpacks.toml runs it all the same; with `skip = true` this hint is gone"#);
    // No variable overwrites it.
    let plan = bench.run(&["plan", "app", "-e", "NIXPACKS_METADATA=mine"]).plan();
    assert_eq!(plan["metadata"]["providers"], provider);
    // Who says something about the phase has decided.
    bench.app("app", &[("nixpacks.toml", "[phases.release]\ncmds = ['x']\ndependsOn = ['build']\n")]);
    let decided = bench.run(&["plan", "app"]);
    assert_eq!((decided.plan()["phases"]["release"]["cmds"][0].as_str(), &*decided.stderr), (Some("x"), ""));
    // A plan that is fed back or replayed keeps both.
    let again = bench.run(&["plan", "app", "--json-plan", ours.success(), "-e", "A=1"]).plan();
    assert_eq!((&again["processes"], &again["metadata"]["providers"]), (&processes, &provider));
    let upstream = bench.run(&["plan", "app", "--edition", "nixpacks"]).plan();
    assert_eq!(upstream["phases"]["release"]["cmds"], serde_json::json!(["x"]));
    assert_eq!((&upstream["processes"], &upstream["metadata"]), (&serde_json::Value::Null, &serde_json::Value::Null));
}

#[test]
fn a_debian_image_does_not_bring_its_nixpkgs_to_pinned_phases() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    for edition in ["nixpacks", "2026.11"] {
        let outcome = bench.run(&["plan", "app", "-e", "NIXPACKS_DEBIAN=1", "--edition", edition]);
        assert!(outcome.plan()["buildImage"].as_str().unwrap().contains("debian"));
        assert!(outcome.stderr.contains("Nix packages of setup come from a nixpkgs"), "{}", outcome.stderr);
    }
    let archive = "a0b7e70db7a55088d3de0cc370a59f9fbcc906c3";
    bench.app("app", &[("nixpacks.toml", &format!("[phases.setup]\nnixpkgsArchive = '{archive}'\n"))]);
    assert_eq!(bench.run(&["plan", "app", "-e", "NIXPACKS_DEBIAN=1"]).stderr, "");
}

#[test]
fn the_edition_comes_from_flag_variable_or_configuration_file() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    let archive = |arguments: &[&str]| bench.run(arguments).plan()["phases"]["setup"]["nixPkgs"][0].clone();
    assert_eq!(archive(&["plan", "app"]), "nodejs_24");
    assert_eq!(archive(&["plan", "app", "--edition", "nixpacks"]), "nodejs_18");
    assert_eq!(archive(&["plan", "app", "-e", "NIXPACKS_EDITION=nixpacks"]), "nodejs_18");
    bench.app("app", &[("nixpacks.toml", "edition = 'nixpacks'\n")]);
    assert_eq!(archive(&["plan", "app"]), "nodejs_18");
    assert_eq!(archive(&["plan", "app", "--edition", "2026.11"]), "nodejs_24");
    let names = Edition::ALL.map(Edition::name).join(", ");
    let message = format!("Error: Unknown edition `1.41` in --edition\n\nHint: Editions: {names}");
    assert_eq!(bench.run(&["plan", "app", "--edition", "1.41"]).failure().trim_end(), message);
}

#[test]
fn what_is_said_of_an_app_holds_once_in_its_only_subdirectory() {
    let bench = Workbench::new();
    let outer = "typo = 1\n[variables]\nOUTER = 'o'\nBOTH = 'o'\n";
    bench.app("app", &[("nixpacks.toml", outer), ("web/package.json", NODE[0].1)]);
    bench.app("app", &[("web/nixpacks.toml", "[variables]\nBOTH = 'i'\n[phases.setup]\nnixPkgs = ['...', 'wget']\n")]);
    let outcome = bench.run(&["plan", "app"]);
    let plan = outcome.plan();
    assert_eq!(plan["phases"]["setup"]["nixPkgs"], serde_json::json!(["nodejs_24", "wget"]));
    assert_eq!((&plan["variables"]["OUTER"], &plan["variables"]["BOTH"]), (&"o".into(), &"i".into()));
    assert_eq!(plan["metadata"]["subdirectory"], "web");
    assert_eq!(outcome.stderr.matches("unknown key `typo`").count(), 1, "{}", outcome.stderr);
    // The file that is asked for is looked for where it was asked for.
    bench.app("app", &[("own.toml", "[variables]\nBOTH = 'own'\nOWN = 'own'\n")]);
    let plan = bench.run(&["plan", "app", "--config", "own.toml"]).plan();
    assert_eq!((&plan["variables"]["OWN"], &plan["variables"]["BOTH"]), (&"own".into(), &"i".into()));
    bench.app("app", &[("nixpacks.toml", "edition = 'nixpacks'\nnixpkgsUrl = 'http://mirror/{archive}'\n")]);
    let plan = bench.run(&["plan", "app"]).plan();
    assert_eq!(plan["phases"]["setup"]["nixPkgs"][0], "nodejs_18");
    bench.run(&["build", "app", "--out", "out"]).success();
    let archive = plan["phases"]["setup"]["nixpkgsArchive"].as_str().unwrap();
    let nix = std::fs::read_to_string(bench.path(&format!("out/.nixpacks/nixpkgs-{archive}.nix"))).unwrap();
    assert!(nix.contains("\"http://mirror/"), "{nix}");
}

#[test]
fn a_saved_plan_keeps_its_edition_and_its_subdirectory() {
    let bench = Workbench::new();
    bench.app("app", &[("nixpacks.toml", "edition = 'nixpacks'\n"), NODE[0]]);
    std::fs::write(bench.path("plan.json"), bench.run(&["plan", "app"]).success()).unwrap();
    let replayed = bench.run(&["build", "app", "--plan", "plan.json", "--dockerfile", "--cache-key", "k"]);
    let direct = bench.run(&["build", "app", "--dockerfile", "--cache-key", "k"]);
    assert_eq!(replayed.success(), direct.success());
    bench.app("outer", &[("web/package.json", NODE[0].1)]);
    std::fs::write(bench.path("plan.json"), bench.run(&["plan", "outer", "--edition", "2026.11"]).success()).unwrap();
    let replayed = bench.run(&["build", "outer", "--plan", "plan.json", "--dockerfile", "--cache-key", "k"]);
    assert_eq!(replayed.success(), bench.run(&["build", "outer", "--dockerfile", "--cache-key", "k"]).success());
    assert!(replayed.stderr.contains("Using subdirectory \"web\""), "{}", replayed.stderr);
    // Variables and what concerns building can be given, the plan cannot be changed.
    let with_variable = ["build", "outer", "--plan", "plan.json", "--dockerfile", "--env", "A=1"];
    assert!(bench.run(&with_variable).success().contains("ENV A=$A"));
    let outcome = bench.run(&["build", "outer", "--plan", "plan.json", "--pkgs", "jq"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.whole());
    assert!(outcome.stderr.contains("cannot be used with '--pkgs <PACKAGE>'"), "{}", outcome.stderr);
}

#[test]
fn an_app_can_be_copied_to_where_it_is_built() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    bench.app("app", &[(".git/HEAD", "ref: refs/heads/main\n"), ("src/index.js", "")]);
    bench.run(&["build", "app", "--out", "out", "--copy"]).success();
    assert!(bench.path("out/src/index.js").is_file() && bench.path("out/.nixpacks/Dockerfile").is_file());
    assert!(!bench.path("out/.git").exists());
    insta::assert_snapshot!(bench.run(&["build", "app", "--out", "out", "--copy"]).failure().split_once("Error").unwrap().1, @"
    : Cannot copy the app to `out`

    Caused by:
        it is not empty

    Hint: `--copy` needs a directory that is empty or not there yet
    ");
}

#[test]
fn nothing_is_written_elsewhere_than_asked_for() {
    let bench = Workbench::new();
    bench.app(
        "app",
        &[("nixpacks.toml", "[phases.setup]\nnixPkgs = ['jq']\nnixpkgsArchive = 'x/../../../evil'\n"), NODE[0]],
    );
    insta::assert_snapshot!(bench.run(&["build", "app", "--out", "out"]).failure().split_once("Error").unwrap().1, @"
    : `x/../../../evil` is no commit of nixpkgs

    Hint: `nixpkgsArchive` has 40 hexadecimal digits, or the name of a tag; `#sha256=HASH` may follow
    ");
    assert!(!bench.path("out").exists() && !bench.path("evil.nix").exists());
    bench.app("linked", NODE);
    std::fs::create_dir(bench.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", bench.path("linked/.nixpacks")).unwrap();
    insta::assert_snapshot!(bench.run(&["build", "linked", "--out", "linked"]).failure().split_once("Error").unwrap().1, @"
    : `linked/.nixpacks` is a symbolic link

    Caused by:
        files of the build are written there

    Hint: Remove it, or name another directory with `--out`
    ");
    assert_eq!(std::fs::read_dir(bench.path("elsewhere")).unwrap().count(), 0);
}

#[test]
fn files_that_the_app_keeps_out_of_builds_are_not_asked_for() {
    let bench = Workbench::new();
    bench.app("app", &[NODE[0], (".npmrc", ""), ("package-lock.json", "{}"), (".dockerignore", ".npmrc\n")]);
    let files = |edition: &str| {
        bench.run(&["plan", "app", "--edition", edition]).plan()["phases"]["install"]["onlyIncludeFiles"].clone()
    };
    assert_eq!(files("2026.11"), serde_json::json!(["package.json", "package-lock.json"]));
    assert_eq!(files("nixpacks"), serde_json::Value::Null);
}

#[test]
fn wrong_users_health_checks_and_caches_are_told() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    bench.run(&["build", "app", "--dockerfile", "--target", "build"]).success();
    let target = ["build", "app", "--dockerfile", "--target", "final"];
    insta::assert_snapshot!(bench.run(&target).failure().split_once("Error").unwrap().1, @"
    : The Dockerfile has no stage `final`

    Caused by:
        its stages: build

    Hint: Leave `--target` out to build the last stage
    ");
    insta::assert_snapshot!(bench.run(&["plan", "app", "--user", "a b"]).failure(), @"
    Error: The app is to run as `a b`, which is no user

    Hint: Write a name such as `app`, or a number such as 10001, in `--user`, NIXPACKS_USER or `start.user`
    ");
    insta::assert_snapshot!(bench.run(&["plan", "app", "--health-check", "health"]).failure(), @"
    Error: The health check asks for `health`, which is no path

    Hint: Write one such as `/health` in `--health-check`, NIXPACKS_HEALTH_CHECK or `image.healthCheck`
    ");
    bench.app("cached", &[("nixpacks.toml", "[phases.install]\ncacheDirectories = ['/']\n"), NODE[0]]);
    insta::assert_snapshot!(bench.run(&["build", "cached", "--dockerfile"]).failure().split_once("Error").unwrap().1, @"
    : Phase install cannot cache the directory `/`

    Hint: `cacheDirectories` has directories such as `/root/.npm` or, below the app, `.next/cache`
    ");
}

#[test]
fn a_start_command_of_ones_own_gets_all_files_of_the_app() {
    let bench = Workbench::new();
    bench.app("app", &[("Cargo.toml", "[package]\nname = 'shop'\nversion = '1.0.0'\n"), ("src/main.rs", "")]);
    let files = |arguments: &[&str]| bench.run(arguments).plan()["start"]["onlyIncludeFiles"].clone();
    assert_eq!(files(&["plan", "app"]), serde_json::json!(["./bin/shop"]));
    assert_eq!(files(&["plan", "app", "-s", "./run.sh"]), serde_json::Value::Null);
    assert_eq!(files(&["plan", "app", "-s", "./run.sh", "--edition", "nixpacks"]), serde_json::json!(["./bin/shop"]));
}

#[test]
fn the_app_directory_lies_where_symbolic_links_lead() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    std::os::unix::fs::symlink("app", bench.path("link")).unwrap();
    assert_eq!(bench.run(&["plan", "link"]).success(), bench.run(&["plan", "app"]).success());
}

#[test]
fn a_saved_plan_is_built_as_it_is() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    let plan = bench.run(&["plan", "app", "-s", "saved"]);
    std::fs::write(bench.path("plan.json"), plan.success()).unwrap();
    bench.app("other", &[("main.py", "")]);
    let built = bench.run(&["build", "other", "--plan", "plan.json", "--dockerfile"]);
    assert!(built.success().contains(r#"CMD ["saved"]"#));
    let direct = bench.run(&["build", "app", "-s", "saved", "--dockerfile", "--cache-key", "k"]);
    let replayed = bench.run(&["build", "app", "--plan", "plan.json", "--dockerfile", "--cache-key", "k"]);
    assert_eq!(direct.success(), replayed.success());
    // What somebody wrote into it since is checked like any other plan.
    let mut edited: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(bench.path("plan.json")).unwrap()).unwrap();
    edited["start"]["user"] = "a; b".into();
    std::fs::write(bench.path("edited.json"), edited.to_string()).unwrap();
    let edited = bench.run(&["build", "app", "--plan", "edited.json", "--dockerfile"]);
    assert!(edited.failure().contains("The app is to run as `a; b`, which is no user"), "{}", edited.stderr);
    insta::assert_snapshot!(bench.run(&["build", "app", "--plan", "app/package.json"]).failure(), @"
    Error: `app/package.json` is not a plan

    Caused by:
        it has no `phases`

    Hint: `plugpacks plan DIR > FILE` writes one
    ");
    insta::assert_snapshot!(bench.run(&["build", "app", "--plan", "gone.json"]).failure(), @"
    Error: Cannot read the plan `gone.json`

    Caused by:
        No such file or directory (os error 2)
    ");
}

#[test]
fn a_plan_fed_back_is_the_same_plan() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    bench.app("empty", &[]);
    for edition in ["nixpacks", "2026.11"] {
        let plan = bench.run(&["plan", "app", "--edition", edition, "-p", "jq"]);
        let again = bench.run(&["plan", "empty", "--edition", edition, "--json-plan", plan.success()]);
        assert_eq!(again.success(), plan.success());
        let toml = bench.run(&["plan", "app", "--edition", edition, "-p", "jq", "--format", "toml"]);
        std::fs::write(bench.path("plan.toml"), toml.success()).unwrap();
        let again = bench.run(&["plan", "empty", "--edition", edition, "--config", "../plan.toml"]);
        assert_eq!(again.success(), plan.success());
    }
}

#[test]
fn files_are_written_without_docker() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    let outcome = bench.run(&["build", "app", "--out", "out/deep", "-e", "SECRET=it's $HOME", "--name", "shop"]);
    assert_eq!(outcome.success(), "out/deep\n");
    let mut names: Vec<_> = std::fs::read_dir(bench.path("out/deep/.nixpacks"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let commit = "b25309931cfda5f0b8805f462a29897eeae50168";
    let nix = [format!("nixpkgs-{commit}.nix"), format!("runtime-nixpkgs-{commit}.nix")];
    assert_eq!(names, ["Dockerfile", "Dockerfile.dockerignore", "build.sh", &nix[0], &nix[1], "scripts"]);
    let dockerfile = std::fs::read_to_string(bench.path("out/deep/.nixpacks/Dockerfile")).unwrap();
    assert!(
        dockerfile.contains("COPY .nixpacks/scripts/ /etc/plugpacks/") && dockerfile.lines().count() < 60,
        "{dockerfile}"
    );
    let ignored = std::fs::read_to_string(bench.path("out/deep/.nixpacks/Dockerfile.dockerignore")).unwrap();
    assert!(ignored.contains("\n.nixpacks\n") && ignored.contains("\n!.nixpacks/scripts/start.sh\n"), "{ignored}");
    let script = std::fs::read_to_string(bench.path("out/deep/.nixpacks/build.sh")).unwrap();
    assert!(script.contains("'SECRET=it'\\''s $HOME'"), "{script}");
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(bench.path("out/deep/.nixpacks/build.sh")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    // Nothing was written to the app.
    assert_eq!(std::fs::read_dir(bench.path("app")).unwrap().count(), 1);
}

#[test]
fn printing_the_dockerfile_writes_nothing_and_needs_no_docker() {
    let bench = Workbench::new();
    let app = bench.app("app", NODE);
    let outcome = bench.run(&["build", "app", "--dockerfile"]);
    assert!(outcome.success().starts_with("FROM "));
    // Nothing comes with it, so it carries everything.
    assert!(!outcome.success().contains("COPY .nixpacks") && outcome.success().contains("> /etc/plugpacks/start.sh"));
    assert!(outcome.stderr.contains("║ setup"), "{}", outcome.stderr);
    assert_eq!(std::fs::read_dir(app).unwrap().count(), 1);
}

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
          c#          **/*.csproj (anywhere), *.{sln,slnx} (anywhere), global.json
          dart        pubspec.yaml
          elixir      mix.exs
          deno        deno.json, deno.jsonc, deno.lock, index.ts, index.tsx, main.ts, main.tsx, mod.ts, server.ts, app.ts, src/index.ts, src/main.ts
          f#          **/*.fsproj (anywhere), *.{sln,slnx} (anywhere), global.json
          clojure     project.clj, build.clj
          gleam       manifest.toml
          sites       _config.yml, book.toml, conf.py, config.json, config.toml, config.yaml, config.yml, config/_default/config.toml, config/_default/config.yaml, config/_default/hugo.toml, config/_default/hugo.yaml, doc/conf.py, doc/source/conf.py, docs/conf.py, docs/source/conf.py, hugo.json, hugo.toml, hugo.yaml, hugo.yml, mkdocs.yaml, mkdocs.yml, pelicanconf.py, source/conf.py, zola.toml
          go          go.mod, main.go, go.work
          haskell     package.yaml, stack.yaml
          scheme      haunt.scm
          java        pom.xml, pom.rb, pom.scala, pom.yaml, pom.yml, gradlew, pom.atom, pom.clj, pom.groovy, build.gradle, build.gradle.kts, settings.gradle, settings.gradle.kts
          lunatic     .cargo/config.toml
          scala       build.sbt, build.mill, build.mill.scala, build.sc
          php         composer.json, index.php
          ruby        Gemfile
          node        package.json
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
