//! A front end that the program embeds: it is built before the program is compiled.

use super::modules::in_folder;
use super::tree::Tree;
use plugpacks_provider_support::assets::Assets;
use plugpacks_sdk::{Context, Result, glob};

/// Files that hold the place of what a build makes.
const PLACEHOLDERS: [&str; 5] = [".gitkeep", ".keep", ".gitignore", ".placeholder", "README.md"];

/// Names of folders into which front ends are built.
const OUTPUTS: [&str; 4] = ["dist", "build", "out", ".output"];

/// The script that builds, by convention.
const BUILD: &str = "build";

/// Options by which tools are told where to write.
const OUTPUT_OPTIONS: [&str; 6] = ["-o", "--output", "--outfile", "--outdir", "--out-dir", "--outDir"];

/// A folder with a `package.json` whose script makes what the program embeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FrontEnd {
    /// Its folder: empty for the app itself.
    pub(super) folder: String,
    /// The script of `package.json`.
    pub(super) script: String,
}

/// A `package.json` with scripts.
struct Manifest {
    folder: String,
    /// Names and commands.
    scripts: Vec<(String, String)>,
}

/// The front ends that make what Go files embed and the app does not have.
///
/// # Errors
/// The app cannot be searched.
pub(super) fn find(context: &Context, tree: &Tree) -> Result<Vec<FrontEnd>> {
    let manifests = manifests(context)?;
    if manifests.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: Vec<FrontEnd> = Vec::new();
    for place in embedded(context, tree)? {
        let is_missing = is_missing(context, &place)?;
        let Some(front_end) = maker(&manifests, &place, is_missing) else { continue };
        if !found.contains(&front_end) {
            let source = in_folder(&front_end.folder, "package.json");
            context.diagnostics.because("front end", format!("{source} makes {place}, which the program embeds"));
            found.push(front_end);
        }
    }
    if let Some(output) = unmade(context, &manifests)?.filter(|_| found.is_empty()) {
        context.diagnostics.because("front end", format!("package.json makes {output}, which is not committed"));
        found.push(FrontEnd { folder: String::new(), script: BUILD.to_owned() });
    }
    Ok(found)
}

/// What the script `build` of the app's own manifest is told to write and the app does not have: style sheets, say, that the
/// program serves from its folder.
fn unmade(context: &Context, manifests: &[Manifest]) -> Result<Option<String>> {
    let Some(manifest) = manifests.iter().find(|manifest| manifest.folder.is_empty()) else { return Ok(None) };
    let builds = manifest.scripts.iter().filter(|(name, _)| name == BUILD);
    for output in builds.flat_map(|(_, command)| outputs(command)) {
        if is_missing(context, &output)? {
            return Ok(Some(output));
        }
    }
    Ok(None)
}

/// The places that a command is told to write to: `-o static/app.css`, `--outdir=static`.
fn outputs(command: &str) -> Vec<String> {
    let words: Vec<_> = command.split([' ', '=']).filter(|word| !word.is_empty()).collect();
    let places = words.windows(2).filter(|pair| OUTPUT_OPTIONS.contains(&pair[0])).map(|pair| pair[1]);
    places.filter_map(|place| joined("", place)).filter(|place| !place.is_empty()).collect()
}

/// The manifests that have a script at all; one that is no JSON has none.
fn manifests(context: &Context) -> Result<Vec<Manifest>> {
    let paths = context.app.find_files("**/package.json")?;
    let manifests = paths.into_iter().filter_map(|path| {
        let scripts = scripts(&context.app.read_text(&path).ok()?);
        let folder = path.trim_end_matches("package.json").trim_end_matches('/').to_owned();
        (!scripts.is_empty()).then_some(Manifest { folder, scripts })
    });
    Ok(manifests.collect())
}

