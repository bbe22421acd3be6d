//! The projects of an app, and which of them is started.

use crate::xml;
use plugpacks_sdk::{Context, Error, Result};

/// A project's file.
pub(super) struct Project {
    pub(super) path: String,
    /// The program's name, where that is not the project's.
    pub(super) assembly: Option<String>,
    /// The newest target framework: 8 of `net8.0`.
    pub(super) framework: Option<u64>,
    /// Whether what is published runs on a shared runtime, as far as the file says.
    pub(super) needs_runtime: bool,
    /// Whether publishing compiles machine code, which takes a linker.
    pub(super) is_native: bool,
    /// Whether publishing runs tools of Node.js, as a front end of the project does.
    pub(super) runs_node: bool,
    kind: Kind,
}

/// What a project builds; what is rather meant to be started comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Service,
    Program,
    /// Runs in the browser: publishing makes files, and no program.
    Browser,
    Library,
    Test,
}

impl Project {
    fn read(context: &Context, path: &str) -> Result<Self> {
        let text = xml::without_comments(&context.app.read_text(path)?);
        let assembly = xml::texts(&text, "AssemblyName").find(|name| !name.is_empty() && !name.contains('$'));
        Ok(Self {
            path: path.to_owned(),
            assembly: assembly.map(str::to_owned),
            framework: newest_framework(&text),
            needs_runtime: needs_runtime(&text),
            is_native: xml::texts(&text, "PublishAot").any(|value| value.eq_ignore_ascii_case("true")),
            runs_node: NODE_TOOLS.iter().any(|tool| text.contains(tool)),
            kind: Kind::of(&text),
        })
    }
}

/// What calls tools of Node.js: commands of a target, and projects of JavaScript.
const NODE_TOOLS: [&str; 6] =
    ["Command=\"npm ", "Command=\"npx ", "Command=\"yarn", "Command=\"pnpm ", "Command=\"node ", ".esproj"];

impl Project {
    /// A program in one file, as a project without a file.
    pub(super) fn of_file(file: &str) -> Self {
        Self {
            path: file.to_owned(),
            assembly: None,
            framework: None,
            needs_runtime: true,
            is_native: false,
            runs_node: false,
            kind: Kind::Service,
        }
    }

    /// The file in which the program begins, by convention.
    pub(super) fn code(&self) -> String {
        let folder = self.folder();
        match (self.path.ends_with(".cs"), folder.is_empty()) {
            (true, _) => self.path.clone(),
            (false, true) => "Program.cs".to_owned(),
            (false, false) => format!("{folder}/Program.cs"),
        }
    }

    /// The folder that the project lies in; empty for the app itself.
    pub(super) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The name of the project's file, without its extension.
    fn stem(&self) -> &str {
        let file = self.path.rsplit('/').next().unwrap_or(&self.path);
        file.rsplit_once('.').map_or(file, |(stem, _)| stem)
    }

    /// How far down the list of servers' names the last part of the project's own name stands: `Web` of `Shop.Web`.
    fn rank(&self) -> usize {
        let last = self.stem().rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        SERVERS.iter().position(|name| *name == last).unwrap_or(SERVERS.len())
    }

    /// Whether the process `web` of a Procfile starts what publishing makes of the project.
    fn is_started_by(&self, procfile: &str) -> bool {
        let name = self.assembly.as_deref().unwrap_or_else(|| self.stem());
        let commands = procfile.lines().filter_map(|line| line.strip_prefix("web:"));
        let words =
            |command: &'_ str| command.split([' ', '/', '"', '\'']).any(|word| word.trim_end_matches(".dll") == name);
        commands.into_iter().any(words)
    }

    /// Whether publishing makes files for the browser, and no program.
    pub(super) fn is_for_browsers(&self) -> bool {
        self.kind == Kind::Browser
    }
}

impl Kind {
    fn of(text: &str) -> Self {
        let is_test = text.contains("Microsoft.NET.Test.Sdk")
            || text.contains("MSTest.Sdk")
            || xml::texts(text, "IsTestProject").any(|value| value.eq_ignore_ascii_case("true"));
        let is_program = xml::texts(text, "OutputType").any(|value| value.to_ascii_lowercase().ends_with("exe"));
        if is_test {
            Self::Test
        } else if ["Microsoft.NET.Sdk.Web\"", "Microsoft.NET.Sdk.Worker\""].iter().any(|sdk| text.contains(sdk)) {
            Self::Service
        } else if text.contains("Microsoft.NET.Sdk.BlazorWebAssembly\"") {
            Self::Browser
        } else if is_program {
            Self::Program
        } else {
            Self::Library
        }
    }
}

/// How the projects of servers are called, likelier ones first.
const SERVERS: [&str; 9] = ["web", "server", "website", "site", "mvc", "host", "app", "api", "webapi"];

/// Whether nothing asks for a program that brings its runtime, or has no library of its own name.
fn needs_runtime(text: &str) -> bool {
    const OTHERWISE: [&str; 4] = ["SelfContained", "PublishSingleFile", "PublishAot", "RuntimeIdentifier"];
    !OTHERWISE.iter().any(|name| text.contains(name))
}

/// The newest .NET among `TargetFramework` and `TargetFrameworks`.
fn newest_framework(text: &str) -> Option<u64> {
    let lists = ["TargetFramework", "TargetFrameworks"].into_iter().flat_map(|name| xml::texts(text, name));
    lists.flat_map(|list| list.split(';')).filter_map(|moniker| framework(moniker.trim())).max()
}

