//! What a provider sees: the app, its variables, other providers, and where it explains itself.

use crate::bindings::plugpacks::provider as wit;
use crate::bindings::plugpacks::provider::app::{AccessError, EntryKind, Occurrence, SearchError};
use crate::bindings::plugpacks::provider::types::Failure;
use crate::{Edition, Error, Folder, PartialPlan, Result};

/// The functions a provider imports: the real ones in a component, fake ones in tests.
#[allow(missing_docs)]
pub trait Host {
    fn app_name(&self) -> String;
    fn entry(&self, path: &str) -> std::result::Result<EntryKind, AccessError>;
    fn is_executable(&self, path: &str) -> std::result::Result<bool, AccessError>;
    fn read_text(&self, path: &str) -> std::result::Result<String, AccessError>;
    fn find_files(&self, glob: &str) -> std::result::Result<Vec<String>, AccessError>;
    fn find_directories(&self, glob: &str) -> std::result::Result<Vec<String>, AccessError>;
    fn search(&self, glob: &str, pattern: &str) -> std::result::Result<Option<Occurrence>, SearchError>;
    fn variable(&self, name: &str) -> Option<String>;
    fn edition(&self) -> Edition;
    fn architecture(&self) -> String;
    fn warn(&self, message: &str);
    fn because(&self, decision: &str, reason: &str);
    fn plan_of(&self, name: &str) -> std::result::Result<Option<PartialPlan>, Failure>;
}

/// The component's real imports.
pub(crate) struct Imports;

impl Host for Imports {
    fn app_name(&self) -> String {
        wit::app::name()
    }
    fn entry(&self, path: &str) -> std::result::Result<EntryKind, AccessError> {
        wit::app::entry(path)
    }
    fn is_executable(&self, path: &str) -> std::result::Result<bool, AccessError> {
        wit::app::is_executable(path)
    }
    fn read_text(&self, path: &str) -> std::result::Result<String, AccessError> {
        wit::app::read_text(path)
    }
    fn find_files(&self, glob: &str) -> std::result::Result<Vec<String>, AccessError> {
        wit::app::find_files(glob)
    }
    fn find_directories(&self, glob: &str) -> std::result::Result<Vec<String>, AccessError> {
        wit::app::find_directories(glob)
    }
    fn search(&self, glob: &str, pattern: &str) -> std::result::Result<Option<Occurrence>, SearchError> {
        wit::app::search(glob, pattern)
    }
    fn variable(&self, name: &str) -> Option<String> {
        wit::environment::get(name)
    }
    fn edition(&self) -> Edition {
        Edition::from_name(&wit::environment::edition())
    }
    fn architecture(&self) -> String {
        wit::environment::architecture()
    }
    fn warn(&self, message: &str) {
        wit::diagnostics::warn(message);
    }
    fn because(&self, decision: &str, reason: &str) {
        wit::diagnostics::because(decision, reason);
    }
    fn plan_of(&self, name: &str) -> std::result::Result<Option<PartialPlan>, Failure> {
        wit::catalog::plan_of(name)
    }
}

/// What a provider is given for one app.
#[non_exhaustive]
pub struct Context<'h> {
    /// The app directory.
    pub app: App<'h>,
    /// Variables, edition, architecture.
    pub environment: Environment<'h>,
    /// Warnings and reasons.
    pub diagnostics: Diagnostics<'h>,
    /// The other providers.
    pub catalog: Catalog<'h>,
}

impl<'h> Context<'h> {
    /// A context over a host.
    pub fn new(host: &'h dyn Host) -> Self {
        Self { app: App(host), environment: Environment(host), diagnostics: Diagnostics(host), catalog: Catalog(host) }
    }

    /// A folder of the app, to be looked at as if it were the app: `web`, without signs of a glob.
    pub fn folder(&self, path: &str) -> Folder<'h> {
        Folder::new(self.app.0, path.to_owned())
    }
}

/// The app directory. Paths are relative to it and separated by `/`.
#[derive(Clone, Copy)]
pub struct App<'h>(&'h dyn Host);

