//! Where a tool puts the files of a site.

use crate::app::NodeApp;
use crate::scripts::Invocation;
use crate::site_tools::{Mention, Output, SiteTool};
use plugpacks_sdk::{EntryKind, Result};
use serde_json::Value;

/// The files that configure Vite.
const VITE_CONFIGS: &str = "vite.config.{js,ts,mjs,mts,cjs,cts}";

/// The folder of the files that a build command makes, relative to the app.
///
/// # Errors
/// A configuration file cannot be read.
pub(crate) fn directory(app: &NodeApp, tool: &SiteTool, build: Option<&Invocation>) -> Result<String> {
    Ok(match tool.output {
        Output::Declared { flag, configuration, default } => {
            match build.zip(flag).and_then(|(build, flag)| build.value_of(flag)) {
                Some(directory) => tidy(directory),
                None => configured(app, configuration)?.unwrap_or_else(|| default.to_owned()),
            }
        }
        Output::BelowArgument { configuration, default } => {
            let argument = build.and_then(|build| build.arguments.iter().find(|word| is_folder(app, word)));
            let below = argument.map(|folder| tidy(folder)).unwrap_or_default();
            join(&below, &configured(app, configuration)?.unwrap_or_else(|| default.to_owned()))
        }
        Output::Vite => vite(app, build)?,
        Output::Angular => angular(app).map(|angular| angular.browser()).unwrap_or_else(|| "dist".to_owned()),
    })
}

