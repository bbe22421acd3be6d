//! What is asked of a builder, in no builder's own words. Every value is checked when it is made,
//! before anything runs.

mod cache;
mod output;

pub use cache::{CacheLocation, CacheSpecification, InlineCache, LayerCache, OwnCache};
pub use output::{Delivery, Output, OutputKind};

use super::secret::Secret;
use crate::error::{Error, Result};
use crate::plan::TextMap;
use crate::provider::Tools;
use std::fmt;

/// What is asked of a builder, besides Dockerfile and context.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildRequest {
    /// The image's names; the first is the one that is printed.
    pub names: Vec<ImageName>,
    /// Labels of the image.
    pub labels: Vec<Label>,
    /// Platforms of the image; none: the builder's own.
    pub platforms: Vec<Platform>,
    /// Build arguments.
    pub variables: TextMap,
    /// Secrets.
    pub secrets: Vec<Secret>,
    /// SSH agents or keys, as the builder's `--ssh` takes them.
    pub ssh: Vec<String>,
    /// Entries for `/etc/hosts` during the build.
    pub hosts: Vec<AddedHost>,
    /// The network of build steps.
    pub network: Network,
    /// What of earlier builds is used and what is left for later ones.
    pub cache: LayerCache,
    /// Outputs besides, or instead of, the image.
    pub outputs: Vec<Output>,
    /// Where the image goes.
    pub delivery: Delivery,
    /// How registries are spoken to.
    pub registries: Registries,
    /// How the build is shown.
    pub progress: Progress,
    /// What a build step may use up.
    pub limits: StepLimits,
    /// The stage that is built instead of the last.
    pub target: Option<String>,
    /// Whether the image is to say how its health is checked.
    pub health_check: HealthCheck,
    /// What is true of the tools that the build runs.
    pub tools: Tools,
}

/// Whether an image says how its health is checked. Docker's format of images can, the OCI format cannot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HealthCheck {
    /// It does not.
    #[default]
    Absent,
    /// It does.
    Present,
}

impl BuildRequest {
    /// A request for an image of these names, at least one, and nothing else.
    pub fn new(names: Vec<ImageName>) -> Self {
        Self {
            names,
            labels: Vec::new(),
            platforms: Vec::new(),
            variables: TextMap::new(),
            secrets: Vec::new(),
            ssh: Vec::new(),
            hosts: Vec::new(),
            network: Network::Default,
            cache: LayerCache::default(),
            outputs: Vec::new(),
            delivery: Delivery::Keep,
            registries: Registries::Verified,
            progress: Progress::Auto,
            limits: StepLimits::default(),
            target: None,
            health_check: HealthCheck::Absent,
            tools: Tools::default(),
        }
    }

    /// The name that is printed.
    pub fn name(&self) -> &ImageName {
        &self.names[0]
    }

    /// Whether standard output is an output's archive.
    pub fn writes_to_stdout(&self) -> bool {
        self.outputs.iter().any(Output::is_stdout)
    }

    /// The names in one text, as BuildKit's outputs take them.
    pub(super) fn all_names(&self) -> String {
        self.names.iter().map(ImageName::as_str).collect::<Vec<_>>().join(",")
    }
}

/// The name of an image: registry, repository, tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageName(String);

impl ImageName {
    /// Checks a name as far as every builder does.
    ///
    /// # Errors
    /// It cannot be the name of an image.
    pub fn parse(text: &str) -> Result<Self> {
        let is_known = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
        let repository = repository(text);
        let problem = if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            "it must begin with a letter or a digit"
        } else if !text.chars().all(is_known) {
            "it has letters, digits and `._-/:@` only"
        } else if repository.contains(|c: char| c.is_ascii_uppercase()) {
            "its repository must be in lower case"
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(Error::configuration(format!("`{text}` cannot be the name of an image"))
            .cause(problem)
            .hint("A name is like `shop`, `shop:1.2` or `registry.example.org/team/shop:1.2`"))
    }

    /// The name's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without tag and digest.
    pub(super) fn without_tag(&self) -> &str {
        let name = self.0.split('@').next().unwrap_or_default();
        match name.rsplit_once(':') {
            Some((head, tag)) if !tag.contains('/') => head,
            _ => name,
        }
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The part of a name between registry and tag.
fn repository(name: &str) -> &str {
    let path = match name.split_once('/') {
        Some((registry, path)) if registry.contains(['.', ':']) || registry == "localhost" => path,
        _ => name,
    };
    path.split([':', '@']).next().unwrap_or_default()
}

/// A label of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub key: String,
    /// What it says.
    pub value: String,
}

impl Label {
    /// A label of this name.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into() }
    }

