//! Why a provider cannot plan an app.

use crate::bindings::plugpacks::provider::app::{AccessError, SearchError};
use crate::bindings::plugpacks::provider::types::Failure;
use std::fmt;

/// Why a provider cannot go on: a message, the reasons behind it, and what the reader can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Failure>);

impl Error {
    /// An error with this message: one line that quotes the offending value and names the file.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Failure { message: message.into(), causes: Vec::new(), hint: None }))
    }

    /// Adds what the reader can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Puts `message` in front; what was the message becomes the first cause.
    #[must_use]
    pub fn context(mut self, message: impl Into<String>) -> Self {
        let cause = std::mem::replace(&mut self.0.message, message.into());
        self.0.causes.insert(0, cause);
        self
    }

    /// The error of reading `path`, worded as Nixpacks 1.41 does (`Error reading <path>`).
    ///
    /// A wrong glob is the message itself: nothing was read.
    pub(crate) fn reading(path: &str, error: &AccessError) -> Self {
        let reason = Self::new(in_words(error));
        if matches!(error, AccessError::InvalidPattern(_)) {
            reason
        } else {
            reason.context(format!("Error reading {path}"))
        }
    }

    pub(crate) fn searching(error: &SearchError) -> Self {
        match &error.path {
            Some(path) => Self::reading(path, &error.error),
            None => Self::new(in_words(&error.error)),
        }
    }

    /// The message, without causes and hint.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The reasons, outermost first.
    pub fn causes(&self) -> &[String] {
        &self.0.causes
    }

    pub(crate) fn into_failure(self) -> Failure {
        *self.0
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self(Box::new(failure))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        self.0.causes.iter().try_for_each(|cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for Error {}

/// An access error in words; those of the operating system where Nixpacks 1.41 shows them.
fn in_words(error: &AccessError) -> String {
    match error {
        AccessError::Missing => "No such file or directory (os error 2)".into(),
        AccessError::NotAFile => "not a regular file".into(),
        AccessError::OutsideApp => "the path leaves the app directory".into(),
        AccessError::NotText => "stream did not contain valid UTF-8".into(),
        AccessError::TooLarge(limit) => format!("the file is larger than {limit} bytes"),
        AccessError::InvalidPattern(message) | AccessError::Unreadable(message) => message.clone(),
    }
}

/// Puts a message in front of any error.
pub trait ResultExt<T> {
    /// Puts `message` in front; the error itself becomes the first cause.
    ///
    /// # Errors
    /// Those of `self`.
    fn context(self, message: impl Into<String>) -> crate::Result<T>;
}

impl<T> ResultExt<T> for crate::Result<T> {
    fn context(self, message: impl Into<String>) -> crate::Result<T> {
        self.map_err(|error| error.context(message))
    }
}