/// The folder that the app's `Staticfile` names.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn of_staticfile(app: &NodeApp) -> Result<Option<String>> {
    configured(app, Some(Mention { files: "Staticfile", pattern: r#"(?m)^root\s*:\s*['"]?([^'"\n#]*[^'"\s#])"# }))
}

/// Whether a word of a command is a folder of the app.
fn is_folder(app: &NodeApp, word: &str) -> bool {
    !word.starts_with('-') && app.directory().entry(&tidy(word)).is_ok_and(|kind| kind == EntryKind::Directory)
}

/// What a configuration file says.
fn configured(app: &NodeApp, mention: Option<Mention>) -> Result<Option<String>> {
    let Some(Mention { files, pattern }) = mention else { return Ok(None) };
    let found = app.directory().search(files, pattern)?;
    Ok(found.and_then(|found| Some(tidy(found.groups.get(1)?.as_deref()?))))
}

/// Vite's `outDir` is relative to its `root`.
fn vite(app: &NodeApp, build: Option<&Invocation>) -> Result<String> {
    let text = |name: &str, pattern: &str| -> Result<Option<String>> {
        if let Some(value) = build.and_then(|build| build.value_of(name)) {
            return Ok(Some(value.to_owned()));
        }
        let found = app.directory().search(VITE_CONFIGS, pattern)?;
        Ok(found.and_then(|found| found.groups.get(1).cloned().flatten()))
    };
    // `path.resolve(__dirname, "dist")` is relative to the configuration.
    const QUOTED: &str = r#"['"`]([^'"`\n]+)['"`]"#;
    const RESOLVED: &str = r#"(?:path\.)?(?:resolve|join)\(\s*(?:__dirname|import\.meta\.dirname|process\.cwd\(\))\s*,\s*['"`]([^'"`\n]+)['"`]\s*\)"#;
    let root = text("--root", &format!(r"(?m)^\s*root\s*:\s*{QUOTED}"))?.map(|root| tidy(&root)).unwrap_or_default();
    if let Some(output) = text("--no-such-flag", &format!(r"(?m)^[^/\n]*\boutDir\s*:\s*{RESOLVED}"))? {
        return Ok(tidy(&output));
    }
    let output = text("--outDir", &format!(r"(?m)^[^/\n]*\boutDir\s*:\s*{QUOTED}"))?;
    Ok(join(&root, &output.unwrap_or_else(|| "dist".to_owned())))
}

/// A path below a folder of the app, `..` resolved.
pub(crate) fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')).filter(|part| !matches!(*part, "" | ".")) {
        match part {
            ".." if !parts.is_empty() => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// `dist` for `./dist/`.
fn tidy(path: &str) -> String {
    let path = path.trim_end_matches('/');
    path.strip_prefix("./").unwrap_or(path).to_owned()
}

/// The program that Nest's build makes, without its ending: in a folder of the app's own if there are several apps.
pub(crate) fn nest(app: &NodeApp) -> String {
    let configuration: Value = app.json("nest-cli.json").unwrap_or_default();
    let is_monorepo = configuration.get("monorepo").and_then(Value::as_bool) == Some(true);
    match configuration.get("root").and_then(Value::as_str).filter(|_| is_monorepo) {
        Some(root) => join("dist", &format!("{root}/main")),
        None => "dist/main".to_owned(),
    }
}

/// The app of an `angular.json`.
pub(crate) struct Angular {
    name: String,
    builder: String,
    output_path: Value,
    allowed_hosts: Value,
}

impl Angular {
    /// The folder of what the build makes.
    fn base(&self) -> String {
        let base = self.output_path.as_str().or_else(|| self.output_path.get("base")?.as_str());
        base.map_or_else(|| format!("dist/{}", self.name), tidy)
    }

    /// The folder of the files for the browser: the builder `browser` has none of its own for them.
    fn browser(&self) -> String {
        if self.builder.ends_with(":browser") {
            return self.base();
        }
        join(&self.base(), self.output_path.get("browser").and_then(Value::as_str).unwrap_or("browser"))
    }

    /// Whether the configuration names hosts that the server answers for.
    pub(crate) fn allows_hosts(&self) -> bool {
        self.allowed_hosts.as_array().is_some_and(|hosts| !hosts.is_empty())
    }

    /// The program that renders pages on a server.
    pub(crate) fn server(&self) -> String {
        let folder = self.output_path.get("server").and_then(Value::as_str).unwrap_or("server");
        join(&self.base(), &format!("{folder}/server.mjs"))
    }
}

/// The app that `angular.json` names as the default, else its first one.
pub(crate) fn angular(app: &NodeApp) -> Option<Angular> {
    let workspace: Value = app.json("angular.json")?;
    let projects = workspace.get("projects")?.as_object()?;
    let is_app =
        |project: &Value| project.get("projectType").and_then(Value::as_str).unwrap_or("application") == "application";
    let default = workspace.get("defaultProject").and_then(Value::as_str);
    let named = default.and_then(|name| projects.get_key_value(name));
    let (name, project) = named.or_else(|| projects.iter().find(|(_, project)| is_app(project)))?;
    let build = project.pointer("/architect/build").or_else(|| project.pointer("/targets/build"))?;
    Some(Angular {
        name: name.clone(),
        builder: build.get("builder")?.as_str()?.to_owned(),
        output_path: build.pointer("/options/outputPath").cloned().unwrap_or_default(),
        allowed_hosts: build.pointer("/options/security/allowedHosts").cloned().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use crate::Node;
    use plugpacks_sdk::testing::FakeApp;

    /// The directory that Caddy serves.
    fn output(app: &FakeApp) -> String {
        let variables = app.plan::<Node>().unwrap().unwrap().variables;
        let directory = variables.into_iter().find(|(name, _)| name == "NIXPACKS_SPA_OUTPUT_DIR");
        directory.map(|(_, value)| value).unwrap_or_default()
    }

    fn built_by(dependency: &str, build: &str) -> FakeApp {
        let manifest = format!(r#"{{"devDependencies": {{"{dependency}": "1"}}, "scripts": {{"build": "{build}"}}}}"#);
        FakeApp::new().file("package.json", manifest)
    }

    #[test]
    fn the_directory_is_that_of_the_command_or_of_the_configuration() {
        for (dependency, build, path, text, expected) in [
            ("vite", "vite build", "x", "", "dist"),
            ("vite", "vite build --outDir=out", "x", "", "out"),
            ("vite", "vite build", "vite.config.ts", "root: 'src',\n  build: { outDir: '../public' }", "public"),
            ("vite", "vite build", "vite.config.js", "build: {\n  outDir: path.resolve(__dirname, 'a/b'),", "a/b"),
            ("vite", "vite build", "vite.config.js", "// outDir: 'x'", "dist"),
            ("@docusaurus/core", "docusaurus build --out-dir site", "x", "", "site"),
            ("vitepress", "vitepress build docs", "docs/index.md", "", "docs/.vitepress/dist"),
            ("@11ty/eleventy", "eleventy", ".eleventy.js", "dir: { output: 'www' }", "www"),
            ("webpack", "webpack", "webpack.config.js", "output: { path: path.resolve(__dirname, 'pub') }", "pub"),
            ("@farmfe/core", "farm build", "farm.config.ts", "output: { path: 'site' }", "site"),
            ("next", "next build", "next.config.mjs", "output: 'export'", "out"),
            ("astro", "astro build", "Staticfile", "root: build/site # x", "build/site"),
        ] {
            assert_eq!(output(&built_by(dependency, build).file(path, text)), expected, "{dependency} {build} {text}");
        }
    }

    #[test]
    fn angular_says_where_its_files_lie() {
        let angular = |build: &str| {
            let text = format!(r#"{{"projects": {{"shop": {{"architect": {{"build": {build}}}}}}}}}"#);
            output(&built_by("@angular/cli", "ng build").file("angular.json", text))
        };
        assert_eq!(angular(r#"{"builder": "@angular/build:application"}"#), "dist/shop/browser");
        let old = r#"{"builder": "@angular-devkit/build-angular:browser", "options": {"outputPath": "dist/x"}}"#;
        assert_eq!(angular(old), "dist/x");
        let named =
            r#"{"builder": "@angular/build:application", "options": {"outputPath": {"base": "d", "browser": ""}}}"#;
        assert_eq!(angular(named), "d");
    }
}
