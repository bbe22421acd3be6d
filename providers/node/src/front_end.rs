//! A front end in a folder of an app in another language: `web/package.json` beside `go.mod`.
//!
//! It is built if it is certain that the app serves what the build makes; otherwise the user is told what
//! to write.

use crate::package_json::PackageJson;
use crate::scripts;
use plugpacks_provider_support::javascript::FRONT_END_FOLDERS;
use plugpacks_sdk::{Context, ListEdit, PartialPlan, Phase, Result};

/// A front end that the app serves.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FrontEnd {
    /// Its folder.
    pub(crate) folder: &'static str,
    /// The script that builds it; `None`: the other language's tools do, once its packages are there.
    pub(crate) script: Option<String>,
}

/// The source files that may name what a front end's build makes.
const SOURCES: &str = "**/*.{go,rs,py,php,rb,ex,exs,swift,java,kt,scala,clj,cs,fs,hs,ml,nim,cr,dart,zig,toml,json}";

/// The folders that tools put their files into.
const OUTPUTS: &str = r"dist|build|out|public|\.output|_site|www";

/// Tools of other languages that build a folder of JavaScript themselves: the folder, and their file.
const BUILT_BY_OTHERS: &[(&str, &str)] = &[("assets", "mix.exs")];

/// The front end that the app serves. Warns of one that it may or may not serve.
///
/// # Errors
/// A file of the app cannot be read.
pub(crate) fn find(context: &Context, read: Reader) -> Result<Option<FrontEnd>> {
    for folder in FRONT_END_FOLDERS {
        let path = format!("{folder}/package.json");
        let Some(text) = context.app.read_text_if_file(&path)? else { continue };
        let package = read(&path, &text, context)?;
        for (built, tool) in BUILT_BY_OTHERS {
            if folder == *built && context.app.has_file(tool)? {
                return Ok(Some(FrontEnd { folder, script: None }));
            }
        }
        if let Some(script) = script_into_app(&package) {
            because(context, &path, &format!("its script {script} writes into the app"));
            return Ok(Some(FrontEnd { folder, script: Some(script) }));
        }
        if package.script("build").is_none() {
            continue;
        }
        if let Some(evidence) = evidence(context, folder)? {
            because(context, &path, &evidence);
            return Ok(Some(FrontEnd { folder, script: Some("build".to_owned()) }));
        }
        warn_of(context, folder);
    }
    Ok(None)
}

/// How a manifest is read.
pub(crate) type Reader = fn(&str, &str, &Context) -> Result<PackageJson>;

fn because(context: &Context, path: &str, reason: &str) {
    context.diagnostics.because("front end", format!("{path} is built: {reason}"));
}

/// A script whose build tool is told to write outside of its own folder.
fn script_into_app(package: &PackageJson) -> Option<String> {
    let writes = |command: &str| {
        let into_app = |found: &scripts::Invocation| {
            ["--outDir", "--output-path", "--dest", "--out-dir", "--dist-dir", "--outdir"]
                .iter()
                .any(|flag| found.value_of(flag).is_some_and(|path| path.starts_with("../")))
        };
        scripts::invocations_of(command).iter().any(into_app)
    };
    let scripts = package.scripts.iter().flatten();
    let mut writing = scripts.filter(|(name, command)| !name.contains("dev") && writes(command));
    writing.next().map(|(name, _)| name.clone())
}

