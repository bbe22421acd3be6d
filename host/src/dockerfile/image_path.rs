//! Places in the image.

/// The working directory of every command and of the container.
pub(super) const APP: &str = "/app/";

/// Where in the image an app file lies: below `/app/`, absolute paths as they are (Nixpacks 1.41:
/// leading `./` go, everything else stays, so `.` is `/app/.`).
pub(super) fn of_app_file(file: &str) -> String {
    let mut relative = file;
    while let Some(rest) = relative.strip_prefix("./") {
        relative = rest;
    }
    if relative.starts_with('/') { relative.to_owned() } else { format!("{APP}{relative}") }
}

/// Where in the image a cache directory lies: `~` is root's home, relative ones are below `/app/`.
pub(super) fn of_cache_directory(directory: &str) -> String {
    let directory = directory.replace('~', "/root");
    if directory.starts_with('/') { directory } else { format!("{APP}{directory}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_lie_below_the_app_directory_unless_absolute() {
        let expected = [
            ("./f", "/app/f"),
            ("f", "/app/f"),
            (".", "/app/."),
            ("d/", "/app/d/"),
            ("/abs", "/abs"),
            ("././f", "/app/f"),
        ];
        for (file, path) in expected {
            assert_eq!(of_app_file(file), path, "{file}");
        }
        assert_eq!(of_cache_directory("~/.cache"), "/root/.cache");
        assert_eq!(of_cache_directory("target"), "/app/target");
    }
}
