//! What the provider reads of an app: its manifests and the names of its Go files.

use plugpacks_sdk::{Context, Result};

/// A `go.mod` or a `go.work`: both are made of directives.
pub(crate) struct Manifest {
    /// The file's path.
    pub(crate) path: String,
    text: String,
}

impl Manifest {
    /// Reads a manifest; `None` if there is no such file.
    pub(crate) fn read(context: &Context, path: impl Into<String>) -> Result<Option<Self>> {
        let path = path.into();
        Ok(context.app.read_text_if_file(&path)?.map(|text| Self { path, text }))
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

    /// The first argument of every directive of this name.
    pub(crate) fn arguments<'m>(&'m self, name: &str) -> impl Iterator<Item = &'m str> {
        self.directives(name).filter_map(|arguments| arguments.split_whitespace().next()).map(unquoted)
    }

    /// The version of a module that is required.
    pub(crate) fn version_of(&self, module: &str) -> Option<&str> {
        let required = self.directives("require").map(str::split_whitespace);
        required.filter_map(|mut words| (words.next() == Some(module)).then(|| words.next())?).next()
    }

    /// Modules that are replaced by folders, each with the folder's path: `replace a => ../a`.
    pub(crate) fn replacements_by_places(&self) -> impl Iterator<Item = (&str, &str)> {
        self.directives("replace").filter_map(|arguments| {
            let (module, place) = arguments.split_once("=>")?;
            let place = unquoted(place.split_whitespace().next()?);
            place.starts_with(['.', '/']).then(|| (module.split_whitespace().next().unwrap_or_default(), place))
        })
    }

    /// The arguments of every directive of this name, be it on a line of its own or in a block such as
    /// `use ( … )`.
    fn directives<'m>(&'m self, name: &str) -> impl Iterator<Item = &'m str> {
        let mut block = None;
        self.text.lines().filter_map(move |line| {
            let line = line.split_once("//").map_or(line, |(code, _comment)| code).trim();
            let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            match (block, first, rest.trim()) {
                (Some(_), ")", _) => {
                    block = None;
                    None
                }
                (Some(directive), ..) => (directive == name && !line.is_empty()).then_some(line),
                (None, directive, "(") => {
                    block = Some(directive);
                    None
                }
                (None, directive, arguments) => (directive == name && !arguments.is_empty()).then_some(arguments),
            }
        })
    }
}

fn unquoted(word: &str) -> &str {
    word.trim_matches(['"', '`'])
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

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Those that stand directly in a directory; the empty name is the app itself.
    pub(crate) fn directly_in(&self, directory: &str) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str).filter(move |path| parent(path) == directory)
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
        Manifest { path: "go.mod".into(), text: text.into() }
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
    fn requirements_and_replacements() {
        let text = "require a.example/a v1.0.0 // indirect\nrequire (\n\tb.example/b v2.0.0\n)\nreplace a.example/a => ../a\n\
                    replace (\n\tb.example/b v2.0.0 => c.example/c v1.0.0\n\td => ./d\n)\n";
        assert_eq!(manifest(text).arguments("require").collect::<Vec<_>>(), ["a.example/a", "b.example/b"]);
        assert_eq!(manifest(text).version_of("b.example/b"), Some("v2.0.0"));
        let places: Vec<_> = [("a.example/a", "../a"), ("d", "./d")].into();
        assert_eq!(manifest(text).replacements_by_places().collect::<Vec<_>>(), places);
    }

    #[test]
    fn the_first_line_that_begins_with_go() {
        assert_eq!(manifest("module x\n  godebug a=1\ngo 1.20\n").first_line_with_go(), Some("godebug a=1"));
        assert_eq!(manifest("module go\n").first_line_with_go(), None);
    }
}
