//! Providers from registries and web servers: published, fetched, pinned, and what goes wrong on the way.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::fs;
use support::registry::{Asked, Registry, Reply, Server};
use support::{Outcome, Workbench};

/// A provider that was written as a core module; it plans apps that have a `core.txt`.
const PROVIDER: &str = include_str!("guests/core/provider.wat");

/// What it answers to whether an app is its own, and what it should: whether there is a `core.txt`.
const DETECT: (&str, &str) = (
    "(i32.const 160))",
    "(call $entry (i32.const 576) (i32.const 8) (i32.const 704))
     (i32.store8 (i32.const 164) (i32.eq (i32.load8_u (i32.const 712)) (i32.const 1)))
     (i32.const 160))",
);

/// The provider that plans to run this, of nine letters.
fn provider(command: &str) -> Vec<u8> {
    wat::parse_str(PROVIDER.replace(DETECT.0, DETECT.1).replace("echo core", command)).unwrap()
}

fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A bench with a provider, `core.wasm`, and an app of it.
fn bench() -> Workbench {
    let bench = Workbench::new();
    fs::write(bench.path("core.wasm"), provider("echo core")).unwrap();
    bench.app("app", &[("core.txt", "")]);
    bench
}

/// What stands behind a word in a table of facts.
fn fact<'a>(outcome: &'a Outcome, word: &str) -> &'a str {
    let rows = outcome.success().lines().filter_map(|line| line.split_once("  "));
    rows.filter(|(name, _)| *name == word).map(|(_, value)| value.trim()).next().unwrap()
}

#[test]
fn what_is_pushed_is_pulled_and_laid_out_as_other_tools_read_it() {
    let Some(registry) = Registry::start("what_is_pushed_is_pulled_and_laid_out_as_other_tools_read_it") else {
        return;
    };
    let bench = bench();
    let reference = format!("oci://{}/team/core:1", registry.host);
    let pushed = bench.run(&["provider", "push", &reference, "core.wasm"]);
    let core = provider("echo core");
    assert_eq!(fact(&pushed, "digest"), format!("sha256:{}", digest(&core)));
    let again = bench.run(&["provider", "push", &reference, "core.wasm"]);
    assert_eq!(again.success(), pushed.stdout, "the same file makes the same artefact");

    let pulled = bench.run(&["provider", "pull", &reference, "-o", "pulled.wasm"]);
    assert_eq!(fact(&pulled, "digest"), fact(&pushed, "digest"));
    assert_eq!(fs::read(bench.path("pulled.wasm")).unwrap(), core);
    let exactly = format!("{}/team/core@{}", registry.host, fact(&pushed, "manifest"));
    bench.run(&["provider", "pull", &exactly]).success();
    assert_eq!(fs::read(bench.path("core.wasm")).unwrap(), core);

    let manifest = registry.get("/v2/team/core/manifests/1", "application/vnd.oci.image.manifest.v1+json");
    assert_eq!(format!("sha256:{}", digest(&manifest)), fact(&pushed, "manifest"));
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["config"]["mediaType"], "application/vnd.wasm.config.v0+json");
    assert_eq!(manifest["annotations"]["org.opencontainers.image.version"], "0.1.0");
    let layer = &manifest["layers"][0];
    assert_eq!(
        (layer["mediaType"].as_str(), layer["size"].as_u64()),
        (Some("application/wasm"), Some(core.len() as u64))
    );
    assert_eq!(layer["annotations"]["org.opencontainers.image.title"], "core.wasm");
    let config =
        registry.get(&format!("/v2/team/core/blobs/{}", manifest["config"]["digest"].as_str().unwrap()), "*/*");
    let config: serde_json::Value = serde_json::from_slice(&config).unwrap();
    assert_eq!(
        config,
        json!({
            "created": "1970-01-01T00:00:00Z",
            "architecture": "wasm",
            "os": "wasip1",
            "layerDigests": [layer["digest"]],
            "component": null,
        })
    );
}

/// Docker's configuration with credentials for a registry.
fn log_in(bench: &Workbench, host: &str, auth: &str) {
    fs::create_dir_all(bench.path("docker")).unwrap();
    let configuration = json!({ "auths": { host: { "auth": auth } } });
    fs::write(bench.path("docker/config.json"), configuration.to_string()).unwrap();
}

