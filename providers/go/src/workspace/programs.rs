//! Which of an app's programs is built, and how.

use super::modules::Modules;
use super::procfile::Wanted;
use super::serving::{self, Serving};
use super::tree::{Folder, Tree};
use plugpacks_sdk::{Context, Error, Result, shell};

/// Folders whose programs count only where there are no others.
const SIDE_FOLDERS: [&str; 26] = [
    "_examples",
    "benchmark",
    "benchmarks",
    "bench",
    "build",
    "ci",
    "contrib",
    "demo",
    "dev",
    "docs",
    "e2e",
    "example",
    "examples",
    "gen",
    "generate",
    "hack",
    "integration",
    "magefiles",
    "misc",
    "sample",
    "samples",
    "script",
    "scripts",
    "test",
    "tests",
    "tools",
];

/// Names that a folder of a program often has, likelier servers first.
const NAMES: [&str; 10] = ["server", "web", "api", "app", "http", "src", "backend", "service", "main", "serve"];

/// The program that is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Program {
    /// Its folder: empty for the app itself.
    pub(super) folder: String,
    /// Where the build writes it.
    pub(super) output: String,
    /// The folder that has to be on the search path, since the Procfile has the program's name alone.
    pub(super) search_path: Option<&'static str>,
}

impl Program {
    fn new(folder: &str, output: &str) -> Self {
        Self { folder: folder.to_owned(), output: output.to_owned(), search_path: None }
    }
}

/// The program that the user names, the one at the root, the only one, or the one that serves.
///
/// # Errors
/// The app cannot be searched, or what the user names leaves it.
pub(super) fn choose(context: &Context, tree: &Tree, modules: &Modules) -> Result<Option<Program>> {
    let program = |folder: &str| Program::new(folder, "out");
    if let Some(name) = context.environment.config("GO_BIN").filter(|name| !name.is_empty()) {
        return named(context, &name).map(|folder| Some(program(&folder)));
    }
    let programs = find(tree, modules);
    let wanted = Wanted::read(context)?;
    if let Some(wanted) = &wanted
        && let Some(chosen) = of_procfile(context, wanted, &programs, modules)
    {
        return Ok(Some(chosen));
    }
    let folder = match programs.as_slice() {
        [] => None,
        [first, ..] if first.is_empty() => {
            context.diagnostics.because("Go program", "the one in the app directory");
            Some(first)
        }
        [only] => {
            context.diagnostics.because("Go program", format!("{only}, the only one"));
            Some(only)
        }
        several => Some(of_several(context, tree, modules, several)),
    };
    Ok(folder.map(|folder| program(folder)))
}

/// The folder that `NIXPACKS_GO_BIN` names: one below `cmd/`, or any in the app.
fn named(context: &Context, name: &str) -> Result<String> {
    let below_cmd = format!("cmd/{name}");
    let folder = if context.app.has_directory(&below_cmd)? {
        below_cmd
    } else if context.app.has_directory(name)? {
        name.trim_start_matches("./").trim_end_matches('/').to_owned()
    } else {
        context.diagnostics.warn(format!("NIXPACKS_GO_BIN is {name:?}, but neither cmd/{name} nor {name} is there"));
        below_cmd
    };
    context.diagnostics.because("Go program", format!("{folder} from NIXPACKS_GO_BIN"));
    Ok(folder)
}

/// The program that the Procfile starts.
fn of_procfile(context: &Context, wanted: &Wanted, programs: &[String], modules: &Modules) -> Option<Program> {
    let by_name = |name: &str| programs.iter().find(|folder| name_of(folder, modules) == name);
    let only = || programs.first().filter(|first| first.is_empty() || programs.len() == 1);
    let called = |folder: &str, output: &str| {
        context.diagnostics.because("Go program", format!("{}, which the Procfile calls {output}", place(folder)));
        Program::new(folder, output)
    };
    match wanted {
        Wanted::Run { folder, arguments } => {
            let arguments = if arguments.is_empty() { String::new() } else { format!(" {arguments}") };
            context.diagnostics.warn(format!(
                "The Procfile starts the app with `go run`, but Go is not in the image: write `web: ./out{arguments}`"
            ));
            context.diagnostics.because("Go program", format!("{} from the Procfile", place(folder)));
            Some(Program::new(folder, "out"))
        }
        Wanted::File(path) => {
            let folder = by_name(wanted.name()).or_else(only)?;
            Some(called(folder, path))
        }
        Wanted::Word(name) => {
            let program = called(by_name(name)?, &format!("bin/{name}"));
            Some(Program { search_path: Some("/app/bin"), ..program })
        }
    }
}

/// The folder's name in a message.
fn place(folder: &str) -> &str {
    if folder.is_empty() { "the app directory" } else { folder }
}

/// The name that Go gives to the program in a folder.
fn name_of<'n>(folder: &'n str, modules: &'n Modules) -> &'n str {
    if folder.is_empty() { modules.name() } else { last_of(folder) }
}

