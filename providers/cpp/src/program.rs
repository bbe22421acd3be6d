//! Which of the programs is started.

use crate::build::{Program, Programs};
use plugpacks_sdk::{Context, Result, shell};

/// Words in the names of programs that are not the app.
const OTHERS: [&str; 3] = ["test", "bench", "example"];

/// The start command. `None`, with a warning, if the build says of no program that it is the app.
pub(crate) fn choose(context: &Context, programs: &Programs) -> Result<Option<String>> {
    let path = match context.environment.config("CPP_PROGRAM").filter(|name| !name.is_empty()) {
        Some(name) => {
            context.diagnostics.because("program", format!("{name} from NIXPACKS_CPP_PROGRAM"));
            Some(path_of(programs, &name))
        }
        None => found(context, programs).map(|program| program.path.clone()),
    };
    if path.is_none() {
        context.diagnostics.warn(
            "The build files name no program to start: set NIXPACKS_CPP_PROGRAM, or a start command \
             (start.cmd in nixpacks.toml)",
        );
    }
    Ok(path.map(|path| format!("./{}", shell::quoted(&path))))
}

/// A program that was asked for: build files can name one in ways that are not understood here.
fn path_of(programs: &Programs, name: &str) -> String {
    let known = programs.all.iter().find(|program| program.name == name);
    known.map_or_else(|| format!("{}{name}", programs.directory), |program| program.path.clone())
}

/// The program that has the project's name, else the first that is no test.
fn found<'p>(context: &Context, programs: &'p Programs) -> Option<&'p Program> {
    let is_project = |program: &&Program| programs.project.as_ref() == Some(&program.name);
    if let Some(program) = programs.all.iter().find(is_project) {
        context.diagnostics.because("program", format!("{} has the project's name", program.name));
        return Some(program);
    }
    let is_other = |program: &Program| OTHERS.iter().any(|word| program.name.to_lowercase().contains(word));
    let program = programs.all.iter().find(|program| !is_other(program))?;
    context.diagnostics.because("program", format!("{} is the first that the build files name", program.name));
    Some(program)
}