impl App<'_> {
    /// The app directory's own name.
    pub fn name(&self) -> String {
        self.0.app_name()
    }

    /// Whether `path` is a regular file.
    ///
    /// # Errors
    /// The path leaves the app, or the operating system refuses.
    pub fn has_file(&self, path: &str) -> Result<bool> {
        Ok(self.entry(path)? == EntryKind::File)
    }

    /// Whether `path` is a directory.
    ///
    /// # Errors
    /// As [`Self::has_file`].
    pub fn has_directory(&self, path: &str) -> Result<bool> {
        Ok(self.entry(path)? == EntryKind::Directory)
    }

    /// What stands at `path`.
    ///
    /// # Errors
    /// As [`Self::has_file`].
    pub fn entry(&self, path: &str) -> Result<EntryKind> {
        self.0.entry(path).map_err(|error| Error::reading(path, &error))
    }

    /// The first of several paths that is a regular file.
    ///
    /// # Errors
    /// As [`Self::has_file`].
    pub fn first_file<'p>(&self, paths: &[&'p str]) -> Result<Option<&'p str>> {
        for path in paths {
            if self.has_file(path)? {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// Those of several paths that are regular files.
    ///
    /// # Errors
    /// As [`Self::has_file`].
    pub fn files_of<'p>(&self, paths: &[&'p str]) -> Result<Vec<&'p str>> {
        let mut files = Vec::new();
        for path in paths {
            if self.has_file(path)? {
                files.push(*path);
            }
        }
        Ok(files)
    }

    /// Whether `path` is a regular file that somebody may execute.
    ///
    /// # Errors
    /// As [`Self::has_file`].
    pub fn is_executable(&self, path: &str) -> Result<bool> {
        self.0.is_executable(path).map_err(|error| Error::reading(path, &error))
    }

    /// The text of a file, with `\r\n` turned into `\n`.
    ///
    /// # Errors
    /// The file is missing, unreadable, too large or not UTF-8.
    pub fn read_text(&self, path: &str) -> Result<String> {
        self.0.read_text(path).map_err(|error| Error::reading(path, &error))
    }

    /// The text of a file; `None` if there is no regular file of this name.
    ///
    /// # Errors
    /// The file is there, but unreadable, too large or not UTF-8.
    pub fn read_text_if_file(&self, path: &str) -> Result<Option<String>> {
        match self.0.read_text(path) {
            Ok(text) => Ok(Some(text)),
            Err(AccessError::Missing | AccessError::NotAFile) => Ok(None),
            Err(error) => Err(Error::reading(path, &error)),
        }
    }

    /// Every regular file that matches a glob.
    ///
    /// # Errors
    /// The glob is wrong, or a directory cannot be read.
    pub fn find_files(&self, glob: &str) -> Result<Vec<String>> {
        self.0.find_files(glob).map_err(|error| Error::reading(glob, &error))
    }

    /// Every directory that matches a glob.
    ///
    /// # Errors
    /// As [`Self::find_files`].
    pub fn find_directories(&self, glob: &str) -> Result<Vec<String>> {
        self.0.find_directories(glob).map_err(|error| Error::reading(glob, &error))
    }

    /// Whether at least one regular file matches a glob.
    ///
    /// # Errors
    /// As [`Self::find_files`].
    pub fn has_match(&self, glob: &str) -> Result<bool> {
        Ok(!self.find_files(glob)?.is_empty())
    }

    /// The first match of a regular expression in the files that match a glob, searched natively.
    ///
    /// # Errors
    /// The glob or the expression is wrong; a file cannot be read, or, under the edition
    /// `nixpacks`, is not UTF-8.
    pub fn search(&self, glob: &str, pattern: &str) -> Result<Option<Occurrence>> {
        self.0.search(glob, pattern).map_err(|error| Error::searching(&error))
    }

    /// A JSON file in the shape of `T`.
    ///
    /// # Errors
    /// As [`Self::read_text`]; `Error reading <path> as JSON` if the text does not fit `T`.
    #[cfg(feature = "json")]
    pub fn read_json<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T> {
        let text = self.read_text(path)?;
        serde_json::from_str(&text)
            .map_err(|error| Error::new(error.to_string()).context(format!("Error reading {path} as JSON")))
    }

    /// A JSON file with comments and trailing commas in the shape of `T`.
    ///
    /// # Errors
    /// As [`Self::read_text`]; `Error reading <path> as JSONC` if the text does not fit `T`.
    #[cfg(feature = "json")]
    pub fn read_jsonc<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T> {
        let text = crate::jsonc::to_json(&self.read_text(path)?);
        serde_json::from_str(&text)
            .map_err(|error| Error::new(error.to_string()).context(format!("Error reading {path} as JSONC")))
    }

    /// A TOML file in the shape of `T`.
    ///
    /// # Errors
    /// As [`Self::read_text`]; `Error reading <path> as TOML` if the text does not fit `T`.
    #[cfg(feature = "toml")]
    pub fn read_toml<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T> {
        let text = self.read_text(path)?;
        toml::from_str(&text)
            .map_err(|error| Error::new(error.to_string().trim_end()).context(format!("Error reading {path} as TOML")))
    }

    /// A YAML file in the shape of `T`.
    ///
    /// # Errors
    /// As [`Self::read_text`]; `Error reading <path> as YAML` if the text does not fit `T`.
    #[cfg(feature = "yaml")]
    pub fn read_yaml<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T> {
        let text = self.read_text(path)?;
        crate::yaml::parse(&text).map_err(|error| error.context(format!("Error reading {path} as YAML")))
    }
}