#[test]
fn a_registry_lets_in_who_is_logged_in() {
    let Some(registry) = Registry::with_password("a_registry_lets_in_who_is_logged_in") else { return };
    let bench = bench();
    let reference = format!("{}/core:1", registry.host);
    let docker = bench.path("docker");
    let push = || {
        let outcome = bench
            .run_with(&[("DOCKER_CONFIG", docker.to_str().unwrap())], &["provider", "push", &reference, "core.wasm"]);
        (outcome.code, outcome.stderr.replace(&registry.host, "[HOST]"))
    };
    let nobody = push();
    assert_eq!(nobody.0, Some(5));
    insta::assert_snapshot!(nobody.1, @"
    Error: [HOST] wants credentials for `oci://[HOST]/core:1`

    Caused by:
        UNAUTHORIZED: authentication required

    Hint: Run `docker login [HOST]`
    ");
    log_in(&bench, &registry.host, "bWU6b3RoZXI=");
    let stranger = push();
    assert_eq!(stranger.0, Some(5));
    insta::assert_snapshot!(stranger.1, @"
    Error: [HOST] does not accept the credentials for `oci://[HOST]/core:1`

    Caused by:
        UNAUTHORIZED: authentication required

    Hint: Run `docker login [HOST]`
    ");
    log_in(&bench, &registry.host, "bWU6d29yZA==");
    assert_eq!(push().0, Some(0));
}

/// A registry with one artefact, whose answers may be replaced.
fn misbehaving(replaced: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Server {
    let core = provider("echo core");
    let manifest = manifest(
        &json!([{ "mediaType": "application/wasm", "digest": format!("sha256:{}", digest(&core)), "size": core.len() }]),
    );
    Server::start(move |asked| match replaced(asked) {
        Some(reply) => reply,
        None if asked.target.contains("/manifests/") => Reply::ok(manifest.clone()),
        None => Reply::ok(core.clone()),
    })
}

fn manifest(layers: &serde_json::Value) -> Vec<u8> {
    let config = json!({ "mediaType": "application/vnd.wasm.config.v0+json", "digest": "sha256:00", "size": 2 });
    json!({ "schemaVersion": 2, "config": config, "layers": layers }).to_string().into_bytes()
}

/// Pulls from a server; what standard error says, without its port.
fn pull(bench: &Workbench, server: &Server, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let reference = format!("oci://{}/core:1", server.host);
    let arguments = ["provider", "pull", &reference, "-o", "pulled.wasm", "--fetch-timeout", "1"];
    let outcome = bench.run_with(variables, &arguments);
    let port = format!(":{}", server.host.rsplit(':').next().unwrap());
    assert_eq!(bench.path("pulled.wasm").exists(), outcome.code == Some(0), "half a state: {}", outcome.whole());
    (outcome.code, outcome.stderr.replace(&port, ":PORT"))
}

/// What is replaced in the answers of a registry.
type Fault = (&'static str, fn(&Asked) -> Option<Reply>);

fn of_manifest(asked: &Asked, reply: Reply) -> Option<Reply> {
    asked.target.contains("/manifests/").then_some(reply)
}

fn of_blob(asked: &Asked, reply: Reply) -> Option<Reply> {
    asked.target.contains("/blobs/").then_some(reply)
}

const FAULTS: &[Fault] = &[
    ("bit flip", |asked| {
        let mut wasm = provider("echo core");
        wasm[100] ^= 1;
        of_blob(asked, Reply::ok(wasm))
    }),
    ("truncated", |asked| of_blob(asked, Reply::Half(provider("echo core")))),
    ("silence", |asked| of_blob(asked, Reply::Silence)),
    ("401", |asked| of_manifest(asked, Reply::status(401))),
    ("403", |asked| of_blob(asked, Reply::status(403))),
    ("404", |asked| {
        let reason = json!({ "errors": [{ "code": "MANIFEST_UNKNOWN", "message": "manifest\nError: unknown" }] });
        of_manifest(asked, Reply::Answer(404, String::new(), reason.to_string().into_bytes()))
    }),
    ("429", |asked| of_manifest(asked, Reply::status(429))),
    ("500", |asked| of_blob(asked, Reply::status(500))),
    ("no JSON", |asked| of_manifest(asked, Reply::ok("<html>"))),
    ("index", |asked| of_manifest(asked, Reply::ok(r#"{"schemaVersion": 2, "manifests": []}"#))),
    ("two layers", |asked| {
        let layer = json!({ "mediaType": "application/wasm", "digest": "sha256:00", "size": 1 });
        of_manifest(asked, Reply::ok(manifest(&json!([layer, layer]))))
    }),
    ("wrong media type", |asked| {
        let layer = json!({ "mediaType": "application/x-tar", "digest": "sha256:00", "size": 1 });
        of_manifest(asked, Reply::ok(manifest(&json!([layer]))))
    }),
    ("no end", |asked| of_blob(asked, Reply::to(&asked.target))),
    ("nowhere", |asked| of_blob(asked, Reply::to("file:///etc/passwd"))),
    ("without encryption", |asked| of_blob(asked, Reply::to("http://registry.example.org/blob"))),
];

#[test]
fn whatever_a_registry_does_wrong_is_named_and_leaves_nothing() {
    let bench = bench();
    let mut said = String::new();
    for (name, fault) in FAULTS {
        let server = misbehaving(fault);
        let (code, stderr) = pull(&bench, &server, &[]);
        said += &format!("== {name}: {code:?}\n{stderr}");
    }
    insta::assert_snapshot!(said);
}

#[test]
fn a_manifest_that_is_too_large_is_not_read_to_its_end() {
    let bench = bench();
    let server = misbehaving(|asked| of_manifest(asked, Reply::ok(vec![b' '; 5 << 20])));
    let (code, stderr) = pull(&bench, &server, &[]);
    assert_eq!(code, Some(5));
    assert!(stderr.contains("answers with more than 4194304 bytes"), "{stderr}");
}

#[test]
fn nobody_there_is_named() {
    let bench = bench();
    let outcome = bench.run(&["provider", "pull", "oci://127.0.0.1:1/core:1"]);
    assert_eq!(outcome.code, Some(5));
    assert!(outcome.stderr.starts_with("Error: Cannot ask 127.0.0.1:1"), "{}", outcome.stderr);
    let plain = bench.run(&["provider", "pull", "http://registry.example.org/core.wasm"]);
    assert_eq!(plain.code, Some(3));
    assert!(plain.stderr.contains("would be fetched without encryption"), "{}", plain.stderr);
}

#[test]
fn no_proxy_is_asked_for_what_is_on_this_machine() {
    let bench = bench();
    let (server, proxy) = (misbehaving(|_| None), misbehaving(|_| None));
    let url = format!("http://{}", proxy.host);
    let (code, stderr) = pull(&bench, &server, &[("HTTP_PROXY", &url), ("ALL_PROXY", &url)]);
    assert_eq!((code, stderr.as_str(), proxy.asked().len()), (Some(0), "", 0));
    let elsewhere = ["provider", "pull", "http://registry.example.org/core.wasm", "--plain-http"];
    bench.run_with(&[("HTTP_PROXY", &url)], &elsewhere);
    assert!(proxy.asked()[0].target.contains("registry.example.org"), "{:?}", proxy.asked());
}

#[test]
fn credentials_stay_with_their_host() {
    let bench = bench();
    let other = misbehaving(|_| None);
    let place = format!("http://{}/blobs/elsewhere", other.host);
    let server = misbehaving(move |asked| match &asked.authorization {
        None => Some(Reply::Answer(401, "WWW-Authenticate: Basic realm=\"x\"\r\n".to_owned(), Vec::new())),
        Some(_) => of_blob(asked, Reply::to(&place)),
    });
    log_in(&bench, &server.host, "bWU6d29yZA==");
    let docker = bench.path("docker");
    let (code, stderr) = pull(&bench, &server, &[("DOCKER_CONFIG", docker.to_str().unwrap())]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let shown: Vec<_> = server.asked().into_iter().map(|asked| asked.authorization).collect();
    let basic = Some("Basic bWU6d29yZA==".to_owned());
    assert_eq!(shown, [None, basic.clone(), basic], "it is shown where it is wanted, and then at once");
    let elsewhere: Vec<_> = other.asked().into_iter().map(|asked| (asked.target, asked.authorization)).collect();
    assert_eq!(elsewhere, [("/blobs/elsewhere".to_owned(), None)]);
}

#[test]
fn a_token_is_fetched_where_the_registry_says() {
    let bench = bench();
    let tokens = Server::start(|_| Reply::ok(r#"{"token": "t0ken"}"#));
    let realm = format!("http://{}/token?x=1", tokens.host);
    let server = misbehaving(move |asked| {
        let challenge =
            format!("WWW-Authenticate: Bearer realm=\"{realm}\",service=\"a b\",scope=\"repository:core:pull\"\r\n");
        let is_let_in = asked.authorization.as_deref() == Some("Bearer t0ken");
        (!is_let_in).then(|| Reply::Answer(401, challenge, Vec::new()))
    });
    log_in(&bench, &server.host, "bWU6d29yZA==");
    let docker = bench.path("docker");
    let (code, stderr) = pull(&bench, &server, &[("DOCKER_CONFIG", docker.to_str().unwrap())]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let [asked] = &tokens.asked()[..] else { panic!("{:?}", tokens.asked()) };
    assert_eq!(asked.target, "/token?x=1&scope=repository%3Acore%3Apull&service=a%20b");
    assert_eq!((asked.method.as_str(), asked.authorization.as_deref()), ("GET", Some("Basic bWU6d29yZA==")));
}

/// Publishes a provider that plans to run this.
fn push(bench: &Workbench, registry: &Registry, command: &str) -> String {
    fs::write(bench.path("pushed.wasm"), provider(command)).unwrap();
    let reference = format!("oci://{}/core:1", registry.host);
    bench.run(&["provider", "push", &reference, "pushed.wasm"]).success();
    reference
}

/// Forgets everything that was fetched.
fn forget(bench: &Workbench) {
    fs::remove_dir_all(bench.path("cache/plugpacks/providers")).unwrap();
}

/// What starts the app.
fn start(outcome: &Outcome) -> String {
    outcome.plan()["start"]["cmd"].as_str().unwrap().to_owned()
}

const CONFIGURATION: &str = "# The team's.\n[phases.build]\ncmds = ['true'] # nothing yet\n";

#[test]
fn a_provider_is_pinned_planned_with_updated_and_removed() {
    let Some(registry) = Registry::start("a_provider_is_pinned_planned_with_updated_and_removed") else { return };
    let bench = bench();
    let reference = push(&bench, &registry, "echo core");
    bench.app("app", &[("nixpacks.toml", CONFIGURATION)]);
    let added = bench.run(&["provider", "add", &reference, "--app", "app"]);
    let shown = added.success().replace(&registry.host, "[HOST]");
    insta::assert_snapshot!(shown, @"
    name     core
    version  0.1.0
    summary  A core module
    origin   oci://[HOST]/core:1
    digest   sha256:dde2695f4a9352c597af27b381cd2c5572901805bb91db2037ecea79955ef2a7
    size     1 KiB
    reach    reads the app; cannot run programs, write files, or see network, environment or machine
             what it plans runs where the image is built
    `core` is pinned in app/nixpacks.toml
    ");
    let first = digest(&provider("echo core"));
    let file = || fs::read_to_string(bench.path("app/nixpacks.toml")).unwrap();
    let pin = format!("\n[plugpacks.providers.core]\nreference = \"{reference}\"\nsha256 = \"{first}\"\n");
    assert_eq!(file(), format!("{CONFIGURATION}{pin}"));

    let plan = bench.run(&["plan", "app", "--offline", "--locked"]);
    assert_eq!((start(&plan).as_str(), plan.stderr.as_str()), ("echo core", ""));
    assert_eq!(plan.plan()["metadata"]["providers"][0]["digest"], format!("sha256:{first}"));
    assert!(bench.run(&["plan", "app", "--edition", "nixpacks"]).plan()["metadata"].is_null());
    assert_eq!(bench.run(&["detect", "app"]).success(), "core\n");
    let list = bench.run(&["provider", "list", "--app", "app"]);
    assert_eq!(
        list.success().lines().next().unwrap().split_whitespace().collect::<Vec<_>>()[..3],
        ["core", "0.1.0", &reference]
    );
    let inspected = bench.run(&["provider", "inspect", "core", "--app", "app"]);
    assert_eq!(
        (fact(&inspected, "source"), fact(&inspected, "form")),
        (reference.as_str(), "core module, packed into a component")
    );
    assert_eq!(bench.run(&["provider", "prewarm", "--app", "app"]).success(), "core: core 0.1.0 is kept\n");

    push(&bench, &registry, "echo more");
    forget(&bench);
    assert_eq!(start(&bench.run(&["plan", "app"])), "echo core", "a tag that moves changes nothing");
    assert_eq!(
        fact(&bench.run(&["provider", "inspect", &reference]), "digest"),
        format!("sha256:{}", digest(&provider("echo more")))
    );
    let updated = bench.run(&["provider", "update", "core", "--app", "app"]);
    assert!(updated.success().contains(&format!("instead  sha256:{first}\n")), "{}", updated.stdout);
    assert_eq!(start(&bench.run(&["plan", "app"])), "echo more");
    assert_eq!(bench.run(&["provider", "update", "--app", "app"]).success(), "`core` is up to date\n");
    assert!(bench.run(&["provider", "update", "tcl", "--app", "app"]).failure().contains("pinned: core"));

    let kept = bench.run(&["cache", "show"]);
    assert!(kept.success().contains("/cache/plugpacks/providers\n2 fetched, 2 KiB\n"), "{}", kept.stdout);
    bench.run(&["cache", "clear"]).success();
    assert!(!bench.run(&["cache", "show"]).success().contains("fetched"));
    bench.run(&["provider", "remove", "core", "--app", "app"]).success();
    assert_eq!(file(), CONFIGURATION);
    assert!(bench.run(&["provider", "remove", "core", "--app", "app"]).failure().contains("pinned: none is"));
}

#[test]
fn what_was_altered_is_refused_by_name() {
    let Some(registry) = Registry::start("what_was_altered_is_refused_by_name") else { return };
    let bench = bench();
    let reference = push(&bench, &registry, "echo core");
    bench.run(&["provider", "add", &reference, "--app", "app"]).success();
    let digest = digest(&provider("echo core"));
    let refused = || bench.run(&["plan", "app"]).failure().replace(&registry.host, "[HOST]");
    let kept = bench.path("cache/plugpacks/providers").join(&digest).with_extension("wasm");
    let mut altered = provider("echo core");
    *altered.last_mut().unwrap() ^= 1;
    fs::write(&kept, &altered).unwrap();
    insta::assert_snapshot!(refused(), @"
    Error: The provider `core` is not the one that is pinned

    Caused by:
        0: pinned is sha256:dde2695f4a9352c597af27b381cd2c5572901805bb91db2037ecea79955ef2a7
        1: `[BENCH]/cache/plugpacks/providers/dde2695f4a9352c597af27b381cd2c5572901805bb91db2037ecea79955ef2a7.wasm` has sha256:72a531a0b1d863b4a767e903ca0818ade95240aad27cc702f19c7c58693589ab

    Hint: Somebody changed the file; remove it, or run `plugpacks cache clear`, and it is fetched anew
    ");
    forget(&bench);
    registry.alter(&digest);
    insta::assert_snapshot!(refused(), @"
    Error: The provider `core` is not the one that is pinned

    Caused by:
        0: pinned is sha256:dde2695f4a9352c597af27b381cd2c5572901805bb91db2037ecea79955ef2a7
        1: `oci://[HOST]/core:1` has sha256:72a531a0b1d863b4a767e903ca0818ade95240aad27cc702f19c7c58693589ab

    Hint: Find out why it has changed; `plugpacks provider update` shows what is there now, and pins it
    ");
    assert!(!kept.exists());
}

#[test]
fn a_web_server_has_providers_too() {
    let bench = bench();
    let server = Server::start(|_| Reply::ok(provider("echo core")));
    let url = format!("http://{}/core.wasm", server.host);
    bench.run(&["provider", "add", &url, "--app", "app"]).success();
    assert_eq!(start(&bench.run(&["plan", "app"])), "echo core");
    forget(&bench);
    let other = Server::start(|_| Reply::ok(provider("echo more")));
    let file = bench.path("app/nixpacks.toml");
    fs::write(&file, fs::read_to_string(&file).unwrap().replace(&server.host, &other.host)).unwrap();
    let refused = bench.run(&["plan", "app"]);
    insta::assert_snapshot!(refused.failure().replace(&other.host, "[HOST]"), @"
    Error: The provider `core` is not the one that is pinned

    Caused by:
        0: pinned is sha256:dde2695f4a9352c597af27b381cd2c5572901805bb91db2037ecea79955ef2a7
        1: `http://[HOST]/core.wasm` has sha256:2fd8188cf987ecdbb2a82164555305dc3005233593d43f6aaac4cfd0971b0b35

    Hint: Find out why it has changed; `plugpacks provider update` shows what is there now, and pins it
    ");
}

#[test]
fn what_is_not_pinned_is_refused_with_what_to_do() {
    let bench = bench();
    let server = misbehaving(|_| None);
    let reference = format!("oci://{}/core:1", server.host);
    let plan = |arguments: &[&str]| bench.run(&[&["plan", "app"], arguments].concat());
    let refused = |arguments: &[&str]| plan(arguments).failure().replace(&server.host, "[HOST]");
    insta::assert_snapshot!(refused(&["--provider", &reference]), @"
    Error: The provider `oci://[HOST]/core:1` is not pinned

    Caused by:
        what is there today may be something else tomorrow

    Hint: Pin it in the app's nixpacks.toml: `plugpacks provider add oci://[HOST]/core:1`
    ");
    assert!(server.asked().is_empty(), "nothing is fetched");
    insta::assert_snapshot!(refused(&["--provider", "core.wasm", "--locked"]), @"
    Error: `core.wasm` is not pinned, which `--locked` asks for

    Hint: Say which file exactly is meant: `--provider FILE#sha256=DIGEST`
    ");
    assert!(refused(&["--provider-dir", ".", "--locked"]).contains("`.` is not pinned"));
    let right = digest(&provider("echo core"));
    for place in [&reference, "core.wasm"] {
        assert_eq!(start(&plan(&["--locked", "--provider", &format!("{place}#sha256={right}")])), "echo core");
    }
    let wrong = digest(b"");
    let other = refused(&["--provider", &format!("core.wasm#sha256={wrong}")]);
    assert!(other.starts_with("Error: The provider `core.wasm` is not the one that is pinned"), "{other}");
    forget(&bench);
    let offline = plan(&["--offline", "--provider", &format!("{reference}#sha256={right}")]);
    assert_eq!(offline.code, Some(5));
    assert!(offline.stderr.contains("is not on this machine"), "{}", offline.stderr);
}

#[test]
fn many_at_once_do_no_harm() {
    let bench = bench();
    let server = misbehaving(|_| None);
    let reference = format!("oci://{}/core:1", server.host);
    bench.run(&["provider", "add", &reference, "--app", "app"]).success();
    fs::remove_dir_all(bench.path("cache")).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| assert_eq!(start(&bench.run(&["plan", "app"])), "echo core"));
        }
    });
    let kept: Vec<_> = fs::read_dir(bench.path("cache/plugpacks/providers"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(kept, [format!("{}.wasm", digest(&provider("echo core"))).as_str()]);
}

#[test]
fn nothing_is_pinned_that_nobody_agreed_to_or_that_is_no_provider() {
    let bench = bench();
    let server = misbehaving(|_| None);
    let reference = format!("oci://{}/core:1", server.host);
    let mut asked = support::plugpacks(&bench.path("cache"));
    asked.args(["provider", "add", &reference]).current_dir(bench.path("app"));
    let output = support::on_terminal(&asked).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("reach") && said.contains("Pin it? [y/N]") && said.contains("Nothing was pinned"), "{said}");
    assert!(!bench.path("app/nixpacks.toml").exists());
    bench.run(&["provider", "add", &reference, "--app", "app", "--yes"]).success();
    let page = Server::start(|_| Reply::ok("<html>"));
    let page = bench.run(&["provider", "add", &format!("http://{}/x", page.host), "--app", "app", "--name", "x"]);
    assert!(page.failure().contains("is a web page or XML"), "{}", page.stderr);
    let again = bench.run(&["provider", "add", &format!("http://{}/x", server.host), "--app", "app"]);
    assert!(again.failure().contains("pins a provider `core` already"), "{}", again.stderr);
    assert_eq!(fs::read_to_string(bench.path("app/nixpacks.toml")).unwrap().matches("sha256").count(), 1);
}

#[test]
fn a_saved_plan_says_if_another_provider_would_answer() {
    let bench = bench();
    let server = misbehaving(|_| None);
    bench.run(&["provider", "add", &format!("oci://{}/core:1", server.host), "--app", "app"]).success();
    let plan = bench.run(&["plan", "app", "--build-cmd", "true"]);
    fs::write(bench.path("plan.json"), plan.success()).unwrap();
    let replay = || bench.run(&["build", "app", "--dockerfile", "--plan", "plan.json"]);
    assert_eq!((replay().code, replay().stderr.contains("The plan was made by")), (Some(0), false));
    fs::remove_file(bench.path("app/nixpacks.toml")).unwrap();
    let elsewhere = replay();
    assert_eq!(elsewhere.code, Some(0));
    insta::assert_snapshot!(elsewhere.stderr.lines().next().unwrap(), @"Warning: The plan was made by the provider core (sha256:dde2695f4a9352c597af27b381cd2c5572901805bb91db2037ecea79955ef2a7); here there is none of that name");
    fs::copy(bench.path("plan.json"), bench.path("app/plan.json")).unwrap();
    let configured = bench.run(&["plan", "app", "--config", "plan.json"]);
    assert!(configured.stderr.contains("The plan was made by the provider core"), "{}", configured.whole());
}

#[test]
fn pins_that_say_nothing_usable_are_named() {
    let bench = bench();
    let refused = |text: &str| {
        bench.app("app", &[("nixpacks.toml", text)]);
        bench.run(&["plan", "app"]).failure().to_owned()
    };
    let said = [
        refused("[plugpacks.providers.core]\nreference = 'oci://a.b/core:1'\nsha256 = 'ff'\n"),
        refused("[plugpacks.providers.core]\nreference = 'core'\nsha256 = 'ff'\n"),
        refused("[plugpacks.providers.core]\nreference = 'oci://a.b/core:1'\n"),
        refused("[plugpacks.providers]\ncore = 'oci://a.b/core:1'\n"),
    ];
    insta::assert_snapshot!(said.join("==\n"), @r#"
    Error: `[plugpacks.providers.core]` of the configuration file pins nothing

    Caused by:
        `ff` is not a SHA-256

    Hint: Write 64 hexadecimal digits
    ==
    Error: `[plugpacks.providers.core]` of the configuration file pins nothing

    Caused by:
        0: `core` is not a reference to a provider
        1: it has no `/` between registry and repository

    Hint: Write oci://HOST/REPOSITORY:TAG, or https://HOST/PATH
    ==
    Error: Failed to parse Nixpacks config file `nixpacks.toml`

    Caused by:
        TOML parse error at line 1, column 1
          |
        1 | [plugpacks.providers.core]
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^
        missing field `sha256`
        
    ==
    Error: Failed to parse Nixpacks config file `nixpacks.toml`

    Caused by:
        TOML parse error at line 2, column 8
          |
        2 | core = 'oci://a.b/core:1'
          |        ^^^^^^^^^^^^^^^^^^
        invalid type: string "oci://a.b/core:1", expected struct PinnedProvider
    "#);
    bench.app("app", &[("nixpacks.toml", "[plugpacks.provider]\n"), ("package.json", "{}")]);
    let unknown = bench.run(&["plan", "app"]);
    assert!(
        unknown.stderr.contains("unknown key `plugpacks.provider`; did you mean `providers`?"),
        "{}",
        unknown.stderr
    );
}
