//! Lists that replace or extend those of a lower source.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// One element of a list as a source wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A value.
    Value(String),
    /// The place of the lower list: written `"..."` or `"@auto"`.
    Inherited,
}

impl Item {
    const INHERITED: [&str; 2] = ["...", "@auto"];
}

impl From<String> for Item {
    fn from(text: String) -> Self {
        if Self::INHERITED.contains(&text.as_str()) { Self::Inherited } else { Self::Value(text) }
    }
}

/// What a list says about the list of the same name below it: without [`Item::Inherited`] it
/// replaces that list, with it, it extends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListEdit(pub Vec<Item>);

impl ListEdit {
    /// The empty list, which empties the one below.
    pub const EMPTY: Self = Self(Vec::new());

    /// What was written as a list; a written marker stays one.
    pub fn replace(values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(values.into_iter().map(|value| Item::from(value.into())).collect())
    }

    /// These values, then the lower list.
    pub fn prepend(values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut list = Self::replace(values);
        list.0.push(Item::Inherited);
        list
    }

    /// The lower list, then these values.
    pub fn append(values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut list = Self::replace(values);
        list.0.insert(0, Item::Inherited);
        list
    }

    /// The values, markers left out.
    pub fn into_values(self) -> Vec<String> {
        let value = |item| match item {
            Item::Value(value) => Some(value),
            Item::Inherited => None,
        };
        self.0.into_iter().filter_map(value).collect()
    }
}

impl<'de> Deserialize<'de> for ListEdit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::<String>::deserialize(deserializer)?;
        Ok(Self(items.into_iter().map(Item::from).collect()))
    }
}

impl Serialize for ListEdit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|item| match item {
            Item::Value(value) => value,
            Item::Inherited => Item::INHERITED[0],
        }))
    }
}

impl JsonSchema for ListEdit {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "List".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": { "type": "string" } })
    }
}