    /// Reads `KEY=VALUE`; `KEY` alone is an empty label.
    ///
    /// # Errors
    /// There is no key.
    pub fn parse(text: &str) -> Result<Self> {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        if key.trim().is_empty() {
            return Err(Error::configuration(format!("The label `{text}` has no name")).hint("Write KEY=VALUE"));
        }
        Ok(Self::new(key, value))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

/// A platform, such as `linux/arm64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform(String);

impl Platform {
    /// Reads a list of platforms with commas between them.
    ///
    /// # Errors
    /// One of them does not have the form `OS/ARCHITECTURE[/VARIANT]`.
    pub fn parse_list(text: &str) -> Result<Vec<Self>> {
        text.split(',').map(|platform| Self::parse(platform.trim())).collect()
    }

    fn parse(text: &str) -> Result<Self> {
        let is_part = |part: &str| {
            let is_known = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            part.starts_with(|c: char| c.is_ascii_alphanumeric()) && part.chars().all(is_known)
        };
        let parts: Vec<_> = text.split('/').collect();
        if matches!(parts.len(), 2 | 3) && parts.into_iter().all(is_part) {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::configuration(format!("`{text}` is not a platform"))
            .hint("A platform is like linux/amd64, linux/arm64 or linux/arm/v7; write commas between several"))
    }

    /// The platform's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An entry for `/etc/hosts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedHost {
    /// The host's name.
    pub host: String,
    /// Its address, or `host-gateway`.
    pub address: String,
}

impl AddedHost {
    /// Reads `HOST:IP` or `HOST=IP`.
    ///
    /// # Errors
    /// It has neither form.
    pub fn parse(text: &str) -> Result<Self> {
        match text.split_once([':', '=']) {
            Some((host, address)) if !host.is_empty() && !address.is_empty() => {
                let address = address.trim_start_matches('[').trim_end_matches(']');
                Ok(Self { host: host.to_owned(), address: address.to_owned() })
            }
            _ => Err(Error::configuration(format!("`{text}` does not say which host has which address"))
                .hint("Write `--add-host HOST:IP`")),
        }
    }

    /// Whether the address is of the machine itself, which only its own network reaches.
    pub fn is_loopback(&self) -> bool {
        self.address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for AddedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.address)
    }
}

/// The network of build steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// The builder's choice: one of its own that leads out.
    #[default]
    Default,
    /// That of the machine the builder runs on.
    Host,
    /// None.
    None,
}

impl Network {
    /// The name that builders know, unless it is their own choice.
    pub(super) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Default => None,
            Self::Host => Some("host"),
            Self::None => Some("none"),
        }
    }
}

/// How registries are spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Registries {
    /// Over TLS, certificates checked.
    #[default]
    Verified,
    /// Over plain HTTP or with any certificate, where the registry wants it.
    Insecure,
}

/// How the build is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// As a drawing on a terminal, else as lines.
    #[default]
    Auto,
    /// As lines, all of them.
    Plain,
    /// As a drawing.
    Terminal,
    /// As JSON, one object a line.
    Json,
}

/// What a build step may use up, in Docker's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepLimits {
    /// CFS quota in microseconds.
    pub cpu_quota: Option<String>,
    /// Memory, such as `2g`.
    pub memory: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_as_builders_do() {
        for name in ["shop", "shop:V1", "localhost/a/b", "Registry.example:5000/shop@sha256:0a", "127.0.0.1:5000/x:y"] {
            assert_eq!(ImageName::parse(name).unwrap().as_str(), name);
        }
        for name in ["", "-t", "a b", "Shop", "example.org/Team/x", "a,b", "$x", "host:5000/X"] {
            assert!(ImageName::parse(name).is_err(), "{name}");
        }
        let untagged = |name: &str| ImageName::parse(name).unwrap().without_tag().to_owned();
        assert_eq!(untagged("h:5000/x:y"), "h:5000/x");
        assert_eq!(untagged("h:5000/x"), "h:5000/x");
        assert_eq!(untagged("x@sha256:00"), "x");
    }

    #[test]
    fn platforms_come_one_by_one_or_in_lists() {
        let list = Platform::parse_list("linux/amd64, linux/arm/v7").unwrap();
        assert_eq!(list.iter().map(Platform::as_str).collect::<Vec<_>>(), ["linux/amd64", "linux/arm/v7"]);
        for text in ["", "linux", "linux/", "a/b/c/d", "linux/amd64,", "--x/y"] {
            assert!(Platform::parse_list(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hosts_have_two_forms() {
        for (text, shown) in [("a:10.0.0.1", "a:10.0.0.1"), ("a=::1", "a:::1"), ("a:[::1]", "a:::1")] {
            assert_eq!(AddedHost::parse(text).unwrap().to_string(), shown);
        }
        assert!(AddedHost::parse("a=::1").unwrap().is_loopback());
        assert!(!AddedHost::parse("a:host-gateway").unwrap().is_loopback());
        for text in ["", "a", "a:", ":1.2.3.4"] {
            assert!(AddedHost::parse(text).is_err(), "{text}");
        }
    }
}