/// Variables, edition, architecture.
#[derive(Clone, Copy)]
pub struct Environment<'h>(&'h dyn Host);

impl Environment<'_> {
    /// The value of a variable given to this build or set in its configuration file.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.variable(name)
    }

    /// The value of the config variable `NIXPACKS_<name>`, without newlines (Nixpacks 1.41: every
    /// `\n` is removed).
    pub fn config(&self, name: &str) -> Option<String> {
        self.get(&format!("NIXPACKS_{name}")).map(|value| value.replace('\n', ""))
    }

    /// Whether the config variable `NIXPACKS_<name>` is `1` or `true` (Nixpacks 1.41: nothing else).
    pub fn is_set(&self, name: &str) -> bool {
        matches!(self.config(name).as_deref(), Some("1" | "true"))
    }

    /// The edition whose behaviour is wanted.
    pub fn edition(&self) -> Edition {
        self.0.edition()
    }

    /// Refuses to go on under editions before the one that `provider` came with.
    ///
    /// # Errors
    /// `Provider <provider> not found`, which is what Nixpacks 1.41 says when somebody names it.
    pub fn require(&self, provider: &str, first: Edition) -> Result<()> {
        if self.edition() >= first {
            return Ok(());
        }
        Err(Error::new(format!("Provider {provider} not found"))
            .hint(format!("It is known from edition {first} on; this is edition {}", self.edition())))
    }

    /// The processor architecture of the image: `x86_64` or `aarch64`.
    pub fn architecture(&self) -> String {
        self.0.architecture()
    }
}

/// Warnings and reasons.
#[derive(Clone, Copy)]
pub struct Diagnostics<'h>(&'h dyn Host);

impl Diagnostics<'_> {
    /// Shows a warning; the same text is shown once.
    pub fn warn(&self, message: impl AsRef<str>) {
        self.0.warn(message.as_ref());
    }

    /// Records why a decision was taken: `because("Node.js version", "22 from .nvmrc")`.
    pub fn because(&self, decision: &str, reason: impl AsRef<str>) {
        self.0.because(decision, reason.as_ref());
    }
}

/// The other providers.
#[derive(Clone, Copy)]
pub struct Catalog<'h>(&'h dyn Host);

impl Catalog<'_> {
    /// The plan that the provider `name` makes for this app; `None` if it declines.
    ///
    /// # Errors
    /// That provider's failure, an unknown name, or a cycle of such calls.
    pub fn plan_of(&self, name: &str) -> Result<Option<PartialPlan>> {
        Ok(self.0.plan_of(name)?)
    }
}
