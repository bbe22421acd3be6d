//! What cargo itself finds and builds, where Nixpacks 1.41 guesses.

mod programs;
mod toolchain;
mod versions;
mod workspace;

use crate::environment;
use crate::manifest::{Manifest, table, text, texts};
use crate::native::Needs;
use crate::target::Target;
use crate::toolchain::Toolchain;
use crate::{Decisions, OpenSsl, Output, listening, running};
use plugpacks_provider_support::assets::Assets;
use plugpacks_provider_support::toml_1_0;
use plugpacks_sdk::{Context, Result, ResultExt};
use toml::Table;

pub(crate) use versions::PINS;

/// The toolchain of the package in the app directory.
pub(crate) fn toolchain(context: &Context, root: &Manifest) -> Result<Toolchain> {
    Ok(toolchain::choose(context, Some(root), None)?.toolchain)
}

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let has_manifest = context.app.has_file("Cargo.toml")?;
    let root = has_manifest.then(|| Manifest::read(context, "Cargo.toml").context("Reading Cargo.toml")).transpose()?;
    let selection = match &root {
        Some(root) => workspace::select(context, root)?,
        None => workspace::Selection::default(),
    };
    let toolchain = toolchain::choose(context, root.as_ref(), selection.package.as_ref())?;
    let openssl = openssl(context, root.as_ref())?;
    let manifests: Vec<_> = root.iter().chain(&selection.package).cloned().collect();
    let needs = Needs::read(context, &manifests)?;
    let loaded: Vec<_> = openssl.loaded().into_iter().chain(needs.libraries()).collect();
    let target = target(context, &toolchain, loaded.is_empty())?;
    let package = selection.package.clone().or_else(|| root.clone());
    let output = output(selection, &target);
    let start = running::slim(context, &output, loaded)?;
    if !environment::is_told(&manifests) {
        listening::warn(context, package.as_ref(), output.start.as_deref())?;
    }
    Ok(Decisions {
        pins: PINS,
        openssl,
        needs,
        features: environment::features(context),
        assets: Assets::of(context)?,
        variables: environment::variables(context)?,
        has_manifest,
        caches_target: has_manifest,
        excluded: &["target"],
        start: start.map(|start| environment::started(context, &manifests, start)),
        output,
        toolchain: toolchain.toolchain,
        target,
    })
}

fn output(selection: workspace::Selection, target: &Target) -> Output {
    Output {
        package: selection.argument,
        start: selection.started.map(|program| program + target.suffix()),
        programs: selection.programs,
    }
}

/// Whether the library OpenSSL is linked in: the package `openssl-sys` does that. A dependency that
/// the lock file does not know yet counts as well.
fn openssl(context: &Context, root: Option<&Manifest>) -> Result<OpenSsl> {
    let is_direct = |root: &Manifest| root.depends_on("openssl") || root.depends_on("openssl-sys");
    let is_linked = root.is_some_and(is_direct)
        || context.app.has_file("Cargo.lock")?
            && context.app.search("Cargo.lock", r#"(?m)^name = "openssl-sys"$"#)?.is_some();
    if !is_linked {
        return Ok(OpenSsl::NotLinked);
    }
    context.diagnostics.because("dynamic linking", "the package openssl-sys needs OpenSSL's libraries");
    Ok(OpenSsl::Linked)
}

fn target(context: &Context, toolchain: &toolchain::Choice, is_static: bool) -> Result<Target> {
    let configured = configured_target(context)?;
    if let Some(triple) = configured.as_deref().and_then(|triple| toolchain.wasm_target(triple)) {
        context.diagnostics.because("Rust target", format!("{triple} from the configuration of cargo"));
        return Ok(Target::Wasm(triple));
    }
    let musl = Target::musl(&context.environment.architecture());
    // A toolchain file's toolchain is taken as it is: for musl only if the file names that target.
    let has_musl = toolchain.toolchain.file.is_none()
        || musl.triple().is_some_and(|triple| toolchain.toolchain.targets.iter().any(|own| own == triple));
    if has_musl && is_static && !context.environment.is_set("NO_MUSL") {
        return Ok(musl);
    }
    Ok(configured.map_or(Target::Host, Target::Configured))
}

/// The target that the app's configuration of cargo names; of several the first.
fn configured_target(context: &Context) -> Result<Option<String>> {
    let Some(path) = context.app.first_file(&[".cargo/config.toml", ".cargo/config"])? else { return Ok(None) };
    let configuration: Table = toml_1_0::read(context, path)?;
    let Some(build) = table(&configuration, "build") else { return Ok(None) };
    Ok(text(build, "target").or_else(|| texts(build, "target").next()).map(str::to_owned))
}
