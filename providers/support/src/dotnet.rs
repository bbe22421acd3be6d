//! .NET: what the providers of its languages share.

mod global_json;
mod listening;
mod project;
mod restore_files;
mod rules;
mod single_file;
#[cfg(test)]
mod tests;
mod versions;

use crate::file_server::{Fallback, FileServer};
use crate::install::reading;
use crate::javascript;
use crate::native::Native;
use plugpacks_sdk::shell::quoted;
use plugpacks_sdk::{Context, Edition, Error, Marker, Needs, PartialPlan, Phase, Result, Start};
use project::{Project, Projects};
use rules::RULES;
use std::path::Path;

/// A language of .NET.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    /// The extension of its projects: `csproj`.
    pub extension: &'static str,
    /// The variable that names the SDK, without its `NIXPACKS_` prefix.
    pub variable: &'static str,
    /// The variable that names the project, likewise.
    pub project_variable: &'static str,
    /// Whether a file of the language may be a program without a project.
    pub has_single_files: bool,
    /// Nixpacks 1.41: the package of the SDK.
    pub nixpacks_package: fn(&Context) -> Result<String>,
}

/// Everything that is decided about an app.
struct Decisions {
    package: String,
    /// The nixpkgs commit; `None`: the edition's default.
    archive: Option<&'static str>,
    /// What is restored and published.
    source: Source,
    output: Output,
    /// Whether the build calls tools of Node.js.
    runs_node: bool,
    /// What compiling machine code takes, and what the program then loads.
    native: Option<Native>,
    /// Where programs look for the runtime.
    root: &'static str,
    /// Variables besides those of every app.
    variables: &'static [(&'static str, &'static str)],
    restore: Restore,
}

/// What is restored and published.
enum Source {
    /// A project, quoted for a shell where it has to be named.
    Project(Option<String>),
    /// A file that needs no project. What restoring makes of it lies outside of the app.
    File(&'static str),
}

/// What publishing makes.
enum Output {
    Program(Box<Start>),
    /// Files for the browser.
    Files(FileServer),
}

/// What `PublishAot` takes: the linker of Clang, and libraries.
static NATIVE: Native =
    Native { build: &["clang", "zlib.dev", "zlib"], libraries: &["zlib", "icu"], ..Native::of(&[]) };

/// What `dotnet restore` needs.
struct Restore {
    /// The app's files; `None`: all.
    files: Option<Vec<String>>,
    /// What it makes anew.
    excluded: &'static [&'static str],
}

/// Where publishing puts the files of an app that runs in the browser.
const BROWSER_FILES: &str = "out/wwwroot";

/// Variables that `dotnet restore` and what it downloads with read.
const RESTORE_VARIABLES: [&str; 3] = ["DOTNET_*", "NUGET_*", "MSBUILD*"];

/// Where Nixpacks 1.41 takes the runtime to be, as it was in the nixpkgs of 2023.
const NIXPACKS_ROOT: &str = "/nix/var/nix/profiles/default/";

/// Where the runtime is, in the build and at run time.
const ROOT: &str = "/root/.nix-profile/share/dotnet";

impl Language {
    /// The glob of all projects of this language, in the notation of an edition.
    pub fn projects(&self, edition: Edition) -> String {
        format!("{}*.{}", RULES.of(edition).projects, self.extension)
    }

    /// What betrays an app under an edition. What stands beside projects at the root of an app keeps
    /// another language's file there, such as a `package.json` for tools, from counting first.
    pub fn markers(&self, edition: Edition) -> Vec<Marker> {
        let projects = Marker::anywhere(&self.projects(edition));
        [projects].into_iter().chain((RULES.of(edition).markers)(self)).collect()
    }

    fn other_markers(&self) -> Vec<Marker> {
        let files = self.has_single_files.then(single_file::markers).into_iter().flatten();
        [Marker::anywhere("*.{sln,slnx}"), Marker::file("global.json")].into_iter().chain(files).collect()
    }

