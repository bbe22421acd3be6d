//! Places in the image.

use std::fmt;

/// A path in the image; a relative one is below the working directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImagePath(String);

/// The working directory of every command and of the container.
const APP: &str = "/app/";

impl ImagePath {
    pub(super) fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// The working directory of every command and of the container.
    pub(super) fn app() -> Self {
        Self::new(APP)
    }

    /// Where in the image an app file lies: below `/app/`, absolute paths as they are (Nixpacks 1.41:
    /// leading `./` go, everything else stays, so `.` is `/app/.`).
    pub(super) fn of_app_file(file: &str) -> Self {
        let mut relative = file;
        while let Some(rest) = relative.strip_prefix("./") {
            relative = rest;
        }
        if relative.starts_with('/') { Self::new(relative) } else { Self(format!("{APP}{relative}")) }
    }

    /// Where in the image a cache directory lies: `~` is root's home, relative ones are below `/app/`.
    pub(super) fn of_cache_directory(directory: &str) -> Self {
        let directory = directory.replace('~', "/root");
        if directory.starts_with('/') { Self(directory) } else { Self(format!("{APP}{directory}")) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it lies below the app's directory.
    pub(super) fn is_of_app(&self) -> bool {
        self.0.starts_with(APP)
    }

    /// The directory it lies in.
    pub(crate) fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or(".", |(directory, _)| directory)
    }
}

impl fmt::Display for ImagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
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
            assert_eq!(ImagePath::of_app_file(file).as_str(), path, "{file}");
        }
        assert_eq!(ImagePath::of_cache_directory("~/.cache").as_str(), "/root/.cache");
        assert_eq!(ImagePath::of_cache_directory("target").as_str(), "/app/target");
    }
}
