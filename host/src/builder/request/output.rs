//! What becomes of an image besides its place in the builder's store.

use crate::builder::fields::Fields;
use crate::error::{Error, Result};

/// What becomes of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputKind {
    /// The image's files, in a directory.
    Local,
    /// The image's files, in an archive.
    Tar,
    /// The image as an OCI archive.
    Oci,
    /// The image as an archive for `docker load`.
    Docker,
    /// The image, in the builder's own store.
    Image,
    /// The image, pushed.
    Registry,
    /// Nothing but what the builder remembers.
    CacheOnly,
}

/// The kinds by their names.
const OUTPUT_KINDS: &[(&str, OutputKind)] = &[
    ("local", OutputKind::Local),
    ("tar", OutputKind::Tar),
    ("oci", OutputKind::Oci),
    ("docker", OutputKind::Docker),
    ("image", OutputKind::Image),
    ("registry", OutputKind::Registry),
    ("cacheonly", OutputKind::CacheOnly),
];

/// An output of the build, in the words of `docker build --output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// As it was given.
    text: String,
    kind: OutputKind,
    fields: Fields,
}

impl Output {
    /// Reads a specification: `type=KIND,dest=PATH,…`, a directory, or `-` for an archive on
    /// standard output.
    ///
    /// # Errors
    /// The kind is not known, or does not say where to.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |cause: String| {
            let names: Vec<_> = OUTPUT_KINDS.iter().map(|(name, _)| *name).collect();
            Error::configuration(format!("`{text}` is not an output"))
                .cause(cause)
                .hint(format!("Write a directory, or `type=KIND,dest=PATH`; kinds: {}", names.join(", ")))
        };
        let fields = match text {
            "" => return Err(wrong("it is empty".to_owned())),
            "-" => Fields::of([("type", "tar"), ("dest", "-")]),
            _ if !text.contains('=') => Fields::of([("type", "local"), ("dest", text)]),
            _ => Fields::parse(text).ok_or_else(|| wrong("its quotes do not match".to_owned()))?,
        };
        if let Some(field) = fields.without_value() {
            return Err(wrong(format!("`{field}` has no value")));
        }
        let name = fields.get("type").ok_or_else(|| wrong("it has no `type`".to_owned()))?;
        let found = OUTPUT_KINDS.iter().find(|(known, _)| *known == name);
        let kind = found.map(|(_, kind)| *kind).ok_or_else(|| wrong(format!("there is no kind `{name}`")))?;
        if matches!(kind, OutputKind::Local | OutputKind::Tar) && fields.get("dest").is_none() {
            return Err(wrong("it has no `dest`".to_owned()));
        }
        Ok(Self { text: text.to_owned(), kind, fields })
    }

    /// As it was given.
    pub fn as_given(&self) -> &str {
        &self.text
    }

    /// What becomes of it.
    pub const fn kind(&self) -> OutputKind {
        self.kind
    }

    /// Whether it pushes the image by the names of the request, having none of its own.
    pub fn pushes_request_names(&self) -> bool {
        let pushes = match self.kind {
            OutputKind::Registry => self.fields.get("push") != Some("false"),
            OutputKind::Image => self.fields.get("push") == Some("true"),
            _ => false,
        };
        pushes && self.fields.get("name").is_none()
    }

    /// A field that says more than which kind it is.
    pub(in crate::builder) fn detail(&self) -> Option<&str> {
        self.fields.keys().find(|key| *key != "type")
    }

    /// Where it goes.
    pub(in crate::builder) fn destination(&self) -> Option<&str> {
        self.fields.get("dest")
    }

    /// Its fields.
    pub(in crate::builder) const fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Whether it is an image archive on standard output.
    pub(in crate::builder) fn is_stdout_archive(&self) -> bool {
        self.is_stdout() && self.kind != OutputKind::Tar
    }

    /// Whether it is an archive on standard output.
    pub(super) fn is_stdout(&self) -> bool {
        match self.kind {
            OutputKind::Tar | OutputKind::Oci | OutputKind::Docker => {
                self.destination().is_none_or(|destination| destination == "-")
            }
            _ => false,
        }
    }
}

/// Where an image goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// It stays with the builder.
    #[default]
    Keep,
    /// Into the store of the local engine.
    Load,
    /// To the registries of its names.
    Push,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_have_a_kind_and_a_destination() {
        let kind = |text: &str| Output::parse(text).map(|output| (output.kind(), output.is_stdout()));
        assert_eq!(kind("out").unwrap(), (OutputKind::Local, false));
        assert_eq!(kind("-").unwrap(), (OutputKind::Tar, true));
        assert_eq!(kind("type=oci").unwrap(), (OutputKind::Oci, true));
        assert_eq!(kind("type=docker,dest=x.tar").unwrap(), (OutputKind::Docker, false));
        insta::assert_snapshot!(kind("type=tarr,dest=x").unwrap_err().report(), @"
        `type=tarr,dest=x` is not an output

        Caused by:
            there is no kind `tarr`

        Hint: Write a directory, or `type=KIND,dest=PATH`; kinds: local, tar, oci, docker, image, registry, cacheonly
        ");
        for text in ["", "dest=x", "type=local", "type=tar,x", "\"type=tar"] {
            assert!(Output::parse(text).is_err(), "{text}");
        }
    }
}
