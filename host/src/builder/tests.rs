//! What builders are told, and what their failures are taken for.

use super::*;
use crate::app::App;
use crate::dockerfile::{
    self, BuildFiles, CacheIds, CacheKey, CacheKeys, CacheMounts, DockerfileOptions, FileDelivery, SecretKeys,
};
use crate::edition::{ImageRules, SearchRules};
use crate::error::ErrorKind;
use crate::plan::{Phase, Plan};
use std::process::Command;

fn context(directory: &Path) -> BuildContext {
    let app = App::open(directory, SearchRules::Pruned).unwrap();
    BuildContext::in_directory(directory, &app, &files()).unwrap()
}

/// A Dockerfile with `npm ci` in line 14, which is the fourth step of five.
fn files() -> BuildFiles {
    let list = |text: &str| Some(vec![text.to_owned()]);
    let install = Phase { commands: list("npm ci"), cache_directories: list("/root/.npm"), ..Phase::default() };
    let phases = [("install".to_owned(), install)].into();
    let plan = Plan { build_image: "base".into(), phases, ..Plan::default() };
    let options = DockerfileOptions {
        cache: CacheMounts::Keyed(CacheKeys::same(CacheKey::new("k".into())), CacheIds::Nixpacks),
        delivery: FileDelivery::Context,
        mirrors: Default::default(),
        nixpkgs_archive: "",
        image: ImageRules::OneStage,
        secrets: SecretKeys::default(),
    };
    dockerfile::generate(&plan, &options).unwrap()
}

fn name(text: &str) -> ImageName {
    ImageName::parse(text).unwrap()
}

/// A request in which everything is said that all builders know.
fn full() -> BuildRequest {
    let mut request = BuildRequest::new(vec![name("r.io/shop")]);
    request.names.push(name("r.io/shop:1"));
    request.labels = vec![Label::parse("a=b c").unwrap()];
    request.platforms = Platform::parse_list("linux/amd64").unwrap();
    request.variables = [("CI".to_owned(), "true".to_owned())].into();
    request.secrets = vec![Secret::parse("TOKEN", |_| Some("canary-value".into())).unwrap()];
    request.ssh = vec!["default".into()];
    request.hosts = vec![AddedHost::parse("mirror:10.0.0.1").unwrap()];
    request.network = Network::Host;
    request.cache.imports = vec![CacheLocation::parse("r.io/cache:main").unwrap()];
    request.target = Some("build".into());
    request
}

/// The commands of a build, each option on a line; the directory of the context is written `DIR`.
fn shown(builder: &dyn Builder, request: &BuildRequest) -> String {
    let directory = tempfile::TempDir::new().unwrap();
    let mut text = String::new();
    for Step { invocation, .. } in builder.steps(&context(directory.path()), request, Some(Path::new("/reports"))) {
        text.push_str(invocation.program);
        for argument in &invocation.arguments {
            text.push_str(if argument.starts_with('-') { "\n  " } else { " " });
            text.push_str(argument);
        }
        text.push('\n');
    }
    assert!(!text.contains("canary"), "{text}");
    text.replace(directory.path().to_str().unwrap(), "DIR")
}

fn docker() -> Docker {
    Docker::new(DockerConnection::default())
}

