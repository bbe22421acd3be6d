//! Programs that run in the browser, alone or with a server: Trunk, Leptos and Dioxus build them.

use crate::manifest::Manifest;
use crate::target::Target;
use crate::{Pins, cargo};
use plugpacks_provider_support::file_server::{Fallback, FileServer};
use plugpacks_sdk::{Context, Needs, PartialPlan, Phase, Result, Start, glob};

/// The target of browsers.
const BROWSER: &str = "wasm32-unknown-unknown";

/// How such an app is built.
struct FrontEnd {
    name: &'static str,
    tools: &'static [&'static str],
    build: Vec<String>,
    /// What the build makes, which is no part of the app directory.
    made: String,
    run: Run,
}

/// How it is run.
enum Run {
    /// A folder of files.
    Files(String),
    /// A server of its own, which reads other files of the build.
    Server(String),
}

/// The plan of an app that one of the tools builds; `None` of any other.
///
/// # Errors
/// A file of the app cannot be read, or the wanted Rust is not available.
pub(crate) fn plan(context: &Context) -> Result<Option<PartialPlan>> {
    let Some(front_end) = find(context)? else { return Ok(None) };
    context.diagnostics.because("front end", format!("{} builds what runs in the browser", front_end.name));
    let root = Manifest::read(context, "Cargo.toml")?;
    let Pins { archive, rust_overlay } = cargo::PINS;
    let rust = cargo::toolchain(context, &root)?;
    let setup = Phase::setup(["binutils", "gcc"])
        .packages([rust.package(&Target::Configured(BROWSER.to_owned())).from_overlay(rust_overlay)])
        .packages(front_end.tools.iter().copied())
        .archive(archive);
    let setup = match rust.file {
        Some(file) => setup.only_include_files([file]),
        None => setup,
    };
    let build = Phase::new("build")
        .depends_on("setup")
        .commands(front_end.build)
        .cache_directories(["/root/.cargo/git", "/root/.cargo/registry", "target"])
        .exclude_files(["target", front_end.made.as_str()]);
    let plan = PartialPlan::new().phase(setup).phase(build);
    Ok(Some(match front_end.run {
        Run::Files(folder) => FileServer::new(&folder, Fallback::Index).add_to(plan),
        Run::Server(command) => plan.start(Start::command(command).needs(Needs::nothing())),
    }))
}

fn find(context: &Context) -> Result<Option<FrontEnd>> {
    let app = &context.app;
    if !app.has_file("Cargo.toml")? {
        return Ok(None);
    }
    let has = |file: &str, pattern: &str| -> Result<bool> {
        Ok(app.has_file(file)? && app.search(&glob::literal(file), pattern)?.is_some())
    };
    if has("Cargo.toml", r"(?m)^\[{1,2}(?:package|workspace)\.metadata\.leptos\]")? {
        return leptos(context).map(Some);
    }
    if app.has_file("Dioxus.toml")? {
        return dioxus(context).map(Some);
    }
    if app.has_file("Trunk.toml")? || has("index.html", r"\bdata-trunk\b")? {
        return trunk(context).map(Some);
    }
    Ok(None)
}

/// The first group of a pattern in a file; `None` if it does not occur.
fn text(context: &Context, file: &str, pattern: &str) -> Result<Option<String>> {
    if !context.app.has_file(file)? {
        return Ok(None);
    }
    let found = context.app.search(&glob::literal(file), pattern)?;
    Ok(found.and_then(|found| found.groups.into_iter().nth(1).flatten()))
}

/// The name of the package in the app directory.
fn package_name(context: &Context) -> Result<String> {
    let root = Manifest::read(context, "Cargo.toml")?;
    Ok(root.name().unwrap_or("app").to_owned())
}

