//! `mix.exs` and `mix.lock`: what of them matters. They are Elixir code and are searched, not run.

use plugpacks_sdk::{Context, Result};

/// The app's manifest.
#[derive(Default)]
pub(crate) struct Mix {
    text: String,
}

impl Mix {
    /// Reads the manifest.
    pub(crate) fn read(context: &Context) -> Result<Self> {
        Self::read_from(context, "mix.exs")
    }

    /// Reads that of an umbrella's app.
    pub(crate) fn read_from(context: &Context, path: &str) -> Result<Self> {
        Ok(Self { text: context.app.read_text(path)? })
    }

    /// Whether the name of a package occurs as an atom: `:bcrypt_elixir`.
    pub(crate) fn depends_on(&self, package: &str) -> bool {
        let name = format!(":{package}");
        self.text.match_indices(&name).any(|(at, name)| is_end_of_word(&self.text, at + name.len()))
    }

    /// All of it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether a text occurs.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// What Nixpacks 1.41 takes for the wanted Elixir: the digits, dots and bars behind the last blank
    /// or `>` of the first line with `elixir:` that has one.
    pub(crate) fn last_number(&self) -> Option<&str> {
        let after = |(at, key): (usize, &str)| self.text[at + key.len()..].strip_prefix(char::is_whitespace);
        self.text.match_indices("elixir:").filter_map(after).find_map(|rest| {
            let line = rest.split('\n').next()?;
            let number = &line[line.rfind([' ', '>'])? + 1..];
            let end = number.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '|');
            Some(&number[..end.unwrap_or(number.len())])
        })
    }

    /// The requirement behind the key `elixir`, such as `~> 1.17`.
    pub(crate) fn requirement(&self) -> Option<&str> {
        let code = self.text.lines().map(|line| line.trim_start()).filter(|line| !line.starts_with('#'));
        code.filter_map(|line| line.split_once("elixir:")).find_map(|(before, after)| {
            let is_whole_key = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let text = after.trim_start().strip_prefix('"').filter(|_| is_whole_key)?;
            text.split_once('"').map(|(requirement, _)| requirement)
        })
    }

    /// Whether an application of the app has a module that starts with it.
    pub(crate) fn starts_something(&self, context: &Context) -> Result<bool> {
        Ok(self.mentions("mod:")
            || self.mentions("apps_path")
                && context.app.has_directory("apps")?
                && context.app.search("apps/*/mix.exs", r"\bmod:")?.is_some())
    }

    /// Whether Phoenix serves the app: it is locked, or a dependency of the app or, under an umbrella,
    /// of one of its apps.
    pub(crate) fn uses_phoenix(&self, context: &Context) -> Result<bool> {
        let locked = context.app.read_text_if_file("mix.lock")?.is_some_and(|text| text.contains("\"phoenix\":"));
        Ok(locked
            || self.depends_on("phoenix")
            || self.mentions("phx.server")
            || context.app.has_directory("apps")?
                && context.app.search("apps/*/mix.exs", r":phoenix\b[^_.]")?.is_some())
    }
}

/// Whether no word goes on at this place of a text.
fn is_end_of_word(text: &str, at: usize) -> bool {
    !text[at..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
}