#[test]
fn docker_takes_upstreams_arguments_in_upstreams_order() {
    let mut request = BuildRequest::new(vec![name("shop")]);
    insta::assert_snapshot!(shown(&docker(), &request), @"
    docker build DIR
      -f DIR/.nixpacks/Dockerfile
      -t shop
      --iidfile /reports/image-id
    ");
    request = full();
    request.progress = Progress::Plain;
    request.cache.own = OwnCache::Ignored;
    request.cache.inline = InlineCache::Carried;
    request.outputs = vec![Output::parse("out").unwrap()];
    request.limits = StepLimits { cpu_quota: Some("50000".into()), memory: Some("2g".into()) };
    insta::assert_snapshot!(shown(&docker(), &request), @"
    docker build DIR
      -f DIR/.nixpacks/Dockerfile
      -t r.io/shop
      --progress=plain
      --add-host mirror:10.0.0.1
      --network host
      --no-cache
      --cache-from r.io/cache:main
      --output out
      --build-arg BUILDKIT_INLINE_CACHE=1
      --build-arg CI=true
      -t r.io/shop:1
      --label a=b c
      --platform linux/amd64
      --target build
      --cpu-quota 50000
      --memory 2g
      --secret id=TOKEN,env=TOKEN
      --ssh default
      --iidfile /reports/image-id
    ");
}

#[test]
fn docker_pushes_each_name_or_has_buildx_do_it() {
    let mut request = full();
    request.delivery = Delivery::Push;
    insta::assert_snapshot!(shown(&docker(), &request), @"
    docker build DIR
      -f DIR/.nixpacks/Dockerfile
      -t r.io/shop
      --add-host mirror:10.0.0.1
      --network host
      --cache-from r.io/cache:main
      --build-arg CI=true
      -t r.io/shop:1
      --label a=b c
      --platform linux/amd64
      --target build
      --secret id=TOKEN,env=TOKEN
      --ssh default
      --iidfile /reports/image-id
    docker push r.io/shop
    docker push r.io/shop:1
    ");
    request.platforms = Platform::parse_list("linux/amd64,linux/arm64").unwrap();
    request.cache.exports = vec![CacheLocation::parse("r.io/cache").unwrap()];
    insta::assert_snapshot!(shown(&docker(), &request), @"
    docker buildx build DIR
      -f DIR/.nixpacks/Dockerfile
      -t r.io/shop
      --add-host mirror:10.0.0.1
      --network host
      --cache-from r.io/cache:main
      --build-arg CI=true
      -t r.io/shop:1
      --label a=b c
      --platform linux/amd64
      --platform linux/arm64
      --target build
      --cache-to type=registry,ref=r.io/cache,mode=max
      --secret id=TOKEN,env=TOKEN
      --ssh default
      --push
      --metadata-file /reports/metadata.json
    ");
}

#[test]
fn buildctl_takes_buildkits_own_names() {
    let mut request = full();
    request.delivery = Delivery::Push;
    request.registries = Registries::Insecure;
    request.progress = Progress::Json;
    request.cache.exports = vec![CacheLocation::parse("r.io/cache").unwrap()];
    request.cache.inline = InlineCache::Carried;
    request.platforms = Platform::parse_list("linux/amd64,linux/arm64").unwrap();
    request.outputs =
        ["type=oci,dest=a.tar", "type=cacheonly", "out"].iter().map(|text| Output::parse(text).unwrap()).collect();
    let address = BuildkitAddress::parse("tcp://buildkit:1234", "a test").unwrap();
    let builder = Buildctl::new(Some(address), Some("/certificates".into()));
    insta::assert_snapshot!(shown(&builder, &request), @r#"
    buildctl
      --addr tcp://buildkit:1234
      --tlsdir /certificates build
      --progress rawjson
      --frontend dockerfile.v0
      --local context=DIR
      --local dockerfile=DIR/.nixpacks
      --opt filename=Dockerfile
      --opt build-arg:CI=true
      --opt label:a=b c
      --opt platform=linux/amd64,linux/arm64
      --opt target=build
      --opt add-hosts=mirror=10.0.0.1
      --opt force-network-mode=host
      --allow network.host
      --secret id=TOKEN,env=TOKEN
      --ssh default
      --import-cache type=registry,ref=r.io/cache:main,registry.insecure=true
      --export-cache type=registry,ref=r.io/cache,mode=max,registry.insecure=true
      --export-cache type=inline
      --output type=oci,dest=a.tar,"name=r.io/shop,r.io/shop:1"
      --output type=local,dest=out
      --output type=image,"name=r.io/shop,r.io/shop:1",push=true,registry.insecure=true
      --metadata-file /reports/metadata.json
    "#);
    let builder = Buildctl::default();
    let mut request = BuildRequest::new(vec![name("shop")]);
    request.delivery = Delivery::Push;
    insta::assert_snapshot!(shown(&builder, &request), @"
    buildctl build
      --frontend dockerfile.v0
      --local context=DIR
      --local dockerfile=DIR/.nixpacks
      --opt filename=Dockerfile
      --output type=image,name=shop,push=true
      --metadata-file /reports/metadata.json
    ");
}

#[test]
fn buildah_builds_pushes_and_writes_archives() {
    let mut request = full();
    request.delivery = Delivery::Push;
    request.registries = Registries::Insecure;
    request.outputs = ["type=oci,dest=a.tar", "out"].iter().map(|text| Output::parse(text).unwrap()).collect();
    request.cache.exports = vec![CacheLocation::parse("type=registry,ref=r.io/cache:main").unwrap()];
    for program in [BuildahProgram::Buildah, BuildahProgram::Podman] {
        let builder = Buildah::new(program);
        let text = shown(&builder, &request).replace(" --isolation chroot", " --isolation oci");
        match program {
            BuildahProgram::Buildah => insta::assert_snapshot!(text, @"
            buildah bud
              --format docker
              --layers
              --network host
              --tls-verify=false
              -f DIR/.nixpacks/Dockerfile
              -t r.io/shop
              -t r.io/shop:1
              --add-host mirror:10.0.0.1
              --cache-from r.io/cache
              --cache-to r.io/cache
              --build-arg CI=true
              --label a=b c
              --platform linux/amd64
              --target build
              --secret id=TOKEN,env=TOKEN
              --ssh default
              --output out
              --iidfile /reports/image-id DIR
            buildah push r.io/shop oci-archive:a.tar:r.io/shop
            buildah push
              --tls-verify=false
              --digestfile /reports/pushed r.io/shop docker://r.io/shop
            buildah push
              --tls-verify=false
              --digestfile /reports/pushed r.io/shop:1 docker://r.io/shop:1
            "),
            BuildahProgram::Podman => insta::assert_snapshot!(text, @"
            podman build
              --format docker
              --layers
              --network host
              --tls-verify=false
              -f DIR/.nixpacks/Dockerfile
              -t r.io/shop
              -t r.io/shop:1
              --add-host mirror:10.0.0.1
              --cache-from r.io/cache
              --cache-to r.io/cache
              --build-arg CI=true
              --label a=b c
              --platform linux/amd64
              --target build
              --secret id=TOKEN,env=TOKEN
              --ssh default
              --output out
              --iidfile /reports/image-id DIR
            podman push r.io/shop oci-archive:a.tar:r.io/shop
            podman push
              --tls-verify=false
              --digestfile /reports/pushed r.io/shop docker://r.io/shop
            podman push
              --tls-verify=false
              --digestfile /reports/pushed r.io/shop:1 docker://r.io/shop:1
            "),
        }
    }
}

#[test]
fn what_a_builder_cannot_do_is_said_before_it_runs() {
    let mut reports = Vec::new();
    let mut refuse = |builder: &dyn Builder, change: &dyn Fn(&mut BuildRequest)| {
        let mut request = full();
        request.delivery = Delivery::Push;
        change(&mut request);
        let error = builder.check(&request).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        reports.push(error.report());
    };
    let buildctl = Buildctl::default();
    refuse(&buildctl, &|request| request.delivery = Delivery::Keep);
    refuse(&buildctl, &|request| request.delivery = Delivery::Load);
    refuse(&buildctl, &|request| request.limits.memory = Some("2g".into()));
    refuse(&buildctl, &|request| request.hosts = vec![AddedHost::parse("me:host-gateway").unwrap()]);
    let buildah = Buildah::new(BuildahProgram::Buildah);
    refuse(&buildah, &|request| request.platforms = Platform::parse_list("linux/amd64,linux/arm64").unwrap());
    refuse(&buildah, &|request| request.progress = Progress::Json);
    refuse(&buildah, &|request| request.cache.inline = InlineCache::Carried);
    refuse(&buildah, &|request| request.cache.exports = vec![CacheLocation::parse("type=gha").unwrap()]);
    refuse(&buildah, &|request| request.outputs = vec![Output::parse("type=cacheonly").unwrap()]);
    refuse(&buildah, &|request| request.outputs = vec![Output::parse("type=oci").unwrap()]);
    refuse(&buildah, &|request| {
        request.health_check = HealthCheck::Present;
        request.outputs = vec![Output::parse("type=oci,dest=x").unwrap()];
    });
    refuse(&docker(), &|request| request.outputs = vec![Output::parse("out").unwrap()]);
    insta::assert_snapshot!(reports.join("\n----\n"), @"
    The build would leave no image behind

    Caused by:
        BuildKit keeps only its cache unless it is told where the image goes

    Hint: Add `--push`, or `--output type=docker,dest=FILE` (also oci, local, tar, image); `--output type=cacheonly` if that is what you want
    ----
    BuildKit has no engine to load the image into

    Hint: Write `--output type=docker,dest=FILE` and `docker load --input FILE`, or `--push`
    ----
    BuildKit takes no `--memory`

    Hint: Limits are those of the daemon: run buildkitd in a container or service that has them
    ----
    `host-gateway` is not an IP address

    Caused by:
        `--add-host me:host-gateway`; BuildKit takes nothing else
    ----
    buildah cannot do several platforms in one build

    Hint: Use `--builder buildctl`, or build each and make a manifest list
    ----
    buildah cannot do `--progress json`

    Hint: It has plain output only
    ----
    buildah cannot do `--inline-cache`

    Hint: Use `--cache-to REPOSITORY` and `--cache-from REPOSITORY`
    ----
    buildah cannot do caches outside of registries

    Hint: Give `--cache-from` and `--cache-to` a repository
    ----
    buildah cannot do `--output type=cacheonly`

    Hint: Leave it out; the image stays in the local store
    ----
    buildah cannot do image archives on standard output

    Hint: Give the output a `dest=FILE`
    ----
    buildah cannot do a health check in an image of the OCI format

    Hint: Write `--output type=docker,dest=FILE`, or leave `--health-check` out
    ----
    Docker pushes an image or writes an output, not both in one build

    Hint: Leave one out, or use `--builder buildctl` or `--builder buildah`
    ");
    assert!(
        buildctl
            .check(&{
                let mut request = full();
                request.delivery = Delivery::Push;
                request
            })
            .is_ok()
    );
}

#[test]
fn an_address_has_a_scheme_that_buildctl_knows() {
    for address in ["unix:///run/x.sock", "tcp://h:1", "docker-container://buildkitd", "kube-pod://p?namespace=n"] {
        assert_eq!(BuildkitAddress::parse(address, "a test").unwrap().as_str(), address);
    }
    insta::assert_snapshot!(BuildkitAddress::parse("http://h:1", "BUILDKIT_HOST").unwrap_err().report(), @"
    `http://h:1` in BUILDKIT_HOST is not the address of a BuildKit daemon

    Hint: An address is like unix:///run/buildkit/buildkitd.sock; it begins with one of unix://, tcp://, docker-container://, kube-pod://, podman-container://, ssh://
    ");
    for address in ["", "unix://", "/run/x.sock"] {
        assert!(BuildkitAddress::parse(address, "a test").is_err(), "{address}");
    }
}

/// What is said about a builder that printed this and failed.
fn explained(purpose: &Purpose, output: &str) -> Error {
    let mut transcript = transcript::Transcript::default();
    output.lines().for_each(|line| transcript.add(line));
    let status = Command::new("false").status().unwrap();
    let finished = process::Finished { status, transcript };
    failure::explain("docker", purpose, &finished, &files().dockerfile.render())
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
fn builds_with_a_time_can_be_repeated() {
    let mut request = BuildRequest::new(vec![name("r.io/shop")]);
    request.delivery = Delivery::Push;
    request.variables = [(SOURCE_DATE_EPOCH.to_owned(), "1700000000".to_owned())].into();
    let buildctl = shown(&Buildctl::default(), &request);
    assert!(buildctl.contains("push=true,rewrite-timestamp=true"), "{buildctl}");
    assert!(buildctl.contains("build-arg:SOURCE_DATE_EPOCH=1700000000"), "{buildctl}");
    let buildah = shown(&Buildah::new(BuildahProgram::Buildah), &request);
    assert!(buildah.contains("--timestamp 1700000000"), "{buildah}");
}

#[test]
fn an_output_keeps_what_it_says() {
    let mut request = BuildRequest::new(vec![name("r.io/shop")]);
    request.outputs = vec![Output::parse("type=registry,name=r.io/other,compression=zstd").unwrap()];
    let buildctl = shown(&Buildctl::default(), &request);
    assert!(buildctl.contains("type=image,name=r.io/other,compression=zstd,push=true"), "{buildctl}");
    let buildah = Buildah::new(BuildahProgram::Buildah);
    insta::assert_snapshot!(buildah.check(&request).unwrap_err().report(), @"
    buildah cannot do `name=` of an output that is an image

    Hint: Name the image with `--name` and `--tag`, and push it with `--push`
    ");
    assert!(!request.outputs[0].pushes_request_names());
    assert!(Output::parse("type=registry").unwrap().pushes_request_names());
    request.outputs = vec![Output::parse("type=tar,dest=x.tar").unwrap()];
    request.delivery = Delivery::Load;
    insta::assert_snapshot!(docker().check(&request).unwrap_err().report(), @"
    Docker loads an image or writes an output, not both in one build

    Hint: Leave one out; a second build takes every step from the cache
    ");
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
