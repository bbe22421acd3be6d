//! Programs in one file, which need no project: `dotnet run app.cs`, from .NET 10 on.

use plugpacks_sdk::{Context, Marker, Result};

/// Names that such a file often has.
const NAMES: [&str; 8] = ["app.cs", "main.cs", "server.cs", "api.cs", "web.cs", "hello.cs", "Program.cs", "program.cs"];

/// What betrays such a program.
pub(super) fn markers() -> impl Iterator<Item = Marker> {
    NAMES.into_iter().map(Marker::file)
}

/// The file in the app directory that shows by a directive (`#:sdk`, `#:package`), or by its first line, that it is a program.
///
/// # Errors
/// A file cannot be read.
pub(super) fn find(context: &Context) -> Result<Option<&'static str>> {
    for name in context.app.files_of(&NAMES)? {
        let text = context.app.read_text(name)?;
        let runs = text.lines().next().is_some_and(|line| line.starts_with("#!") && line.contains("dotnet"));
        if runs || text.lines().any(|line| line.starts_with("#:")) {
            return Ok(NAMES.into_iter().find(|known| *known == name));
        }
    }
    Ok(None)
}
