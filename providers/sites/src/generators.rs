//! The generators of static sites, as data.

/// A generator.
#[derive(Debug)]
pub(crate) struct Generator {
    /// Its name and that of its program.
    pub(crate) name: &'static str,
    /// What tells a site of it: one of these.
    pub(crate) signs: &'static [Sign],
    pub(crate) installation: Installation,
    /// The command that makes the site; `{folder}` is that of the file that told the site, `{output}` where
    /// the site is made.
    pub(crate) build: &'static str,
    pub(crate) output: Output,
}

/// A file that tells a site.
#[derive(Debug)]
pub(crate) struct Sign {
    pub(crate) file: &'static str,
    /// A regular expression that it has to have, where other tools have a file of this name, too.
    pub(crate) pattern: Option<&'static str>,
}

/// How a generator comes into the build.
#[derive(Debug)]
pub(crate) enum Installation {
    /// As a package of nixpkgs.
    Nix(&'static str),
    /// As a package of PyPI: the one that the app's manifests require, else the newest.
    Python {
        package: &'static str,
        /// Extensions, by a word of the file that tells the site.
        extensions: &'static [(&'static str, &'static str)],
    },
}

/// Where the site is made.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) default: &'static str,
    /// The key of the generator's configuration that names another folder.
    pub(crate) key: Option<&'static str>,
}

const fn file(file: &'static str) -> Sign {
    Sign { file, pattern: None }
}

const fn containing(file: &'static str, pattern: &'static str) -> Sign {
    Sign { file, pattern: Some(pattern) }
}

/// The address of a site in Hugo's configuration.
const HUGO: &str = r#"(?mi)^\s*"?baseURL"?\s*[=:]"#;

/// The address of a site in Zola's configuration.
const ZOLA: &str = r"(?m)^base_url\s*=";

/// A setting that only the configuration of Sphinx has.
const SPHINX: &str = r"(?m)^(?:html_theme|master_doc|root_doc|extensions)\s*=";

/// A key of the configuration that is Jekyll's rather than another generator's.
const JEKYLL: &str = r"(?m)^(?:theme|remote_theme|plugins|permalink|kramdown|collections|title|baseurl):";

/// All of them; the first that has a sign makes the site.
pub(crate) static GENERATORS: [Generator; 7] = [
    Generator {
        name: "hugo",
        signs: &[
            file("hugo.toml"),
            file("hugo.yaml"),
            file("hugo.yml"),
            file("hugo.json"),
            file("config/_default/hugo.toml"),
            file("config/_default/hugo.yaml"),
            containing("config.toml", HUGO),
            containing("config.yaml", HUGO),
            containing("config.yml", HUGO),
            containing("config.json", HUGO),
            containing("config/_default/config.toml", HUGO),
            containing("config/_default/config.yaml", HUGO),
        ],
        installation: Installation::Nix("hugo"),
        build: "hugo --gc --minify",
        output: Output { default: "public", key: Some("publishDir") },
    },
    Generator {
        name: "zola",
        signs: &[containing("zola.toml", ZOLA), containing("config.toml", ZOLA)],
        installation: Installation::Nix("zola"),
        build: "zola build",
        output: Output { default: "public", key: Some("output_dir") },
    },
    Generator {
        name: "mdbook",
        signs: &[file("book.toml")],
        installation: Installation::Nix("mdbook"),
        build: "mdbook build",
        output: Output { default: "book", key: Some("build-dir") },
    },
    Generator {
        name: "mkdocs",
        signs: &[file("mkdocs.yml"), file("mkdocs.yaml")],
        installation: Installation::Python {
            package: "mkdocs",
            extensions: &[
                ("material", "mkdocs-material"),
                ("mkdocstrings", "mkdocstrings[python]"),
                ("autorefs", "mkdocs-autorefs"),
                ("awesome-pages", "mkdocs-awesome-pages-plugin"),
                ("gen-files", "mkdocs-gen-files"),
                ("git-revision-date-localized", "mkdocs-git-revision-date-localized-plugin"),
                ("glightbox", "mkdocs-glightbox"),
                ("include-markdown", "mkdocs-include-markdown-plugin"),
                ("literate-nav", "mkdocs-literate-nav"),
                ("macros", "mkdocs-macros-plugin"),
                ("mermaid2", "mkdocs-mermaid2-plugin"),
                ("minify", "mkdocs-minify-plugin"),
                ("mkdocs-jupyter", "mkdocs-jupyter"),
                ("redirects", "mkdocs-redirects"),
                ("rss", "mkdocs-rss-plugin"),
                ("section-index", "mkdocs-section-index"),
                ("swagger-ui-tag", "mkdocs-swagger-ui-tag"),
                ("table-reader", "mkdocs-table-reader-plugin"),
            ],
        },
        build: "mkdocs build",
        output: Output { default: "site", key: Some("site_dir") },
    },
    Generator {
        name: "sphinx",
        signs: &[
            containing("conf.py", SPHINX),
            containing("source/conf.py", SPHINX),
            containing("docs/conf.py", SPHINX),
            containing("docs/source/conf.py", SPHINX),
            containing("doc/conf.py", SPHINX),
            containing("doc/source/conf.py", SPHINX),
        ],
        installation: Installation::Python {
            package: "sphinx",
            extensions: &[
                ("furo", "furo"),
                ("sphinx_rtd_theme", "sphinx-rtd-theme"),
                ("pydata_sphinx_theme", "pydata-sphinx-theme"),
                ("sphinx_book_theme", "sphinx-book-theme"),
                ("myst_parser", "myst-parser"),
                ("sphinx_copybutton", "sphinx-copybutton"),
            ],
        },
        build: "sphinx-build -b html {folder} {output}",
        output: Output { default: "_build/html", key: None },
    },
    Generator {
        name: "pelican",
        signs: &[file("pelicanconf.py")],
        installation: Installation::Python { package: "pelican[markdown]", extensions: &[] },
        build: "pelican content -o {output} -s $([ -f publishconf.py ] && echo publishconf.py || echo pelicanconf.py)",
        output: Output { default: "output", key: None },
    },
    // A site with a Gemfile is the provider ruby's.
    Generator {
        name: "jekyll",
        signs: &[containing("_config.yml", JEKYLL)],
        installation: Installation::Nix("jekyll"),
        build: "JEKYLL_ENV=production jekyll build",
        output: Output { default: "_site", key: Some("destination") },
    },
];
