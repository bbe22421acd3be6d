//! Dockerfiles as wholes, and the rules that cross modules.

use super::*;
use crate::plan::{Phase, Start};

fn list(elements: &[&str]) -> Option<Vec<String>> {
    Some(elements.iter().map(|&element| element.to_owned()).collect())
}

fn node_plan() -> Plan {
    let archive = Some("ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7".to_owned());
    let setup = Phase {
        nix_packages: list(&["nodejs_18", "npm-9_x", "(a.override { b = c; })"]),
        nix_libraries: list(&["zlib", "openssl_3", "openssl"]),
        nix_overlays: list(&["https://example.org/overlay.tar.gz"]),
        nixpkgs_archive: archive,
        ..Phase::default()
    };
    let install = Phase {
        depends_on: list(&["setup"]),
        commands: list(&["npm ci"]),
        cache_directories: list(&["/root/.npm"]),
        paths: list(&["/app/node_modules/.bin"]),
        ..Phase::default()
    };
    let build = Phase { depends_on: list(&["install"]), ..Phase::default() };
    Plan {
        build_image: "base".into(),
        variables: Some([("CI", "true"), ("PORT", "80")].map(|(k, v)| (k.into(), v.into())).into()),
        phases: [("setup", setup), ("install", install), ("build", build)].map(|(k, v)| (k.into(), v)).into(),
        start: Some(Start::with_command("npm run start")),
        ..Plan::default()
    }
}

fn options(delivery: FileDelivery) -> DockerfileOptions {
    DockerfileOptions {
        cache: CacheMounts::Keyed(CacheKeys::same(CacheKey::new("KEY".into())), CacheIds::Nixpacks),
        delivery,
        mirrors: Mirrors::default(),
        nixpkgs_archive: "0123456789012345678901234567890123456789",
        image: ImageRules::OneStage,
        secrets: SecretKeys::default(),
        build_variables: vec!["NPM_CONFIG_*".to_owned()],
        references: vec!["*.pth".to_owned()],
    }
}

