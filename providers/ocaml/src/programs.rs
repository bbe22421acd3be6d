//! Which of an app's programs is built and started.

use crate::dune;
use plugpacks_sdk::{Context, Error, Result, shell};

/// A program of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// Without ending, relative to the app: `bin/main`.
    path: String,
    public_name: Option<String>,
}

impl Program {
    /// The word for a shell that names the built file below a directory of the image.
    pub(crate) fn built(&self, directory: &str) -> String {
        shell::quoted(&format!("{directory}{}.exe", self.path))
    }

    /// The file of its main module.
    pub(crate) fn source(&self) -> String {
        format!("{}.ml", self.path)
    }

    fn is_named(&self, name: &str) -> bool {
        let path = name.trim_start_matches("./").trim_end_matches(".exe");
        self.path == path
            || self.public_name.as_deref() == Some(name)
            || self.path.rsplit('/').next().is_some_and(|last| last == path)
    }
}

/// The program that the user names, else the first; those that are installed under a name come
/// before the others, and of each the ones closest to the root.
///
/// # Errors
/// The user names none of the programs; a file cannot be read.
pub(crate) fn choose(context: &Context) -> Result<Option<Program>> {
    let programs = find(context)?;
    if let Some(name) = context.environment.config("OCAML_BIN").filter(|name| !name.is_empty()) {
        return named(programs, &name).map(Some);
    }
    let Some(first) = programs.first() else {
        context.diagnostics.warn("No dune file describes an executable: everything is built, nothing is started");
        return Ok(None);
    };
    context.diagnostics.because("OCaml program", format!("{} is the first one", first.path));
    if programs.len() > 1 {
        let others: Vec<_> = programs[1..].iter().map(|program| &*program.path).collect();
        context.diagnostics.warn(format!(
            "Several OCaml programs: {} is started, {} not; name another one in NIXPACKS_OCAML_BIN",
            first.path,
            others.join(", ")
        ));
    }
    Ok(Some(first.clone()))
}

fn named(programs: Vec<Program>, name: &str) -> Result<Program> {
    let known: Vec<_> = programs.iter().map(|program| program.path.clone()).collect();
    programs.into_iter().find(|program| program.is_named(name)).ok_or_else(|| {
        Error::new(format!("NIXPACKS_OCAML_BIN is {name:?}, which no dune file describes"))
            .hint(format!("Programs: {}", known.join(", ")))
    })
}

/// The programs of the app, preferred ones first.
fn find(context: &Context) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for file in context.app.find_files("**/dune")? {
        // Packages that opam has installed into the app have dune files, too.
        if file.starts_with("_opam/") {
            continue;
        }
        let directory = file.trim_end_matches("dune");
        let text = context.app.read_text(&file)?;
        programs.extend(dune::executables(&text).into_iter().map(|executable| Program {
            path: format!("{directory}{}", executable.name),
            public_name: executable.public_name,
        }));
    }
    programs.sort_by_key(|program| (program.public_name.is_none(), program.path.matches('/').count()));
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    fn chosen(app: &FakeApp) -> Result<Option<String>> {
        app.with(choose).map(|program| program.map(|program| program.path))
    }

    fn app() -> FakeApp {
        FakeApp::new()
            .file("bench/dune", "(executable (name bench))")
            .file("server/bin/dune", "(executables (names api worker) (public_names api worker))")
    }

    #[test]
    fn installed_programs_come_first() {
        let app = app();
        assert_eq!(chosen(&app).unwrap().as_deref(), Some("server/bin/api"));
        let others = "server/bin/api is started, server/bin/worker, bench/bench not";
        assert!(app.warnings()[0].contains(others), "{:?}", app.warnings());
    }

    #[test]
    fn the_user_names_a_program_by_path_or_name() {
        for name in ["worker", "server/bin/worker", "./server/bin/worker.exe"] {
            let app = app().variable("NIXPACKS_OCAML_BIN", name);
            assert_eq!(chosen(&app).unwrap().as_deref(), Some("server/bin/worker"), "{name}");
            assert_eq!(app.warnings(), [""; 0]);
        }
        let error = chosen(&app().variable("NIXPACKS_OCAML_BIN", "web")).unwrap_err();
        assert_eq!(error.message(), "NIXPACKS_OCAML_BIN is \"web\", which no dune file describes");
    }

    #[test]
    fn of_equals_the_one_closest_to_the_root_is_taken() {
        let app = FakeApp::new().file("a/b/dune", "(executable (name x))").file("z/dune", "(executable (name y))");
        assert_eq!(chosen(&app).unwrap().as_deref(), Some("z/y"));
        let app =
            app.file("_opam/a/dune", "(executable (name o) (public_name o))").file("dune", "(executable (name m))");
        assert_eq!(chosen(&app).unwrap().as_deref(), Some("m"));
    }
}
