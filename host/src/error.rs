//! Errors: a kind, a message, the reasons behind it, and a hint.

use crate::plan::Cycle;
use std::fmt;

/// The result of everything that can fail in the host.
pub type Result<T> = std::result::Result<T, Error>;

/// Who has to do something about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The app: its files cannot be built as they are.
    App,
    /// The configuration: a file, a variable or an argument says something impossible.
    Configuration,
    /// A provider: it broke a limit or the contract.
    Provider,
    /// The builder ended with an error that it does not explain.
    Builder,
    /// The builder cannot be used: it is not installed, or nothing answers. Trying again may help.
    Unavailable,
    /// A registry refuses, does not have the image, or does not answer.
    Registry,
    /// The machine: a file could not be written, and the like.
    System,
    /// Whoever started the program: a signal ended it.
    Interrupted,
}

impl ErrorKind {
    /// The name for programs that read the result file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Configuration => "configuration",
            Self::Provider => "provider",
            Self::Builder => "builder",
            Self::Unavailable => "builder-unavailable",
            Self::Registry => "registry",
            Self::System => "system",
            Self::Interrupted => "interrupted",
        }
    }
}

/// The command of the app's that ended a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedStep {
    /// The phase it belongs to, if the builder says enough to tell.
    pub phase: Option<String>,
    /// The command, or the whole instruction where it is no command.
    pub command: String,
    /// How it ended, if it ran.
    pub exit_code: Option<i32>,
    /// The last lines of its output.
    pub output: Vec<String>,
}

/// Why something could not be done.
#[derive(Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
    failed_step: Option<Box<FailedStep>>,
    warnings: Vec<String>,
}

impl From<Cycle> for Error {
    fn from(cycle: Cycle) -> Self {
        Self::configuration(cycle.to_string())
            .cause(format!("these phases wait for each other: {}", cycle.phases.join(", ")))
            .hint("Look at `dependsOn` of these phases")
    }
}

impl Error {
    /// An error of this kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), causes: Vec::new(), hint: None, failed_step: None, warnings: Vec::new() }
    }

    /// An error of the app.
    pub fn app(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::App, message)
    }

    /// An error of the configuration.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    /// An error of a provider.
    pub fn provider(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Provider, message)
    }

    /// An error of a builder that cannot be used.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unavailable, message)
    }

    /// An error of the machine.
    pub fn system(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::System, message)
    }

    /// Adds a reason behind the message, below those there are.
    #[must_use]
    pub fn cause(mut self, cause: impl fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Adds several reasons.
    #[must_use]
    pub fn causes(mut self, causes: impl IntoIterator<Item = String>) -> Self {
        self.causes.extend(causes);
        self
    }

    /// Sets what the reader can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets what the reader can do about it, if there is something.
    #[must_use]
    pub fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }

    /// Sets the command that failed.
    #[must_use]
    pub fn failed_step(mut self, step: FailedStep) -> Self {
        self.failed_step = Some(Box::new(step));
        self
    }

    /// Sets what had been warned of before.
    #[must_use]
    pub fn after_warnings(mut self, warnings: &[String]) -> Self {
        self.warnings = warnings.to_vec();
        self
    }

    /// Puts a message in front; what was the message becomes the first reason.
    #[must_use]
    pub fn context(mut self, message: impl Into<String>) -> Self {
        let cause = std::mem::replace(&mut self.message, message.into());
        self.causes.insert(0, cause);
        self
    }

    /// Who has to do something about it.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The message, without reasons and hint.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The reasons behind the message, outermost first.
    pub fn cause_texts(&self) -> &[String] {
        &self.causes
    }

    /// What the reader can do about it.
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The command that failed, if it was one of the app's.
    pub fn step(&self) -> Option<&FailedStep> {
        self.failed_step.as_deref()
    }

    /// What had been warned of before, for the reader who is shown nothing but this error.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The whole report as it goes to standard error, in the form of Nixpacks 1.41: message,
    /// `Caused by:` with numbers if there are several reasons; then the hint.
    pub fn report(&self) -> String {
        let mut report = self.message.clone();
        if !self.causes.is_empty() {
            report.push_str("\n\nCaused by:");
        }
        for (number, cause) in self.causes.iter().enumerate() {
            let cause = cause.replace('\n', "\n    ");
            if self.causes.len() == 1 {
                report.push_str(&format!("\n    {cause}"));
            } else {
                report.push_str(&format!("\n    {number}: {cause}"));
            }
        }
        if let Some(hint) = &self.hint {
            report.push_str(&format!("\n\nHint: {hint}"));
        }
        report
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.causes.iter().try_for_each(|cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for Error {}
