//! Values that replace or unset those of a lower source.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// What a source says about something that has one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// It has this value.
    Value(String),
    /// Whatever lower sources say does not hold: written `false`.
    Unset,
}

/// Names and what a source says about each, in the byte order of the names.
pub type SettingMap = BTreeMap<String, Setting>;

impl Setting {
    /// The value, if it is not unset.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unset => None,
        }
    }

    /// The value, if it is not unset.
    pub fn into_value(self) -> Option<String> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unset => None,
        }
    }
}

impl<T: Into<String>> From<T> for Setting {
    fn from(value: T) -> Self {
        Self::Value(value.into())
    }
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SettingVisitor)
    }
}

struct SettingVisitor;

impl Visitor<'_> for SettingVisitor {
    type Value = Setting;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, or `false` to unset it")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Setting, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Setting, E> {
        Ok(value.into())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Setting, E> {
        match value {
            false => Ok(Setting::Unset),
            true => Err(E::invalid_type(serde::de::Unexpected::Bool(true), &self)),
        }
    }
}

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => serializer.serialize_str(value),
            Self::Unset => serializer.serialize_bool(false),
        }
    }
}

impl JsonSchema for Setting {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Setting".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, { "const": false }] })
    }
}
