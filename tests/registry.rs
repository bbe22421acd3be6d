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

/// The provider that plans to run this, of nine letters.
fn provider(command: &str) -> Vec<u8> {
    wat::parse_str(PROVIDER.replace("echo core", command)).unwrap()
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
