//! Real images: example apps are built by the real program and a real Docker engine, run, and
//! asked for a page; a second build must find every step in the cache.
//!
//! Without an engine these tests say that they were skipped, and why. `RIG_ADD_HOST` and
//! `RIG_NIXPKGS_URL_TEMPLATE` name a local stand-in for the package archives, if there is one; what
//! it lacks is skipped, too (`rig/README.md`).

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use std::process::Command;
use support::engine::{Build, Container, skip, skipped, slow};
use support::{Workbench, component, repository};

const NIXPACKS: &str = "nixpacks";
const E2026_11: &str = "2026.11";

/// Makes a test of each line: its name; an app and the edition; the groups of packages that a stand-in must have; a path
/// and what the answer contains.
macro_rules! images {
    ($($test:ident: $app:literal $edition:ident [$($group:literal)*] $path:literal => $answer:literal;)+) => {
        $(
            #[test]
            fn $test() {
                check(stringify!($test), &Build::example($app, $edition), &[$($group),*], $path, $answer);
            }
        )+
    };
}

/// As `images!`, of apps that take longer than a minute.
macro_rules! slow_images {
    ($($test:ident: $app:literal $edition:ident [$($group:literal)*] $path:literal => $answer:literal;)+) => {
        $(
            #[test]
            fn $test() {
                if !slow(stringify!($test)) {
                    check(stringify!($test), &Build::example($app, $edition), &[$($group),*], $path, $answer);
                }
            }
        )+
    };
}

images! {
    bun: "bun-http" E2026_11 ["node-new"] "/" => "Hello from bun-http";
    cpp_cmake: "cpp-cmake" E2026_11 ["tools"] "/" => "Hello from cpp-cmake";
    cpp_make: "cpp-make" E2026_11 ["tools"] "/" => "Hello from cpp-make";
    cpp_meson: "cpp-meson" E2026_11 ["tools"] "/" => "Hello from cpp-meson";
    dart: "dart-http" E2026_11 ["dart"] "/" => "Hello from dart-http";
    deno: "deno-http" E2026_11 ["deno-new"] "/" => "Hello from deno-http";
    elixir: "elixir-mix" E2026_11 ["elixir-new"] "/" => "Hello from elixir-mix";
    go: "go-http" E2026_11 ["go-new"] "/" => "Hello from go-http";
    go_front_end: "go-front-end" E2026_11 ["go-new" "node-new"] "/" => "Hello from go-front-end";
    go_gin: "go-gin" E2026_11 ["go-new"] "/" => "Hello from go-gin";
    go_programs: "go-programs" E2026_11 ["go-new"] "/" => "Hello from go-programs";
    go_sqlite: "go-sqlite" E2026_11 ["go-new"] "/" => "Hello from go-sqlite";
    go_templ: "go-templ" E2026_11 ["go-new"] "/" => "Hello from go-templ";
    go_as_nixpacks: "go-http" NIXPACKS ["go"] "/" => "Hello from go-http";
    java_maven: "java-maven" E2026_11 ["java-forky"] "/" => "Hello from java-maven";
    lua: "lua-luajit" E2026_11 ["lua"] "/" => "Hello from lua-luajit";
    nim: "nim-http" E2026_11 ["nim"] "/" => "Hello from nim-http";
    node_next: "node-next" E2026_11 ["node"] "/" => "Hello from node-next";
    node_npm: "node-npm" E2026_11 ["node"] "/" => "Hello from node-npm";
    node_npm_as_nixpacks: "node-npm" NIXPACKS ["node"] "/" => "Hello from node-npm";
    node_pnpm: "node-pnpm" E2026_11 ["node-new"] "/" => "Hello from node-pnpm";
    node_pnpm_as_nixpacks: "node-pnpm" NIXPACKS ["node"] "/" => "Hello from node-pnpm";
    node_spa: "node-spa" E2026_11 ["node"] "/" => "Hello from node-spa";
    node_workspaces: "node-workspaces" E2026_11 ["node"] "/" => "Hello from node-workspaces";
    node_yarn: "node-yarn" E2026_11 ["node-new"] "/" => "Hello from node-yarn";
    perl: "perl-http" E2026_11 ["perl"] "/" => "Hello from perl-http";
    php_laravel: "php-laravel" E2026_11 ["php"] "/" => "Hello from php-laravel";
    php_plain: "php-plain" E2026_11 ["php"] "/" => "Hello from php-plain";
    php_public: "php-public" E2026_11 ["php"] "/" => "Hello from php-public";
    php_plain_as_nixpacks: "php-plain" NIXPACKS ["php"] "/" => "Hello from php-plain";
    python_django: "python-django" E2026_11 ["python"] "/" => "Hello from python-django";
    python_fastapi: "python-fastapi" E2026_11 ["python"] "/" => "Hello from python-fastapi";
    python_flask: "python-flask" E2026_11 ["python"] "/" => "Hello from python-flask";
    python_poetry: "python-poetry" E2026_11 ["python"] "/" => "Hello from python-poetry";
    r: "r-script" E2026_11 ["r"] "/" => "Hello from r-script";
    ruby: "ruby-plain" E2026_11 ["ruby-new"] "/" => "Hello from ruby-plain";
    rust: "rust-http" E2026_11 ["rust"] "/" => "Hello from rust-http";
    rust_workspace: "rust-workspace" E2026_11 ["rust"] "/" => "Hello from rust-workspace";
    scheme: "scheme-blog" E2026_11 ["scheme"] "/" => "scheme-blog";
    shell: "shell-bash" E2026_11 ["shell"] "/" => "Hello from shell-bash";
    site_hugo: "site-hugo" E2026_11 ["sites"] "/" => "Hello from site-hugo";
    static_site: "static-site" E2026_11 ["static"] "/" => "Hello from static-site";
    zig: "zig-http" E2026_11 ["zig-new"] "/" => "Hello from zig-http";
}

