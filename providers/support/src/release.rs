//! Version tables, and where the wanted version comes from: the same for every language.
//!
//! Under every edition but `nixpacks`, which has each provider's own rules, a version is looked for
//! in this order; the first source that says something wins:
//!
//! 1. the variable `NIXPACKS_<LANGUAGE>_VERSION`,
//! 2. the language's own version files, such as `.nvmrc`, `.python-version` or `global.json`,
//! 3. `.tool-versions` (asdf, mise),
//! 4. `mise.toml`, `.mise.toml`,
//! 5. the manifest, such as `engines` in `package.json` or the `go` line of `go.mod`,
//! 6. the table's default.

use crate::toml_texts;
use crate::version::{Interval, Range, parse_numbers};
use plugpacks_sdk::{Context, Error, Result};

pub use plugpacks_sdk::nixpkgs::{NIXPKGS_26_05, NIXPKGS_2023_09, NIXPKGS_NODE_24, NIXPKGS_RUST};

/// One series of a language's versions and the package that brings it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The series: `22` or `3.13`.
    pub version: &'static str,
    /// The Nix attribute.
    pub package: &'static str,
    /// The nixpkgs commit that has it.
    pub archive: &'static str,
    /// Whether it is still maintained.
    pub support: Support,
}

/// Whether a release is still maintained by its vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It is.
    Current,
    /// Not since this date (ISO 8601).
    Ended(&'static str),
}

impl Release {
    /// A maintained release.
    pub const fn current(version: &'static str, package: &'static str, archive: &'static str) -> Self {
        Self { version, package, archive, support: Support::Current }
    }

    /// A release whose maintenance ended at a date (ISO 8601).
    pub const fn ended(
        version: &'static str,
        package: &'static str,
        archive: &'static str,
        date: &'static str,
    ) -> Self {
        Self { version, package, archive, support: Support::Ended(date) }
    }

    /// The versions of this series.
    pub fn interval(&self) -> Interval {
        Interval::series(&parse_numbers(self.version).unwrap_or_default())
    }
}

/// The releases of one language.
#[derive(Clone, Copy, Debug)]
pub struct Releases {
    /// The language's name in messages: `Node.js`.
    pub language: &'static str,
    /// The series that is taken when nothing asks for one.
    pub default: &'static str,
    /// Preferred ones first; by convention the newest.
    pub all: &'static [Release],
}

impl Releases {
    /// The release that is taken when nothing asks for one.
    ///
    /// # Panics
    /// If the table does not contain its own default.
    pub fn default_release(&self) -> &Release {
        self.exactly(self.default).expect("a version table contains its default")
    }

    /// The release that is taken when nothing asks for one, and that as the reason.
    pub fn choose_default(&self, context: &Context) -> &Release {
        let release = self.default_release();
        let reason = format!("{}, the default: nothing asks for one", release.version);
        context.diagnostics.because(&format!("{} version", self.language), reason);
        release
    }

    /// The release of exactly this series.
    pub fn exactly(&self, version: &str) -> Option<&Release> {
        self.all.iter().find(|release| release.version == version)
    }

    /// The release to use for a request: the first maintained one that the range allows, else the
    /// first one. Warns if it is not maintained.
    ///
    /// # Errors
    /// No release is in the range: the message lists those there are.
    pub fn select(&self, context: &Context, request: &Request, range: &Range) -> Result<&Release> {
        let allowed = || self.all.iter().filter(|release| range.overlaps(&release.interval()));
        let release = allowed()
            .find(|release| release.support == Support::Current)
            .or_else(|| allowed().next())
            .ok_or_else(|| self.unavailable(request))?;
        context.diagnostics.because(
            &format!("{} version", self.language),
            format!("{} because {} asks for {:?}", release.version, request.source, request.text),
        );
        self.warn_if_ended(context, release);
        Ok(release)
    }

    /// The release for the first request among `sources` and the `manifest`, whose notation only
    /// its language knows; without one the default.
    ///
    /// # Errors
    /// A request is not understood or cannot be met; a version file cannot be read.
    pub fn choose(&self, context: &Context, sources: &Sources, manifest: Option<(Request, Range)>) -> Result<&Release> {
        let wanted = match sources.find(context)? {
            Some(request) => {
                let range = self.range(&request)?;
                Some((request, range))
            }
            None => manifest,
        };
        if let Some((request, range)) = wanted {
            return self.select(context, &request, &range);
        }
        Ok(self.choose_default(context))
    }

    /// The versions that a request allows: those in its range, or all of them if it says `latest`.
    ///
    /// # Errors
    /// The request is not understood.
    pub fn range(&self, request: &Request) -> Result<Range> {
        match request.text.as_str() {
            "latest" | "stable" => Ok(Range::any()),
            text => crate::requirement::list(text).ok_or_else(|| self.malformed(request)),
        }
    }

