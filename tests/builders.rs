//! Builders: which one is taken, what it is told, what becomes of its errors; with programs that
//! stand in for them, and with the real ones where they are.
//!
//! The real ones are skipped, and say so, without `docker`; those that push, without `RIG_REGISTRY`,
//! a registry that takes plain HTTP. `RIG_DIR` names the folder with buildah's configuration.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

#[path = "builders/real.rs"]
mod real;
#[path = "builders/stand_ins.rs"]
mod stand_ins;
mod support;

use serde_json::Value;
use stand_ins::Stage;
use std::path::Path;
use std::process::Command;

/// A value that must not be found anywhere.
const CANARY: &str = "canary-8d1f0c";

/// What BuildKit prints when `npm ci` fails.
const FAILING: &str = "
step=$(/bin/grep -m1 ' npm ci$' \"$dockerfile\")
/bin/cat >&2 <<END
#1 [internal] load build definition from Dockerfile
#1 DONE 0.0s
#9 [99/99] $step
#9 sha256:00
#9 1.234 npm error code E404
#9 1.240 npm error 404 Not Found - GET https://registry.npmjs.org/left-padd
#9 ERROR: executor failed running [/bin/bash -ol pipefail -c npm ci]: exit code: 1
------
 > [99/99] $step:
------
executor failed running [/bin/bash -ol pipefail -c npm ci]: exit code: 1
END
exit 1";

#[test]
fn a_failed_command_is_the_apps_fault() {
    let run = Stage::new().with_docker(FAILING, "").run(&[], &[]);
    run.expect(1, "app");
    insta::assert_snapshot!(run.error(), @"
    Phase install failed

    Caused by:
        0: `npm ci` ended with exit code 1
        1: its last lines:
        | npm error code E404
        | npm error 404 Not Found - GET https://registry.npmjs.org/left-padd

    Hint: Mend what the command complains about, or say what to run instead: `[phases.install] cmds` in nixpacks.toml
    ");
    let error = &run.result["error"];
    assert_eq!(
        (&error["phase"], &error["command"], &error["commandExitCode"]),
        (&"install".into(), &"npm ci".into(), &1.into())
    );
    assert_eq!(error["output"][0], "npm error code E404");
    assert!(run.result["planDigest"].as_str().unwrap().starts_with("sha256:"));
    assert!(run.result["durationsMs"]["total"].is_u64());
    // The builder's own words went by, too.
    assert!(run.stderr.contains("#9 1.234 npm error code E404\n"));
}

#[test]
fn on_a_terminal_a_failure_says_as_much() {
    // Nobody could read what is written over at once.
    let first = "echo '#2 [1/99] RUN first' >&2; echo '#2 0.1 one' >&2; /bin/sleep 0.6; echo '#2 DONE 0.6s' >&2";
    let stage = Stage::new().with_docker(&format!("{first}\n{FAILING}"), "");
    let told = stage.run(&[], &[]).error().to_owned();
    for progress in ["auto", "tty"] {
        let run = stage.run_on_terminal(&["--progress", progress], &[]);
        run.expect(1, "app");
        assert_eq!(run.result["error"]["command"], "npm ci");
        let screen = run.stdout.replace("\r\n", "\n");
        assert_eq!(screen.split_once("Error: ").unwrap_or_else(|| panic!("{screen}")).1, told);
        assert!(screen.contains("  FAILED  install: npm ci\n"), "{screen}");
        assert!(screen.contains("\r      0s  first │ one"), "{screen}");
        assert!(
            screen
                .split(['\r', '\n'])
                .take_while(|text| !text.starts_with("Error"))
                .all(|text| text.chars().count() < 60),
            "{screen}"
        );
        assert!(!screen.contains('\u{1b}') && !screen.contains("#9 "), "{screen}");
    }
    assert!(stage.run(&[], &[]).was_told(&["--progress=plain"]));
    let coloured = stage.run_on_terminal(&[], &[("NO_COLOR", "")]).stdout;
    assert!(coloured.contains("\u{1b}[1m\u{1b}[31m  FAILED\u{1b}[0m  install: npm ci"), "{coloured}");
    assert!(coloured.split('\u{1b}').skip(1).all(|code| code.split_once('m').unwrap().0.len() <= 4), "{coloured}");
    let lines = stage.run_on_terminal(&[], &[("TERM", "dumb")]).stdout;
    assert!(lines.contains("#9 1.234 npm error code E404\r\n") && !lines.contains("FAILED"), "{lines}");
}

#[test]
fn a_builder_that_does_not_answer_may_be_tried_again() {
    let words = "echo 'error: listing workers for Build: failed to list workers: Unavailable: connection error: \
                 desc = \"transport: Error while dialing: dial tcp 10.0.0.9:1234: connect: connection refused\"' >&2; exit 1";
    let script = format!("[ \"$1\" = --version ] && exit\n{words}");
    let run = Stage::new().with("buildctl", &script).run(
        &["--builder", "buildctl", "--buildkit-host", "tcp://10.0.0.9:1234", "--push", "-n", "registry.example/shop"],
        &[],
    );
    run.expect(4, "builder-unavailable");
    insta::assert_snapshot!(run.error(), @r#"
    BuildKit build failed

    Caused by:
        error: listing workers for Build: failed to list workers: Unavailable: connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.9:1234: connect: connection refused"

    Hint: Start the builder, or try again later; `--builder` and `--buildkit-host` name another one
    "#);
    assert!(run.was_told(&["== buildctl", "--addr", "tcp://10.0.0.9:1234", "build"]), "{}", run.notes);
    let run = Stage::new().run(&[], &[]);
    run.expect(4, "builder-unavailable");
    insta::assert_snapshot!(run.error(), @"
    No builder can be used

    Caused by:
        0: docker: not installed
        1: buildctl: no BUILDKIT_HOST, and no daemon at the default address
        2: buildah: not installed
        3: podman: not installed
        4: nix: is taken only if `--builder nix` says so

    Hint: Start one, or name it with `--builder`; `--out DIR` writes the build's files without any
    ");
    let run = Stage::new().run(&["--builder", "docker"], &[]);
    run.expect(4, "builder-unavailable");
    insta::assert_snapshot!(run.error(), @"
    Please install Docker to build the app

    Caused by:
        docker: No such file or directory (os error 2)

    Hint: `--builder` chooses one of docker, buildctl, buildah, podman, nix; `--out DIR` writes the files without any
    ");
}

#[test]
fn a_registry_that_refuses_is_neither_the_apps_nor_the_builders_fault() {
    let push = "echo 'denied: requested access to the resource is denied' >&2; exit 1";
    let run = Stage::new().with_docker("exit 0", push).run(&["--push", "-n", "registry.example/shop"], &[]);
    run.expect(5, "registry");
    insta::assert_snapshot!(run.error(), @"
    Cannot push `registry.example/shop`

    Caused by:
        denied: requested access to the resource is denied

    Hint: Look whether the reference is right, whether you are logged in to the registry, and whether it answers; `--insecure-registry` allows plain HTTP
");
    let pull = "echo '#2 [internal] load metadata for registry.example/base:1' >&2
        echo '#2 ERROR: failed to authorize: 401 Unauthorized' >&2; exit 1";
    Stage::new().with_docker(pull, "").run(&[], &[]).expect(5, "registry");
}

#[test]
fn what_cannot_be_is_said_before_anything_runs() {
    let stage = Stage::new().with_docker("echo built >> \"$NOTES\"", "").with("buildctl", "exit 0");
    let mut reports = Vec::new();
    for arguments in [
        &["--builder", "bazel"][..],
        &["--builder", "buildctl"],
        &["--buildkit-host", "http://x"],
        &["--push"],
        &["--push", "--output", "out", "-n", "x"],
        &["--platform", "linux/amd64,linux/arm64"],
        &["--cache-to", "registry.example/cache"],
        &["--progress", "tty"],
        &["-n", "Shop"],
        &["--output", "type=nonsense"],
        &["--secret", "MISSING"],
        &["--secret", "TWICE", "--secret", "TWICE"],
        &["--secret", "TWICE", "-e", "TWICE=x"],
    ] {
        let run = stage.run(arguments, &[("TWICE", CANARY)]);
        run.expect(3, "configuration");
        assert!(!run.notes.contains("\nbuild\n") && !run.notes.contains("\nbuilt\n"), "{arguments:?}: {}", run.notes);
        reports.push(run.error().to_owned());
    }
    insta::assert_snapshot!(reports.join("----\n"), @"
    Unknown builder `bazel` in --builder

    Hint: Builders: auto, docker, buildctl, buildah, podman, nix
    ----
    The build would leave no image behind

    Caused by:
        BuildKit keeps only its cache unless it is told where the image goes

    Hint: Add `--push`, or `--output type=docker,dest=FILE` (also oci, local, tar, image); `--output type=cacheonly` if that is what you want
    ----
    `http://x` in --buildkit-host is not the address of a BuildKit daemon

    Hint: An address is like unix:///run/buildkit/buildkitd.sock; it begins with one of unix://, tcp://, docker-container://, kube-pod://, podman-container://, ssh://
    ----
    Nothing says where to push the image

    Hint: Name it: `--name registry.example.org/team/shop`, and `--tag` for further names
    ----
    Docker pushes an image or writes an output, not both in one build

    Hint: Leave one out, or use `--builder buildctl` or `--builder buildah`
    ----
    This Docker client cannot do several platforms in one image

    Caused by:
        it has no buildx plugin

    Hint: Install buildx (Debian: docker-buildx), or use `--builder buildctl` or `--builder buildah`
    ----
    This Docker client cannot do `--cache-to`

    Caused by:
        it has no buildx plugin

    Hint: Install buildx (Debian: docker-buildx), or use `--builder buildctl` or `--builder buildah`
    ----
    `--progress tty` needs a terminal

    Caused by:
        standard error is none

    Hint: Use `--progress plain`
    ----
    `Shop` cannot be the name of an image

    Caused by:
        its repository must be in lower case

    Hint: A name is like `shop`, `shop:1.2` or `registry.example.org/team/shop:1.2`
    ----
    `type=nonsense` is not an output

    Caused by:
        there is no kind `nonsense`

    Hint: Write a directory, or `type=KIND,dest=PATH`; kinds: local, tar, oci, docker, image, registry, cacheonly
    ----
    The secret `MISSING` has no value

    Caused by:
        the variable MISSING is not set in this process

    Hint: Set it, or write `--secret MISSING=FILE`
    ----
    The secret `TWICE` is given twice
    ----
    `TWICE` is a secret and a variable

    Caused by:
        variables end in the image, where everyone can read them

    Hint: Take it out of `--env` and of `[variables]` in nixpacks.toml
    ");
}

#[test]
fn the_first_builder_that_answers_is_taken() {
    let socket = ("BUILDKIT_HOST", "unix:///run/x.sock");
    let taken = |stage: &Stage, arguments: &[&str], variables: &[(&str, &str)]| {
        let run = stage.run(&[arguments, &["--push", "-n", "registry.example/shop"]].concat(), variables);
        let line = run.stderr.lines().find(|line| line.starts_with("Builder: ")).unwrap_or_default().to_owned();
        (line, run.result["builder"].as_str().unwrap_or_default().to_owned())
    };
    let all = Stage::new().with_docker("exit 0", "").with("buildctl", "").with("buildah", "").with("podman", "");
    insta::assert_snapshot!(taken(&all, &[], &[socket]).0, @"Builder: docker (its engine 20.10.24 answers)");
    insta::assert_snapshot!(taken(&all, &["--buildkit-host", socket.1], &[]).0, @"Builder: buildctl (--buildkit-host is given)");
    let host = ["--docker-host", "unix:///run/x.sock"];
    insta::assert_snapshot!(taken(&all, &host, &[socket]).0, @"Builder: docker (--docker-host is given)");
    // What is asked for is not explained.
    assert_eq!(taken(&all, &["--builder", "podman"], &[]), (String::new(), "podman".into()));
    assert_eq!(taken(&all, &[], &[("NIXPACKS_BUILDER", "buildah")]), (String::new(), "buildah".into()));
    assert_eq!(taken(&all, &["--builder", "docker"], &[("NIXPACKS_BUILDER", "buildah")]).1, "docker");
    std::fs::write(all.bench.path("app/nixpacks.toml"), "builder = 'podman'\n").unwrap();
    assert_eq!(taken(&all, &[], &[]).1, "podman");
    assert_eq!(taken(&all, &["-e", "NIXPACKS_BUILDER=auto"], &[]).1, "docker");

    let without_engine = Stage::new()
        .with("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1")
        .with("buildctl", "")
        .with("buildah", "");
    insta::assert_snapshot!(taken(&without_engine, &[], &[socket]).0, @"Builder: buildctl (BUILDKIT_HOST is set)");
    insta::assert_snapshot!(taken(&without_engine, &[], &[]).0, @"Builder: buildah (it is installed; docker: Cannot connect to the Docker daemon; buildctl: no BUILDKIT_HOST, and no daemon at the default address)");
    let without_buildx = "[ \"$1\" = version ] && echo '28.2.2 28.2.2' || exit 1";
    let without_buildx = Stage::new().with("docker", without_buildx).with("podman", "");
    insta::assert_snapshot!(taken(&without_buildx, &[], &[]).0, @"Builder: podman (it is installed; docker: the client 28.2.2 has no buildx plugin; buildctl: no BUILDKIT_HOST, and no daemon at the default address; buildah: not installed)");
}

#[test]
fn the_builder_nix_says_what_it_lacks() {
    let run = Stage::new().run(&["--builder", "nix"], &[]);
    run.expect(4, "builder-unavailable");
    insta::assert_snapshot!(run.error(), @"
    The builder nix needs Nix

    Caused by:
        nix-env: No such file or directory (os error 2)

    Hint: Install it (Debian: `apt-get install nix-bin`; elsewhere https://nixos.org/download)
    ");
    let with_nix = || Stage::new().with("nix-env", "").with("nix-store", "");
    let run = with_nix().run(&["--builder", "nix"], &[]);
    run.expect(4, "builder-unavailable");
    insta::assert_snapshot!(run.error(), @"
    The builder nix needs `bwrap`

    Caused by:
        bwrap: not installed

    Hint: Install bubblewrap and util-linux (Debian: `apt-get install bubblewrap util-linux`)
    ");
    let refuse = "[ \"$1\" = --version ] || { echo 'unshare: unshare failed: Operation not permitted' >&2; exit 1; }";
    let run = with_nix().with("bwrap", "").with("unshare", refuse).run(&["--builder", "nix"], &[]);
    run.expect(4, "builder-unavailable");
    insta::assert_snapshot!(run.error(), @"
    This machine does not let commands of the build run in a sandbox

    Caused by:
        unshare: unshare failed: Operation not permitted

    Hint: The builder nix needs user namespaces. Ubuntu: give bwrap an AppArmor profile, or set `kernel.apparmor_restrict_unprivileged_userns=0`; Debian: `kernel.unprivileged_userns_clone=1`; in a container: `--security-opt seccomp=unconfined`, or as root `--privileged`
    ");
}

#[test]
fn what_the_builder_nix_cannot_do_is_said_before_anything_runs() {
    let stage =
        ["nix-env", "nix-store", "bwrap", "unshare"].into_iter().fold(Stage::new(), |stage, name| stage.with(name, ""));
    let mut reports = Vec::new();
    for arguments in [
        &["--ssh", "default"][..],
        &["--target", "build"],
        &["--progress", "json"],
        &["--cache-to", "registry.example/cache"],
        &["--inline-cache"],
        &["--memory", "2g"],
        &["--output", "out"],
        &["--add-host", "a:host-gateway"],
        &["--build-image", "debian:12"],
        &["--apt", "curl"],
        &["--slim", "false"],
        &["--edition", "nixpacks"],
    ] {
        let run = stage.run(&[&["--builder", "nix"], arguments].concat(), &[]);
        run.expect(3, "configuration");
        assert!(!run.notes.contains("--install"), "{arguments:?}: {}", run.notes);
        reports.push(run.error().to_owned());
    }
    insta::assert_snapshot!(reports.join("----\n"));
    for platform in ["linux/s390x", "linux/amd64,linux/arm64"] {
        let run = stage.run(&["--builder", "nix", "--platform", platform], &[]);
        run.expect(3, "configuration");
        assert!(run.error().starts_with("The builder nix cannot build for `linux/"), "{}", run.error());
    }
    let run = stage.run(&["--builder", "nix", "--push", "-n", "registry.example/shop"], &[]);
    run.expect(4, "builder-unavailable");
    assert!(run.error().contains("apt-get install skopeo"), "{}", run.error());
}

#[test]
fn an_interrupted_build_ends_its_builder_and_leaves_nothing() {
    // The builder sends the signal that somebody else would.
    let build = "trap 'echo ended >> \"$NOTES\"; exit 1' TERM; kill -TERM $PPID; while :; do /bin/sleep 0.1; done";
    let stage = Stage::new().with_docker(build, "");
    let temporary = stage.bench.path("temporary");
    std::fs::create_dir(&temporary).unwrap();
    for progress in ["auto", "plain"] {
        let run = stage.run(&["--progress", progress], &[("TMPDIR", temporary.to_str().unwrap())]);
        run.expect(130, "interrupted");
        assert!(run.notes.ends_with("\nended\n"), "{}", run.notes);
        assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
    }
    // A builder that leaves its step running, which holds its output.
    let leaving =
        "/bin/sleep 98765 & echo $! > step; kill -TERM $PPID; trap 'exit 1' TERM; while :; do /bin/sleep 0.1; done";
    let stage = Stage::new().with_docker(leaving, "");
    stage.run(&[], &[]).expect(130, "interrupted");
    let step = std::fs::read_to_string(stage.bench.path("step")).unwrap();
    assert!(!Path::new("/proc").join(step.trim()).exists(), "the step runs on");
    let build = format!("echo '#1 [1/1] RUN x' >&2; {build}");
    let run = Stage::new().with_docker(&build, "").run_on_terminal(&[], &[]);
    run.expect(130, "interrupted");
    assert!(run.stdout.contains("\r      0s  x"), "{}", run.stdout);
    // The line that was written over is gone.
    assert!(run.stdout.ends_with(" \rError: The build was interrupted\r\n"), "{:?}", run.stdout);
}

#[test]
fn a_pushed_image_is_described() {
    let stage = Stage::new().with_docker("exit 0", "exit 0");
    let run = stage.run(
        &["--push", "-t", "registry.example/shop:1", "-t", "registry.example/shop:2", "--metadata-file", "meta.json"],
        &[],
    );
    run.expect(0, "success");
    assert_eq!(run.stdout, "registry.example/shop:1\n");
    assert!(
        run.was_told(&["push", "registry.example/shop:1"]) && run.was_told(&["push", "registry.example/shop:2"]),
        "{}",
        run.notes
    );
    assert_eq!(run.result["images"], serde_json::json!(["registry.example/shop:1", "registry.example/shop:2"]));
    assert_eq!(run.result["imageDigest"], "sha256:feed");
    assert_eq!(run.result["builder"], "docker");
    assert_eq!(run.result["error"], Value::Null);
    let provider = &run.result["providers"][0];
    assert_eq!(provider["name"], "node");
    assert_eq!(provider["digest"].as_str().unwrap().len(), "sha256:".len() + 64);
    for part in ["plan", "dockerfile", "build", "push", "total"] {
        assert!(run.result["durationsMs"][part].is_u64(), "{part}: {}", run.result);
    }
    let metadata: Value =
        serde_json::from_str(&std::fs::read_to_string(stage.bench.path("meta.json")).unwrap()).unwrap();
    assert_eq!(metadata["containerimage.digest"], "sha256:feed");
    assert_eq!(metadata["containerimage.config.digest"], "sha256:cafe");
    assert_eq!(metadata["image.name"], "registry.example/shop:1,registry.example/shop:2");
    // The plan's digest is that of what `plan` prints.
    let plan = stage.bench.run(&["plan", "app"]);
    let sum = Command::new("sh").args(["-c", "printf %s \"$1\" | sha256sum", "sh", plan.success()]).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    assert_eq!(run.result["planDigest"].as_str().unwrap().strip_prefix("sha256:"), sum.split(' ').next());
    // No temporary files beside the result.
    let mut names = std::fs::read_dir(stage.bench.path("")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(!names.any(|name| name.to_string_lossy().starts_with(".plugpacks")));
}

#[test]
fn an_image_says_where_it_comes_from() {
    let stage = Stage::new().with_docker("exit 0", "");
    let commit = "0123456789abcdef0123456789abcdef01234567";
    stage.bench.app(
        "app",
        &[
            (".git/HEAD", commit),
            (".git/refs/tags/v1.2", commit),
            (".git/config", "[remote \"origin\"]\n\turl = https://user:canary-8d1f0c@git.example/shop.git\n"),
        ],
    );
    let labels = |arguments: &[&str]| {
        let _ = std::fs::remove_file(stage.bench.path("notes"));
        let run = stage.run(arguments, &[]);
        let notes: Vec<_> = run.notes.lines().collect();
        notes.windows(2).filter(|pair| pair[0] == "--label").map(|pair| pair[1].to_owned()).collect::<Vec<_>>()
    };
    let by_default = labels(&[]);
    assert_eq!(
        by_default[..3],
        [
            "org.opencontainers.image.source=https://git.example/shop",
            &format!("org.opencontainers.image.revision={commit}"),
            "org.opencontainers.image.version=v1.2",
        ]
    );
    assert!(by_default[3].starts_with("dev.plugpacks.providers=node 0.1.0 sha256:"), "{by_default:?}");
    let mut own = labels(&["-l", "org.opencontainers.image.version=mine"]);
    assert_eq!(own.pop().unwrap(), "org.opencontainers.image.version=mine");
    assert_eq!(own.len(), 3);
    let none: [String; 0] = [];
    assert_eq!(labels(&["--no-labels"]), none);
    assert_eq!(labels(&["-e", "NIXPACKS_NO_LABELS=1"]), none);
    assert_eq!(labels(&["--edition", "nixpacks"]), none);
    stage.bench.app("app", &[("nixpacks.toml", "imageLabels = false\n")]);
    assert_eq!(labels(&[]), none);
}

#[test]
fn added_hosts_share_the_machines_network_as_nixpacks_or_on_loopback() {
    let stage = Stage::new().with_docker("exit 0", "");
    let run = |arguments: &[&str]| {
        let _ = std::fs::remove_file(stage.bench.path("notes"));
        let run = stage.run(arguments, &[]);
        (run.notes.contains("--network\nhost"), run.stderr.contains("Warning: `--add-host mirror:127.0.0.1`"))
    };
    let (loopback, other) = (["--add-host", "mirror:127.0.0.1"], ["--add-host", "mirror:10.0.0.1"]);
    assert_eq!(run(&[&other[..], &["--edition", "nixpacks"]].concat()), (true, false));
    assert_eq!(run(&other), (false, false));
    assert_eq!(run(&loopback), (true, false));
    assert_eq!(run(&[&loopback[..], &["--network", "default"]].concat()), (false, true));
    assert_eq!(run(&[&other[..], &["--network", "host"]].concat()), (true, false));
}

#[test]
fn the_value_of_a_secret_goes_to_the_builder_and_nowhere_else() {
    let leak = "echo \"#1 [1/1] RUN x\" >&2; echo \"#1 0.1 value $TOKEN and $(/bin/cat key)\" >&2; exit 1";
    let stage = Stage::new().with_docker(leak, "");
    std::fs::write(stage.bench.path("key"), format!("first-line-{CANARY}\nsecond-line-{CANARY}\n")).unwrap();
    let secrets = ["--secret", "TOKEN", "--secret", "KEY=key"];
    let run = stage.run(&[&secrets[..], &["--metadata-file", "meta.json"]].concat(), &[("TOKEN", CANARY)]);
    assert!(run.stderr.contains("#1 0.1 value [secret TOKEN] and "), "{}", run.stderr);
    assert!(run.was_told(&["--secret", "id=TOKEN,env=TOKEN"]), "{}", run.notes);
    let written = |directory: &Path| {
        let mut text = String::new();
        let mut directories = vec![directory.to_owned()];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    directories.push(entry);
                } else if entry != stage.bench.path("key") {
                    text.push_str(&String::from_utf8_lossy(&std::fs::read(entry).unwrap()));
                }
            }
        }
        text
    };
    let files = stage.run(&[&secrets[..], &["--out", "out"]].concat(), &[("TOKEN", CANARY)]);
    let printed = stage.run(&[&secrets[..], &["--dockerfile"]].concat(), &[("TOKEN", CANARY)]);
    let everything = [
        run.stdout,
        run.stderr,
        files.stdout,
        files.stderr,
        printed.stdout,
        printed.stderr,
        written(&stage.bench.path("")),
    ];
    assert!(!everything.iter().any(|text| text.contains(CANARY)));
    let script = std::fs::read_to_string(stage.bench.path("out/.nixpacks/build.sh")).unwrap();
    assert!(script.contains(": \"${TOKEN:?is a secret of this build and must be set}\"\nexport TOKEN\n"), "{script}");
    // The script does what the build would.
    for (builder, call) in
        [("docker", "== docker\nbuild\n"), ("buildctl", "== buildctl\nbuild\n"), ("buildah", "== buildah\nbud\n")]
    {
        let stage = Stage::new().with_docker("exit 0", "").with("buildctl", "").with("buildah", "");
        stage
            .run(&["--builder", builder, "--secret", "TOKEN", "--out", "out", "-n", "x"], &[("TOKEN", CANARY)])
            .expect(0, "success");
        let mut shell = Command::new("/bin/sh");
        shell.arg("out/.nixpacks/build.sh").current_dir(stage.bench.path("")).env_clear();
        shell.env("PATH", stage.bench.path("bin")).env("NOTES", stage.bench.path("notes"));
        assert!(!shell.status().unwrap().success(), "ran without its secret");
        assert!(shell.env("TOKEN", CANARY).status().unwrap().success());
        let notes = std::fs::read_to_string(stage.bench.path("notes")).unwrap();
        assert!(notes.starts_with(call) && notes.contains("id=TOKEN,env=TOKEN") && !notes.contains(CANARY), "{notes}");
    }
}

#[test]
fn an_archive_on_standard_output_is_all_there_is_on_it() {
    let run = Stage::new().with_docker("echo archive; echo log >&2", "").run(&["--output", "-"], &[]);
    run.expect(0, "success");
    assert_eq!(run.stdout, "archive\n");
    assert!(run.stderr.contains("log\n"));
}

// ---------------------------------------------------------------------------------------------
// The real ones.
