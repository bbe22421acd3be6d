//! What builders' failures are taken for.

use super::*;
use crate::provider::Remedy;

/// What is said about a builder that printed this and failed.
fn explained(purpose: &Purpose, output: &str) -> Error {
    let mut transcript = transcript::Transcript::default();
    output.lines().for_each(|line| transcript.add(line, &mut |_| {}));
    let status = Command::new("false").status().unwrap();
    let finished = process::Finished { status, transcript };
    let remedies = [Remedy {
        output: "can only install packages when your package.json".into(),
        hint: "Run `npm install` and commit the lockfile".into(),
    }];
    failure::explain("docker", purpose, &finished, &files().dockerfile.render(), &remedies)
}

#[test]
fn a_failed_command_is_shown_with_phase_output_and_remedy() {
    let error = explained(
        &Purpose::Build,
        "#8 [4/5] RUN npm ci\n#8 0.1 npm error `npm ci` can only install packages when your package.json agrees\n\
         #8 ERROR: process \"/bin/sh -c npm ci\" did not complete successfully: exit code: 1\n\
         ------\nDockerfile:14\n------\nERROR: failed to solve: process \"/bin/sh -c npm ci\"\n",
    );
    assert_eq!(error.kind(), ErrorKind::App);
    insta::assert_snapshot!(error.report(), @"
    Phase install failed

    Caused by:
        0: `npm ci` ended with exit code 1
        1: its last lines:
        | npm error `npm ci` can only install packages when your package.json agrees

    Hint: Run `npm install` and commit the lockfile
    ");
    let step = error.step().unwrap();
    assert_eq!((step.phase.as_deref(), step.command.as_str(), step.exit_code), (Some("install"), "npm ci", Some(1)));
    // The same by the position alone, as from an engine that names no line.
    let error = explained(
        &Purpose::Build,
        "#8 [4/5] RUN --mount=type=cache npm ci\n#8 ERROR: executor failed running [/bin/sh -c npm ci]: exit code: 137\n",
    );
    insta::assert_snapshot!(error.report(), @"
    Phase install failed

    Caused by:
        `npm ci` ended with exit code 137

    Hint: The command was killed, most often for want of memory; give the builder more, or raise `--memory`
    ");
    // A step that is no command.
    let error = explained(
        &Purpose::Build,
        "#7 [3/5] COPY . /app/.\n#7 ERROR: failed to calculate checksum: \"/x\": not found\n",
    );
    insta::assert_snapshot!(error.report(), @r#"
    Phase install failed

    Caused by:
        `COPY . /app/.`: failed to calculate checksum: "/x": not found

    Hint: Look whether the app has this file, and whether an ignore file leaves it out
    "#);
}

#[test]
fn a_missing_package_is_named() {
    let hint = |line: &str| {
        let output = format!("#8 [4/5] RUN npm ci\n#8 0.1 {line}\n#8 ERROR: x: exit code: 1\n");
        explained(&Purpose::Build, &output).hint_text().unwrap().to_owned()
    };
    assert_eq!(
        hint("error: undefined variable 'ffmpegg'"),
        "There is no package `ffmpegg`: https://search.nixos.org/packages lists those that nixpkgs has"
    );
    assert!(hint("E: Unable to locate package libfoo").starts_with("There is no package `libfoo`"));
}

#[test]
fn of_a_long_command_both_ends_are_shown() {
    let command = format!("first {} last", "x".repeat(1000));
    let error = explained(&Purpose::Build, &format!("#8 [9/9] RUN {command}\n#8 ERROR: exit code: 1\n"));
    let cause = &error.cause_texts()[0];
    assert!(cause.starts_with("`first xxx") && cause.ends_with("xxx last` ended with exit code 1"), "{cause}");
    assert!(cause.len() < 500);
    assert_eq!(error.step().unwrap().command, command);
    assert_eq!(error.message(), "A step of the build failed");
}

#[test]
fn who_is_at_fault_is_told_by_the_builders_last_words() {
    let kind = |purpose: &Purpose, output: &str| explained(purpose, output).kind();
    let push = Purpose::Push(name("r.io/shop"));
    for (output, expected) in [
        ("Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?", ErrorKind::Unavailable),
        (
            "failed to dial gRPC: cannot connect to the Docker daemon. Is 'docker daemon' running on this host?",
            ErrorKind::Unavailable,
        ),
        (
            "error: listing workers for Build: failed to list workers: Unavailable: connection error",
            ErrorKind::Unavailable,
        ),
        (
            "#2 [internal] load metadata for r.io/x\n#2 ERROR: failed to do request: dial tcp: refused",
            ErrorKind::Registry,
        ),
        ("#2 [internal] load metadata for r.io/x\n#2 ERROR: r.io/x: not found\nDockerfile:1", ErrorKind::Registry),
        ("error: failed to solve: failed to push r.io/shop: server message: denied", ErrorKind::Registry),
        (
            "STEP 1/2: FROM r.io/x\nError: creating build container: pinging container registry r.io",
            ErrorKind::Registry,
        ),
        (
            "#9 exporting to image\n#9 ERROR: write /x: no space left on device\nno space left on device",
            ErrorKind::Unavailable,
        ),
        (
            "#8 [4/5] RUN npm ci\n#8 0.1 connect: Cannot connect to the Docker daemon\n#8 ERROR: x: exit code: 1",
            ErrorKind::App,
        ),
        ("#2 [internal] load metadata for r.io/x\n#2 ERROR: not found\nDockerfile:14", ErrorKind::Registry),
        ("#8 [4/5] RUN npm ci\n#8 0.1 npm error ENOSPC: write\n#8 ERROR: x: exit code: 1", ErrorKind::Unavailable),
        ("something else", ErrorKind::Builder),
        ("", ErrorKind::Builder),
        // Nix 2.8 and curl, BuildKit 0.11 and 0.32, buildah 1.28 with crun and runc.
        (
            "#8 [4/5] RUN nix-env -if x.nix\n#8 1.1 error: unable to download 'https://example.org/x.tar.gz': \
             Couldn't resolve host name (6)\n#8 ERROR: x: exit code: 1",
            ErrorKind::Unavailable,
        ),
        (
            "#8 [4/5] RUN npm ci\n#8 1.1 curl: (6) Could not resolve host: example.org\n#8 ERROR: x: exit code: 6",
            ErrorKind::Unavailable,
        ),
        (
            "#8 [4/5] RUN npm ci\n#8 0.1 exec /bin/sh: exec format error\n#8 ERROR: x: exit code: 1",
            ErrorKind::Unavailable,
        ),
        (
            "#8 [4/5] RUN npm ci\n#8 ERROR: process \"/bin/sh -c npm ci\" did not complete: failed to create task: \
             OCI runtime create failed: unable to start container process: exit code: 128",
            ErrorKind::Unavailable,
        ),
        (
            "STEP 4/5: RUN npm ci\nerror running container: from /usr/bin/crun creating container for [/bin/sh -c npm ci]\n\
             Error: building at STEP \"RUN npm ci\": while running runtime: exit status 1",
            ErrorKind::Unavailable,
        ),
        (
            "STEP 4/5: RUN npm ci\nError: building at STEP \"RUN npm ci\": mounting new container: layer not known",
            ErrorKind::Unavailable,
        ),
        (
            "#8 [4/5] RUN npm ci\n#8 0.1 x\n#8 ERROR: rpc error: code = Unavailable desc = error reading from server: EOF",
            ErrorKind::Unavailable,
        ),
        // Docker 20.10, whose engine ended meanwhile.
        (
            "#8 [4/5] RUN npm ci\n#8 sha256:00\ncannot write /tmp/image-id because server did not provide an image ID",
            ErrorKind::Unavailable,
        ),
        // A test of the app's that finds nobody listening.
        ("#8 [4/5] RUN npm ci\n#8 0.1 connect ECONNREFUSED 127.0.0.1:5432\n#8 ERROR: x: exit code: 1", ErrorKind::App),
    ] {
        assert_eq!(kind(&Purpose::Build, output), expected, "{output}");
    }
    assert_eq!(kind(&push, "denied: requested access to the resource is denied"), ErrorKind::Registry);
    assert_eq!(kind(&push, "error during connect: EOF"), ErrorKind::Unavailable);
    insta::assert_snapshot!(explained(&push, "The push refers to r.io/shop\ndenied: no").report(), @"
    Cannot push `r.io/shop`

    Caused by:
        denied: no

    Hint: Look whether the reference is right, whether you are logged in to the registry, and whether it answers; `--insecure-registry` allows plain HTTP
    ");
}
