//! What the JSON Schema of a plan says beyond its types.

use schemars::Schema;
use serde_json::{Value, json};

/// What the schema says of a key that is allowed and does nothing.
pub(crate) const NOT_READ: &str = "Not read.";

/// The keys that have a second name (Nixpacks 1.41), and that name. The types say the same in `serde(alias)`,
/// which schemas pass over.
const OTHER_NAMES: [(&str, &str); 5] = [
    ("aptPkgs", "aptPackages"),
    ("cmds", "commands"),
    ("nixLibs", "nixLibraries"),
    ("nixPkgs", "nixPackages"),
    ("paths", "envPaths"),
];

/// Gives a table's keys their second names; only one of the two may stand there.
pub(super) fn other_names(schema: &mut Schema) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    let mut pairs = Vec::new();
    for (key, other) in OTHER_NAMES {
        if let Some(property) = properties.get(key).cloned() {
            properties.insert(other.to_owned(), property);
            pairs.push(json!({ "not": { "required": [key, other] } }));
        }
    }
    if !pairs.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(pairs));
    }
}

/// Allows a phase to repeat its name, as plans of Nixpacks 1.41 do.
pub(super) fn repeated_name(schema: &mut Schema) {
    allow(schema, "name");
}

/// Allows a table to have a text under a key that nothing reads.
pub(crate) fn allow(schema: &mut Schema, key: &str) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(key.to_owned(), json!({ "description": NOT_READ, "type": "string" }));
    }
}
