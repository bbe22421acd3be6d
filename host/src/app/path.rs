//! Paths that stay within the app.

use std::fmt;

/// A path within the app: relative, `/`-separated, without `.` and `..`; empty is the app itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppPath(String);

impl AppPath {
    /// The path that `text` means from the app root; `None` if it leaves the app or is absolute.
    pub fn new(text: &str) -> Option<Self> {
        if text.starts_with('/') || text.contains('\0') {
            return None;
        }
        let is_plain = |part: &str| !matches!(part, "" | "." | "..");
        if text.split('/').all(is_plain) {
            return Some(Self(text.to_owned()));
        }
        let mut parts = Vec::new();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(Self(parts.join("/")))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the path is an entry of the app root itself.
    pub(super) fn is_top_level(&self) -> bool {
        !self.0.is_empty() && !self.0.contains('/')
    }
}

impl fmt::Display for AppPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_within_the_app() {
        let path = |text| AppPath::new(text).map(|path| path.as_str().to_owned());
        assert_eq!(path("a/b").as_deref(), Some("a/b"));
        assert_eq!(path("./a//b/.").as_deref(), Some("a/b"));
        assert_eq!(path("a/../b").as_deref(), Some("b"));
        assert_eq!(path("").as_deref(), Some(""));
        for text in ["..", "a/../../b", "/etc/passwd", "a\0b"] {
            assert_eq!(path(text), None, "{text:?}");
        }
    }
}