/// Files alone.
fn trunk(context: &Context) -> Result<FrontEnd> {
    let dist = text(context, "Trunk.toml", r#"(?m)^\s*dist\s*=\s*"([\w./-]+)""#)?;
    let dist = dist.filter(|dist| !dist.starts_with('/') && !dist.contains("..")).unwrap_or_else(|| "dist".to_owned());
    Ok(FrontEnd {
        name: "Trunk",
        tools: &["trunk", "wasm-bindgen-cli", "binaryen"],
        build: vec![format!("trunk build --release --dist {dist}")],
        made: dist.clone(),
        run: Run::Files(dist),
    })
}

/// A server and the files that it serves, which are copied out of `target`, as that is a cache.
fn leptos(context: &Context) -> Result<FrontEnd> {
    let name = package_name(context)?;
    let named = |key: &str| text(context, "Cargo.toml", &format!(r#"(?m)^{key}\s*=\s*"([\w.-]+)""#));
    let output = named("output-name")?.unwrap_or_else(|| name.clone());
    let program = named("bin-target")?.or(named("bin-package")?).unwrap_or(name);
    let place = format!("LEPTOS_OUTPUT_NAME={output} LEPTOS_SITE_ROOT=bin/site LEPTOS_ENV=PROD");
    Ok(FrontEnd {
        name: "Leptos",
        tools: &["cargo-leptos", "binaryen", "dart-sass"],
        build: vec![
            "cargo leptos build --release".to_owned(),
            format!("mkdir -p bin && cp target/release/{program} bin && cp -r target/site bin/site"),
        ],
        made: "bin".to_owned(),
        run: Run::Server(format!("{place} LEPTOS_SITE_ADDR=0.0.0.0:${{PORT:-3000}} ./bin/{program}")),
    })
}

/// Files, with a server if the app is full stack.
fn dioxus(context: &Context) -> Result<FrontEnd> {
    let name = package_name(context)?;
    let is_full_stack = text(context, "Cargo.toml", r#"("fullstack")"#)?.is_some();
    let run = if is_full_stack {
        Run::Server("IP=0.0.0.0 PORT=${PORT:-8080} ./web/server".to_owned())
    } else {
        Run::Files("web/public".to_owned())
    };
    Ok(FrontEnd {
        name: "Dioxus",
        tools: &["dioxus-cli", "wasm-bindgen-cli", "binaryen"],
        build: vec![
            "dx build --release --platform web".to_owned(),
            format!("rm -rf web && cp -r target/dx/{name}/release/web web"),
        ],
        made: "web".to_owned(),
        run,
    })
}

#[cfg(test)]
mod tests {
    use crate::Rust;
    use plugpacks_provider_support::javascript::elements;
    use plugpacks_sdk::testing::FakeApp;

    fn app(more: &str) -> FakeApp {
        let manifest = format!("[package]\nname = \"tide\"\nedition = \"2024\"\n{more}");
        FakeApp::new().file("Cargo.toml", manifest).file("src/main.rs", "")
    }

    /// The first command of the build, and the start command.
    fn made(app: &FakeApp) -> (String, String) {
        let plan = app.plan::<Rust>().unwrap().unwrap();
        let build = plan.phases.iter().find(|phase| phase.name == "build").unwrap();
        (elements(build.commands.as_ref())[0].clone(), plan.start.unwrap().command.unwrap())
    }

    #[test]
    fn trunk_makes_files() {
        let app = app("").file("index.html", "<link data-trunk rel=\"rust\">").file("Trunk.toml", "dist = \"out\"\n");
        let (build, start) = made(&app);
        assert_eq!(build, "trunk build --release --dist out");
        assert!(start.starts_with("exec caddy run "), "{start}");
        assert!(app.plan_text::<Rust>().contains("wasm32-unknown-unknown"));
    }

    #[test]
    fn leptos_has_a_server() {
        let (build, start) = made(&app("[package.metadata.leptos]\noutput-name = \"web\"\n"));
        assert_eq!(build, "cargo leptos build --release");
        assert!(start.ends_with("LEPTOS_SITE_ADDR=0.0.0.0:${PORT:-3000} ./bin/tide"), "{start}");
    }

    #[test]
    fn dioxus_has_a_server_if_it_is_full_stack() {
        let files =
            app("[dependencies]\ndioxus = { version = \"0.7\", features = [\"web\"] }\n").file("Dioxus.toml", "");
        assert!(made(&files).1.starts_with("exec caddy run "));
        let features = "[dependencies]\ndioxus = { version = \"0.7\", features = [\"fullstack\"] }\n";
        assert_eq!(made(&app(features).file("Dioxus.toml", "")).1, "IP=0.0.0.0 PORT=${PORT:-8080} ./web/server");
    }

    #[test]
    fn nixpacks_builds_any_app_with_cargo() {
        let manifest = "[package]\nname = \"tide\"\nversion = \"1.0.0\"\nedition = \"2024\"\n";
        let app = FakeApp::nixpacks().file("Cargo.toml", manifest).file("src/main.rs", "").file("Trunk.toml", "");
        assert!(made(&app).1.ends_with("./bin/tide"));
    }
}