    /// Warns if a release is not maintained any more.
    pub fn warn_if_ended(&self, context: &Context, release: &Release) {
        if let Support::Ended(date) = release.support {
            context.diagnostics.warn(format!(
                "{} {} gets no security fixes since {date}; move to {}",
                self.language, release.version, self.default
            ));
        }
    }

    /// The error that says that a wanted version is not to be had, and which are.
    pub fn unavailable(&self, request: &Request) -> Error {
        let mut versions: Vec<_> = self.all.iter().map(|release| release.version).collect();
        versions.sort_by_key(|version| parse_numbers(version));
        Error::new(format!("{} {:?}, asked for by {}, is not available", self.language, request.text, request.source))
            .hint(format!("Available versions: {}", versions.join(", ")))
    }

    /// The error that says that a wanted version cannot be understood.
    pub fn malformed(&self, request: &Request) -> Error {
        Error::new(format!("{} version {:?} in {} cannot be understood", self.language, request.text, request.source))
            .hint(format!("Write a version such as {}", self.default))
    }
}

/// A version somebody asked for, in the notation of where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The text, trimmed.
    pub text: String,
    /// Where it stands: a variable, a file, or a field of a file.
    pub source: String,
}

impl Request {
    /// A request; `None` if the text is blank.
    pub fn new(text: &str, source: impl Into<String>) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self { text: text.to_owned(), source: source.into() })
    }

    /// A request in the notation of asdf and mise: `latest:3.4` (asdf) and `prefix:3.4` (mise) mean the newest
    /// 3.4; `system` means whatever is there, which is no request.
    fn of_tool(version: &str, source: impl Into<String>) -> Option<Self> {
        let version = version.trim();
        let series = ["latest:", "prefix:"].iter().find_map(|word| version.strip_prefix(word));
        Self::new(series.unwrap_or(version), source).filter(|request| request.text != "system")
    }
}

/// Where a language's version may be asked for, apart from its manifest.
#[derive(Clone, Copy, Debug)]
pub struct Sources {
    /// The variable without its `NIXPACKS_` prefix: `NODE_VERSION`.
    pub variable: &'static str,
    /// The language's own version files, whose whole text is the version.
    pub files: &'static [&'static str],
    /// The tool's names in `.tool-versions` and `mise.toml`: `["nodejs", "node"]`.
    pub tools: &'static [&'static str],
}

impl Sources {
    /// The first request among variable, version files, `.tool-versions` and `mise.toml`.
    ///
    /// # Errors
    /// One of these files cannot be read.
    pub fn find(&self, context: &Context) -> Result<Option<Request>> {
        self.find_with(context, || Ok(None))
    }

    /// As [`find`](Self::find), with version files whose text is more than a version: `others` reads
    /// them, after the plain ones and before `.tool-versions`.
    ///
    /// # Errors
    /// One of these files cannot be read.
    pub fn find_with(
        &self,
        context: &Context,
        others: impl FnOnce() -> Result<Option<Request>>,
    ) -> Result<Option<Request>> {
        if let Some(request) = self.own(context)? {
            return Ok(Some(request));
        }
        match others()? {
            Some(request) => Ok(Some(request)),
            None => self.shared(context),
        }
    }

    /// The first request among the variable and the language's own version files.
    fn own(&self, context: &Context) -> Result<Option<Request>> {
        if let Some(value) = context.environment.config(self.variable)
            && let Some(request) = Request::new(&value, format!("NIXPACKS_{}", self.variable))
        {
            return Ok(Some(request));
        }
        for path in self.files {
            let text = context.app.read_text_if_file(path)?;
            if let Some(request) = text.and_then(|text| Request::new(first_line(&text), *path)) {
                return Ok(Some(request));
            }
        }
        Ok(None)
    }

    /// The first request among the files of tools for all languages.
    fn shared(&self, context: &Context) -> Result<Option<Request>> {
        if let Some(text) = context.app.read_text_if_file(".tool-versions")? {
            let versions = tool_versions(&text);
            let named = |tool: &&str| versions.iter().rev().find(|(name, _)| *name == *tool);
            if let Some((_, version)) = self.tools.iter().find_map(named) {
                // Several versions may follow a tool; the first is the one in use.
                let version = version.split_whitespace().next().unwrap_or_default();
                return Ok(Request::of_tool(version, ".tool-versions"));
            }
        }
        for path in ["mise.toml", ".mise.toml"] {
            if let Some(text) = context.app.read_text_if_file(path)?
                && let Some(version) = self.tools.iter().find_map(|tool| mise_version(&text, tool))
            {
                return Ok(Request::of_tool(&version, path));
            }
        }
        Ok(None)
    }
}

/// The first line that is neither blank nor a comment, without the comment after it.
fn first_line(text: &str) -> &str {
    let before_comment = |line| str::split(line, '#').next().unwrap_or_default().trim();
    text.lines().map(before_comment).find(|line| !line.is_empty()).unwrap_or_default()
}

