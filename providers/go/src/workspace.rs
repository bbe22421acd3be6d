//! The rules of the edition 2026.11.

mod arguments;
mod cgo;
mod constraint;
mod front_end;
mod generated;
mod install_files;
mod listening;
mod modules;
mod procfile;
mod programs;
mod running;
mod serving;
mod sites;
mod source;
#[cfg(test)]
mod tests;
mod toolchain;
mod tree;

use crate::Decisions;
use crate::code::{GoFiles, Manifest};
use crate::nixpacks;
use arguments::Invocation;
use cgo::CModule;
use constraint::Target;
use modules::{Modules, in_folder};
use plugpacks_provider_support::install::reading;
use plugpacks_provider_support::{manifests, sources};
use plugpacks_sdk::{Context, Description, Marker, Phase, Result, shell};
use programs::Program;
use tree::Tree;

/// Adds what only this edition looks at.
pub(crate) fn describe(description: Description) -> Description {
    description
        .marker(Marker::file("go.work"))
        .variable("NIXPACKS_GO_VERSION", "The version of Go, such as 1.26.")
        .variables(sources::COMMANDS.map(|name| (name, "Where it is set, the whole app is kept for the run time.")))
}

/// A `go.work`, too, unless Nixpacks 1.41 builds the app with another provider.
pub(crate) fn detect(context: &Context) -> Result<bool> {
    Ok(nixpacks::detect(context)? || context.app.has_file("go.work")? && !manifests::has_later(context, "go")?)
}

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let files = GoFiles::find(context)?;
    sites::refuse(context, &files)?;
    let modules = Modules::read(context, &files)?;
    let flags = context.environment.get("GOFLAGS").unwrap_or_default();
    let asked = context.environment.get("CGO_ENABLED");
    let target = Target {
        architecture: if context.environment.architecture() == "aarch64" { "arm64" } else { "amd64" },
        cgo: asked.as_deref().is_some_and(|value| value != "0"),
        tags: constraint::tags_of_flags(&flags),
    };
    let tree = Tree::new(context, target, &files, modules.all());
    let toolchain = toolchain::choose(context, &modules)?;
    let nothing = Decisions {
        release: toolchain.release,
        toolchain: toolchain.variable,
        download: None,
        packages: Vec::new(),
        libraries: Vec::new(),
        assets: None,
        build: Vec::new(),
        search_path: None,
        start: None,
        variables: vec![("CGO_ENABLED", "0".into()), ("GOFLAGS", "-trimpath".into())],
    };
    match programs::choose(context, &tree, &modules)? {
        Some(program) => built(context, &tree, &modules, &program, nothing),
        None => {
            context.diagnostics.warn(
                "No Go program is built: no folder has files of `package main`. Name its folder in NIXPACKS_GO_BIN",
            );
            Ok(Decisions { download: download(context, &modules, None)?, ..nothing })
        }
    }
}

/// Everything about an app with a program.
fn built(
    context: &Context,
    tree: &Tree,
    modules: &Modules,
    program: &Program,
    mut decisions: Decisions,
) -> Result<Decisions> {
    let manifest = modules.manifest_of(&program.folder);
    let c_code = c_code(context, tree, program, manifest)?;
    let mut start = Invocation::default();
    if let Some(manifest) = manifest {
        let (invocation, reasons) = arguments::of(tree, &program.folder, manifest);
        reasons.into_iter().for_each(|reason| context.diagnostics.because("start command", reason));
        start = invocation;
        let generated = generated::find(context, tree, &program.folder, manifest)?;
        decisions.build.extend(generated.commands);
        decisions.packages.extend(generated.packages);
    }
    if start.arguments.is_empty() {
        listening::warn(context, tree, &program.folder);
    }
    decisions.assets = front_end::assets(context, &front_end::find(context, tree)?)?;
    if modules.is_empty() && imports_modules(tree, program) {
        decisions.build.extend([
            "go mod init app".to_owned(),
            "go mod tidy".to_owned(),
            format!("go build -o {}", program.output),
        ]);
    } else {
        decisions.build.push(programs::build(program, modules)?);
    }
    decisions.search_path = program.search_path;
    decisions.download = download(context, modules, modules.nested(&program.folder))?;
    if lacks_sums(context, modules, program)? {
        context
            .diagnostics
            .warn("go.sum is missing: the build takes what the module proxy sends, unchecked; run `go mod tidy`");
        set(&mut decisions.variables, "GOFLAGS", "-trimpath -mod=mod");
    }
    if let CCode::Linked(modules) = &c_code {
        set(&mut decisions.variables, "CGO_ENABLED", "1");
        decisions.packages.push("gcc");
        for module in modules {
            decisions.packages.extend(module.packages);
            decisions.libraries.extend(module.libraries);
        }
        if !decisions.libraries.is_empty() {
            decisions.variables.extend(cgo::PATHS.map(|(name, value)| (name, value.to_owned())));
        }
    }
    decisions.variables.extend(start.variables.iter().map(|(name, value)| (*name, (*value).to_owned())));
    decisions.start =
        Some(running::start(context, program, &start.arguments, c_code != CCode::None, &decisions.libraries)?);
    Ok(decisions)
}