/// The number of a target framework: of `net8.0`, `net8.0-windows`, `netcoreapp3.1`; neither .NET
/// Framework (`net48`) nor .NET Standard has one.
fn framework(moniker: &str) -> Option<u64> {
    let version = moniker.strip_prefix("netcoreapp").or_else(|| moniker.strip_prefix("net"))?;
    version.split_once('.')?.0.parse().ok()
}

/// All projects of an app, at least one.
pub(super) struct Projects(Vec<Project>);

impl Projects {
    /// Reads them; what a project does not say may stand in `Directory.Build.props`.
    pub(super) fn read(context: &Context, paths: &[String]) -> Result<Self> {
        let projects: Result<Vec<_>> = paths.iter().map(|path| Project::read(context, path)).collect();
        let mut projects = projects?;
        if let Some(text) = context.app.read_text_if_file("Directory.Build.props")? {
            let text = xml::without_comments(&text);
            for project in &mut projects {
                project.framework = project.framework.or_else(|| newest_framework(&text));
                project.needs_runtime &= needs_runtime(&text);
            }
        }
        Ok(Self(projects))
    }

    /// The project that is started: the one that the variable names; the service, else program, else library that the Procfile
    /// starts, or whose name is that of a server.
    ///
    /// # Errors
    /// The variable names none, or the Procfile cannot be read.
    pub(super) fn to_start(&self, context: &Context, variable: &str) -> Result<&Project> {
        if let Some(project) = self.named(context, variable)? {
            return Ok(project);
        }
        let best = self.0.iter().map(|project| project.kind).min().unwrap_or(Kind::Library);
        let mut candidates: Vec<_> = self.0.iter().filter(|project| project.kind == best).collect();
        candidates.sort_by_key(|project| project.rank());
        let is_choice = candidates.len() > 1 && best <= Kind::Program;
        let procfile = match is_choice {
            true => context.app.read_text_if_file("Procfile")?.unwrap_or_default(),
            false => String::new(),
        };
        if let Some(project) = candidates.iter().find(|project| project.is_started_by(&procfile)) {
            context.diagnostics.because("project", format!("{}, which the Procfile starts", project.path));
            return Ok(project);
        }
        if is_choice {
            let paths: Vec<_> = candidates.iter().map(|project| &*project.path).collect();
            context.diagnostics.warn(format!(
                "{} is started; there are also {}: name another one in NIXPACKS_{variable}",
                paths[0],
                paths[1..].join(", ")
            ));
        }
        let project = candidates[0];
        let reason = match best {
            Kind::Service => "is a service",
            Kind::Program => "is a program",
            Kind::Browser => "runs in the browser",
            Kind::Library | Kind::Test => "is the first project",
        };
        context.diagnostics.because("project", format!("{} {reason}", project.path));
        Ok(project)
    }

    /// The project that a variable names, by its path, its folder or its name.
    fn named(&self, context: &Context, variable: &str) -> Result<Option<&Project>> {
        let Some(name) = context.environment.config(variable) else { return Ok(None) };
        let name = name.trim().trim_start_matches("./").trim_end_matches('/');
        let is_named = |project: &&Project| {
            project.path == name || project.folder() == name || project.stem().eq_ignore_ascii_case(name)
        };
        let paths = || self.0.iter().map(|project| &*project.path).collect::<Vec<_>>().join(", ");
        let project = self.0.iter().find(is_named).ok_or_else(|| {
            Error::new(format!("There is no project {name:?}, which NIXPACKS_{variable} names"))
                .hint(format!("Projects: {}", paths()))
        })?;
        context.diagnostics.because("project", format!("{} from NIXPACKS_{variable}", project.path));
        Ok(Some(project))
    }

    /// Whether `dotnet` would not find the project by itself: it has to be the only one, directly in
    /// the app, without a solution beside it.
    pub(super) fn has_to_be_named(&self, context: &Context) -> Result<bool> {
        let is_alone = matches!(&self.0[..], [only] if !only.path.contains('/'));
        Ok(!is_alone || context.app.find_files("*.{sln,slnx,csproj,fsproj,vbproj}")?.len() > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frameworks() {
        for (text, expected) in [
            ("<TargetFramework>net8.0</TargetFramework>", Some(8)),
            ("<TargetFrameworks>net48; net8.0-windows;net10.0</TargetFrameworks>", Some(10)),
            ("<TargetFramework>netcoreapp3.1</TargetFramework>", Some(3)),
            ("<TargetFramework>netstandard2.0</TargetFramework>", None),
            ("<TargetFramework>$(Common)</TargetFramework>", None),
        ] {
            assert_eq!(newest_framework(text), expected, "{text}");
        }
    }

    #[test]
    fn kinds() {
        assert!(Kind::of(r#"<Project Sdk="Microsoft.NET.Sdk.Web">"#) == Kind::Service);
        assert!(Kind::of(r#"<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly">"#) == Kind::Browser);
        assert!(Kind::of("<OutputType>WinExe</OutputType>") == Kind::Program);
        assert!(Kind::of(r#"<Project Sdk="Microsoft.NET.Sdk">"#) == Kind::Library);
        assert!(
            Kind::of(r#"<OutputType>Exe</OutputType><PackageReference Include="Microsoft.NET.Test.Sdk"/>"#)
                == Kind::Test
        );
    }
}
