//! Which program is built.

use plugpacks_sdk::{Context, Result, glob, shell};

/// A program, in words of a shell.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// What the program is called.
    pub(crate) name: String,
    /// The file that is compiled.
    pub(crate) source: String,
}

impl Program {
    fn unquoted(path: &str) -> Self {
        Self { name: stem(path).to_owned(), source: path.to_owned() }
    }

    fn quoted(path: &str) -> Self {
        Self { name: shell::quoted(stem(path)), source: shell::quoted(path) }
    }
}

/// The name of a file without its extension; a name that is all extension stays whole.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// Nixpacks 1.41: the first file, at any depth, whose path ends as one of three patterns; a name that
/// is no pattern is passed over, and without a file the app directory is compiled.
pub(crate) fn nixpacks(context: &Context) -> Program {
    let named = context.environment.config("COBOL_APP_NAME").map(|name| format!("*{name}.cbl"));
    let patterns = named.into_iter().chain(["*index.cbl".to_owned(), "*.cbl".to_owned()]);
    let found = patterns.filter_map(|pattern| context.app.find_files(&pattern).ok()?.into_iter().next()).next();
    found.map_or(Program { name: String::new(), source: "./".to_owned() }, |path| Program::unquoted(&path))
}

/// The file that the variable names, then `index.cbl`, then any; at each step a whole name comes
/// before names that end so. `None` if there is no file.
pub(crate) fn find(context: &Context) -> Result<Option<Program>> {
    let because = |path: &str, reason: &str| context.diagnostics.because("COBOL program", format!("{path}: {reason}"));
    if let Some(name) = context.environment.config("COBOL_APP_NAME") {
        if let Some(path) = first_ending(context, &name)? {
            because(&path, "named by NIXPACKS_COBOL_APP_NAME");
            return Ok(Some(Program::quoted(&path)));
        }
        context.diagnostics.warn(format!("NIXPACKS_COBOL_APP_NAME is {name:?}, but there is no {name}.cbl"));
    }
    if let Some(path) = first_ending(context, "index")? {
        because(&path, "index.cbl is the program by convention");
        return Ok(Some(Program::quoted(&path)));
    }
    let files = context.app.find_files(crate::CODE)?;
    let [path, others @ ..] = files.as_slice() else { return Ok(None) };
    because(path, if others.is_empty() { "the only file" } else { "the first of several files" });
    if !others.is_empty() {
        context.diagnostics.warn(format!(
            "There are several COBOL programs, of which {path} is built: set NIXPACKS_COBOL_APP_NAME to choose one"
        ));
    }
    Ok(Some(Program::quoted(path)))
}

/// The first file of this name, else the first whose name ends so.
fn first_ending(context: &Context, name: &str) -> Result<Option<String>> {
    let name = glob::literal(name.trim_start_matches('/'));
    for pattern in [format!("**/{name}.cbl"), format!("**/*{name}.cbl")] {
        if let Some(path) = context.app.find_files(&pattern)?.into_iter().next() {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cobol;
    use plugpacks_sdk::testing::FakeApp;

    fn app(app: FakeApp, files: &[&str]) -> FakeApp {
        files.iter().fold(app, |app, file| app.file(file, ""))
    }

    fn source_under_nixpacks(files: &[&str], name: Option<&str>) -> String {
        let app = app(FakeApp::nixpacks(), files);
        let app = name.into_iter().fold(app, |app, name| app.variable("NIXPACKS_COBOL_APP_NAME", name));
        app.with(|context| nixpacks(context).source)
    }

    #[test]
    fn nixpacks_takes_the_first_path_that_ends_so() {
        assert_eq!(source_under_nixpacks(&["b.cbl", "a/x.cbl"], None), "a/x.cbl");
        assert_eq!(source_under_nixpacks(&["a.cbl", "my-index.cbl"], None), "my-index.cbl");
        assert_eq!(source_under_nixpacks(&["index.cbl", "s/old-pay.cbl", "s/pay.cbl"], Some("pay")), "s/old-pay.cbl");
        assert_eq!(source_under_nixpacks(&["a.cbl", "s/pay.cbl"], Some("s/pay")), "s/pay.cbl");
    }

    #[test]
    fn nixpacks_passes_over_names_that_match_nothing() {
        for name in ["gone", "["] {
            assert_eq!(source_under_nixpacks(&["a.cbl"], Some(name)), "a.cbl");
        }
        assert_eq!(source_under_nixpacks(&[], None), "./");
    }

    #[test]
    fn the_name_is_the_files_without_its_extension() {
        for (path, expected) in [("s/a.b.cbl", "a.b"), (".cbl", ".cbl"), ("d/.cbl", ".cbl"), ("..cbl", ".")] {
            assert_eq!(stem(path), expected);
        }
    }

    #[test]
    fn whole_names_come_first() {
        let source = |app: &FakeApp| app.with(|context| find(context).unwrap().unwrap().source);
        let app = app(FakeApp::new(), &["index.cbl", "old-pay.cbl", "src/pay.cbl", "x[1].cbl"]);
        assert_eq!(source(&app), "index.cbl");
        let app = app.variable("NIXPACKS_COBOL_APP_NAME", "pay");
        assert_eq!(source(&app), "src/pay.cbl");
        let app = app.variable("NIXPACKS_COBOL_APP_NAME", "d-pay");
        assert_eq!(source(&app), "old-pay.cbl");
        let app = app.variable("NIXPACKS_COBOL_APP_NAME", "x[1]");
        assert_eq!(source(&app), "'x[1].cbl'");
        assert_eq!(app.warnings(), [""; 0]);
        let app = app.variable("NIXPACKS_COBOL_APP_NAME", "gone");
        assert_eq!(source(&app), "index.cbl");
        assert_eq!(app.warnings(), ["NIXPACKS_COBOL_APP_NAME is \"gone\", but there is no gone.cbl"]);
    }

    #[test]
    fn several_programs_without_a_choice_get_a_warning() {
        let app = app(FakeApp::new(), &["a.cbl", "b.cbl"]);
        assert_eq!(app.with(|context| find(context).unwrap().unwrap().name), "a");
        assert_eq!(app.warnings().len(), 1);
    }

    #[test]
    fn without_a_program_there_is_just_the_compiler() {
        let plan = FakeApp::new().plan::<Cobol>().unwrap().unwrap();
        assert_eq!(plan.start, None);
        assert!(plan.phases.iter().all(|phase| phase.commands.is_none()));
    }
}
