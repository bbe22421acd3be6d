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

mod failures;

fn context(directory: &Path) -> BuildContext {
    let app = App::open(directory, SearchRules::Pruned, Vec::new).unwrap();
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
        build_variables: vec!["NPM_CONFIG_*".to_owned()],
        references: vec!["*.pth".to_owned()],
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
              --force-rm
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
              --force-rm
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
