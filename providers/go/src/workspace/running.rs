//! How the program is started, and what it needs for that.

use super::programs::Program;
use plugpacks_provider_support::sources;
use plugpacks_sdk::{Context, Needs, Result, Start};

/// Files of Go that have a meaning before the start only.
const MANIFESTS: [&str; 5] = ["go.mod", "go.sum", "go.work", "go.work.sum", ".go-version"];

/// The program and what it refers to: nothing of Go's, but with C code libraries.
pub(super) fn start(
    context: &Context,
    program: &Program,
    arguments: &str,
    links_c_code: bool,
    libraries: &[&str],
) -> Result<Start> {
    let file = format!("./{}", program.output);
    let command = if arguments.is_empty() { file.clone() } else { format!("{file} {arguments}") };
    let start = Start::command(command);
    if !libraries.is_empty() {
        return Ok(start.needs(Needs::nothing().only_libraries(libraries.iter().copied())));
    }
    let start = start.needs(Needs::nothing());
    let is_alone = !links_c_code && sources::only_the_program_is_needed(context, ".go", &MANIFESTS)?;
    Ok(if is_alone {
        context.diagnostics.because("image", "only the program is copied, since the app is nothing but Go code");
        start.only_app_files([file])
    } else {
        start
    })
}