fn scripts(text: &str) -> Vec<(String, String)> {
    let manifest: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let scripts = manifest.get("scripts").and_then(serde_json::Value::as_object).into_iter().flatten();
    scripts.filter_map(|(name, command)| Some((name.clone(), command.as_str()?.to_owned()))).collect()
}

/// The places that Go files embed, up to a wildcard: `web/dist` for `dist/*` in `web`.
fn embedded(context: &Context, tree: &Tree) -> Result<Vec<String>> {
    let mut places = Vec::new();
    for folder in tree.folders().map(|folder| folder.name) {
        let files = if folder.is_empty() { "*.go".to_owned() } else { format!("{}/*.go", glob::literal(folder)) };
        if context.app.search(&files, r"(?m)^//go:embed\s")?.is_none() {
            continue;
        }
        for pattern in tree.package(folder).iter().flat_map(|file| &file.embeds) {
            let parts = pattern.split('/').take_while(|part| !part.contains(['*', '?', '[']));
            let place = parts.collect::<Vec<_>>().join("/");
            if !place.is_empty() {
                places.push(in_folder(folder, &place));
            }
        }
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// Whether a place has nothing but files that keep it.
fn is_missing(context: &Context, place: &str) -> Result<bool> {
    if context.app.has_file(place)? {
        return Ok(false);
    }
    let files = context.app.find_files(&format!("{}/**", glob::literal(place)))?;
    let is_placeholder = |path: &String| PLACEHOLDERS.contains(&path.rsplit('/').next().unwrap_or(path));
    Ok(files.iter().all(is_placeholder))
}

/// The front end that makes a place: the one with a script that names it, the one that it lies in, or, if the place
/// is missing, the only one.
fn maker(manifests: &[Manifest], place: &str, is_missing: bool) -> Option<FrontEnd> {
    let naming = manifests.iter().find_map(|manifest| {
        let names_it = |command: &str| {
            let words = command.split([' ', '=']).filter(|word| word.contains('/'));
            words.filter_map(|word| joined(&manifest.folder, word)).any(|path| path == place)
        };
        let (name, _) = manifest.scripts.iter().find(|(_, command)| names_it(command))?;
        Some(FrontEnd { folder: manifest.folder.clone(), script: name.clone() })
    });
    let building = || manifests.iter().filter(|manifest| manifest.scripts.iter().any(|(name, _)| name == "build"));
    let around = || {
        let is_output = OUTPUTS.contains(&place.rsplit('/').next().unwrap_or(place));
        let mut holders = building().filter(|manifest| {
            place
                .strip_prefix(manifest.folder.as_str())
                .is_some_and(|rest| manifest.folder.is_empty() || rest.starts_with('/'))
        });
        let holder = holders.by_ref().max_by_key(|manifest| manifest.folder.len())?;
        (is_missing || (is_output && !holder.folder.is_empty())).then_some(holder)
    };
    let only = || building().next().filter(|_| is_missing && building().count() == 1);
    let found =
        || around().or_else(only).map(|manifest| FrontEnd { folder: manifest.folder.clone(), script: "build".into() });
    naming.or_else(found)
}

/// A path relative to a folder as one relative to the app; `None` if it leaves the app.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<_> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.trim_matches(['"', '\'']).split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

/// What builds the front ends, by the rules of Node.js apps. Says so where that is not known.
///
/// # Errors
/// A `package.json` cannot be read.
pub(super) fn assets(context: &Context, front_ends: &[FrontEnd]) -> Result<Option<Assets>> {
    if front_ends.is_empty() {
        return Ok(None);
    }
    let assets = Assets::of(context)?;
    if assets.is_none() {
        for FrontEnd { folder, script } in front_ends {
            let path = in_folder(folder, "package.json");
            context.diagnostics.warn(format!(
                "The script {script} of {path} makes what the program embeds, but nothing runs it: add it to the commands of the \
                 build phase, and Node.js to the packages of setup"
            ));
        }
    }
    Ok(assets)
}