slow_images! {
    clojure_leiningen: "clojure-leiningen" E2026_11 ["jvm-tools"] "/" => "Hello from clojure-leiningen";
    go_pocketbase: "go-pocketbase" E2026_11 ["go-new"] "/" => "Hello from go-pocketbase";
    java_javalin: "java-javalin" E2026_11 ["java-forky"] "/" => "Hello from java-javalin";
    java_micronaut: "java-micronaut" E2026_11 ["java-forky"] "/" => "Hello from java-micronaut";
    java_quarkus: "java-quarkus" E2026_11 ["java-forky"] "/" => "Hello from java-quarkus";
    java_reactor: "java-reactor" E2026_11 ["java-forky"] "/" => "Hello from java-reactor";
    java_spring_boot: "java-spring-boot" E2026_11 ["java-forky"] "/" => "Hello from java-spring-boot";
    kotlin_ktor: "kotlin-ktor" E2026_11 ["java-forky"] "/" => "Hello from kotlin-ktor";
    scala_mill: "scala-mill" E2026_11 ["jvm-tools"] "/" => "Hello from scala-mill";
    scala_sbt: "scala-sbt" E2026_11 ["jvm-tools"] "/" => "Hello from scala-sbt";
}

/// Builds, runs, asks, builds again.
fn check(test: &str, build: &Build, groups: &[&str], path: &str, expected: &str) {
    if skipped(test, groups) {
        return;
    }
    let answer = Container::run(&build.built()).ask(path);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains(expected), "{}", answer.text());
    build.check_cache();
}

const KEPT_FOR_GOOD: Option<&str> = Some("public, max-age=31536000, immutable");

#[test]
fn caddy_serves_a_single_page_app() {
    if skipped("caddy_serves_a_single_page_app", &["node"]) {
        return;
    }
    let container = Container::run(&Build::example("node-spa", E2026_11).built());
    let page = container.ask("/");
    assert_eq!(page.header("Cache-Control"), None);
    for path in ["/health", "/a/path/of/the/router", "/assets/gone-DkX3a9_b.js"] {
        let answer = container.ask(path);
        assert_eq!((answer.status, answer.text()), (200, page.text()), "{path}");
        assert_eq!(answer.header("Cache-Control"), None, "{path}");
    }
    let text = page.text();
    let script = text.split('"').find(|part| part.starts_with("/assets/")).unwrap();
    let plain = container.ask(script);
    assert_eq!((plain.status, plain.header("Content-Encoding")), (200, None));
    assert_eq!(plain.header("Cache-Control"), KEPT_FOR_GOOD, "{script}");
    let compressed = container.ask_with(script, &[("Accept-Encoding", "gzip")]);
    assert_eq!(compressed.header("Content-Encoding"), Some("gzip"));
    assert!(compressed.body.len() < plain.body.len());
}

