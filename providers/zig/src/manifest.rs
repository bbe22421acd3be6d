//! What `build.zig.zon` says.

use plugpacks_sdk::{Context, Result};

/// A package's name and the Zig it needs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) name: Option<String>,
    pub(crate) minimum_zig_version: Option<String>,
}

impl Manifest {
    /// The app's manifest; an empty one if there is none.
    pub(crate) fn read(context: &Context) -> Result<Self> {
        let text = context.app.read_text_if_file("build.zig.zon")?;
        Ok(text.map(|text| Self::parse(&text)).unwrap_or_default())
    }

    fn parse(text: &str) -> Self {
        Self { name: field(text, "name"), minimum_zig_version: field(text, "minimum_zig_version") }
    }
}

/// The value of the first line `.name = "value",` or `.name = .value,`.
fn field(text: &str, name: &str) -> Option<String> {
    // A one-line manifest begins with its opening bracket.
    let lines = text.lines().map(|line| line.trim().trim_start_matches(".{").trim_start());
    let value =
        lines.filter_map(|line| line.strip_prefix('.')?.strip_prefix(name)?.trim_start().strip_prefix('=')).next()?;
    let value = value.trim();
    let identifier = value.strip_prefix('.');
    match identifier.map_or(value, |identifier| identifier.trim_start_matches('@')).strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().map(str::to_owned),
        None => {
            let end = |c: char| !c.is_alphanumeric() && c != '_';
            identifier?.split(end).next().filter(|name| !name.is_empty()).map(str::to_owned)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_or_texts() {
        for text in [
            ".{\n    .name = .relay,\n}",
            ".{\n    .name = \"relay\",\n}",
            ".{\n    .name=.@\"relay\",\n}",
            ".{ .name = .relay, .version = \"1\" }",
        ] {
            assert_eq!(Manifest::parse(text).name.as_deref(), Some("relay"), "{text}");
        }
    }

    #[test]
    fn other_lines_are_no_field() {
        for text in ["", ".{\n    // .name = .relay,\n    .names = .x,\n}", ".name", ".name =", ".name = 1"] {
            assert_eq!(Manifest::parse(text).name, None, "{text}");
        }
    }
}
