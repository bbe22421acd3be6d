//! The file in which the TypeScript compiler keeps what it knows between builds.

use crate::project::Project;
use serde::Deserialize;
use serde_json::Value;

/// How many configurations may extend one another: a cycle ends here, too.
const MAX_DEPTH: usize = 8;

const ROOT: &str = "tsconfig.json";

/// `tsconfig.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TsConfig {
    extends: Option<Value>,
    compiler_options: Option<Options>,
}

/// The options that decide where the file is.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    incremental: Option<bool>,
    out_dir: Option<String>,
    ts_build_info_file: Option<String>,
}

impl Options {
    /// These options, and where they leave something open those of `base`.
    fn over(self, base: Self) -> Self {
        Self {
            incremental: self.incremental.or(base.incremental),
            out_dir: self.out_dir.or(base.out_dir),
            ts_build_info_file: self.ts_build_info_file.or(base.ts_build_info_file),
        }
    }

    /// These options with paths that are relative to the app, not to `directory`.
    fn within(self, directory: &str) -> Self {
        Self {
            out_dir: self.out_dir.map(|path| join(directory, &path)),
            ts_build_info_file: self.ts_build_info_file.map(|path| join(directory, &path)),
            ..self
        }
    }

    /// The file, if the app has it: one that no build has made yet is not kept.
    fn build_info(&self, project: &Project) -> Option<String> {
        if self.incremental != Some(true) {
            return None;
        }
        let path = match (&self.ts_build_info_file, &self.out_dir) {
            (Some(path), _) => path.clone(),
            (None, Some(directory)) => format!("{directory}/tsconfig.tsbuildinfo"),
            (None, None) => "tsconfig.tsbuildinfo".to_owned(),
        };
        project.has(&path).then_some(path)
    }
}

/// Nixpacks 1.41: one `extends`, taken as a path in the app; its paths are taken as they are.
pub(crate) fn nixpacks(project: &Project) -> Option<String> {
    let config: TsConfig = project.json(ROOT)?;
    let base = match config.extends {
        Some(Value::String(path)) => project.json::<TsConfig>(&path).and_then(|base| base.compiler_options),
        Some(Value::Null) | None => None,
        Some(_) => return None,
    };
    let own = config.compiler_options.unwrap_or_default();
    own.over(base.unwrap_or_default()).build_info(project)
}

/// Follows the chain as the compiler does, as far as it leads through the app.
pub(crate) fn november_2026(project: &Project) -> Option<String> {
    options(project, ROOT, MAX_DEPTH)?.build_info(project)
}

fn options(project: &Project, path: &str, depth: usize) -> Option<Options> {
    let config: TsConfig = project.json(path)?;
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let own = config.compiler_options.unwrap_or_default().within(directory);
    let bases: Vec<&str> = match &config.extends {
        Some(Value::String(base)) => vec![base],
        Some(Value::Array(bases)) => bases.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    // A package's configuration is not in the app; of several the last one wins.
    let local = bases.iter().rev().filter(|base| base.starts_with('.') && depth > 0);
    let inherited = local.filter_map(|base| {
        let path = join(directory, base);
        let path = if project.has(&path) { path } else { format!("{path}.json") };
        options(project, &path, depth - 1)
    });
    Some(inherited.fold(own, Options::over))
}

/// A path relative to a directory, without `.` and `..`.
fn join(directory: &str, path: &str) -> String {
    let mut components: Vec<&str> = Vec::new();
    for component in directory.split('/').chain(path.split('/')) {
        match component {
            "" | "." => {}
            ".." if components.last().is_some_and(|last| *last != "..") => {
                components.pop();
            }
            other => components.push(other),
        }
    }
    components.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::Edition;
    use plugpacks_sdk::testing::FakeApp;

    fn build_info(edition: Edition, files: &[(&str, &str)]) -> Option<String> {
        let app = FakeApp::new().edition(edition).file("package.json", "{}");
        let made = ["tsconfig.tsbuildinfo", "out/tsconfig.tsbuildinfo", "cfg/out/tsconfig.tsbuildinfo", "b.info"];
        let app = made.iter().fold(app, |app, path| app.file(path, ""));
        let app = files.iter().fold(app, |app, (path, text)| app.file(path, text));
        app.with(|context| {
            let project = Project::read(context).unwrap();
            (project.rules.ts_build_info)(&project)
        })
    }

    #[test]
    fn the_options_say_where_the_file_is() {
        for (options, expected) in [
            (r#""incremental": true"#, Some("tsconfig.tsbuildinfo")),
            (r#""incremental": true, "outDir": "out""#, Some("out/tsconfig.tsbuildinfo")),
            (r#""incremental": true, "outDir": "out", "tsBuildInfoFile": "b.info""#, Some("b.info")),
            (r#""incremental": true, "outDir": "unmade""#, None),
            (r#""incremental": true, "tsBuildInfoFile": "../b.info""#, None),
            (r#""incremental": false"#, None),
            (r#""incremental": "true""#, None),
            ("", None),
        ] {
            for edition in Edition::ALL {
                let text = format!(r#"{{"compilerOptions": {{{options}}}}}"#);
                assert_eq!(build_info(edition, &[(ROOT, &text)]).as_deref(), expected, "{edition}: {options}");
            }
        }
    }

    #[test]
    fn nixpacks_takes_paths_as_they_are() {
        let base = r#"{"compilerOptions": {"incremental": true, "outDir": "./out"}}"#;
        let extends = |path: &str| format!(r#"{{"extends": "{path}"}}"#);
        let found = |path: &str| build_info(Edition::Nixpacks, &[(ROOT, &extends(path)), ("cfg/base.json", base)]);
        assert_eq!(found("./cfg/base.json").as_deref(), Some("./out/tsconfig.tsbuildinfo"));
        assert_eq!(found("./cfg/base"), None);
        assert_eq!(
            build_info(Edition::Nixpacks, &[(ROOT, "{// c\n\"compilerOptions\": {\"incremental\": true}}")]),
            None
        );
    }

    #[test]
    fn the_chain_is_followed_as_the_compiler_does() {
        let root = "{// c\n\"extends\": [\"@acme/x\", \"./cfg/one\", \"./cfg/two.json\"],}";
        let files = [
            (ROOT, root),
            ("cfg/one.json", r#"{"compilerOptions": {"incremental": true, "outDir": "unmade"}}"#),
            ("cfg/two.json", r#"{"extends": "../base.json", "compilerOptions": {"outDir": "./out"}}"#),
            ("base.json", r#"{"compilerOptions": {"outDir": "elsewhere"}}"#),
        ];
        assert_eq!(build_info(Edition::November2026, &files).as_deref(), Some("cfg/out/tsconfig.tsbuildinfo"));
    }

    #[test]
    fn a_circle_ends() {
        let circle = r#"{"extends": "./tsconfig.json", "compilerOptions": {"incremental": true}}"#;
        for edition in Edition::ALL {
            assert_eq!(build_info(edition, &[(ROOT, circle)]).as_deref(), Some("tsconfig.tsbuildinfo"), "{edition}");
        }
    }
}
