//! The plan as text: JSON and TOML, in the key order of Nixpacks 1.41.

use super::{PartialPlan, Plan, describe};
use schemars::{Schema, schema_for};
use serde::Serialize;

/// A final plan names no providers any more: they have been asked.
#[derive(Serialize)]
struct Document<'a> {
    providers: [&'a str; 0],
    #[serde(flatten)]
    plan: &'a Plan,
}

impl Plan {
    /// The plan as pretty printed JSON, without a newline at the end.
    pub fn to_json(&self) -> String {
        let document = Document { providers: [], plan: self };
        serde_json::to_string_pretty(&document).expect("maps with text keys and texts have a JSON form")
    }

    /// The plan as TOML; read back it gives the same plan.
    pub fn to_toml(&self) -> String {
        let document = Document { providers: [], plan: self };
        toml::to_string_pretty(&document).expect("maps with text keys and texts have a TOML form")
    }
}

impl PartialPlan {
    /// The JSON Schema of a plan: of one that is printed, and of one that is given.
    pub fn schema() -> Schema {
        describe(schema_for!(Self))
    }

    /// A plan given as JSON text.
    ///
    /// # Errors
    /// The text is not JSON or does not have the shape of a plan; the parser says line and column.
    pub fn from_json(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }
}
