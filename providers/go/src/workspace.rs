//! Apps as Go sees them: modules, workspaces, and the programs in them.

mod install_files;
mod programs;
mod running;
mod toolchain;

use crate::Decisions;
use crate::code::{GoFiles, Manifest};
use crate::nixpacks;
use plugpacks_sdk::{Context, Description, Marker, Phase, Result, manifests, sources};

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
    let code = Code::read(context)?;
    let toolchain = toolchain::choose(context, &code)?;
    Ok(Decisions {
        release: toolchain.release,
        toolchain: toolchain.variable,
        download: if code.has_modules() { Some(download(context, &code)?) } else { None },
        build: programs::build(context, &code)?,
        start: running::start(context, &code)?,
        variables: &[("GOFLAGS", "-trimpath")],
    })
}

/// Downloads the modules anew when manifests change.
fn download(context: &Context, code: &Code) -> Result<Phase> {
    Ok(match install_files::manifests(context, code)? {
        Some(files) => crate::download()
            .only_include_files(files)
            .only_variables_and_proxies(install_files::VARIABLES.iter().copied()),
        None => crate::download(),
    })
}

/// What this edition reads of an app.
struct Code {
    workspace: Option<Manifest>,
    module: Option<Manifest>,
    files: GoFiles,
}

impl Code {
    fn read(context: &Context) -> Result<Self> {
        Ok(Self {
            workspace: Manifest::read(context, "go.work")?,
            module: Manifest::read(context, "go.mod")?,
            files: GoFiles::find(context)?,
        })
    }

    fn has_modules(&self) -> bool {
        self.module.is_some() || self.workspace.is_some()
    }

    /// The manifests there are.
    fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.workspace.iter().chain(&self.module)
    }
}

#[cfg(test)]
mod tests {
    use crate::Go;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn a_workspace_is_a_go_app_unless_another_manifest_stands_beside_it() {
        let app = || FakeApp::new().file("go.work", "go 1.26\nuse ./api\n").file("api/main.go", "package main\n");
        assert!(app().detect::<Go>().unwrap());
        assert!(!app().file("package.json", "{}").detect::<Go>().unwrap());
        assert!(app().file("package.json", "{}").file("go.mod", "").detect::<Go>().unwrap());
    }

    #[test]
    fn a_workspace() {
        let app = FakeApp::new()
            .file("go.work", "go 1.27.1\n\nuse (\n\t./lib\n\t./api\n)\n")
            .file("lib/go.mod", "module lib\n")
            .file("lib/lib.go", "package lib\n")
            .file("api/go.mod", "module api\n")
            .file("api/main.go", "package main\n");
        insta::assert_snapshot!(app.plan_text::<Go>(), @r#"
        {
          "phases": {
            "build": {
              "cacheDirectories": [
                "/root/.cache/go-build"
              ],
              "cmds": [
                "go build -o out ./api"
              ],
              "dependsOn": [
                "install",
                "setup"
              ]
            },
            "install": {
              "cacheDirectories": [
                "/root/.cache/go-build"
              ],
              "cmds": [
                "go mod download"
              ],
              "dependsOn": [
                "setup"
              ],
              "onlyIncludeFiles": [
                "go.work",
                "lib/go.mod",
                "api/go.mod"
              ],
              "onlyVariables": [
                "GO*",
                "CGO_*",
                "GIT_*",
                "HTTP_PROXY",
                "HTTPS_PROXY",
                "NO_PROXY"
              ]
            },
            "setup": {
              "nixOverlays": [],
              "nixPkgs": [
                "go_1_27"
              ],
              "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
            }
          },
          "start": {
            "cmd": "./out",
            "nixPkgs": [],
            "onlyIncludeFiles": [
              "./out"
            ]
          },
          "variables": {
            "CGO_ENABLED": "0",
            "GOFLAGS": "-trimpath"
          }
        }
        "#);
        assert_eq!(app.warnings(), [] as [&str; 0]);
    }
}
