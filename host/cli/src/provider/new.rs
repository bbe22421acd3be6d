//! `provider new`: a project that builds and passes its tests at once, with the SDK in it.

use super::super::print;
use clap::{Args, ValueEnum};
use plugpacks::error::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Arguments {
    /// Name of the provider and of the directory that is made: lower case letters, digits, `-`
    #[arg(value_parser = name)]
    name: String,
    /// Language of the provider
    #[arg(long, value_enum)]
    lang: Language,
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    Rust,
    Go,
    Javascript,
}

/// What stands in templates for the name.
const PLACEHOLDER: &str = "newlang";

/// A file: where it goes, and its text.
type Embedded = (&'static str, &'static str);

/// Files of a folder of the repository, placed below another folder.
macro_rules! files {
    ($folder:literal => $to:literal: $($file:literal)*) => {
        &[$((concat!($to, $file), include_str!(concat!("../../../../", $folder, "/", $file)))),*]
    };
}

impl Language {
    const fn files(self) -> &'static [&'static [Embedded]] {
        match self {
            Self::Rust => &[
                files!("sdk/rust/template" => "":
                    ".gitignore" "Cargo.toml" "README.md" "apps/first/main.newlang" "src/lib.rs"),
                files!("sdk/rust" => "sdk/":
                    "Cargo.toml" "README.md" "src/bindings.rs" "src/context.rs" "src/edition.rs" "src/error.rs"
                    "src/folder.rs" "src/glob.rs" "src/jsonc.rs" "src/lib.rs" "src/nixpkgs.rs" "src/plan.rs"
                    "src/provider.rs" "src/shell.rs" "src/start.rs" "src/testing.rs" "src/yaml.rs"),
                files!("wit" => "sdk/wit/": "0.2/provider.wit" "editions.rs"),
            ],
            Self::Go => &[
                files!("sdk/go/template" => "":
                    ".gitignore" "README.md" "apps/first/main.newlang" "go.mod" "main.go" "main_test.go"),
                files!("sdk/go" => "sdk/":
                    "README.md" "context.go" "exports_wasip1.go" "failure.go" "go.mod" "imports_wasip1.go"
                    "memory_wasip1.go" "plan.go" "plugpackstest/fake_app.go" "provider.go" "wire_wasip1.go"),
            ],
            Self::Javascript => &[
                files!("sdk/javascript/template" => "":
                    ".gitignore" "README.md" "apps/first/main.newlang" "main.js" "package-lock.json" "package.json"
                    "provider.js" "provider.test.js"),
                files!("sdk/javascript" => "sdk/": "README.md" "plugpacks.js" "testing.js"),
                files!("wit/0.1" => "sdk/": "provider.wit"),
            ],
        }
    }
}

/// A name that can be a provider's, a package's and a directory's.
fn name(name: &str) -> std::result::Result<String, String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let refusal = || "a name has lower case letters, digits and `-`, and begins with a letter".to_owned();
    if is_name && name.len() <= 40 { Ok(name.to_owned()) } else { Err(refusal()) }
}

// What is written is no part of an app.
#[allow(clippy::disallowed_methods)]
pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let Arguments { name, lang } = arguments;
    let directory = PathBuf::from(name);
    let unwritable = |path: &Path| {
        let message = format!("Cannot make `{}`", path.display());
        move |error: std::io::Error| Error::system(message).cause(error)
    };
    fs::create_dir(&directory).map_err(|error| {
        Error::configuration(format!("Cannot make the directory `{name}`"))
            .cause(error)
            .hint("Take another name, or move what is there out of the way")
    })?;
    for (path, text) in lang.files().iter().copied().flatten() {
        // The SDK's own files know nothing of the name.
        let is_own = !path.starts_with("sdk/");
        let path = directory.join(if is_own { path.replace(PLACEHOLDER, name) } else { (*path).to_owned() });
        path.parent().map_or(Ok(()), fs::create_dir_all).map_err(unwritable(&path))?;
        let text = if is_own { text.replace(PLACEHOLDER, name) } else { (*text).to_owned() };
        fs::write(&path, text).map_err(unwritable(&path))?;
    }
    print(&format!("{name}: {name}/README.md says how it is tested and built\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What of the SDKs goes into no project.
    const LEFT_OUT: &[&str] = &["/template/", "_test.go", "rust/wit"];

    #[test]
    #[allow(clippy::disallowed_methods)]
    fn projects_have_all_of_the_sdk() {
        for (language, folder) in [(Language::Rust, "rust"), (Language::Go, "go"), (Language::Javascript, "javascript")]
        {
            let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk").join(folder);
            let mut folders = vec![sdk.clone()];
            while let Some(folder) = folders.pop() {
                for entry in fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    if LEFT_OUT.iter().any(|part| format!("{}/", path.display()).contains(part)) {
                        continue;
                    }
                    if path.is_dir() {
                        folders.push(path);
                        continue;
                    }
                    let file = format!("sdk/{}", path.strip_prefix(&sdk).unwrap().display());
                    assert!(language.files().iter().copied().flatten().any(|(to, _)| *to == file), "{file}");
                }
            }
        }
    }

    #[test]
    fn a_name_is_a_word() {
        assert!(["a", "my-lang", "c99"].into_iter().all(|good| name(good).is_ok()));
        assert!(["", "A", "9a", "a b", "../a", "é", &"a".repeat(41)].into_iter().all(|bad| name(bad).is_err()));
    }
}