/// The folders of all programs; those of examples, tools and tests, and those of modules of their own, only where
/// there are no others.
fn find(tree: &Tree, modules: &Modules) -> Vec<String> {
    // So that a large app is not read as a whole.
    let mut all = programs_among(tree, is_likely);
    if !all.iter().any(|folder| folder.is_empty() || serving::of(tree, folder) > Serving::Nothing) {
        all = programs_among(tree, |folder| is_likely(folder) || has_file_of_its_name(folder));
    }
    if all.is_empty() {
        all = programs_among(tree, |_| true);
    }
    let groups: [&dyn Fn(&String) -> bool; 3] =
        [&|folder| !is_aside(folder) && modules.is_built_from_the_root(folder), &|folder| !is_aside(folder), &|_| true];
    let of_group = |group: &&dyn Fn(&String) -> bool| all.iter().filter(|folder| group(folder)).cloned().collect();
    let found: Option<Vec<String>> = groups.iter().map(of_group).find(|programs: &Vec<String>| !programs.is_empty());
    found.unwrap_or_default()
}

fn programs_among(tree: &Tree, is_candidate: impl Fn(&Folder) -> bool) -> Vec<String> {
    let candidates = tree.folders().filter(|folder| is_candidate(folder)).map(|folder| folder.name);
    let programs: Vec<_> = candidates.filter(|folder| tree.is_program(folder)).map(str::to_owned).collect();
    let whole: Vec<_> = programs.iter().filter(|folder| tree.has_main(folder)).cloned().collect();
    if whole.is_empty() { programs } else { whole }
}

/// Whether a folder looks like a program's by names alone.
fn is_likely(folder: &Folder) -> bool {
    let Folder { name, .. } = folder;
    name.is_empty()
        || name.split('/').any(|part| part == "cmd")
        || NAMES.contains(&last_of(name))
        || folder.has("main.go")
}

/// Whether a folder has a file that is called like it, as programs and libraries have: `shop/shop.go`.
fn has_file_of_its_name(folder: &Folder) -> bool {
    let last = last_of(folder.name);
    folder.names().any(|file| file.strip_suffix(".go") == Some(last))
}

/// The last part of a path.
fn last_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether the name of a folder says that its program is not what the app is for. A program within `internal` is a tool,
/// such as a generator, unless it stands below `cmd`.
fn is_aside(folder: &str) -> bool {
    let has = |name: &str| folder.split('/').any(|part| part == name);
    folder.split('/').any(|part| SIDE_FOLDERS.contains(&part)) || has("internal") && !has("cmd")
}

/// The one of several programs that serves, or is named like one that does.
fn of_several<'p>(context: &Context, tree: &Tree, modules: &Modules, programs: &'p [String]) -> &'p String {
    let serving: Vec<_> = programs.iter().map(|folder| (serving::of(tree, folder), folder)).collect();
    let greatest = serving.iter().map(|(serving, _)| *serving).max().unwrap_or(Serving::Nothing);
    let best: Vec<_> = serving.iter().filter(|(serving, _)| *serving == greatest).map(|(_, folder)| *folder).collect();
    if let ([only], true) = (best.as_slice(), greatest > Serving::Nothing) {
        context.diagnostics.because("Go program", format!("{only}, the only one of {} that listens", programs.len()));
        return only;
    }
    let ranks = || best.iter().map(|folder| rank(folder, modules));
    let least = ranks().min().unwrap_or(usize::MAX);
    let chosen = best.iter().zip(ranks()).find(|(_, rank)| *rank == least).map_or(&programs[0], |(folder, _)| *folder);
    let others: Vec<_> = programs.iter().filter(|folder| *folder != chosen).map(String::as_str).collect();
    context.diagnostics.because("Go program", format!("{chosen}, by its name"));
    context.diagnostics.warn(format!(
        "Several Go programs: {chosen} is built, {} {} not; name another one in NIXPACKS_GO_BIN",
        others.join(", "),
        if others.len() == 1 { "is" } else { "are" }
    ));
    chosen
}

/// How likely a folder's name is that of the server: the less, the likelier.
fn rank(folder: &str, modules: &Modules) -> usize {
    let name = name_of(folder, modules);
    let module = modules.name();
    // `shopd` serves, and `shop` beside it is the client.
    if name == format!("{module}-server") || name == format!("{module}d") {
        return 0;
    }
    if name == module {
        return 1;
    }
    let by_name = NAMES.iter().position(|known| *known == name).map(|at| at + 2);
    let by_ending = || NAMES[..3].iter().any(|known| name.ends_with(known)).then_some(NAMES.len() + 2);
    by_name.or_else(by_ending).unwrap_or(usize::MAX)
}

/// The command that builds a program.
///
/// # Errors
/// The program is no part of the app's module, and needs a newer Go than there is for that.
pub(super) fn build(program: &Program, modules: &Modules) -> Result<String> {
    let Program { folder, output, .. } = program;
    if output.starts_with('/') {
        return Err(Error::new(format!("The Procfile starts {output:?}, which is no file of the app")));
    }
    if modules.is_empty() {
        return Ok(format!("go build -o {} {}", shell::quoted(output), modules.files(folder)));
    }
    Ok(match modules.nested(folder) {
        Some(module) => {
            let up = "../".repeat(module.split('/').count());
            let package = folder[module.len()..].trim_start_matches('/');
            let package = if package.is_empty() { String::new() } else { format!(" ./{}", shell::quoted(package)) };
            format!("go build -C {} -o {up}{}{package}", shell::quoted(module), shell::quoted(output))
        }
        None if folder.is_empty() => format!("go build -o {}", shell::quoted(output)),
        None => format!("go build -o {} ./{}", shell::quoted(output), shell::quoted(folder)),
    })
}
