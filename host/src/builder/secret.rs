//! Secrets: values that exist only while a command of the build runs.
//!
//! A value goes from the process environment or a file to the builder, by name; it is on no
//! command line, in no generated file and in no output.

use super::fields::Fields;
use crate::digest::hex;
use crate::error::{Error, Result};
use base64::Engine as _;
use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

/// A secret and where its value is.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    name: String,
    source: SecretSource,
    value: String,
}

/// Where a builder finds a secret's value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SecretSource {
    /// In the variable of the secret's name.
    Environment,
    /// In a file.
    File(PathBuf),
}

impl Secret {
    /// Reads the argument of `--secret`: `NAME` for the variable of the process that `process`
    /// looks up, or `NAME=FILE`.
    ///
    /// # Errors
    /// The name is not one of a variable, or there is no value.
    pub fn parse(argument: &str, process: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let (name, file) = match argument.split_once('=') {
            Some((name, file)) => (name, Some(file)),
            None => (argument, None),
        };
        let is_name = !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name {
            return Err(Error::configuration(format!("`{name}` cannot be the name of a secret"))
                .hint("Write `--secret NAME` or `--secret NAME=FILE`; a name has letters, digits and `_`"));
        }
        let secret = match file {
            None => {
                Self { name: name.to_owned(), source: SecretSource::Environment, value: of_process(name, process)? }
            }
            Some(file) => {
                let (path, value) = of_file(name, Path::new(file))?;
                Self { name: name.to_owned(), source: SecretSource::File(path), value }
            }
        };
        if secret.value.trim().is_empty() {
            return Err(Error::configuration(format!("The secret `{name}` is empty"))
                .hint("Leave it out if the build does not need it"));
        }
        Ok(secret)
    }

    /// The name, which is that of the variable, too.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, for a builder that hands it over itself.
    pub(super) fn value(&self) -> &str {
        &self.value
    }

    /// What keys the steps that use the secret: 32 bits of a hash of its value, so that a changed
    /// secret runs them again. The bits do not tell a value of full strength, but do tell a guess
    /// at a weak one from many others.
    pub fn fingerprint(&self) -> String {
        use sha2::{Digest as _, Sha256};
        let digest = Sha256::digest(format!("plugpacks secret {}\0{}", self.name, self.value));
        hex(&digest[..4])
    }

    /// The argument of the builder's `--secret`, without the value.
    pub(super) fn argument(&self) -> String {
        match &self.source {
            SecretSource::Environment => Fields::of([("id", &self.name), ("env", &self.name)]).to_string(),
            // Without the type, buildah takes a variable of this name instead, if there is one.
            SecretSource::File(path) => {
                Fields::of([("id", &self.name), ("type", "file"), ("src", &path.to_string_lossy())]).to_string()
            }
        }
    }

    /// The variable that the builder takes the value from.
    pub(super) fn variable(&self) -> Option<(String, String)> {
        (self.source == SecretSource::Environment).then(|| (self.name.clone(), self.value.clone()))
    }
}

/// Without the value.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("name", &self.name).field("source", &self.source).finish_non_exhaustive()
    }
}

fn of_process(name: &str, process: impl Fn(&str) -> Option<String>) -> Result<String> {
    process(name).ok_or_else(|| {
        Error::configuration(format!("The secret `{name}` has no value"))
            .cause(format!("the variable {name} is not set in this process"))
            .hint(format!("Set it, or write `--secret {name}=FILE`"))
    })
}

// The user names this file; it may lie anywhere.
#[allow(clippy::disallowed_methods)]
fn of_file(name: &str, file: &Path) -> Result<(PathBuf, String)> {
    let read = || -> std::io::Result<_> { Ok((file.canonicalize()?, std::fs::read(file)?)) };
    let (path, bytes) = read().map_err(|error| {
        Error::configuration(format!("The secret `{name}` cannot be read from `{}`", file.display())).cause(error)
    })?;
    Ok((path, String::from_utf8_lossy(&bytes).into_owned()))
}

/// Lines of a secret that are shorter are not hidden on their own: `}` or `key:` are in every output.
const SHORTEST_LINE: usize = 6;

/// Replaces the values of secrets in texts: each value, and each line of one that has several.
#[derive(Clone, Default)]
pub struct Redactor {
    /// Text and what stands in its place, longest text first.
    replacements: Vec<(String, String)>,
}

impl Redactor {
    /// A redactor of these secrets.
    pub fn new(secrets: &[Secret]) -> Self {
        let mut replacements = Vec::new();
        for secret in secrets {
            let mark = format!("[secret {}]", secret.name);
            let value = secret.value.trim();
            let lines = value.lines().map(str::trim).filter(|line| line.len() >= SHORTEST_LINE);
            for text in lines.chain([value]) {
                replacements.push((text.to_owned(), mark.clone()));
            }
        }
        replacements.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        replacements.dedup();
        Self { replacements }
    }

    /// The length of the longest text that is hidden, in bytes.
    pub(super) fn longest(&self) -> usize {
        self.replacements.first().map_or(0, |(text, _)| text.len())
    }

