//! The command line: what goes where, and what is said to wrong input.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

#[path = "cli/building.rs"]
mod building;
#[path = "cli/cache.rs"]
mod cache;
#[path = "cli/errors.rs"]
mod errors;
mod support;

use plugpacks::edition::Edition;
use plugpacks::plan::{Declaration, Form, settings};
use support::{Workbench, component, repository};

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
      c#          **/*.csproj (anywhere), *.{sln,slnx} (anywhere), global.json, app.cs, main.cs, server.cs, api.cs, web.cs, hello.cs, Program.cs, program.cs
      dart        pubspec.yaml
      elixir      mix.exs, rebar.config
      deno        deno.json, deno.jsonc, deno.lock, index.ts, index.tsx, main.ts, main.tsx, mod.ts, server.ts, app.ts, src/index.ts, src/main.ts
      f#          **/*.fsproj (anywhere), *.{sln,slnx} (anywhere), global.json
      clojure     build.clj, project.clj, deps.edn
      gleam       manifest.toml, gleam.toml
      sites       _config.yml, book.toml, conf.py, config.json, config.toml, config.yaml, config.yml, config/_default/config.toml, config/_default/config.yaml, config/_default/hugo.toml, config/_default/hugo.yaml, doc/conf.py, doc/source/conf.py, docs/conf.py, docs/source/conf.py, hugo.json, hugo.toml, hugo.yaml, hugo.yml, mkdocs.yaml, mkdocs.yml, pelicanconf.py, source/conf.py, zola.toml
      go          go.mod, main.go, go.work
      haskell     package.yaml, stack.yaml, cabal.project, *.cabal (anywhere)  (found; not enough for this provider)
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
    bench.app("php", &[("composer.json", "{}"), ("index.php", ""), ("package.json", "{}")]);
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
fn a_procfile_without_web_is_said_where_it_starts_something_else() {
    let bench = Workbench::new();
    bench.app("app", NODE);
    bench.app("app", &[("Procfile", "worker: node jobs.js\n")]);
    insta::assert_snapshot!(bench.run(&["plan", "app"]).stderr, @"Warning: The Procfile has no process `web`, so that `worker` starts the container, and nothing answers requests. If the app is to answer them, add `web: npm run start`");
    let decided = ["--start-cmd=node jobs.js", "--edition=nixpacks"];
    assert_eq!(decided.map(|option| bench.run(&["plan", "app", option]).stderr), [""; 2]);
    for procfile in ["worker: npm run start\n", "web: node a.js\nworker: node jobs.js\n"] {
        bench.app("app", &[("Procfile", procfile)]);
        assert_eq!(bench.run(&["plan", "app"]).stderr, "", "{procfile}");
    }
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
fn the_readme_lists_every_setting() {
    let heading = "| Flag | Variable | `nixpacks.toml` | What it does | Default |\n|---|---|---|---|---|\n";
    let table = settings::all().map(row).fold(heading.to_owned(), |table, row| table + &row);
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    assert!(readme.contains(&table), "README.md, Settings: the table should be\n{table}");
}

/// The row of a setting; of one that is on or off, as it is written to change that.
fn row(setting: &Declaration) -> String {
    let code = |text: String| if text.is_empty() { text } else { format!("`{text}`") };
    let flag = setting.flag.map(|flag| match setting.form {
        Form::Switch => format!("--{} {}", flag.name, setting.example),
        _ => format!("--{} {}", flag.name, flag.value).trim_end().to_owned(),
    });
    let variable = setting.variable.map(|variable| match (setting.form, setting.example) {
        (Form::Switch, "false") => format!("{}=0", variable.name),
        (Form::Switch | Form::Negation, _) => format!("{}=1", variable.name),
        _ => variable.name.to_owned(),
    });
    let key = match setting.form {
        Form::Negation => format!("{} = {}", setting.key, setting.example),
        _ => setting.key.to_owned(),
    };
    let [flag, variable] = [flag, variable].map(|text| code(text.unwrap_or_default()));
    let default = code(setting.default.unwrap_or_default().to_owned());
    format!("| {flag} | {variable} | {} | {} | {default} |\n", code(key), setting.summary)
}