/// The lines of a `.tool-versions` file as tool and rest of line (Nixpacks 1.41: lines are trimmed;
/// comments and lines of one word are passed over; several versions stay one text).
pub fn tool_versions(text: &str) -> Vec<(&str, &str)> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(char::is_whitespace))
        .map(|(tool, rest)| (tool, rest.trim_start()))
        .collect()
}

/// The `major.minor` that Nixpacks 1.41 reads out of a text: blanks, letters, `-` and quotes may
/// precede it, a patch and a quote follow. Either number may be absent.
pub fn nixpacks_series(text: &str) -> Option<String> {
    let digits = |text: &'_ str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let is_preamble = |c: char| c.is_whitespace() || c.is_ascii_alphabetic() || matches!(c, '-' | '"' | '\'');
    let text = text.trim().trim_start_matches(is_preamble);
    let (major, text) = text.split_at(digits(text));
    let text = text.trim_start_matches('.');
    let (minor, text) = text.split_at(digits(text));
    let text = text.trim_start_matches('.');
    matches!(&text[digits(text)..], "" | "\"" | "'").then(|| format!("{major}.{minor}"))
}

/// The version of a tool in a `mise.toml`: `tool = "1"`, `tool = ["1", "2"]` (the first), or
/// `tool = { version = "1" }`, in the table `[tools]`.
fn mise_version(text: &str, tool: &str) -> Option<String> {
    let is_wanted = |path: &[String]| {
        let path: Vec<_> = path.iter().map(String::as_str).collect();
        matches!(path.as_slice(), ["tools", name] | ["tools", name, "version"] if *name == tool)
    };
    toml_texts::texts(text).into_iter().find(|(path, _)| is_wanted(path)).map(|(_, version)| version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tool_versions_keeps_the_rest_of_a_line() {
        let text = "# comment\nnodejs 20.1.0 18.2.0\n  python\t3.12\nruby\n";
        assert_eq!(tool_versions(text), [("nodejs", "20.1.0 18.2.0"), ("python", "3.12")]);
    }

    #[test]
    fn nixpacks_reads_a_series_behind_any_letters() {
        for text in ["1.14", "v1.14.2\n", "\"1.14\"", "elixir-1.14", "1..14"] {
            assert_eq!(nixpacks_series(text).as_deref(), Some("1.14"), "{text:?}");
        }
        for text in [">=1.14", "1.14.2-otp-26", "1.14.2.3", "1.14|1.15"] {
            assert_eq!(nixpacks_series(text), None, "{text:?}");
        }
    }

    #[test]
    fn mise_reads_the_forms_of_a_tool() {
        let text =
            "[env]\nnode = \"1\"\n[tools]\nnode = '22'\npython = [\"3.12\", \"3.11\"]\ngo = { version = \"1.26\" }\n";
        assert_eq!(mise_version(text, "node").as_deref(), Some("22"));
        assert_eq!(mise_version(text, "python").as_deref(), Some("3.12"));
        assert_eq!(mise_version(text, "go").as_deref(), Some("1.26"));
        assert_eq!(mise_version(text, "ruby"), None);
    }

    #[test]
    fn asdf_and_mise_name_a_series_or_nothing() {
        let wanted = |text| Request::of_tool(text, "mise.toml").map(|request| request.text);
        for (text, expected) in [
            ("3.4", Some("3.4")),
            ("latest:3.4", Some("3.4")),
            ("prefix:3.4 ", Some("3.4")),
            ("latest", Some("latest")),
        ] {
            assert_eq!(wanted(text).as_deref(), expected, "{text:?}");
        }
        assert_eq!(wanted("system"), None);
        assert_eq!(wanted("prefix:"), None);
    }

    #[test]
    fn mise_reads_all_of_toml() {
        for text in [
            "[tools] # the same as in production\nnode = '22'\n",
            "[ tools ]\n'node' = \"22\" # \"20\"\n",
            "[tools]\npython = [\n  '3.12',\n  [],\n]\nnode = [ # first\n  '22',\n  '20',\n]\n",
            "[tools]\nnode = { postinstall = \"version = '1'\", version = '22' }\n",
            "[tools.node]\npostinstall = 'corepack enable'\nversion = '22'\n",
            "tools.node = '22'\n",
            "[tasks.a]\nrun = \"\"\"\n[tools]\nnode = '1'\n\"\"\"\n[tools]\nnode = '22'",
        ] {
            assert_eq!(mise_version(text, "node").as_deref(), Some("22"), "{text:?}");
        }
        for text in ["[tasks.tools]\nnode = '22'\n", "[tools]\nnode = {}\n[a]\nnode = '22'\n", "[tools]\nnode = 22"] {
            assert_eq!(mise_version(text, "node"), None, "{text:?}");
        }
    }

    #[test]
    fn a_version_file_may_have_comments() {
        assert_eq!(first_line("\n# pinned\n  22 \n20\n"), "22");
        assert_eq!(first_line("22.1 # the same as in production\n"), "22.1");
        assert_eq!(first_line("# nothing"), "");
    }
}
