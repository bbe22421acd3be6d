//! Where a provider is: in an OCI registry, or at a URL.

use super::ContentDigest;
use crate::error::{Error, Result};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use ureq::http::Uri;

/// Where a provider is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// An artefact in a registry.
    Oci(OciReference),
    /// A file on a web server.
    Url(Url),
}

/// An artefact in a registry: `oci://HOST/REPOSITORY:TAG@sha256:DIGEST`, where one of tag and digest may be absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OciReference {
    /// The registry, with its port if it has one.
    pub host: String,
    /// The repository, such as `team/tcl`.
    pub repository: String,
    /// The tag.
    pub tag: Option<String>,
    /// The digest of the manifest.
    pub manifest: Option<ContentDigest>,
}

/// The address of a file: `https://HOST/PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(pub(super) Uri);

/// The scheme of a reference to a registry.
const OCI: &str = "oci://";

impl Reference {
    /// Reads a reference.
    ///
    /// # Errors
    /// The text is none: what is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |cause: &str| {
            Error::configuration(format!("`{text}` is not a reference to a provider"))
                .cause(cause)
                .hint("Write oci://HOST/REPOSITORY:TAG, or https://HOST/PATH")
        };
        match text.split_once("://") {
            Some(("oci", rest)) => OciReference::parse(rest).map(Self::Oci).map_err(wrong),
            Some(("https" | "http", _)) => Url::parse(text).map(Self::Url).map_err(wrong),
            Some(_) => Err(wrong("its scheme is neither `oci` nor `https`")),
            None => OciReference::parse(text).map(Self::Oci).map_err(wrong),
        }
    }

    /// The name of a file for what is there: the last part of repository or path.
    pub fn file_name(&self) -> String {
        let path = match self {
            Self::Oci(reference) => &reference.repository,
            Self::Url(url) => url.0.path(),
        };
        let last = path.rsplit('/').find(|part| !matches!(*part, "" | "." | "..")).unwrap_or("provider");
        if last.ends_with(".wasm") { last.to_owned() } else { format!("{last}.wasm") }
    }

    /// Whether a text is a reference rather than the path of a file: it has a scheme, or begins with a host.
    fn is_meant_by(text: &str) -> bool {
        let is_schemed = [OCI, "https://", "http://"].iter().any(|scheme| text.starts_with(scheme));
        let looks_like_host =
            text.split_once('/').is_some_and(|(host, rest)| is_host(host) && rest.contains([':', '@']));
        is_schemed || (looks_like_host && !Path::new(text).exists())
    }
}

impl OciReference {
    fn parse(text: &str) -> std::result::Result<Self, &'static str> {
        let (name, manifest) = match text.split_once('@') {
            Some((name, digest)) => {
                let digest = digest.strip_prefix("sha256:").and_then(|digits| ContentDigest::parse(digits).ok());
                (name, Some(digest.ok_or("what stands after `@` is not `sha256:` and 64 hexadecimal digits")?))
            }
            None => (text, None),
        };
        let (host, path) = name.split_once('/').ok_or("it has no `/` between registry and repository")?;
        if !is_host(host) {
            return Err("it does not begin with the host of a registry");
        }
        let (repository, tag) = match path.split_once(':') {
            Some((repository, tag)) => (repository, Some(tag)),
            None => (path, None),
        };
        if !repository.split('/').all(is_component) || repository.len() > 255 {
            return Err("its repository is not made of lower case letters, digits and single separators");
        }
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err("its tag is not made of letters, digits and `_.-`, or is longer than 128 of them");
        }
        if tag.is_none() && manifest.is_none() {
            return Err("it has neither tag nor digest");
        }
        Ok(Self { host: host.to_owned(), repository: repository.to_owned(), tag: tag.map(str::to_owned), manifest })
    }

    /// What a manifest of this reference is called in a registry: by the digest, if there is one.
    pub(super) fn manifest_name(&self) -> String {
        let of_digest = self.manifest.as_ref().map(|digest| format!("sha256:{digest}"));
        of_digest.or_else(|| self.tag.clone()).unwrap_or_default()
    }
}

impl Url {
    fn parse(text: &str) -> std::result::Result<Self, &'static str> {
        let uri = Uri::from_str(text).map_err(|_| "it is not a URL")?;
        let authority = uri.authority().ok_or("it has no host")?;
        if authority.as_str().contains('@') {
            return Err("it has credentials in it, which would be written down");
        }
        if uri.path() == "/" {
            return Err("it has no path");
        }
        Ok(Self(uri))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Oci(reference) => reference.fmt(f),
            Self::Url(url) => url.0.fmt(f),
        }
    }
}

impl fmt::Display for OciReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{OCI}{}/{}", self.host, self.repository)?;
        self.tag.iter().try_for_each(|tag| write!(f, ":{tag}"))?;
        self.manifest.iter().try_for_each(|digest| write!(f, "@sha256:{digest}"))
    }
}

