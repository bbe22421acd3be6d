//! Compiles the built-in providers to components, compiles these ahead of time, and writes what
//! the host embeds: `builtin.bin`, the code, and `builtin.rs`, the table of descriptions; assembles
//! `preview1.wasm`, with which core modules become components.

// A build script reports by panicking and talks to cargo on standard output.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods)]

use anyhow::{Context as _, Result, bail};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};

#[path = "src/provider/engine.rs"]
mod engine;

#[path = "../wit/editions.rs"]
#[allow(dead_code, unreachable_pub, reason = "host and SDK need the rest")]
mod editions;
use editions::Edition;

mod contract {
    wasmtime::component::bindgen!({ path: "../wit/0.2", world: "provider" });
}
use contract::plugpacks::provider::types::{Description, Marker, Tools};

const COMPONENT_TARGET: &str = "wasm32-wasip2";

/// WASI preview 1 for core modules.
const PREVIEW1: &str = "host/src/provider/pack/preview1.wat";

fn main() -> Result<()> {
    let workspace = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    for input in [
        "providers",
        "sdk/rust/Cargo.toml",
        "sdk/rust/src",
        "wit",
        "Cargo.toml",
        "Cargo.lock",
        "host/src/provider/engine.rs",
        PREVIEW1,
    ] {
        println!("cargo::rerun-if-changed={}", workspace.join(input).display());
    }
    let order = detection_order(&workspace.join("providers/detection-order.toml"))?;
    let folders = &order.providers;
    for folder in folders {
        if !workspace.join("providers").join(folder).join("Cargo.toml").is_file() {
            bail!("providers/detection-order.toml names `{folder}`, but providers/{folder}/Cargo.toml does not exist");
        }
    }
    ensure_target()?;
    let out_dir = PathBuf::from(variable("OUT_DIR")?);
    fs::write(out_dir.join("preview1.wasm"), wat::parse_file(workspace.join(PREVIEW1))?)?;
    let components_dir = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace.join("target"), |dir| workspace.join(dir))
        .join("components");
    build_components(&workspace, &components_dir, folders)?;

    let target = variable("TARGET")?;
    println!("cargo::rustc-env=PLUGPACKS_TARGET={target}");
    let compiler = Engine::new(&engine::settings(&target)?)?;
    let describer = Engine::new(&engine::settings(&variable("HOST")?)?)?;
    let mut builtins = Vec::new();
    for folder in folders {
        let file = format!("plugpacks_provider_{}.wasm", folder.replace('-', "_"));
        let path = components_dir.join(COMPONENT_TARGET).join("component").join(file);
        let wasm = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let step = || format!("provider `{folder}` ({})", path.display());
        builtins.push(Builtin {
            digest: hex(&Sha256::digest(&wasm)),
            code: compile(&compiler, &wasm, &components_dir.join("aot"), &target).with_context(step)?,
            descriptions: describe(&describer, &wasm).with_context(step)?,
        });
    }
    write_table(&builtins, &out_dir, alignment(&target))
}

/// A provider as it is embedded.
struct Builtin {
    code: Vec<u8>,
    /// SHA-256 of the component.
    digest: String,
    /// One for each of [`Edition::ALL`].
    descriptions: Vec<Description>,
}

/// What `providers/detection-order.toml` says.
#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Order {
    /// Folders, in the order in which they are asked.
    providers: Vec<String>,
}

fn variable(name: &str) -> Result<String> {
    env::var(name).with_context(|| format!("cargo did not set {name}"))
}

fn detection_order(path: &Path) -> Result<Order> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("reading {}", path.display()))
}

/// Sees to it that the toolchain can compile components; adds the target where rustup may.
fn ensure_target() -> Result<()> {
    let rustc = variable("RUSTC")?;
    let sysroot =
        Command::new(&rustc).args(["--print", "sysroot"]).output().with_context(|| format!("running {rustc}"))?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&sysroot.stdout).trim());
    let target = sysroot.join("lib/rustlib").join(COMPONENT_TARGET);
    if target.is_dir() {
        return Ok(());
    }
    let added = Command::new("rustup").args(["target", "add", COMPONENT_TARGET]).status();
    if !added.is_ok_and(|status| status.success()) || !target.is_dir() {
        bail!(
            "the toolchain in {} lacks the target {COMPONENT_TARGET}, for which the providers are compiled; \
             run `rustup target add {COMPONENT_TARGET}`",
            sysroot.display()
        );
    }
    Ok(())
}

