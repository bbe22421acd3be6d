//! `Gemfile` and `Gemfile.lock`: what of them matters. The Gemfile is Ruby code and is searched, not
//! run.

use plugpacks_provider_support::release::Request;
use plugpacks_sdk::Context;

/// The app's manifest and lockfile; without them, their texts are empty.
pub(crate) struct Bundle {
    pub(crate) gemfile: String,
    pub(crate) lockfile: String,
}

impl Bundle {
    /// Reads both files.
    pub(crate) fn read(context: &Context) -> Self {
        Self { gemfile: text(context, "Gemfile"), lockfile: text(context, "Gemfile.lock") }
    }

    /// Whether a text occurs in either file.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        self.gemfile.contains(text) || self.lockfile.contains(text)
    }

    /// Whether the app depends on a gem: its name is a word of the Gemfile's code or stands among the
    /// locked gems.
    pub(crate) fn depends_on(&self, gem: &str) -> bool {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let mut words = self.gemfile_code().flat_map(|line| line.split(|c| !is_part(c)));
        let mut locked = self.lockfile.lines().filter_map(|line| line.trim_start().split([' ', '!']).next());
        words.any(|word| word == gem) || locked.any(|name| name == gem)
    }

    /// The version of Bundler that wrote the lockfile: the line after `BUNDLED WITH`, be it empty.
    pub(crate) fn bundler(&self) -> Option<&str> {
        let mut lines = self.lockfile.split('\n').skip_while(|line| !line.contains("BUNDLED WITH"));
        lines.nth(1).map(str::trim)
    }

    /// The Ruby that Bundler is told to insist on: all requirements of the line `ruby "3.4.1"`, joined
    /// by commas.
    pub(crate) fn gemfile_request(&self) -> Option<Request> {
        let arguments = self.gemfile_code().find_map(|line| {
            let rest = line.trim_start().strip_prefix("ruby")?;
            rest.starts_with([' ', '\t', '(']).then(|| rest.trim_start_matches([' ', '\t', '(']))
        })?;
        Request::new(&leading_strings(arguments).join(", "), "Gemfile")
    }

    /// The Ruby that the lockfile was written with: `ruby 3.4.1p0`, `ruby 3.1.4p0 (jruby 9.4.5.0)`.
    pub(crate) fn lockfile_request(&self) -> Option<Request> {
        let mut lines = self.lockfile.lines().skip_while(|line| line.trim() != "RUBY VERSION");
        let line = lines.nth(1)?.trim().strip_prefix("ruby ")?;
        let other = line.split_once('(').and_then(|(_, other)| other.trim_end_matches(')').split_once(' '));
        let text = match other {
            Some((name, version)) => format!("{name}-{version}"),
            None => line.split('p').next()?.to_owned(),
        };
        Request::new(&text, "Gemfile.lock")
    }

    /// The lines of the Gemfile without whole lines of comment and comments behind code.
    fn gemfile_code(&self) -> impl Iterator<Item = &str> {
        let lines = self.gemfile.lines().filter(|line| !line.trim_start().starts_with('#'));
        lines.map(|line| line.split(" #").next().unwrap_or(line))
    }
}

/// A file's text; one that is not there, or is not UTF-8, counts as empty.
pub(crate) fn text(context: &Context, path: &str) -> String {
    context
        .app
        .read_text_if_file(path)
        .unwrap_or_else(|error| {
            context.diagnostics.warn(format!("{error}; the file is ignored"));
            None
        })
        .unwrap_or_default()
}

/// The quoted texts at the beginning of an argument list.
fn leading_strings(arguments: &str) -> Vec<&str> {
    let mut strings = Vec::new();
    let mut rest = arguments;
    while let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))
        && let Some((text, after)) = rest[1..].split_once(quote)
    {
        strings.push(text);
        rest = after.trim_start().strip_prefix(',').unwrap_or_default().trim_start();
        // A quoted key such as `"engine" => "jruby"` is no requirement.
        if rest.contains("=>") && !rest.starts_with([':', '"', '\'']) {
            break;
        }
    }
    strings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gemfile(text: &str) -> Bundle {
        Bundle { gemfile: text.into(), lockfile: String::new() }
    }

    fn lockfile(text: &str) -> Bundle {
        Bundle { gemfile: String::new(), lockfile: text.into() }
    }

    #[test]
    fn a_gem_is_a_word_not_a_part_of_one() {
        let bundle =
            gemfile("gem 'pg', '~> 1.5'\n%w[mysql2 puma].each { |g| gem g }\n# gem 'vips'\ngem \"pghero\" # execjs\n");
        for name in ["pg", "mysql2", "puma", "pghero"] {
            assert!(bundle.depends_on(name), "{name}");
        }
        for name in ["vips", "execjs", "mysql", "hero"] {
            assert!(!bundle.depends_on(name), "{name}");
        }
        let bundle = lockfile("GEM\n  specs:\n    ruby-vips (2.2.0)\n      ffi (~> 1.12)\nDEPENDENCIES\n  ours!\n");
        assert!(bundle.depends_on("ruby-vips") && bundle.depends_on("ffi") && bundle.depends_on("ours"));
        assert!(!bundle.depends_on("vips"));
    }

    #[test]
    fn the_ruby_line_of_a_gemfile() {
        let request = |text| gemfile(text).gemfile_request().map(|request| request.text);
        for (text, expected) in [
            ("gem 'a'\nruby '3.4.1'", "3.4.1"),
            ("  ruby(\"3.4.1\")", "3.4.1"),
            ("ruby \"~> 3.3\", \">= 3.3.2\"\n", "~> 3.3, >= 3.3.2"),
            ("ruby '3.2.2', patchlevel: '53'", "3.2.2"),
            ("ruby '3.2.2', :engine => 'ruby'", "3.2.2"),
            ("# ruby '2.5.0'\nruby '3.3' # why", "3.3"),
        ] {
            assert_eq!(request(text).as_deref(), Some(expected), "{text:?}");
        }
        for text in ["", "ruby file: '.ruby-version'", "rubygems 'x'", "ruby RUBY_VERSION", "ruby 'unfinished"] {
            assert_eq!(request(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_versions_of_a_lockfile() {
        let ruby = |text| lockfile(text).lockfile_request().map(|request| request.text);
        assert_eq!(ruby("RUBY VERSION\n   ruby 3.2.4p170\n").as_deref(), Some("3.2.4"));
        assert_eq!(ruby("RUBY VERSION\n   ruby 3.1.4p0 (jruby 9.4.5.0)\n").as_deref(), Some("jruby-9.4.5.0"));
        assert_eq!(ruby("GEM\n    ruby 1 (2)\n"), None);
        assert_eq!(lockfile("BUNDLED WITH\n   2.5.10\n").bundler(), Some("2.5.10"));
        assert_eq!(lockfile("BUNDLED WITH\n").bundler(), Some(""));
        assert_eq!(lockfile("BUNDLED WITH").bundler(), None);
    }
}
