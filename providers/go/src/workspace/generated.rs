//! Code that is generated before the program is compiled, where it is not committed.

use super::source::GoFile;
use super::tree::{Folder, Tree};
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

/// A generator that works by a file of its own, and makes whole packages.
struct Generator {
    configuration: &'static [&'static str],
    packages: &'static [&'static str],
    command: &'static str,
}

const BY_CONFIGURATION: [Generator; 2] = [
    Generator { configuration: &["sqlc.yaml", "sqlc.yml", "sqlc.json"], packages: &["sqlc"], command: "sqlc generate" },
    Generator {
        configuration: &["buf.gen.yaml"],
        packages: &["buf", "protoc-gen-go", "protoc-gen-go-grpc"],
        command: "buf generate",
    },
];

/// So many of a program's packages are read to find one that is missing: those that others are generated for are near its own.
const MOST_PACKAGES: usize = 24;

/// Generators of Go, and the file that each writes beside the line that calls it.
const KNOWN_OUTPUTS: [(&str, &str); 2] =
    [("entgo.io/ent/cmd/ent", "client.go"), ("github.com/google/wire/cmd/wire", "wire_gen.go")];

/// Makes the file beside this one, which has a constraint that leaves it out of the build. The newest release, since what older
/// ones are made of does not compile with a newer Go.
const WIRE: (&str, &str, &str) = ("wire.go", "wire_gen.go", "go run github.com/google/wire/cmd/wire@latest");

/// What makes the code that is missing.
#[derive(Default)]
pub(crate) struct Generated {
    pub(crate) commands: Vec<String>,
    /// The packages that the commands call.
    pub(crate) packages: Vec<&'static str>,
}

/// What generates the code that is missing, before the build.
///
/// # Errors
/// The app cannot be searched.
pub(crate) fn find(context: &Context, tree: &Tree, program: &str, manifest: &Manifest) -> Result<Generated> {
    let mut generated = by_configuration(context, tree, program)?;
    generated.commands.extend(commands(context, tree, program, manifest)?);
    generated.commands.extend(tree.folders().filter_map(|folder| wire(context, &folder)));
    generated.commands.dedup();
    Ok(generated)
}

/// What makes the packages that a program imports from a module of the app that does not have them.
fn by_configuration(context: &Context, tree: &Tree, program: &str) -> Result<Generated> {
    let mut generated = Generated::default();
    let mut packages = tree.graph(program).take(MOST_PACKAGES);
    let Some((file, place)) = packages.find_map(|package| missing(tree, &package)) else { return Ok(generated) };
    for generator in &BY_CONFIGURATION {
        let Some(configuration) = context.app.first_file(generator.configuration)? else { continue };
        context.diagnostics.because("generated code", format!("{place} is not there; {configuration} may make it"));
        generated.commands.push(generator.command.to_owned());
        generated.packages.extend(generator.packages);
    }
    if generated.commands.is_empty() {
        context.diagnostics.warn(format!(
            "{file} imports the package in {place}, where there is no Go code: commit it, or write the command that \
             generates it into phases.build.cmds"
        ));
    }
    Ok(generated)
}

/// The first import of a package that lies in the app and has no code, and the file that imports it.
fn missing(tree: &Tree, package: &[GoFile]) -> Option<(String, String)> {
    let places = package.iter().flat_map(|file| file.imports.iter().map(move |path| (&file.path, path)));
    let mut places = places.filter_map(|(file, path)| Some((file, tree.place_of(path)?)));
    places.find(|(_, place)| tree.files_of(place).is_empty()).map(|(file, place)| (file.clone(), place))
}

/// Wire's command, where a folder has its injectors and not what it makes of them.
fn wire(context: &Context, folder: &Folder) -> Option<String> {
    let (injectors, output, command) = WIRE;
    if !folder.has(injectors) || folder.has(output) {
        return None;
    }
    let folder = folder.name;
    context.diagnostics.because("generated code", format!("{folder}/{output} is not committed"));
    Some(format!("{command} ./{folder}"))
}

/// The commands of pages and of `//go:generate` lines.
fn commands(context: &Context, tree: &Tree, program: &str, manifest: &Manifest) -> Result<Vec<String>> {
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
    Ok(commands)
}

/// The folders whose generators are looked at: the program's, and those with a file in which such lines often stand.
fn folders(tree: &Tree, program: &str) -> Vec<String> {
    let is_named = |file: &str| FILES.iter().any(|name| file.ends_with(name));
    let named = tree.folders().filter(|folder| folder.names().any(is_named)).map(|folder| folder.name);
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
    if let Some((_, output)) = KNOWN_OUTPUTS.iter().find(|(name, _)| generator.contains(name)) {
        return Some((*output).to_owned());
    }
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
            ("go run -mod=mod entgo.io/ent/cmd/ent generate ./schema", Some("client.go")),
        ] {
            assert_eq!(output(generator).as_deref(), expected, "{generator}");
        }
    }
}