#[test]
fn one_stage() {
    let files = generate(&node_plan(), &options(FileDelivery::Context)).unwrap();
    insta::assert_snapshot!(files.dockerfile.render().text, @r#"
    FROM base

    ENTRYPOINT ["/bin/bash", "-l", "-c"]
    WORKDIR /app/


    COPY .nixpacks/nixpkgs-ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7.nix .nixpacks/nixpkgs-ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7.nix
    RUN nix-env -if .nixpacks/nixpkgs-ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7.nix && nix-collect-garbage -d


    ARG CI PORT
    ENV CI=$CI PORT=$PORT

    # setup phase
    # noop

    # install phase
    ENV NIXPACKS_PATH=/app/node_modules/.bin:$NIXPACKS_PATH
    COPY . /app/.
    RUN --mount=type=cache,id=KEY-/root/npm,target=/root/.npm npm ci

    # build phase
    # noop


    RUN printf '\nPATH=/app/node_modules/.bin:$PATH' >> /root/.profile


    # start
    COPY . /app

    CMD ["npm run start"]
    "#);
}

#[test]
fn the_nix_file_does_not_depend_on_the_order_of_packages() {
    let mut plan = node_plan();
    let files = generate(&plan, &options(FileDelivery::Context)).unwrap();
    insta::assert_snapshot!(files.generated["nixpkgs-ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7.nix"], @r#"
    { }:

    let
      pkgs = import (fetchTarball "https://github.com/NixOS/nixpkgs/archive/ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7.tar.gz") {
        overlays = [
          (import (builtins.fetchTarball "https://example.org/overlay.tar.gz"))
        ];
      };
    in
    with pkgs;
    let
      libraryPath = "${lib.makeLibraryPath [ openssl openssl_3 zlib ]}";
      libraries = writeText "libraries" ''
        export LD_LIBRARY_PATH="${libraryPath}:$LD_LIBRARY_PATH"
        export OPENSSL_DIR="${openssl_3.dev}"
        export OPENSSL_LIB_DIR="${openssl_3.out}/lib"
      '';
    in
    buildEnv {
      name = "ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7-env";
      paths = [
        (runCommand "ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7-env" { } ''
          mkdir -p $out/etc/profile.d
          cp ${libraries} $out/etc/profile.d/ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7-env.sh
        '')
        (a.override { b = c; }) nodejs_18 npm-9_x
      ];
    }
    "#);
    plan.phases.get_mut("setup").unwrap().nix_packages.as_mut().unwrap().reverse();
    assert_eq!(generate(&plan, &options(FileDelivery::Context)).unwrap(), files);
}

#[test]
fn a_run_image_gets_the_variables_and_only_what_is_named() {
    let mut plan = node_plan();
    plan.static_assets = Some([("conf/a b.conf".to_owned(), "x".to_owned())].into());
    plan.phases.get_mut("build").unwrap().apt_packages = list(&["wget", "jq"]);
    plan.phases.get_mut("setup").unwrap().only_include_files = list(&["./rust-toolchain"]);
    plan.start = Some(Start {
        command: Some("./bin/x \"y\"".into()),
        run_image: Some("ubuntu:noble".into()),
        only_include_files: list(&["./bin/x"]),
        user: Some("web".into()),
        ..Start::default()
    });
    let files = generate(&plan, &options(FileDelivery::Context)).unwrap();
    insta::assert_snapshot!(files.dockerfile.render().text, @r#"
    FROM base

    ENTRYPOINT ["/bin/bash", "-l", "-c"]
    WORKDIR /app/

    COPY ./rust-toolchain /app/rust-toolchain
    COPY .nixpacks/nixpkgs-ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7.nix .nixpacks/nixpkgs-ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7.nix
    RUN nix-env -if .nixpacks/nixpkgs-ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7.nix && nix-collect-garbage -d
    RUN sudo apt-get update && sudo apt-get install -y --no-install-recommends wget jq
    COPY .nixpacks/assets /assets/
    ARG CI PORT
    ENV CI=$CI PORT=$PORT

    # setup phase
    # noop

    # install phase
    ENV NIXPACKS_PATH=/app/node_modules/.bin:$NIXPACKS_PATH
    COPY . /app/.
    RUN --mount=type=cache,id=KEY-/root/npm,target=/root/.npm npm ci

    # build phase
    # noop


    RUN printf '\nPATH=/app/node_modules/.bin:$PATH' >> /root/.profile


    # start
    FROM ubuntu:noble
    ENTRYPOINT ["/bin/bash", "-l", "-c"]
    WORKDIR /app/
    COPY --from=0 /etc/ssl/certs /etc/ssl/certs
    RUN true
    COPY --from=0 /app/bin/x /app/bin/x
    RUN useradd -m -s /bin/bash web
    USER web

    CMD ["./bin/x \"y\""]
    "#);
}

#[test]
fn inline_files_leave_nothing_for_the_context() {
    let mut plan = node_plan();
    plan.static_assets = Some([("x.conf".to_owned(), "it's\n# no comment\n<<EOF\n".repeat(20))].into());
    let inline = generate(&plan, &options(FileDelivery::Inline)).unwrap().dockerfile.render().text;
    assert!(!inline.contains("COPY .nixpacks"));
    let start = inline.find("RUN mkdir -p /assets").unwrap();
    insta::assert_snapshot!(inline[start..].lines().take(5).collect::<Vec<_>>().join("\n"), @r"
    RUN mkdir -p /assets \
     && printf '%s\n' \
        'it'\''s' \
        '# no comment' \
        '<<EOF' \
    ");
}

/// A plan of the edition 2026.11: a manifest first, a secret, a process, packages for run time.
fn staged_plan() -> Plan {
    let mut plan = node_plan();
    plan.phases.get_mut("setup").unwrap().nix_packages = list(&["nodejs_24", "gcc"]);
    plan.phases.get_mut("setup").unwrap().nix_libraries = None;
    plan.phases.get_mut("setup").unwrap().nix_overlays = None;
    let install = plan.phases.get_mut("install").unwrap();
    install.only_include_files = list(&["package.json", "package-lock.json"]);
    install.only_variables = list(&["CI"]);
    let build = plan.phases.get_mut("build").unwrap();
    build.commands = list(&["npm run build"]);
    build.secrets = list(&["TOKEN"]);
    plan.processes = Some([("worker".to_owned(), "node worker.js".to_owned())].into());
    plan.start.as_mut().unwrap().nix_packages = list(&["nodejs_24"]);
    plan
}

fn staged(plan: &Plan) -> String {
    let options = DockerfileOptions {
        image: ImageRules::Staged,
        secrets: SecretKeys::new([("TOKEN", "1f2e3d4c".to_owned())]),
        ..options(FileDelivery::Context)
    };
    generate(plan, &options).unwrap().dockerfile.render().text
}

#[test]
fn two_stages() {
    insta::assert_snapshot!(staged(&staged_plan()));
}

#[test]
fn the_last_stage_follows_the_plan() {
    let last = |change: fn(&mut Plan)| {
        let mut plan = staged_plan();
        change(&mut plan);
        let dockerfile = staged(&plan);
        dockerfile.split_once("# start: the image that runs\n").unwrap().1.to_owned()
    };
    let on_image = last(|plan| {
        let start = plan.start.as_mut().unwrap();
        start.run_image = Some("ubuntu:noble".into());
        start.apt_packages = list(&["fonts-liberation"]);
        start.only_include_files = list(&["/app/", "/opt/a b"]);
    });
    insta::assert_snapshot!(on_image, @r#"
    FROM ubuntu:noble
    USER root
    RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends fonts-liberation && rm -rf /var/lib/apt/lists/*
    RUN { grep -q '^[^:]*:[^:]*:10001:' /etc/passwd || useradd --uid 10001 --create-home app || adduser -D -u 10001 app || true; } && mkdir -p /home/app && chown 10001:10001 /home/app && chmod a+x /root
    COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
    COPY --from=build /runtime/packages/nix/ /nix/
    COPY --from=build /runtime/packages/etc/plugpacks/ /etc/plugpacks/
    COPY --from=build /runtime/packages/root/ /root/
    COPY --from=build /runtime/packages/etc/zoneinfo/ /etc/zoneinfo/
    COPY --from=build --chown=10001:10001 /runtime/home/ /app/
    COPY --from=build /runtime/references/ /
    WORKDIR /app/
    ENV HOME=/home/app
    ENV PATH=/app/node_modules/.bin:/nix/var/nix/profiles/runtime/bin:$PATH TZDIR=/etc/zoneinfo LANG=C.UTF-8
    ARG PORT
    ENV PORT=$PORT
    USER 10001:10001
    ENTRYPOINT ["/bin/sh", "/etc/plugpacks/init.sh", "/bin/sh", "/etc/plugpacks/start.sh"]
    CMD ["npm run start"]

    # The app: what installing made, then what an edit changes
    COPY --from=build --chown=10001:10001 ["/opt/a b", "/opt/a b"]
    COPY --from=build --chown=10001:10001 /app/ /app/
    "#);
    let whole_build = last(|plan| {
        plan.start.as_mut().unwrap().nix_packages = None;
        plan.start.as_mut().unwrap().user = Some("root".into());
        plan.image = Some(crate::plan::ImageSettings { init: Some(false), ..Default::default() });
    });
    insta::assert_snapshot!(whole_build, @r#"
    ENV HOME=/root
    ENV PATH=/app/node_modules/.bin:/root/.nix-profile/bin:$PATH
    ENTRYPOINT ["/bin/sh", "/etc/plugpacks/start.sh"]
    CMD ["npm run start"]
    "#);
    let checked = last(|plan| {
        let settings = crate::plan::ImageSettings { health_check: Some("/health".into()), ..Default::default() };
        plan.image = Some(settings);
    });
    assert!(checked.contains("HEALTHCHECK CMD [\"/bin/sh\", \"/etc/plugpacks/health.sh\", \"/health\"]"), "{checked}");
}

#[test]
fn every_last_stage_knows_its_user_and_lists_its_packages() {
    let with = |slim: bool, run_image: Option<&str>, user: Option<&str>| {
        let mut plan = staged_plan();
        let start = plan.start.as_mut().unwrap();
        start.run_image = run_image.map(str::to_owned);
        start.user = user.map(str::to_owned);
        plan.image = Some(crate::plan::ImageSettings { slim: Some(slim), sbom: Some(true), ..Default::default() });
        let dockerfile = staged(&plan);
        let about = |line: &&str| ["USER", "RUN {", "chown", "sbom"].iter().any(|word| line.contains(word));
        dockerfile.lines().filter(about).collect::<Vec<_>>().join("\n")
    };
    let image = Some("debian:12");
    let stages = [
        ("empty", with(true, None, None)),
        ("empty, named", with(true, None, Some("web"))),
        ("empty, numbered", with(true, None, Some("2000"))),
        ("build", with(false, None, None)),
        ("build, root", with(false, None, Some("root"))),
        ("image, named", with(false, image, Some("web"))),
        ("image and packages, numbered", with(true, image, Some("2000"))),
    ];
    let shown: Vec<_> = stages.iter().map(|(stage, lines)| format!("# {stage}\n{lines}\n")).collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    # empty
    USER root
    RUN mkdir -p /runtime/references/etc/plugpacks && bash /etc/plugpacks/sbom.sh /runtime/packages /runtime/references > /runtime/references/etc/plugpacks/sbom.spdx.json
    COPY --from=build --chown=10001:10001 /runtime/home/ /home/app
    COPY --from=build --chown=10001:10001 /runtime/home/ /app/
    USER 10001:10001
    COPY --from=build --chown=10001:10001 /app/ /app/

    # empty, named
    USER root
    RUN mkdir -p /runtime/references/etc/plugpacks && bash /etc/plugpacks/sbom.sh /runtime/packages /runtime/references > /runtime/references/etc/plugpacks/sbom.spdx.json
    COPY --from=build --chown=10001:10001 /runtime/home/ /home/web
    COPY --from=build --chown=10001:10001 /runtime/home/ /app/
    USER 10001:10001
    COPY --from=build --chown=10001:10001 /app/ /app/

    # empty, numbered
    USER root
    RUN mkdir -p /runtime/references/etc/plugpacks && bash /etc/plugpacks/sbom.sh /runtime/packages /runtime/references > /runtime/references/etc/plugpacks/sbom.spdx.json
    COPY --from=build --chown=2000:2000 /runtime/home/ /home/app
    COPY --from=build --chown=2000:2000 /runtime/home/ /app/
    USER 2000:2000
    COPY --from=build --chown=2000:2000 /app/ /app/

    # build
    USER root
    RUN { grep -q '^[^:]*:[^:]*:10001:' /etc/passwd || useradd --uid 10001 --create-home app || adduser -D -u 10001 app || true; } && mkdir -p /home/app && chown 10001:10001 /home/app && chmod a+x /root && chown -R 10001:10001 /app
    RUN bash /etc/plugpacks/sbom.sh / > /etc/plugpacks/sbom.spdx.json
    USER 10001:10001

    # build, root
    USER root
    RUN bash /etc/plugpacks/sbom.sh / > /etc/plugpacks/sbom.spdx.json

    # image, named
    USER root
    USER root
    RUN { id -u web > /dev/null 2>&1 || useradd --uid 10001 --create-home web || useradd --create-home web || adduser -D web; } && mkdir -p /home/web && chown web /home/web && chmod a+x /root
    RUN bash /etc/plugpacks/sbom.sh / > /etc/plugpacks/sbom.spdx.json
    USER web
    COPY --from=build --chown=web /app/ /app/

    # image and packages, numbered
    USER root
    USER root
    RUN { grep -q '^[^:]*:[^:]*:2000:' /etc/passwd || useradd --uid 2000 --create-home app || adduser -D -u 2000 app || true; } && mkdir -p /home/app && chown 2000:2000 /home/app && chmod a+x /root
    COPY --from=build --chown=2000:2000 /runtime/home/ /app/
    RUN /nix/var/nix/profiles/runtime/bin/bash /etc/plugpacks/sbom.sh / > /etc/plugpacks/sbom.spdx.json
    USER 2000:2000
    COPY --from=build --chown=2000:2000 /app/ /app/
    ");
}

#[test]
fn packages_of_a_plan_without_phases_come_from_the_editions_nixpkgs() {
    let mut plan = staged_plan();
    plan.phases.get_mut("setup").unwrap().nix_packages = None;
    let options = DockerfileOptions { image: ImageRules::Staged, ..options(FileDelivery::Context) };
    let files = generate(&plan, &options).unwrap();
    let nix = &files.generated["runtime-nixpkgs-0123456789012345678901234567890123456789.nix"];
    assert!(nix.contains("nodejs_24"), "{nix}");
}

#[test]
fn what_phases_make_anew_stays_out_of_the_context() {
    let mut plan = staged_plan();
    plan.phases.get_mut("install").unwrap().exclude_files = list(&["**/node_modules"]);
    let files = generate(&plan, &options(FileDelivery::Context)).unwrap();
    assert_eq!(files.excluded, ["**/node_modules".to_owned()].into());
}

#[test]
fn nothing_generated_and_no_history_gets_into_the_context() {
    let options = DockerfileOptions { image: ImageRules::Staged, ..options(FileDelivery::Context) };
    assert_eq!(generate(&staged_plan(), &options).unwrap().ignore, ["**/.git", ".nixpacks"]);
    assert_eq!(generate(&node_plan(), &self::options(FileDelivery::Context)).unwrap().ignore, [""; 0]);
}

#[test]
fn an_asset_cannot_leave_its_directory() {
    let mut plan = node_plan();
    plan.static_assets = Some([("../../etc/cron.d/x".to_owned(), String::new())].into());
    let error = generate(&plan, &options(FileDelivery::Context)).unwrap_err();
    assert_eq!(error.message(), "The static asset `../../etc/cron.d/x` leaves /assets");
}

#[test]
fn a_hash_is_checked_by_nix() {
    let mut plan = node_plan();
    let setup = plan.phases.get_mut("setup").unwrap();
    setup.nixpkgs_archive = Some("abc#sha256=0xyz".into());
    setup.nix_overlays = list(&["https://overlay/1.tar.gz#sha256=sha256-q+s/=", "https://overlay/2.tar.gz"]);
    let files = generate(&plan, &options(FileDelivery::Context)).unwrap();
    let nix = &files.generated["nixpkgs-abc.nix"];
    for expected in [
        "import (fetchTarball { url = \"https://github.com/NixOS/nixpkgs/archive/abc.tar.gz\"; sha256 = \"0xyz\"; })",
        "(import (builtins.fetchTarball { url = \"https://overlay/1.tar.gz\"; sha256 = \"sha256-q+s/=\"; }))",
        "(import (builtins.fetchTarball \"https://overlay/2.tar.gz\"))",
    ] {
        assert!(nix.contains(expected), "{nix}");
    }
}

#[test]
fn mirrors_replace_the_usual_places() {
    let mirrors = Mirrors { nixpkgs_url: Some("http://mirror/{archive}.tgz".into()) };
    let files = generate(&node_plan(), &DockerfileOptions { mirrors, ..options(FileDelivery::Context) }).unwrap();
    let nix = &files.generated["nixpkgs-ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7.nix"];
    assert!(nix.contains("fetchTarball \"http://mirror/ffeebf0acf3ae8b29f8c7049cd911b9636efd7e7.tgz\""));
}
