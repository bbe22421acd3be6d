//! A Go file, as far as a plan needs to know it.

use super::constraint::Target;

/// What a Go file says before its declarations, and its directives.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct GoFile {
    /// Its path in the app.
    pub(crate) path: String,
    /// The name behind `package`.
    pub(crate) package: String,
    /// The paths of the packages it imports.
    pub(crate) imports: Vec<String>,
    /// The patterns of its `//go:embed` lines.
    pub(crate) embeds: Vec<String>,
    /// The commands of its `//go:generate` lines.
    pub(crate) generators: Vec<String>,
    /// The whole text.
    pub(crate) text: String,
}

impl GoFile {
    /// Reads a file's text; `None` if its build constraint leaves it out.
    pub(crate) fn parse(text: String, target: &Target) -> Option<Self> {
        let mut file = Self::default();
        let mut is_in_comment = false;
        let mut is_in_imports = false;
        for line in text.lines().map(str::trim) {
            if is_in_comment {
                is_in_comment = !line.contains("*/");
                continue;
            }
            if file.package.is_empty()
                && let Some(constraint) = line.strip_prefix("//go:build ")
                && !target.allows(constraint)
            {
                return None;
            }
            if line.is_empty() || line.starts_with("//") {
                continue;
            }
            if line.starts_with("/*") {
                is_in_comment = !line.contains("*/");
                continue;
            }
            if let Some(name) = line.strip_prefix("package ") {
                name.split([' ', ';', '\t', '/']).next().unwrap_or_default().clone_into(&mut file.package);
            } else if line.starts_with("import (") {
                is_in_imports = !line.contains(')');
                file.imports.extend(quoted(line).map(str::to_owned));
            } else if is_in_imports && line.starts_with(')') {
                is_in_imports = false;
            } else if is_in_imports || line.starts_with("import ") {
                file.imports.extend(quoted(line).map(str::to_owned));
            } else {
                break;
            }
        }
        file.embeds = directives(&text, "//go:embed ").flat_map(patterns).collect();
        file.generators = directives(&text, "//go:generate ").map(str::to_owned).collect();
        file.text = text;
        Some(file)
    }
}

/// The first text in quotes.
fn quoted(line: &str) -> Option<&str> {
    line.split(['"', '`']).nth(1)
}

/// What follows a directive, which begins a line.
fn directives<'t>(text: &'t str, directive: &'static str) -> impl Iterator<Item = &'t str> {
    text.lines().filter_map(move |line| line.strip_prefix(directive)).map(str::trim)
}

/// The patterns of one `//go:embed` line, without the prefix `all:`.
fn patterns(line: &str) -> Vec<String> {
    let words = line.split_whitespace().map(|word| word.trim_matches(['"', '`']));
    words.map(|word| word.trim_start_matches("all:").to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<GoFile> {
        GoFile::parse(text.into(), &Target { architecture: "amd64", cgo: false, tags: Vec::new() })
    }

    #[test]
    fn package_imports_and_directives() {
        let text = "// Package main serves.\n/* long\npackage no\n*/\npackage main // yes\n\nimport \"embed\"\nimport (\n\
                    \tx \"example.com/x\" // why\n\t_ `example.com/y`\n)\n\n//go:generate templ generate\n\
                    //go:embed all:dist \"a.txt\"\nvar files embed.FS\nvar s = \"import\"\n";
        let file = parse(text).unwrap();
        assert_eq!(file.package, "main");
        assert_eq!(file.imports, ["embed", "example.com/x", "example.com/y"]);
        assert_eq!(file.embeds, ["dist", "a.txt"]);
        assert_eq!(file.generators, ["templ generate"]);
    }

    #[test]
    fn a_constraint_may_leave_a_file_out() {
        assert_eq!(parse("//go:build mage\n\npackage main\n"), None);
        assert!(parse("//go:build linux\n\npackage main\n").is_some());
        assert!(parse("package main\n\n//go:build mage\n").is_some());
    }
}