    /// The last position up to `at` that no text to be hidden lies across.
    pub(super) fn cut(&self, bytes: &[u8], mut at: usize) -> usize {
        let across = |at: usize| {
            let texts = self.replacements.iter().map(|(text, _)| text.as_bytes());
            texts
                .filter_map(|text| {
                    (at.saturating_sub(text.len() - 1)..at).find(|&start| bytes[start..].starts_with(text))
                })
                .min()
        };
        while let Some(start) = across(at) {
            at = start;
        }
        at
    }

    /// A text without values.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut redacted = Cow::Borrowed(text);
        for (secret, mark) in &self.replacements {
            if redacted.contains(secret.as_str()) {
                redacted = Cow::Owned(redacted.replace(secret.as_str(), mark));
            }
        }
        redacted
    }

    /// A line of BuildKit's JSON progress without values; the output of commands is Base64 in it.
    pub(super) fn redact_json<'a>(&self, line: &'a str) -> Cow<'a, str> {
        let Ok(mut status) = serde_json::from_str::<serde_json::Value>(line) else { return self.redact(line) };
        self.redact_value(&mut status);
        Cow::Owned(status.to_string())
    }

    /// Hides values in every text of a JSON document, and in the `data` of logs.
    pub fn redact_value(&self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => *text = self.redact(text).into_owned(),
            serde_json::Value::Array(elements) => elements.iter_mut().for_each(|element| self.redact_value(element)),
            serde_json::Value::Object(members) => {
                for (key, member) in members {
                    match member.as_str().filter(|_| key == "data").and_then(decode) {
                        Some(output) => *member = encode(&self.redact(&output)).into(),
                        None => self.redact_value(member),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Text in Base64.
pub(super) fn decode(data: &str) -> Option<String> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn encode(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(name: &str, value: &str) -> Secret {
        Secret::parse(name, |_| Some(value.to_owned())).unwrap()
    }

    #[test]
    fn a_value_is_handed_over_by_name_only() {
        let (secret, other) = (secret("API_TOKEN", "canary-1"), secret("API_TOKEN", "canary-2"));
        assert_eq!(secret.argument(), "id=API_TOKEN,env=API_TOKEN");
        assert_eq!(secret.variable(), Some(("API_TOKEN".into(), "canary-1".into())));
        assert!(!format!("{secret:?}").contains("canary"));
        assert_eq!(secret.fingerprint().len(), 8);
        assert_ne!(secret.fingerprint(), other.fingerprint());
    }

    #[test]
    fn a_file_is_named_by_its_whole_path() {
        let directory = tempfile::TempDir::new().unwrap();
        let file = directory.path().canonicalize().unwrap().join("a,b");
        std::fs::write(&file, "canary\n").unwrap();
        let secret = Secret::parse(&format!("KEY={}", file.display()), |_| None).unwrap();
        assert_eq!(secret.argument(), format!("id=KEY,type=file,\"src={}\"", file.display()));
        assert_eq!(secret.variable(), None);
    }

    #[test]
    fn what_is_missing_is_said_before_the_build() {
        let error = |argument: &str, value: Option<&str>| {
            Secret::parse(argument, |_| value.map(str::to_owned)).unwrap_err().report()
        };
        insta::assert_snapshot!(error("TOKEN", None), @"
        The secret `TOKEN` has no value

        Caused by:
            the variable TOKEN is not set in this process

        Hint: Set it, or write `--secret TOKEN=FILE`
        ");
        insta::assert_snapshot!(error("TOKEN=/gone/token", None), @"
        The secret `TOKEN` cannot be read from `/gone/token`

        Caused by:
            No such file or directory (os error 2)
        ");
        insta::assert_snapshot!(error("TOKEN", Some(" \n")), @"
        The secret `TOKEN` is empty

        Hint: Leave it out if the build does not need it
        ");
        insta::assert_snapshot!(error("id=x,src=y", None), @"
        The secret `id` cannot be read from `x,src=y`

        Caused by:
            No such file or directory (os error 2)
        ");
        insta::assert_snapshot!(error("A-B", Some("x")), @"
        `A-B` cannot be the name of a secret

        Hint: Write `--secret NAME` or `--secret NAME=FILE`; a name has letters, digits and `_`
        ");
    }

    #[test]
    fn values_and_their_lines_are_hidden() {
        let key = secret("KEY", "-----BEGIN KEY-----\nMIIabcdef\n}\n-----END KEY-----\n");
        let redactor = Redactor::new(&[secret("T", "canary"), secret("LONGER", "canary-2"), key]);
        assert_eq!(redactor.redact("x canary-2, canary."), "x [secret LONGER], [secret T].");
        assert_eq!(redactor.redact("read MIIabcdef }"), "read [secret KEY] }");
        assert!(matches!(redactor.redact("nothing"), Cow::Borrowed(_)));
    }

    #[test]
    fn output_within_json_progress_is_hidden() {
        let redactor = Redactor::new(&[secret("T", "canary")]);
        let line = format!(r#"{{"logs":[{{"vertex":"sha256:1","data":"{}"}}],"x":"canary"}}"#, encode("a canary\n"));
        let redacted: serde_json::Value = serde_json::from_str(&redactor.redact_json(&line)).unwrap();
        assert_eq!(redacted["x"], "[secret T]");
        assert_eq!(decode(redacted["logs"][0]["data"].as_str().unwrap()).unwrap(), "a [secret T]\n");
        assert_eq!(redactor.redact_json("no JSON: canary"), "no JSON: [secret T]");
    }
}
