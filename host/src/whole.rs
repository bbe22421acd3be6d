//! Files that appear whole or not at all.

// What is written is no part of an app.
#![allow(clippy::disallowed_methods)]

use std::fs::Permissions;
use std::io::{Result, Write as _};
use std::path::Path;

/// Writes a file so that no reader ever sees half of it, with the permissions that it had. What a link leads to is
/// replaced, not the link.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, content: &[u8]) -> Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As of any new file: the process's mask decides.
        builder.permissions(Permissions::from_mode(0o666));
    }
    let mut temporary = builder.prefix(".plugpacks.").tempfile_in(directory)?;
    temporary.write_all(content)?;
    if let Some(permissions) = known_permissions(&path) {
        temporary.as_file().set_permissions(permissions)?;
    }
    temporary.persist(&path).map(|_| ()).map_err(|error| error.error)
}

/// The permissions of a file that is there.
fn known_permissions(path: &Path) -> Option<Permissions> {
    let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    Some(metadata.permissions())
}
