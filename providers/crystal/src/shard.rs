//! What `shard.yml` says.

use crate::versions::RELEASES;
use plugpacks_provider_support::release::Request;
use plugpacks_provider_support::requirement;
use plugpacks_provider_support::version::Range;
use plugpacks_sdk::{Context, Result};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

pub(crate) const FILE: &str = "shard.yml";

/// The fields that every edition requires.
#[derive(Debug, Deserialize)]
pub(crate) struct Shard {
    pub(crate) name: String,
    pub(crate) targets: Targets,
    /// Where a program without a target begins, in editions that build one.
    #[serde(skip)]
    pub(crate) source: Option<String>,
}

/// The same, where targets may be missing.
#[derive(Debug, Deserialize)]
struct Described {
    name: String,
    targets: Option<Targets>,
}

/// The names of the targets in the order of the file.
#[derive(Debug)]
pub(crate) struct Targets(Vec<String>);

impl Shard {
    pub(crate) fn read(context: &Context) -> Result<Self> {
        context.app.read_yaml(FILE)
    }

    /// The same, where targets may be missing: then it is a program if it has the file that is named like it.
    pub(crate) fn read_described(context: &Context) -> Result<Self> {
        let Described { name, targets } = context.app.read_yaml(FILE)?;
        let source = Some(format!("src/{name}.cr"));
        Ok(Self { name, targets: targets.unwrap_or_else(|| Targets(Vec::new())), source })
    }
}

impl Targets {
    pub(crate) fn names(&self) -> &[String] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Targets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = Targets;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Targets, A::Error> {
                let mut names = Vec::new();
                // Nixpacks 1.41: the settings of a target are texts.
                while let Some((name, _)) = map.next_entry::<String, BTreeMap<String, String>>()? {
                    names.push(name);
                }
                Ok(Targets(names))
            }
        }

        deserializer.deserialize_map(Names)
    }
}

/// The versions of Crystal that the shard is made for.
///
/// A plain version is the oldest of its major version: Shards reads `1.4.1` as `~> 1.4, >= 1.4.1`.
///
/// # Errors
/// The file cannot be read, or what it asks for not be understood.
pub(crate) fn required_crystal(context: &Context) -> Result<Option<(Request, Range)>> {
    #[derive(Deserialize)]
    struct Requirements {
        #[serde(default)]
        crystal: String,
    }

    let requirements: Requirements = context.app.read_yaml(FILE)?;
    let Some(request) = Request::new(&requirements.crystal, FILE) else { return Ok(None) };
    let is_plain = request.text.starts_with(|c: char| c.is_ascii_digit());
    let notation = if is_plain { format!("^{}", request.text) } else { request.text.clone() };
    let range = requirement::list(&notation).ok_or_else(|| RELEASES.at(context).malformed(&request))?;
    Ok(Some((request, range)))
}