/// What says that the app serves the folder's files: `"web/dist"` in a source file, `BASE / "web" / "dist"`,
/// or a configuration that has them written into the app.
fn evidence(context: &Context, folder: &str) -> Result<Option<String>> {
    let named = format!(r#"\b{folder}["'`]?\s*[/,]\s*["'`]?(?:[\w.-]+/)*(?:{OUTPUTS})\b"#);
    if let Some(found) = context.app.search(SOURCES, &named)? {
        return Ok(Some(format!("{} names what it makes", found.path)));
    }
    let embedding = format!(r"(?m)^//go:embed\s(?:.*[\s:/])?(?:{OUTPUTS})\b");
    if let Some(found) = context.app.search(&format!("{folder}/**/*.go"), &embedding)? {
        return Ok(Some(format!("{} embeds what it makes", found.path)));
    }
    let configurations = format!("{folder}/{{vite,webpack,rspack,rsbuild,vue,next,svelte}}.config.*");
    let outside = r#"\b(?:outDir|outputDir|distDir|path|root)\s*:[^\n]*['"`/]\.\./"#;
    let found = context.app.search(&configurations, outside)?;
    Ok(found.map(|found| format!("{} has it written into the app", found.path)))
}

fn warn_of(context: &Context, folder: &str) {
    context.diagnostics.warn(format!(
        "{folder}/package.json has a script build that nothing runs. If this app serves what it makes, write in \
         nixpacks.toml: [phases.setup] nixPkgs = [\"...\", \"nodejs_24\"] and [phases.build] cmds = [\"cd {folder} && \
         npm ci && npm run build\", \"...\"]. If it is an app of its own, give {folder} as the app directory of \
         another build"
    ));
}

/// A plan for a folder as one for the app around it: commands run in the folder, and paths lead into it.
pub(crate) fn in_folder(plan: PartialPlan, folder: &str) -> PartialPlan {
    let phases = plan.phases.into_iter().map(|phase| phase_in_folder(phase, folder)).collect();
    PartialPlan { phases, start: None, ..plan }
}

fn phase_in_folder(phase: Phase, folder: &str) -> Phase {
    let below = |path: String| if path.starts_with(['/', '~']) { path } else { format!("{folder}/{path}") };
    let is_setup = phase.name == "setup";
    Phase {
        commands: mapped(
            phase.commands,
            |command| if is_setup { command } else { format!("cd {folder} && {command}") },
        ),
        only_include_files: match phase.only_include_files {
            Some(files) => mapped(Some(files), below),
            None if phase.name == "install" => Some(ListEdit::from_iter([folder])),
            None => None,
        },
        cache_directories: mapped(phase.cache_directories, below),
        paths: mapped(phase.paths, |path| path.replacen("/app/", &format!("/app/{folder}/"), 1)),
        ..phase
    }
}

fn mapped(list: Option<ListEdit>, change: impl Fn(String) -> String) -> Option<ListEdit> {
    match list? {
        ListEdit::Replace(elements) => Some(elements.into_iter().map(change).collect()),
        extension => Some(extension),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Node;
    use plugpacks_sdk::Edition;
    use plugpacks_sdk::testing::FakeApp;

    const VITE: &str = r#"{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}"#;

    fn app() -> FakeApp {
        FakeApp::new().file("web/package.json", VITE).file("web/package-lock.json", "{}").file("go.mod", "")
    }

    fn commands(app: &FakeApp) -> Vec<String> {
        let plan = app.plan::<Node>().unwrap().unwrap();
        let lists = plan.phases.iter().filter_map(|phase| phase.commands.as_ref());
        lists.flat_map(|list| plugpacks_provider_support::javascript::elements(Some(list))).cloned().collect()
    }

    #[test]
    fn a_front_end_that_the_app_serves_is_built_in_its_folder() {
        for (path, text) in [
            ("main.go", "//go:embed web/dist\nvar files embed.FS"),
            ("app/main.py", "StaticFiles(directory=BASE / \"web\" / \"dist\")"),
            ("web/embed.go", "package web\n\n//go:embed all:dist\nvar Files embed.FS"),
            ("a.py", "os.path.join(root, 'web', 'build')"),
            ("src/main.rs", "#[folder = \"web/dist/\"]"),
            ("web/vite.config.ts", "build: { outDir: '../static' }"),
        ] {
            let app = app().file(path, text);
            assert_eq!(commands(&app), ["cd web && npm ci", "cd web && npm run build"], "{path}");
            assert_eq!(app.warnings(), [""; 0]);
        }
        let plan = app().file("main.go", "//go:embed web/dist").plan::<Node>().unwrap().unwrap();
        let install = plan.phases.iter().find(|phase| phase.name == "install").unwrap();
        assert_eq!(
            install.only_include_files,
            Some(ListEdit::from_iter(["web/package.json", "web/package-lock.json"]))
        );
        assert_eq!(install.paths, Some(ListEdit::from_iter(["/app/web/node_modules/.bin"])));
        assert_eq!(plan.start, None);
    }

    #[test]
    fn a_script_that_writes_into_the_app_is_the_one_to_run() {
        let manifest = r#"{"scripts": {"build": "vite build", "release": "vite build --outDir=../server/dist"}}"#;
        let app = FakeApp::new().file("web/package.json", manifest).file("go.mod", "");
        assert_eq!(commands(&app), ["cd web && npm i", "cd web && npm run release"]);
    }

    #[test]
    fn packages_for_another_tool_are_only_installed() {
        let app = FakeApp::new().file("assets/package.json", "{}").file("mix.exs", "");
        assert_eq!(commands(&app), ["cd assets && npm i"]);
    }

    #[test]
    fn what_is_uncertain_is_said() {
        let app = app();
        assert_eq!(commands(&app), [""; 0]);
        assert!(app.warnings()[0].starts_with("web/package.json has a script build that nothing runs"));
        assert_eq!(commands(&app.edition(Edition::NIXPACKS)), [""; 0]);
    }
}