    fn single_file(&self, context: &Context) -> Result<Option<&'static str>> {
        if self.has_single_files { single_file::find(context) } else { Ok(None) }
    }

    /// Whether the app has a project of this language.
    ///
    /// # Errors
    /// The app cannot be searched.
    pub fn detect(&self, context: &Context) -> Result<bool> {
        let edition = context.environment.edition();
        Ok(context.app.has_match(&self.projects(edition))? || (RULES.of(edition).single_file)(self, context)?.is_some())
    }

    /// How the app is built.
    ///
    /// # Errors
    /// There is no project, a file cannot be read, or the wanted SDK is not available.
    pub fn plan(&self, context: &Context) -> Result<PartialPlan> {
        let edition = context.environment.edition();
        let paths = context.app.find_files(&self.projects(edition))?;
        if paths.is_empty() {
            let file = (RULES.of(edition).single_file)(self, context)?;
            let file = file.ok_or_else(|| Error::new(format!("There is no .{} file", self.extension)))?;
            return Ok(self.of_file(context, file)?.into_plan());
        }
        Ok((RULES.of(edition).decide)(self, context, &paths)?.into_plan())
    }

    /// The rules of Nixpacks 1.41: the first project is started, the folder is built.
    fn nixpacks(&self, context: &Context, paths: &[String]) -> Result<Decisions> {
        let project = &paths[0];
        let package = (self.nixpacks_package)(context)?;
        context.diagnostics.because("project", format!("{project} is the first"));
        let output = Output::Program(Box::new(Start::command(format!("./out/{}", stem(project)?))));
        let restore = Restore { files: None, excluded: &[] };
        Ok(Decisions {
            package,
            archive: None,
            source: Source::Project(None),
            output,
            runs_node: false,
            native: None,
            root: NIXPACKS_ROOT,
            variables: &[],
            restore,
        })
    }

    fn published(&self, context: &Context, paths: &[String]) -> Result<Decisions> {
        let projects = Projects::read(context, paths)?;
        let project = projects.to_start(context, self.project_variable)?;
        let sdk = versions::choose(context, self.variable, project)?;
        let release = sdk.release;
        let runtime = sdk.runtime();
        Ok(Decisions {
            archive: Some(release.archive),
            source: Source::Project(projects.has_to_be_named(context)?.then(|| quoted(&project.path))),
            runs_node: project.runs_node,
            root: if runtime.is_some() { ROOT } else { NIXPACKS_ROOT },
            output: if project.is_for_browsers() {
                Output::Files(FileServer::new(BROWSER_FILES, Fallback::Index))
            } else {
                Output::Program(Box::new(start(context, project, runtime)?))
            },
            native: project.is_native.then_some(NATIVE),
            package: sdk.package,
            variables: if sdk.has_runtime { &[] } else { &[("DOTNET_ROLL_FORWARD", "Major")] },
            // What is restored names places of the machine that did it.
            restore: Restore { files: restore_files::find(context)?, excluded: &["**/obj"] },
        })
    }

    /// A program in one file. It would be compiled to machine code otherwise, which few libraries bear.
    fn of_file(&self, context: &Context, file: &'static str) -> Result<Decisions> {
        context.diagnostics.because("project", format!("none: {file} is a program by itself"));
        let project = Project::of_file(file);
        let sdk = versions::choose(context, self.variable, &project)?;
        Ok(Decisions {
            archive: Some(sdk.release.archive),
            source: Source::File(file),
            runs_node: false,
            root: ROOT,
            output: Output::Program(Box::new(start(context, &project, sdk.runtime())?)),
            native: None,
            package: sdk.package,
            variables: &[],
            restore: Restore { files: None, excluded: &[] },
        })
    }
}

impl Decisions {
    fn into_plan(self) -> PartialPlan {
        let (install, publish) = match self.source {
            Source::Project(project) => {
                let project = project.map(|project| format!(" {project}")).unwrap_or_default();
                let install = Phase::install()
                    .command(format!("dotnet restore{project}"))
                    .exclude_files(self.restore.excluded.iter().copied());
                let install = reading(install, self.restore.files, &RESTORE_VARIABLES);
                (Some(install), format!("dotnet publish{project} --no-restore -c Release -o out"))
            }
            Source::File(file) => (None, format!("dotnet publish {file} -c Release -o out -p:PublishAot=false")),
        };
        let node = self.runs_node.then(javascript::node_setup);
        let build = Phase::build().command(publish);
        let build = if install.is_some() { build } else { build.depends_on("setup") };
        let build = node.iter().fold(build, |build, node| build.depends_on(&node.name));
        let setup = Phase::setup([self.package]).optional_archive(self.archive);
        let setup = match &self.native {
            Some(native) => setup.packages(native.build.iter().copied()).libraries(native.libraries.iter().copied()),
            None => setup,
        };
        let plan = PartialPlan::new()
            .variables([
                ("ASPNETCORE_ENVIRONMENT", "Production"),
                ("ASPNETCORE_URLS", "http://0.0.0.0:3000"),
                ("DOTNET_ROOT", self.root),
            ])
            .variables(self.variables.iter().copied())
            .variables(self.native.map(|_| ("LIBRARY_PATH", "/root/.nix-profile/lib")))
            .phase(setup);
        let plan = install.into_iter().chain(node).chain([build]).fold(plan, PartialPlan::phase);
        match self.output {
            Output::Program(start) => plan.start(*start),
            Output::Files(server) => server.add_to(plan),
        }
    }
}

/// The program, listening on `$PORT` where that is set, unless the build is given an address. It needs
/// the runtime alone, and is then started by it; where that is not certain, it starts itself.
fn start(context: &Context, project: &Project, runtime: Option<String>) -> Result<Start> {
    let name = match &project.assembly {
        Some(name) => name.clone(),
        None => stem(&project.path)?.to_owned(),
    };
    let runtime = runtime.filter(|_| project.needs_runtime);
    let program = match runtime {
        Some(_) => format!("dotnet {}", quoted(&format!("./out/{name}.dll"))),
        None => quoted(&format!("./out/{name}")),
    };
    let command = match context.environment.get("ASPNETCORE_URLS") {
        Some(_) => program,
        None => {
            listening::warn(context, &project.code())?;
            let endpoint = listening::endpoint(context, project.folder())?;
            let endpoint = endpoint.map(|name| format!("env {name}=http://0.0.0.0:${{PORT:-3000}} "));
            let urls = "${PORT:+env ASPNETCORE_URLS=http://0.0.0.0:$PORT}";
            format!("{}{urls} {program}", endpoint.unwrap_or_default())
        }
    };
    let start = Start::command(command);
    Ok(match runtime {
        Some(runtime) => start.needs(Needs::packages([runtime])),
        None => start,
    })
}

/// A file's name without its extension.
fn stem(path: &str) -> Result<&str> {
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str());
    // The message of Nixpacks 1.41.
    stem.filter(|stem| !matches!(*stem, "." | "..")).ok_or_else(|| Error::new("Invalid file_name"))
}
