//! Plans that are saved, files that are written, and what a build wants of them.

use super::NODE;
use crate::support::Workbench;

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
