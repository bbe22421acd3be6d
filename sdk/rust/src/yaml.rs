//! YAML, parsed within bounds.

use crate::{Error, Result};

/// A text in the shape of `T`.
///
/// # Errors
/// The parser's message; `lists and maps are nested too deeply` beyond 1,000 open brackets.
pub fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    if nests_deeply(text) {
        return Err(Error::new("lists and maps are nested too deeply"));
    }
    serde_yaml_ng::from_str(text).map_err(|error| Error::new(error.to_string()))
}

/// Whether many more brackets are opened than closed: each costs the parser time for all that are open.
fn nests_deeply(text: &str) -> bool {
    let step = |depth: i32, byte| match byte {
        b'[' | b'{' => depth + 1,
        b']' | b'}' => (depth - 1).max(0),
        _ => depth,
    };
    let depths = text.bytes().scan(0, |depth, byte| {
        *depth = step(*depth, byte);
        Some(*depth)
    });
    depths.max().is_some_and(|depth| depth > 1000)
}
