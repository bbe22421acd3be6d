//! What a book of mdBook asks for besides mdBook itself.

use plugpacks_sdk::{Context, Result};

/// Preprocessors and back ends that are part of mdBook.
const OWN: [&str; 4] = ["html", "markdown", "links", "index"];

/// Those that nixpkgs has, as `mdbook-NAME`.
const PACKAGED: [(&str, &str); 16] = [
    ("admonish", "mdbook-admonish"),
    ("alerts", "mdbook-alerts"),
    ("cmdrun", "mdbook-cmdrun"),
    ("d2", "mdbook-d2"),
    ("emojicodes", "mdbook-emojicodes"),
    ("epub", "mdbook-epub"),
    ("footnote", "mdbook-footnote"),
    ("graphviz", "mdbook-graphviz"),
    ("katex", "mdbook-katex"),
    ("linkcheck", "mdbook-linkcheck"),
    ("mermaid", "mdbook-mermaid"),
    ("open-on-gh", "mdbook-open-on-gh"),
    ("pagetoc", "mdbook-pagetoc"),
    ("pdf", "mdbook-pdf"),
    ("plantuml", "mdbook-plantuml"),
    ("toc", "mdbook-toc"),
];

/// A book's `book.toml`, as far as it matters.
pub(crate) struct Book {
    /// The packages of its preprocessors and back ends.
    pub(crate) packages: Vec<&'static str>,
    /// Whether there are other back ends besides HTML's, so that each has a folder of its own.
    pub(crate) has_folders: bool,
}

impl Book {
    /// Reads the file; says which programs it calls that are not known here.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn read(context: &Context, file: &str) -> Result<Self> {
        let text = context.app.read_text(file)?;
        let preprocessors = tables(&text, "preprocessor");
        let outputs = tables(&text, "output");
        let mut packages = Vec::new();
        for name in preprocessors.iter().chain(&outputs).filter(|name| !OWN.contains(name)) {
            match PACKAGED.iter().find(|(known, _)| known == name) {
                Some((_, package)) => packages.push(*package),
                None => context.diagnostics.warn(format!(
                    "{file} calls mdbook-{name}, for which no package is known here: add it to phases.setup.nixPkgs"
                )),
            }
        }
        Ok(Self { packages, has_folders: outputs.contains(&"html") && outputs.len() > 1 })
    }
}

/// The names of the tables below another one: `mermaid` of `[preprocessor.mermaid]`.
fn tables<'t>(text: &'t str, above: &str) -> Vec<&'t str> {
    let headers = text.lines().filter_map(|line| line.trim().strip_prefix('[')?.split(']').next());
    let names = headers.filter_map(|header| header.strip_prefix(above)?.strip_prefix('.')?.split('.').next());
    let mut names: Vec<_> = names.map(|name| name.trim_matches('"')).collect();
    names.dedup();
    names
}
