//! Who a provider is, and what betrays an app of its kind.

use crate::edition::Edition;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A cheap necessary condition of detection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Marker {
    /// A regular file with this path.
    File(Cow<'static, str>),
    /// A directory with this path.
    Directory(Cow<'static, str>),
    /// A regular file anywhere in the app that matches this glob.
    Anywhere(Cow<'static, str>),
}

impl std::fmt::Display for Marker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{path}"),
            Self::Directory(path) => write!(f, "{path}/"),
            Self::Anywhere(glob) => write!(f, "{glob} (anywhere)"),
        }
    }
}

/// A variable that influences a provider's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableUse {
    /// Its whole name.
    pub name: Cow<'static, str>,
    /// What it does.
    pub summary: Cow<'static, str>,
}

/// Who a provider is, under one edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The name in `providers = [...]`.
    pub name: Cow<'static, str>,
    /// The provider's own version.
    pub version: Cow<'static, str>,
    /// One sentence.
    pub summary: Cow<'static, str>,
    /// Unless one of them matches, the app is not this provider's.
    pub markers: Cow<'static, [Marker]>,
    /// The variables it reads.
    pub variables: Cow<'static, [VariableUse]>,
    /// Names of folders that the language's tools make.
    pub generated: Cow<'static, [Cow<'static, str>]>,
    /// Whether it takes what nobody else recognises, so that its markers say nothing beside another
    /// provider's.
    pub last_resort: bool,
}

/// A provider's descriptions, one for each edition in the order of [`Edition::ALL`].
pub(super) type Descriptions = [Description; Edition::ALL.len()];
