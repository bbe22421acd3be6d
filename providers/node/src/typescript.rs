//! The file in which the TypeScript compiler keeps what it knows between builds. Nixpacks 1.41 takes it
//! for a directory, which hides it; later editions leave it alone.

use crate::app::NodeApp;
use serde::Deserialize;
use serde_json::Value;

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

    /// The file, if the app has it: one that no build has made yet is not kept.
    fn build_info(&self, app: &NodeApp) -> Option<String> {
        if self.incremental != Some(true) {
            return None;
        }
        let path = match (&self.ts_build_info_file, &self.out_dir) {
            (Some(path), _) => path.clone(),
            (None, Some(directory)) => format!("{directory}/tsconfig.tsbuildinfo"),
            (None, None) => "tsconfig.tsbuildinfo".to_owned(),
        };
        app.has(&path).then_some(path)
    }
}

/// The file that Nixpacks 1.41 finds: it knows one `extends`, taken as a path in the app, and takes
/// paths as they are.
pub(crate) fn build_info(app: &NodeApp) -> Option<String> {
    let config: TsConfig = app.json(ROOT)?;
    let base = match config.extends {
        Some(Value::String(path)) => app.json::<TsConfig>(&path).and_then(|base| base.compiler_options),
        Some(Value::Null) | None => None,
        Some(_) => return None,
    };
    let own = config.compiler_options.unwrap_or_default();
    own.over(base.unwrap_or_default()).build_info(app)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::Edition;
    use plugpacks_sdk::testing::FakeApp;

    fn found(files: &[(&str, &str)]) -> Option<String> {
        let app = FakeApp::new().edition(Edition::NIXPACKS).file("package.json", "{}");
        let made = ["tsconfig.tsbuildinfo", "out/tsconfig.tsbuildinfo", "b.info"];
        let app = made.iter().fold(app, |app, path| app.file(path, ""));
        let app = files.iter().fold(app, |app, (path, text)| app.file(path, text));
        app.with(|context| build_info(&NodeApp::read(context).unwrap()))
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
            let text = format!(r#"{{"compilerOptions": {{{options}}}}}"#);
            assert_eq!(found(&[(ROOT, &text)]).as_deref(), expected, "{options}");
        }
    }

    #[test]
    fn paths_are_taken_as_they_are() {
        let base = r#"{"compilerOptions": {"incremental": true, "outDir": "./out"}}"#;
        let extends = |path: &str| format!(r#"{{"extends": "{path}"}}"#);
        let with_base = |path: &str| found(&[(ROOT, &extends(path)), ("cfg/base.json", base)]);
        assert_eq!(with_base("./cfg/base.json").as_deref(), Some("./out/tsconfig.tsbuildinfo"));
        assert_eq!(with_base("./cfg/base"), None);
        assert_eq!(found(&[(ROOT, "{// c\n\"compilerOptions\": {\"incremental\": true}}")]), None);
    }

    #[test]
    fn a_circle_ends() {
        let circle = r#"{"extends": "./tsconfig.json", "compilerOptions": {"incremental": true}}"#;
        assert_eq!(found(&[(ROOT, circle)]).as_deref(), Some("tsconfig.tsbuildinfo"));
    }
}
