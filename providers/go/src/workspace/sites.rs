//! Apps with a `go.mod` that no `go build` makes a program of.

use crate::code::GoFiles;
use plugpacks_sdk::{Context, Error, Result};

/// Configuration files of Hugo.
const HUGO: [&str; 6] = ["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default/hugo.toml", "config.toml"];

/// Whether this is a site that Hugo makes: its modules are Go modules without Go code.
///
/// # Errors
/// The app cannot be searched.
pub(super) fn is_hugo(context: &Context, files: &GoFiles) -> Result<bool> {
    Ok(files.is_empty() && context.app.first_file(&HUGO)?.is_some())
}

/// Refuses apps that need a builder of their own.
///
/// # Errors
/// The app is one of Encore's, or a Hugo site.
pub(super) fn refuse(context: &Context, files: &GoFiles) -> Result<()> {
    if context.app.has_file("encore.app")? {
        return Err(Error::new(
            "This is an Encore app (encore.app): it has no main program that `go build` could make",
        )
        .hint("Build it with `encore build docker`"));
    }
    if is_hugo(context, files)? {
        return Err(Error::new("This is a Hugo site: its go.mod lists modules of Hugo, there is no Go program")
            .hint("Build it with `hugo` and serve the folder `public`"));
    }
    Ok(())
}
