//! What `CMakeLists.txt` says, as far as that can be told without running it.

mod syntax;

use crate::build::{Build, Program, Programs, stays_in_app};
use plugpacks_sdk::{Context, Result};
use std::collections::BTreeMap;
use syntax::Command;

/// The file that makes an app one of CMake's.
pub(crate) const FILE: &str = "CMakeLists.txt";

/// The build directory.
const BUILD: &str = "build";

/// Where programs are put, whatever folder their `CMakeLists.txt` stands in. A project that chooses a place
/// itself mostly chooses this one.
const PROGRAMS: &str = "build/bin/";

/// Subdirectories that are not the app.
const OTHERS: [&str; 8] = ["bench", "deps", "example", "extern", "external", "test", "third_party", "vendor"];

/// Folders below one another that are followed.
const DEPTH: usize = 4;

/// The oldest policy that CMake 4 knows: it refuses projects that ask for less.
const OLDEST_POLICY: (u32, u32) = (3, 5);

pub(crate) fn read(context: &Context) -> Result<Build> {
    let mut project = Project::default();
    project.read(context, "", DEPTH)?;
    let policy = project.minimum.filter(|minimum| *minimum < OLDEST_POLICY);
    let policy = policy.map(|_| format!(" -DCMAKE_POLICY_VERSION_MINIMUM={}.{}", OLDEST_POLICY.0, OLDEST_POLICY.1));
    let options = "-DCMAKE_BUILD_TYPE=Release -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=/app/build/bin";
    Ok(Build {
        tools: &["cmake", "gnumake", "pkg-config-unwrapped"],
        commands: vec![
            // What a build of this folder's owner has left there is for another compiler and another path.
            format!("cmake --fresh -S . -B {BUILD} {options}{}", policy.unwrap_or_default()),
            format!("cmake --build {BUILD} --parallel $(nproc)"),
        ],
        programs: Programs { project: project.name, all: project.programs, directory: PROGRAMS },
        dependencies: project.dependencies,
    })
}

/// What the files said so far.
#[derive(Default)]
struct Project {
    name: Option<String>,
    /// The newest CMake whose policies the project asks for.
    minimum: Option<(u32, u32)>,
    variables: BTreeMap<String, String>,
    programs: Vec<Program>,
    dependencies: Vec<String>,
}

impl Project {
    /// Reads the file of a folder, which is empty or ends in `/`, and of those it adds.
    fn read(&mut self, context: &Context, folder: &str, depth: usize) -> Result<()> {
        let Some(text) = context.app.read_text_if_file(&format!("{folder}{FILE}"))? else { return Ok(()) };
        for command in syntax::commands(&text) {
            self.enter(folder);
            let arguments: Vec<_> = command.arguments.iter().map(|argument| self.expand(argument)).collect();
            let command = Command { name: command.name, arguments };
            let added = self.take(&command);
            if let Some(added) = added.filter(|_| depth > 0) {
                self.read(context, &format!("{folder}{}/", added.trim_end_matches('/')), depth - 1)?;
            }
        }
        Ok(())
    }

    /// Sets the variables that mean folders.
    fn enter(&mut self, folder: &str) {
        let folder = folder.trim_end_matches('/');
        let current = if folder.is_empty() { BUILD.to_owned() } else { format!("{BUILD}/{folder}") };
        for (name, value) in [
            ("CMAKE_BINARY_DIR", BUILD),
            ("PROJECT_BINARY_DIR", BUILD),
            ("CMAKE_CURRENT_BINARY_DIR", &*current),
            ("CMAKE_SOURCE_DIR", "."),
            ("PROJECT_SOURCE_DIR", "."),
            ("CMAKE_CURRENT_SOURCE_DIR", if folder.is_empty() { "." } else { folder }),
        ] {
            self.variables.insert(name.into(), value.into());
        }
    }