/// Whether a text is a host of a registry: a name with a dot, with a port, or `localhost`.
fn is_host(text: &str) -> bool {
    let is_name = |name: &str| {
        let is_label = |label: &str| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !label.starts_with('-')
        };
        name.split('.').all(is_label)
            || name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(is_v6)
    };
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (text, None),
    };
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    is_name(name) && is_port && (port.is_some() || name.contains(['.', '[']) || name == "localhost")
}

fn is_v6(text: &str) -> bool {
    text.parse::<std::net::Ipv6Addr>().is_ok()
}

/// Whether a text can stand between two `/` of a repository.
fn is_component(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let mut separators = text.split(is_plain);
    let inner_separator =
        |separator: &str| matches!(separator, "" | "." | "_" | "__") || separator.chars().all(|c| c == '-');
    text.starts_with(is_plain) && text.ends_with(is_plain) && separators.all(inner_separator)
}

fn is_tag(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.starts_with(is_word) && text.len() <= 128 && text.chars().all(|c| is_word(c) || ".-".contains(c))
}

/// What `--provider` says: a file or a reference, and perhaps which provider exactly is meant, as in
/// `tcl.wasm#sha256=DIGEST`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderArgument {
    /// A file of this machine.
    File(PathBuf, Option<ContentDigest>),
    /// Somewhere else.
    Remote(Reference, Option<ContentDigest>),
}

/// What stands between a file or reference and its digest.
const DIGEST: &str = "#sha256=";

impl FromStr for ProviderArgument {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (place, digest) = match text.rsplit_once(DIGEST) {
            Some((place, digest)) => (place, Some(ContentDigest::parse(digest)?)),
            None => (text, None),
        };
        if Reference::is_meant_by(place) {
            return Ok(Self::Remote(Reference::parse(place)?, digest));
        }
        Ok(Self::File(place.into(), digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "00000000000000000000000000000000000000000000000000000000000000ff";

    #[test]
    fn what_is_read_is_written_the_same() {
        for text in [
            "oci://registry.example.org/tcl:1".to_owned(),
            format!("oci://localhost:5000/team/a-b__c.d/tcl@sha256:{DIGITS}"),
            format!("oci://[::1]:5000/tcl:1.0_x@sha256:{DIGITS}"),
            "https://example.org/a/tcl.wasm?download=1".to_owned(),
            "http://127.0.0.1:8080/tcl.wasm".to_owned(),
        ] {
            assert_eq!(Reference::parse(&text).unwrap().to_string(), text);
        }
        assert_eq!(Reference::parse("localhost/tcl:1").unwrap().to_string(), "oci://localhost/tcl:1");
    }

    #[test]
    fn what_is_wrong_with_a_reference_is_said() {
        let cause = |text: &str| Reference::parse(text).unwrap_err().cause_texts().join("; ");
        for (text, expected) in [
            ("tcl:1", "it has no `/` between registry and repository"),
            ("team/tcl:1", "it does not begin with the host of a registry"),
            ("oci://a.b:0/tcl:1", "it does not begin with the host of a registry"),
            ("oci://user@a.b/tcl:1", "what stands after `@` is not `sha256:` and 64 hexadecimal digits"),
            ("oci://a.b/tcl", "it has neither tag nor digest"),
            ("oci://a.b/Tcl:1", "its repository is not made of lower case letters, digits and single separators"),
            ("oci://a.b/a//b:1", "its repository is not made of lower case letters, digits and single separators"),
            ("oci://a.b/../b:1", "its repository is not made of lower case letters, digits and single separators"),
            ("oci://a.b/tcl:a b", "its tag is not made of letters, digits and `_.-`, or is longer than 128 of them"),
            ("oci://a.b/tcl@sha256:ff", "what stands after `@` is not `sha256:` and 64 hexadecimal digits"),
            ("ftp://a.b/tcl", "its scheme is neither `oci` nor `https`"),
            ("https://user:word@a.b/tcl.wasm", "it has credentials in it, which would be written down"),
            ("https://a.b", "it has no path"),
            ("https://a b/c", "it is not a URL"),
        ] {
            assert_eq!(cause(text), expected, "{text}");
        }
    }

    #[test]
    fn an_argument_is_a_file_unless_it_begins_with_a_host_or_scheme() {
        let is_file = |text: &str| matches!(text.parse().unwrap(), ProviderArgument::File(..));
        for file in ["tcl.wasm", "./a.b/tcl:1", "a/b.wasm", "target/tcl.wasm", "/tmp/x", "a.b/tcl.wasm"] {
            assert!(is_file(file), "{file}");
        }
        for remote in ["oci://a.b/tcl:1", "a.b/tcl:1", "localhost:5000/tcl:1", "https://a.b/tcl.wasm"] {
            assert!(!is_file(remote), "{remote}");
        }
        let digest = ContentDigest::parse(DIGITS).unwrap();
        let pinned: ProviderArgument = format!("tcl.wasm#sha256={DIGITS}").parse().unwrap();
        assert_eq!(pinned, ProviderArgument::File("tcl.wasm".into(), Some(digest)));
        assert!("tcl.wasm#sha256=ff".parse::<ProviderArgument>().is_err());
    }
}
