//! The rules of the edition `nixpacks`: those of Nixpacks 1.41.

use crate::{CONFIGURATIONS, Decisions, INDEXES};
use plugpacks_sdk::{Context, Error, Result, Start};
use serde::Deserialize;

/// Scripts at any depth, among which one that imports from `deno.land` makes an app Deno's.
pub(crate) const SCRIPTS: &str = "**/*.{ts,tsx,js,jsx}";

/// An import from `deno.land` of a file whose name ends as a script's does. The quotes need not be of a
/// kind, and the first dot is any character.
const IMPORT: &str = r#"import .+ from ["'`]https://deno.land/[^"'`]+\.(?:ts|tsx|js|jsx)["'`]"#;

/// What every such import has in it, which is found much faster where, as in most apps, there is none.
const HOST: &str = r"https://deno\.land/";

#[derive(Debug, Deserialize)]
struct Configuration {
    tasks: Option<Tasks>,
}

#[derive(Debug, Deserialize)]
struct Tasks {
    start: Option<String>,
}

pub(crate) fn detect(context: &Context) -> Result<bool> {
    let app = context.app;
    Ok(app.first_file(&CONFIGURATIONS)?.is_some()
        || app.search(SCRIPTS, HOST)?.is_some() && app.search(SCRIPTS, IMPORT)?.is_some())
}

pub(crate) fn decide(context: &Context) -> Result<Decisions> {
    let task = task(context)?;
    let entry = context.app.find_files(INDEXES)?.into_iter().next();
    let because = |reason: String| context.diagnostics.because("start", reason);
    match (&task, &entry) {
        (Some(_), _) => because("the task `start`".to_owned()),
        (None, Some(entry)) => because(format!("{entry} is the first index file")),
        (None, None) => {}
    }
    let cache = entry.as_ref().map(|entry| format!("deno cache {entry}"));
    let run = entry.map(|entry| format!("deno run --allow-all {entry}"));
    Ok(Decisions {
        archive: None,
        build: cache.into_iter().collect(),
        start: task.or(run).map(Start::command),
        files: None,
        variables: &[],
    })
}

/// The text of the task `start`. Whatever is wrong with `deno.json`, `deno.jsonc` is read then.
fn task(context: &Context) -> Result<Option<String>> {
    if context.app.first_file(&CONFIGURATIONS)?.is_none() {
        return Ok(None);
    }
    let [json, jsonc] = CONFIGURATIONS;
    let configuration = match context.app.read_json::<Configuration>(json) {
        Ok(configuration) => configuration,
        Err(_) => read_jsonc(context, jsonc)?,
    };
    Ok(configuration.tasks.and_then(|tasks| tasks.start))
}

fn read_jsonc(context: &Context, path: &str) -> Result<Configuration> {
    let text = without_comments(&context.app.read_text(path)?);
    serde_json::from_str(&text)
        .map_err(|error| Error::new(error.to_string()).context(format!("Error reading {path} as JSONC")))
}

/// Removes comments, also where they stand within texts in quotes; with one to the end of the line its
/// line break, and one that is not closed to the end of the file.
fn without_comments(text: &str) -> String {
    let mut json = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('/') {
        let (before, comment) = rest.split_at(at);
        json.push_str(before);
        let (end, length) = match comment.as_bytes().get(1) {
            Some(b'/') => ("\n", 1),
            Some(b'*') => ("*/", 2),
            _ => {
                json.push('/');
                rest = &comment[1..];
                continue;
            }
        };
        let body = &comment[2..];
        rest = body.find(end).map_or("", |at| &body[at + length..]);
    }
    json + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Deno;
    use plugpacks_sdk::testing::FakeApp;

    fn is_deno(path: &str, script: &str) -> bool {
        FakeApp::nixpacks().file(path, script).detect::<Deno>().unwrap()
    }

    #[test]
    fn imports_from_deno_land_make_the_difference() {
        for script in [
            "import x from \"https://deno.land/x/mod.ts\";",
            "// import x from 'https://deno.land/x/mod.jsx`",
            "import { a } from\n'y';\nimport * as b from 'https://deno.land/a b.js'",
            "import x from \"https://deno.land/\na.tsx\"",
        ] {
            assert!(is_deno("src/deep/a.ts", script), "{script}");
        }
        for script in [
            "export { x } from \"https://deno.land/x/mod.ts\";",
            "import \"https://deno.land/x/mod.ts\";",
            "import x from \"https://deno.land/x/mod\";",
            "import x from \"https://deno.land/.ts\";",
            "import x from \"https://deno.land/x/mod.ts?dev\";",
            "import {\n  x,\n} from \"https://deno.land/x/mod.ts\";",
            "import x from \"jsr:@std/http\";",
        ] {
            assert!(!is_deno("a.ts", script), "{script}");
        }
        assert!(!is_deno("a.mjs", "import x from \"https://deno.land/x/mod.ts\";"));
    }

    #[test]
    fn a_script_that_is_not_text_is_an_error() {
        let error = FakeApp::nixpacks().file("old.js", [0xe9]).detect::<Deno>().unwrap_err();
        assert_eq!(error.message(), "Error reading old.js");
    }

    #[test]
    fn comments_are_removed_everywhere() {
        for (text, expected) in [
            ("{} // end", "{} "),
            ("a//b\nc", "ac"),
            ("a/* // \n */b", "ab"),
            ("a/*/b*/c", "ac"),
            ("a/b/ /c*/", "a/b/ /c*/"),
            ("{} /* open", "{} "),
            ("\"https://x\"", "\"https:"),
            ("a/", "a/"),
            ("/*é*/é", "é"),
        ] {
            assert_eq!(without_comments(text), expected, "{text}");
        }
    }

    #[test]
    fn the_task_is_that_of_the_first_file_that_can_be_read() {
        let task = |app: &FakeApp| app.with(task).map_err(|error| error.message().to_owned());
        let app = |json: &str| FakeApp::nixpacks().file("deno.json", json);
        assert_eq!(task(&app("{\"tasks\":{\"start\":\"a\"}}")), Ok(Some("a".into())));
        assert_eq!(task(&app("{\"tasks\":null}")), Ok(None));
        assert_eq!(task(&app("{ // no\n}")), Err("Error reading deno.jsonc".into()));
        let both = app("{\"tasks\":{\"start\":{}}}").file("deno.jsonc", "{/**/\"tasks\":{\"start\":\"b\"}}");
        assert_eq!(task(&both), Ok(Some("b".into())));
        let broken = FakeApp::nixpacks().file("deno.jsonc", "{\"a\": \"https://x\"}");
        assert_eq!(task(&broken), Err("Error reading deno.jsonc as JSONC".into()));
        assert_eq!(task(&FakeApp::nixpacks()), Ok(None));
    }

    #[test]
    fn without_task_and_index_nothing_is_started() {
        let plan = FakeApp::nixpacks().file("deno.json", "{}").file("main.ts", "").plan::<Deno>().unwrap().unwrap();
        assert_eq!((plan.phases.len(), plan.start), (1, None));
    }
}