#[test]
fn nginx_serves_a_static_site() {
    if skipped("nginx_serves_a_static_site", &["static"]) {
        return;
    }
    let container = Container::run(&Build::example("static-site", E2026_11).built());
    let missing = container.ask("/gone");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("There is no such page"), "the site's own page: {}", missing.text());
    let health = container.ask("/health");
    assert_eq!((health.status, health.text().as_str()), (200, "healthy\n"));
    assert_eq!(container.ask("/assets/style.css").header("Cache-Control"), None);
}

#[test]
fn nginx_serves_a_site_with_a_router_of_its_own() {
    let test = "nginx_serves_a_site_with_a_router_of_its_own";
    if skipped(test, &["static"]) {
        return;
    }
    let bench = Workbench::new();
    let script = "console.log('the same line, again and again');\n".repeat(100);
    let app = bench.app(
        "router",
        &[
            ("Staticfile", "root: site\nfallback: /index.html\n"),
            ("site/index.html", "The page"),
            ("site/docs/index.html", "Documents"),
            ("site/assets/index-DkX3a9_b.js", &script),
            ("site/assets/main.0f3a91bc.chunk.css", "a {}"),
            ("site/assets/photo-original.svg", "<svg/>"),
            ("site/assets/photo-20240101.svg", "<svg/>"),
            ("site/static/css/0123456789abcdef.css", "a {}"),
            ("site/_app/immutable/entry/BxYz1234.js", "1"),
        ],
    );
    let container = Container::run(&Build::new(&app, "router", E2026_11).built());
    for (path, text) in [("/", "The page"), ("/docs/", "Documents"), ("/a/b", "The page"), ("/health", "healthy\n")] {
        let answer = container.ask(path);
        assert_eq!((answer.status, answer.text().as_str()), (200, text), "{path}");
        assert_eq!(answer.header("Cache-Control"), None, "{path}");
    }
    let kept = [
        "/assets/index-DkX3a9_b.js",
        "/assets/main.0f3a91bc.chunk.css",
        "/static/css/0123456789abcdef.css",
        "/_app/immutable/entry/BxYz1234.js",
    ];
    for path in kept {
        assert_eq!(container.ask(path).header("Cache-Control"), KEPT_FOR_GOOD, "{path}");
    }
    for path in ["/assets/photo-original.svg", "/assets/photo-20240101.svg", "/assets/gone-DkX3a9_b.js"] {
        assert_eq!(container.ask(path).header("Cache-Control"), None, "{path}");
    }
    let compressed = container.ask_with(kept[0], &[("Accept-Encoding", "gzip")]);
    assert_eq!(compressed.header("Content-Encoding"), Some("gzip"));
    assert!(compressed.body.len() < script.len());
}

#[test]
fn nginx_asks_for_a_password_but_not_for_its_health() {
    let test = "nginx_asks_for_a_password_but_not_for_its_health";
    if skipped(test, &["static"]) {
        return;
    }
    let bench = Workbench::new();
    let app = bench.app(
        "password",
        &[("index.html", "For Bob"), ("health", "not for everybody"), ("Staticfile.auth", "bob:{PLAIN}secret\n")],
    );
    let container = Container::run(&Build::new(&app, "password", E2026_11).built());
    assert_eq!(container.ask("/").status, 401);
    let health = container.ask("/health");
    assert_eq!((health.status, health.text().as_str()), (200, "healthy\n"));
    let bob = container.ask_with("/", &[("Authorization", "Basic Ym9iOnNlY3JldA==")]);
    assert_eq!((bob.status, bob.text().as_str()), (200, "For Bob"));
}

