//! Which files `dotnet restore` needs: so that nothing else runs it again.

use crate::xml;
use plugpacks_sdk::{Context, Result};

/// What MSBuild and NuGet read without being told, wherever it stands.
const CONFIGURATION: &str = "**/{global.json,nuget.config,NuGet.config,NuGet.Config,packages.lock.json,\
                             Directory.*.props,Directory.*.targets}";

/// Projects and solutions.
const PROJECTS: &str = "**/*.{csproj,fsproj,vbproj,sln,slnx}";

/// Each file is a step of the build, and an image has no more than some hundred.
const MOST_FILES: usize = 24;

/// Projects, solutions, and configuration; all of the app (`None`) where a project or the
/// configuration names more files of it, or there are too many.
pub(super) fn find(context: &Context) -> Result<Option<Vec<String>>> {
    let mut files = context.app.find_files(CONFIGURATION)?;
    files.extend(context.app.find_files(PROJECTS)?);
    if files.len() > MOST_FILES {
        return Ok(None);
    }
    for file in &files {
        // What cannot be read here, such as one in UTF-16, may name anything.
        if context.app.read_text(file).map_or(true, |text| names_more(&text)) {
            return Ok(None);
        }
    }
    Ok(Some(files))
}

/// What names another file or directory in a project or in what belongs to it, or may do anything, as
/// functions of MSBuild do.
const NAMING: [&str; 7] =
    ["<Import ", "$([", "Exists(", "<Reference ", "HintPath", "RestoreSources", "RestoreAdditionalProjectSources"];

/// Whether a project, solution or configuration names more files of the app.
fn names_more(text: &str) -> bool {
    let text = xml::without_comments(text);
    NAMING.iter().any(|word| text.contains(word)) || has_other_project(&text) || has_local_source(&text)
}

/// Whether a solution has a project of another kind.
fn has_other_project(text: &str) -> bool {
    let mut paths = text.split('"').filter(|value| value.ends_with("proj"));
    paths.any(|path| !["csproj", "fsproj", "vbproj"].iter().any(|extension| path.ends_with(extension)))
}

/// Whether packages come out of a directory of the app.
fn has_local_source(text: &str) -> bool {
    let values = text.split("value=\"").skip(1);
    text.contains("<packageSources") && values.into_iter().any(|value| !value.starts_with("http"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    const WEB: &str = r#"<Project Sdk="Microsoft.NET.Sdk.Web"><PackageReference Include="Dapper" /></Project>"#;

    fn files(app: &FakeApp) -> Option<Vec<String>> {
        app.with(|context| find(context).unwrap())
    }

    #[test]
    fn projects_and_configuration_are_enough() {
        let app = FakeApp::new()
            .file("NuGet.Config", r#"<packageSources><add key="o" value="https://api.nuget.org/v3/index.json" />"#)
            .file("Shop.sln", r#"Project("{X}") = "Shop", "src\Shop.csproj", "{Y}""#)
            .file("src/Directory.Packages.props", "<Project />")
            .file("src/Shop.csproj", WEB)
            .file("src/Program.cs", "");
        let expected = ["NuGet.Config", "src/Directory.Packages.props", "Shop.sln", "src/Shop.csproj"];
        assert_eq!(files(&app).unwrap(), expected);
    }

    #[test]
    fn whatever_names_more_gets_everything() {
        let app = || FakeApp::new().file("Shop.csproj", WEB);
        assert!(files(&app()).is_some());
        for (path, text) in [
            ("Own.csproj", r#"<Import Project="versions.props" />"#),
            ("Own.csproj", r#"<Version>$([System.IO.File]::ReadAllText('VERSION'))</Version>"#),
            ("NuGet.config", r#"<packageSources><add key="own" value="./packages" />"#),
            ("Shop.sln", r#"Project("{X}") = "compose", "docker-compose.dcproj", "{Y}""#),
        ] {
            assert_eq!(files(&app().file(path, text)), None, "{path}: {text}");
        }
        let many = (0..MOST_FILES).fold(app(), |app, number| app.file(&format!("{number}/P.csproj"), WEB));
        assert_eq!(files(&many), None);
    }
}
