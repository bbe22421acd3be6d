//! Code that is generated before the program is compiled, where it is not committed.

use super::tree::Tree;
use crate::code::Manifest;
use plugpacks_sdk::{Context, Result};

/// The module of templ, which makes Go files of pages.
const TEMPL: &str = "github.com/a-h/templ";

/// Generators that are no Go tools of the app: their name in a `//go:generate` line, and their package.
const GENERATORS: [(&str, &str); 2] =
    [("stringer", "golang.org/x/tools/cmd/stringer"), ("enumer", "github.com/dmarkham/enumer")];

/// How the names of files with `//go:generate` lines often end.
const FILES: [&str; 3] = ["generate.go", "gen.go", "doc.go"];

/// Words of generators whose output only tests need.
const OF_TESTS: [&str; 4] = ["_test.go", "mock", "moq", "counterfeiter"];

/// The commands that generate what is missing, before the build.
///
/// # Errors
/// The app cannot be searched.
pub(crate) fn commands(context: &Context, tree: &Tree, program: &str, manifest: &Manifest) -> Result<Vec<String>> {
    let mut commands = Vec::new();
    if lacks_code_of_pages(context)? {
        context.diagnostics.because("generated code", "templ makes Go files of the pages, which are not committed");
        commands.push(templ(manifest));
    }
    for folder in folders(tree, program) {
        for generator in tree.package(&folder).iter().flat_map(|file| file.generators.clone()) {
            if generator.contains("templ generate") || OF_TESTS.iter().any(|word| generator.contains(word)) {
                continue;
            }
            let Some(output) = output(&generator) else { continue };
            let path = if folder.is_empty() { output } else { format!("{folder}/{output}") };
            if !context.app.has_file(&path)? {
                commands.extend(generate(context, &folder, &generator, &path));
            }
        }
    }
    commands.dedup();
    Ok(commands)
}

/// The folders whose generators are looked at: the program's, and those with a file in which such lines often stand.
fn folders(tree: &Tree, program: &str) -> Vec<String> {
    let is_named = |path: &String| FILES.iter().any(|name| path.ends_with(name));
    let named = tree.folders().filter(|folder| tree.files_of(folder).iter().any(is_named));
    std::iter::once(program).chain(named.filter(|folder| *folder != program)).map(str::to_owned).collect()
}

/// Whether a page lacks the Go file that templ makes of it.
fn lacks_code_of_pages(context: &Context) -> Result<bool> {
    for page in context.app.find_files("**/*.templ")? {
        let code = format!("{}_templ.go", page.trim_end_matches(".templ"));
        if !context.app.has_file(&code)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// templ's command: as a tool of the module, else of the version that the module requires.
fn templ(manifest: &Manifest) -> String {
    if manifest.arguments("tool").any(|tool| tool.starts_with(TEMPL)) {
        return "go tool templ generate".into();
    }
    let version = manifest.version_of(TEMPL).unwrap_or("latest");
    format!("go run {TEMPL}/cmd/templ@{version} generate")
}

/// The file that a generator writes, as far as its command says that.
fn output(generator: &str) -> Option<String> {
    let words: Vec<_> = generator.split_whitespace().collect();
    let value = |names: &[&str]| {
        words.iter().enumerate().find_map(|(at, word)| {
            let (name, value) = word.split_once('=').map_or((*word, None), |(name, value)| (name, Some(value)));
            names.contains(&name.trim_start_matches('-')).then(|| value.or_else(|| words.get(at + 1).copied()))?
        })
    };
    let named = value(&["o", "output", "out", "destination"]).filter(|name| name.ends_with(".go"));
    let of_type = || value(&["type"]).and_then(|names| names.split(',').next());
    let stringer = || words.first().is_some_and(|word| word.ends_with("stringer")).then(of_type)?;
    named.map(str::to_owned).or_else(|| Some(format!("{}_string.go", stringer()?.to_lowercase())))
}

/// The command that generates one file; says so where there is none.
fn generate(context: &Context, folder: &str, generator: &str, output: &str) -> Option<String> {
    let tool = generator.split_whitespace().next()?;
    let is_of_go = generator.starts_with("go run ") || generator.starts_with("go tool ");
    if is_of_go {
        context.diagnostics.because("generated code", format!("{output} is not committed"));
        return Some(format!("go generate ./{folder}"));
    }
    let hint = match GENERATORS.iter().find(|(name, _)| *name == tool) {
        Some((_, package)) => format!("write `//go:generate go run {package}@latest …`, or commit the file"),
        None => "commit the file, or let the line call `go run` or `go tool`".to_owned(),
    };
    context.diagnostics.warn(format!("{output}, which `//go:generate {generator}` makes, is not committed: {hint}"));
    None
}

#[cfg(test)]
mod tests {
    use super::output;

    #[test]
    fn what_generators_write() {
        for (generator, expected) in [
            ("stringer -type=Gate", Some("gate_string.go")),
            ("go run golang.org/x/tools/cmd/stringer -type Gate -output=names.go", Some("names.go")),
            ("go tool oapi-codegen -o api.gen.go api.yaml", Some("api.gen.go")),
            ("sqlc generate", None),
            ("protoc --go_out=. a.proto", None),
        ] {
            assert_eq!(output(generator).as_deref(), expected, "{generator}");
        }
    }
}