    /// Takes a command in. Returns the folder that it adds.
    fn take<'c>(&mut self, command: &'c Command) -> Option<&'c str> {
        let arguments: Vec<_> = command.arguments.iter().map(String::as_str).collect();
        match (&*command.name, &*arguments) {
            ("cmake_minimum_required", ["VERSION", version, ..]) => self.minimum = newest_policy(version),
            ("project", [name, ..]) => {
                self.name.get_or_insert_with(|| (*name).to_owned());
                self.variables.insert("PROJECT_NAME".into(), (*name).into());
                self.variables.entry("CMAKE_PROJECT_NAME".into()).or_insert_with(|| (*name).into());
            }
            ("set", [name, value, ..]) => {
                self.variables.insert((*name).into(), (*value).into());
            }
            ("find_package", [name, ..]) => self.dependencies.push((*name).into()),
            ("pkg_check_modules" | "pkg_search_module", [_, modules @ ..]) => self.add_modules(modules),
            ("set_target_properties", [target, "PROPERTIES", properties @ ..]) => self.rename(target, properties),
            ("add_subdirectory", [added, options @ ..]) => {
                let lower = added.to_lowercase();
                let is_app = !OTHERS.iter().any(|word| lower.contains(word)) && in_app(added).is_some();
                return (is_app && !options.contains(&"EXCLUDE_FROM_ALL")).then_some(*added);
            }
            (name, [program, options @ ..]) if name == "add_executable" || name.ends_with("_add_executable") => {
                let is_made = ["ALIAS", "EXCLUDE_FROM_ALL", "IMPORTED"].iter().all(|word| !options.contains(word));
                if is_made && is_plain(program) {
                    self.programs.push(Program { name: (*program).into(), path: self.path(program) });
                }
            }
            _ => {}
        }
        None
    }

    fn add_modules(&mut self, modules: &[&str]) {
        let modules = modules.iter().filter(|module| module.chars().any(|c| c.is_ascii_lowercase()));
        // A version may follow a name: `zlib>=1.2`.
        let names = modules.map(|module| module.split(['<', '>', '=']).next().unwrap_or(module));
        self.dependencies.extend(names.map(str::to_owned));
    }

    /// Where a program is put.
    fn path(&self, program: &str) -> String {
        let chosen = self.variables.get("CMAKE_RUNTIME_OUTPUT_DIRECTORY");
        let chosen = chosen.or_else(|| self.variables.get("EXECUTABLE_OUTPUT_PATH"));
        match chosen.and_then(|path| in_app(path)) {
            Some(directory) => format!("{directory}/{program}"),
            None => format!("{PROGRAMS}{program}"),
        }
    }

    /// Follows the properties of a program that say its file's name and place.
    fn rename(&mut self, target: &str, properties: &[&str]) {
        let value = |name| properties.chunks_exact(2).find(|pair| pair[0] == name).map(|pair| pair[1]);
        let Some(program) = self.programs.iter_mut().find(|program| program.name == target) else { return };
        let directory = value("RUNTIME_OUTPUT_DIRECTORY").and_then(in_app).map(str::to_owned);
        let (old_directory, old_name) = program.path.rsplit_once('/').unwrap_or((".", &program.path));
        let directory = directory.unwrap_or_else(|| old_directory.to_owned());
        let name = value("OUTPUT_NAME").filter(|name| is_plain(name)).unwrap_or(old_name);
        program.path = format!("{directory}/{name}");
    }

    /// A text with the values of the variables that are known in place of `${NAME}`.
    fn expand(&self, text: &str) -> String {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, reference)) = rest.split_once("${") {
            let Some((name, after)) = reference.split_once('}') else { break };
            expanded.push_str(before);
            match self.variables.get(name) {
                Some(value) => expanded.push_str(value),
                None => expanded.push_str(&format!("${{{name}}}")),
            }
            rest = after;
        }
        expanded + rest
    }
}

/// Whether every variable in a text was known.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains(['$', '<'])
}

/// A folder relative to the app, if that is known.
fn in_app(path: &str) -> Option<&str> {
    let path = path.trim_end_matches('/');
    let path = path.strip_prefix("./").unwrap_or(path);
    (is_plain(path) && stays_in_app(path)).then_some(path)
}

/// The second version of `3.1...3.20`, or the only one.
fn newest_policy(version: &str) -> Option<(u32, u32)> {
    let version = version.split("...").last()?;
    let mut numbers = version.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}
