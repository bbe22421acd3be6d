//! The Ruby of Nixpacks 1.41: rbenv compiles whatever version the app names.

use crate::app::RubyApp;
use crate::toolchain::{Toolchain, apt_packages, bundler_gem};
use plugpacks_sdk::{Error, Phase, Result};

/// Installs the wanted Ruby.
pub(crate) fn toolchain(app: &RubyApp) -> Result<Toolchain> {
    let version = version(app)?;
    let number = version.trim_start_matches("ruby-");
    let bundler = bundler_gem(app.bundle.bundler());
    let commands = [
        "curl -fsSL https://github.com/rbenv/rbenv-installer/raw/HEAD/bin/rbenv-installer | bash -s stable",
        r#"printf '\neval "$(~/.rbenv/bin/rbenv init -)"' >> /root/.profile"#,
        ". /root/.profile",
        &format!("rbenv install {number}"),
        &format!("rbenv global {number}"),
        &format!("gem install {bundler}"),
    ];
    let programs = app.needs().flat_map(|gem| gem.native.programs).copied();
    let compiler = compiles_yjit(number).then_some("rustc");
    let setup = Phase::setup(programs.chain(compiler))
        .apt_packages(apt_packages(app.needs().flat_map(|gem| gem.apt_packages)))
        .command(commands.join(" && "))
        .only_include_files([""; 0])
        .paths(["$HOME/.rbenv/bin"]);
    let gems = format!("/usr/local/rvm/gems/{version}");
    let paths =
        vec![format!("/usr/local/rvm/rubies/{version}/bin"), format!("{gems}/bin"), format!("{gems}@global/bin")];
    let variables = vec![("GEM_PATH", format!("{gems}:{gems}@global")), ("GEM_HOME", gems)];
    Ok(Toolchain { setup, paths, variables, run_time: None })
}

/// The wanted version, word for word.
fn version(app: &RubyApp) -> Result<String> {
    let context = app.context;
    let (version, source) = if let Some(text) = context.environment.config("RUBY_VERSION") {
        (text, "NIXPACKS_RUBY_VERSION")
    } else if let Some(text) = context.app.read_text_if_file(".ruby-version")? {
        (text.trim().to_owned(), ".ruby-version")
    } else if let Some(text) = gemfile_version(&app.bundle.gemfile) {
        (format!("ruby-{text}"), "Gemfile")
    } else if let Some(text) = lockfile_version(&app.bundle.lockfile) {
        (format!("ruby-{text}"), "Gemfile.lock")
    } else {
        return Err(Error::new("Please specify ruby's version in .ruby-version file")
            .hint("Write a version such as 3.4.1 into it, or use the edition 2026.11, which has a default"));
    };
    if version.contains(char::is_control) {
        return Err(Error::new(format!("Ruby version {version:?} in {source} has more than one line"))
            .hint("Write a version such as 3.4.1 and nothing else"));
    }
    context.diagnostics.because("Ruby version", format!("{version:?} from {source}"));
    Ok(version)
}

/// What stands between `ruby "` and the last quote of the line that anything but `>` follows.
fn gemfile_version(text: &str) -> Option<&str> {
    let is_quote = |c| matches!(c, '"' | '\'');
    text.match_indices("ruby ").find_map(|(at, key)| {
        let rest = text[at + key.len()..].strip_prefix(is_quote)?;
        let line_end = rest.find('\n').unwrap_or(rest.len());
        let ends = rest[..line_end].rmatch_indices(is_quote).map(|(at, _)| at);
        let is_end = |at: &usize| rest[at + 1..].chars().next().is_some_and(|next| next != '>');
        ends.into_iter().find(is_end).map(|at| &rest[..at])
    })
}

/// Three numbers behind `ruby ` that anything but `>` follows; the last gives a digit away where
/// nothing else does.
fn lockfile_version(text: &str) -> Option<&str> {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.match_indices("ruby ").find_map(|(at, key)| {
        let rest = &text[at + key.len()..];
        let mut end = 0;
        for separator in [".", ".", ""] {
            let length = digits(&rest[end..]);
            end += length;
            if length == 0 || !rest[end..].starts_with(separator) {
                return None;
            }
            end += separator.len();
        }
        if rest[end..].chars().next().is_some_and(|next| next != '>') {
            return Some(&rest[..end]);
        }
        let shorter = &rest[..end - 1];
        shorter.ends_with(|c: char| c.is_ascii_digit()).then_some(shorter)
    })
}

/// Whether the version's first two numbers are at least 3 and 1, which leaves out 4.0.
fn compiles_yjit(version: &str) -> bool {
    let mut numbers = version.split('.').map(str::parse::<u32>);
    let mut is_at_least = |least| matches!(numbers.next(), Some(Ok(number)) if number >= least);
    is_at_least(3) && is_at_least(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gemfiles_version_ends_at_the_last_quote() {
        for (text, expected) in [
            ("ruby '3.1.2'\n", Some("3.1.2")),
            ("ruby \"3.1.2\" ", Some("3.1.2")),
            ("ruby '3.1.2'", None),
            ("ruby '2.7.0', :engine => 'jruby'\n", Some("2.7.0', :engine => 'jruby")),
            ("ruby '~> 3.0'\n", Some("~> 3.0")),
            ("# jruby 'x'\n", Some("x")),
            ("ruby 'a'>\nruby 'b'\n", Some("b")),
            ("ruby file: 'a'\n", None),
        ] {
            assert_eq!(gemfile_version(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_lockfiles_version_needs_something_behind_it() {
        for (text, expected) in [
            ("ruby 3.1.2p20\n", Some("3.1.2")),
            ("ruby 2.6.10", Some("2.6.1")),
            ("ruby 2.6.1", None),
            ("ruby 2.6.10>", Some("2.6.1")),
            ("ruby 3.1\nruby 3.1.4 ", Some("3.1.4")),
        ] {
            assert_eq!(lockfile_version(text), expected, "{text:?}");
        }
    }

    #[test]
    fn rust_is_there_from_3_1_but_not_for_4_0() {
        assert!(compiles_yjit("3.1.0") && compiles_yjit("3.2") && compiles_yjit("4.1.0"));
        for version in ["3.0.6", "2.7.8", "4.0.0", "3", "", "~> 3.2.0", "jruby-9.4.7.0"] {
            assert!(!compiles_yjit(version), "{version}");
        }
    }
}