/// Whether C code is compiled into the program.
#[derive(Debug, PartialEq, Eq)]
enum CCode {
    None,
    /// The user says so, and brings what it needs.
    Users,
    /// Modules, or the program itself, have some.
    Linked(Vec<&'static CModule>),
}

fn c_code(context: &Context, tree: &Tree, program: &Program, manifest: Option<&Manifest>) -> Result<CCode> {
    let modules = manifest.map(|manifest| cgo::required(context, manifest)).transpose()?.unwrap_or_default();
    let names: Vec<_> = modules.iter().map(|module| module.path()).collect();
    let is_own = tree.package(&program.folder).iter().any(|file| file.imports.iter().any(|path| path == "C"));
    match context.environment.get("CGO_ENABLED").as_deref() {
        Some("0") if !names.is_empty() => {
            let names = names.join(", ");
            context.diagnostics.warn(format!("CGO_ENABLED is 0, but {names} needs C code (cgo) to work"));
            Ok(CCode::None)
        }
        Some("0") => Ok(CCode::None),
        None if names.is_empty() && !is_own => Ok(CCode::None),
        Some(_) if names.is_empty() && !is_own => Ok(CCode::Users),
        _ => {
            let what = if names.is_empty() { "the program".to_owned() } else { names.join(", ") };
            context.diagnostics.because("CGO_ENABLED", format!("1, since {what} has C code (cgo)"));
            Ok(CCode::Linked(modules))
        }
    }
}

/// Sets a variable anew.
fn set(variables: &mut [(&'static str, String)], name: &str, value: &str) {
    if let Some((_, old)) = variables.iter_mut().find(|(known, _)| *known == name) {
        value.clone_into(old);
    }
}

/// Whether a program without a module imports packages of others: their paths begin with a host.
fn imports_modules(tree: &Tree, program: &Program) -> bool {
    let is_foreign = |path: &String| path.split('/').next().is_some_and(|host| host.contains('.'));
    tree.package(&program.folder).iter().any(|file| file.imports.iter().any(is_foreign))
}

/// Whether the module requires others, but nothing says what these have to be like.
fn lacks_sums(context: &Context, modules: &Modules, program: &Program) -> Result<bool> {
    let folder = modules.nested(&program.folder).unwrap_or_default();
    let requires = modules.manifest_of(folder).is_some_and(|manifest| manifest.arguments("require").next().is_some());
    let has = |name: &str| context.app.has_file(&in_folder(folder, name));
    Ok(requires && modules.workspace.is_none() && !has("go.sum")? && !has("vendor/modules.txt")?)
}

/// Downloads the modules anew when manifests change; not where they are in the app.
fn download(context: &Context, modules: &Modules, nested: Option<&str>) -> Result<Option<Phase>> {
    let vendored = in_folder(nested.unwrap_or_default(), "vendor/modules.txt");
    if modules.is_empty() && nested.is_none() {
        return Ok(None);
    }
    if context.app.has_file(&vendored)? {
        context.diagnostics.because("go mod download", format!("not needed: {vendored} lists what the app brings"));
        return Ok(None);
    }
    let command =
        nested.map_or("go mod download".into(), |folder| format!("go mod download -C {}", shell::quoted(folder)));
    let phase = Phase::install().command(command).cache_directories([crate::BUILD_CACHE]);
    Ok(Some(reading(phase, install_files::manifests(context, modules, nested)?, install_files::VARIABLES)))
}