/// One nested cargo for all providers, in a target folder of its own that every profile shares.
fn build_components(workspace: &Path, components_dir: &Path, folders: &[String]) -> Result<()> {
    let mut cargo = Command::new(variable("CARGO")?);
    cargo
        .current_dir(workspace)
        .args(["build", "--profile", "component", "--target", COMPONENT_TARGET, "--target-dir"])
        .arg(components_dir);
    for folder in folders {
        cargo.args(["-p", &format!("plugpacks-provider-{folder}")]);
    }
    // What the outer cargo, clippy or a user's flags say is about the host, not about components.
    for (name, _) in env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        let is_about_host =
            ["CARGO_", "RUSTC", "RUSTFLAGS", "CLIPPY_", "RUSTDOC"].iter().any(|prefix| name.starts_with(prefix))
                || ["MAKEFLAGS", "MFLAGS", "TARGET", "HOST", "OUT_DIR", "PROFILE", "OPT_LEVEL", "DEBUG", "NUM_JOBS"]
                    .contains(&name);
        let is_about_machine =
            ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_BUILD_JOBS"]
                .iter()
                .any(|prefix| name.starts_with(prefix));
        if is_about_host && !is_about_machine {
            cargo.env_remove(name);
        }
    }
    let output = cargo.output().context("running cargo for the providers")?;
    if !output.status.success() {
        bail!("compiling the providers failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// Compiles a component, or takes what an earlier run compiled from the same bytes.
fn compile(compiler: &Engine, wasm: &[u8], cache: &Path, target: &str) -> Result<Vec<u8>> {
    let mut hasher = Sha256::new();
    hasher.update(wasm);
    hasher.update(target);
    hasher.update(engine_fingerprint(compiler).to_le_bytes());
    let path = cache.join(hex(&hasher.finalize())).with_extension("cwasm");
    if let Ok(code) = fs::read(&path) {
        return Ok(code);
    }
    let code = compiler.precompile_component(wasm)?;
    fs::create_dir_all(cache)?;
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    fs::write(&temporary, &code)?;
    fs::rename(&temporary, &path)?;
    Ok(code)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Differs where wasmtime's version or the settings differ.
fn engine_fingerprint(engine: &Engine) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

/// Asks a component who it is. `describe` must not need any import, so that none is there.
fn describe(engine: &Engine, wasm: &[u8]) -> Result<Vec<Description>> {
    let component = Component::new(engine, wasm)?;
    let mut linker = Linker::new(engine);
    linker.define_unknown_imports_as_traps(&component)?;
    let mut store = Store::new(engine, ());
    store.set_epoch_deadline(1);
    let provider = contract::Provider::instantiate(&mut store, &component, &linker)?;
    let guest = provider.plugpacks_provider_provider_guest();
    Edition::ALL.iter().map(|edition| Ok(guest.call_describe(&mut store, edition.name())?)).collect()
}

/// Code is mapped from the binary itself, so each piece begins on a page.
fn alignment(target: &str) -> usize {
    if target.starts_with("x86_64") { 4 << 10 } else { 64 << 10 }
}

fn write_table(builtins: &[Builtin], out_dir: &Path, alignment: usize) -> Result<()> {
    let mut code = Vec::new();
    let mut table = String::new();
    writeln!(table, "#[repr(C, align({alignment}))]\nstruct Aligned<T: ?Sized>(T);")?;
    writeln!(
        table,
        "static CODE: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!(\"OUT_DIR\"), \"/builtin.bin\")));"
    )?;
    writeln!(table, "static BUILTINS: [Builtin; {}] = [", builtins.len())?;
    for builtin in builtins {
        let start = code.len();
        code.extend_from_slice(&builtin.code);
        let end = code.len();
        code.resize(end.next_multiple_of(alignment), 0);
        writeln!(
            table,
            "    Builtin {{ code: {start}..{end}, digest: {:?}, loaded: Mutex::new(None),",
            builtin.digest
        )?;
        writeln!(table, "        descriptions: [")?;
        for description in &builtin.descriptions {
            writeln!(table, "        {},", description_source(description))?;
        }
        writeln!(table, "    ] }},")?;
    }
    writeln!(table, "];")?;
    fs::write(out_dir.join("builtin.bin"), code)?;
    fs::write(out_dir.join("builtin.rs"), table)?;
    Ok(())
}

/// A text as a Rust constant.
fn text_source(text: impl AsRef<str>) -> String {
    format!("Cow::Borrowed({:?})", text.as_ref())
}

/// A list of Rust constants as a Rust constant.
fn list_source(items: impl Iterator<Item = String>) -> String {
    format!("Cow::Borrowed(&[{}])", items.collect::<Vec<_>>().join(", "))
}

/// A description as a Rust constant.
fn description_source(description: &Description) -> String {
    let markers = description.markers.iter().map(|marker| match marker {
        Marker::File(path) => format!("Marker::File({})", text_source(path)),
        Marker::Directory(path) => format!("Marker::Directory({})", text_source(path)),
        Marker::Anywhere(glob) => format!("Marker::Anywhere({})", text_source(glob)),
    });
    let variables = description.variables.iter().map(|variable| {
        format!("VariableUse {{ name: {}, summary: {} }}", text_source(&variable.name), text_source(&variable.summary))
    });
    format!(
        "Description {{ name: {}, version: {}, summary: {}, markers: {}, variables: {}, last_resort: {}, tools: {} }}",
        text_source(&description.name),
        text_source(&description.version),
        text_source(&description.summary),
        list_source(markers),
        list_source(variables),
        description.last_resort,
        tools_source(&description.tools)
    )
}

/// What is true of a language's tools, as a Rust constant.
fn tools_source(tools: &Tools) -> String {
    let texts = |texts: &[String]| list_source(texts.iter().map(text_source));
    let remedies = tools.remedies.iter().map(|remedy| {
        format!("Remedy {{ output: {}, hint: {} }}", text_source(&remedy.output), text_source(&remedy.hint))
    });
    format!(
        "Tools {{ generated: {}, build_variables: {}, certificate_variables: {}, references: {}, \
         installs_elsewhere: {}, remedies: {} }}",
        texts(&tools.generated),
        texts(&tools.build_variables),
        texts(&tools.certificate_variables),
        texts(&tools.references),
        texts(&tools.installs_elsewhere),
        list_source(remedies)
    )
}