#[test]
fn nginx_and_php_serve_a_laravel_app() {
    if skipped("nginx_and_php_serve_a_laravel_app", &["php"]) {
        return;
    }
    let container = Container::run(&Build::example("php-laravel", E2026_11).built());
    let routed = container.ask("/hello/world?who=Laravel");
    assert_eq!(routed.status, 200);
    assert!(routed.text().contains("The front controller answers Laravel"), "{}", routed.text());
    assert_eq!(routed.header("X-Frame-Options"), Some("SAMEORIGIN"));
    assert_eq!(routed.header("X-Content-Type-Options"), Some("nosniff"));
    assert!(container.ask("/log").text().contains("The log is writable"));
    assert!(container.ask("/robots.txt").text().contains("User-agent"));
    let missing = container.ask("/gone");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("Not found"), "the app's own answer: {}", missing.text());
    assert_eq!(container.ask("/.htaccess").status, 403);
}

#[test]
fn django_has_its_database_and_its_static_assets() {
    if skipped("django_has_its_database_and_its_static_assets", &["python"]) {
        return;
    }
    let container = Container::run(&Build::example("python-django", E2026_11).built());
    for visit in ["visit 1", "visit 2"] {
        assert!(container.ask("/").text().contains(visit));
    }
    assert!(container.ask("/static/pages/style.css").text().contains("color: green"));
}

#[test]
fn a_mirror_serves_the_archives() {
    let test = "a_mirror_serves_the_archives";
    let Ok(mirror) = std::env::var("RIG_NIXPKGS_URL_TEMPLATE") else {
        skip(test, "RIG_NIXPKGS_URL_TEMPLATE is not set");
        return;
    };
    let build = Build::example("static-site", NIXPACKS).with("mirror", &["--nixpkgs-url", &mirror]);
    check(test, &build, &["static"], "/", "Hello from static-site");
}

#[test]
fn a_third_partys_language() {
    let test = "a_third_partys_language";
    if skipped(test, &[]) {
        return;
    }
    let provider = component("examples/providers/tcl").display().to_string();
    let app = repository().join("examples/providers/tcl/app");
    let build = Build::new(&app, "tcl", E2026_11).with("third-party", &["--provider", &provider]);
    check(test, &build, &[], "/", "Hello from tcl");
}

#[test]
fn a_failing_build_leaves_nothing_behind() {
    if skipped("a_failing_build_leaves_nothing_behind", &[]) {
        return;
    }
    let temporary = tempfile::TempDir::new().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_plugpacks"))
        .env("TMPDIR", temporary.path())
        .arg("build")
        .arg(repository().join("examples/apps/static-site"))
        .args(["--build-image", "127.0.0.1:1/gone", "--builder", "docker", "--name", "plugpacks-test-failing"])
        .output()
        .unwrap();
    // The registry does not answer.
    assert_eq!(output.status.code(), Some(5));
    assert!(output.stdout.is_empty());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("Error: Docker build failed"), "{stderr}");
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn an_incremental_cache_image_carries_cached_directories() {
    if skipped("an_incremental_cache_image_carries_cached_directories", &["node"]) {
        return;
    }
    let cache = "plugpacks-test-incremental-cache";
    let _ = Command::new("docker").args(["rmi", "--force", cache]).output();
    let build = Build::example("node-npm", E2026_11).with("incremental", &["--incremental-cache-image", cache]);
    for expected in ["is new", "is reused"] {
        let built = build.run();
        let log = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{log}");
        assert!(log.contains(&format!("Incremental cache image created: {cache}")), "{log}");
        assert_eq!(log.contains(&format!("COPY --from={cache} /root/.np[m] /root/.npm")), expected == "is reused");
    }
    // The image is nothing but the directories: exporting it shows npm's cache.
    let container = Command::new("docker").args(["create", cache, "none"]).output().unwrap();
    let id = String::from_utf8(container.stdout).unwrap().trim().to_owned();
    let export = Command::new("docker").args(["export", &id]).output().unwrap();
    let _ = Command::new("docker").args(["rm", &id]).output();
    let has = |name: &[u8]| export.stdout.windows(name.len()).any(|window| window == name);
    assert!(has(b"root/.npm/_cacache"), "npm's cache is not in the image");
    assert!(!has(b"app/package.json"));
}
