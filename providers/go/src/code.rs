//! What the provider reads of an app: its manifests and the names of its Go files.

use plugpacks_sdk::{Context, Result};
use std::collections::BTreeSet;

/// A `go.mod` or a `go.work`: both are made of directives.
pub(crate) struct Manifest {
    /// The file's name.
    pub(crate) path: &'static str,
    text: String,
}

impl Manifest {
    /// Reads a manifest; `None` if there is no such file.
    pub(crate) fn read(context: &Context, path: &'static str) -> Result<Option<Self>> {
        Ok(context.app.read_text_if_file(path)?.map(|text| Self { path, text }))
    }

    /// The first line that begins with `go`, blanks aside (Nixpacks 1.41: whatever the rest of the
    /// word is, so `godebug` counts).
    pub(crate) fn first_line_with_go(&self) -> Option<&str> {
        self.text.lines().map(str::trim).find(|line| line.starts_with("go"))
    }

    /// The argument of a directive, as in `go 1.26`.
    pub(crate) fn directive(&self, name: &str) -> Option<&str> {
        self.arguments(name).next()
    }

    /// Whether a line consists of nothing but the directive's name.
    pub(crate) fn lacks_argument(&self, name: &str) -> bool {
        self.text.lines().any(|line| line.split_once("//").map_or(line, |(code, _comment)| code).trim() == name)
    }

    /// The first argument of every directive of this name, be it on a line of its own or in a
    /// block such as `use ( … )`.
    pub(crate) fn arguments<'m>(&'m self, name: &str) -> impl Iterator<Item = &'m str> {
        let mut block = None;
        self.text.lines().filter_map(move |line| {
            let line = line.split_once("//").map_or(line, |(code, _comment)| code);
            let mut words = line.split_whitespace();
            let first = words.next()?;
            let argument = match (block, first, words.next()) {
                (Some(_), ")", _) => {
                    block = None;
                    None
                }
                (Some(directive), argument, _) => (directive == name).then_some(argument),
                (None, directive, Some("(")) => {
                    block = Some(directive);
                    None
                }
                (None, directive, argument) => argument.filter(|_| directive == name),
            };
            argument.map(|argument| argument.trim_matches(['"', '`']))
        })
    }
}

/// The names of an app's Go files, tests included.
pub(crate) struct GoFiles(Vec<String>);

impl GoFiles {
    pub(crate) fn find(context: &Context) -> Result<Self> {
        Ok(Self(context.app.find_files("**/*.go")?))
    }

    /// Whether there is any.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that stand directly in a directory; the empty name is the app itself.
    pub(crate) fn directly_in(&self, directory: &str) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str).filter(move |path| parent(path) == directory)
    }

    /// The directories that have a Go file directly in them.
    pub(crate) fn directories(&self) -> BTreeSet<&str> {
        self.0.iter().map(|path| parent(path)).collect()
    }
}

/// The directory that a path stands in; empty if that is the app itself.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _name)| parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Manifest {
        Manifest { path: "go.mod", text: text.into() }
    }

    #[test]
    fn a_directive_is_a_whole_word_outside_of_blocks_and_comments() {
        let text = "module shop // go 1.1\ngodebug (\n\tgo 1.2\n)\ngodebug default=go1.3\n\tgo\t1.26.1 // minimum\n";
        assert_eq!(manifest(text).directive("go"), Some("1.26.1"));
        assert_eq!(manifest("golang 1.2\ngo\n").directive("go"), None);
    }

    #[test]
    fn a_block_repeats_its_directive() {
        let text = "use (\n\t./api // first\n\n\t\"./web\"\n)\nuse ./tool\n";
        assert_eq!(manifest(text).arguments("use").collect::<Vec<_>>(), ["./api", "./web", "./tool"]);
    }

    #[test]
    fn the_first_line_that_begins_with_go() {
        assert_eq!(manifest("module x\n  godebug a=1\ngo 1.20\n").first_line_with_go(), Some("godebug a=1"));
        assert_eq!(manifest("module go\n").first_line_with_go(), None);
    }
}
