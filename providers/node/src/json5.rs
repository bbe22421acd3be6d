//! JSON5, which pnpm reads `package.json5` as: made strict JSON.

use plugpacks_sdk::jsonc;
use std::fmt::Write;

/// Puts names and texts into double quotes, and leaves comments and trailing commas out. What is neither JSON nor
/// JSON5 stays as it is, for the parser to complain about.
pub(crate) fn to_json(text: &str) -> String {
    let mut json = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '"' | '\'' => text_length(rest, next),
            '/' => comment_length(rest),
            _ if is_name(next) => rest.find(|c| !is_name(c)).unwrap_or(rest.len()),
            _ => next.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        match next {
            '"' | '\'' => push_text(&mut json, token),
            '/' if length > 1 => json.push(' '),
            _ if after.trim_start().starts_with(':') && is_name(next) => _ = write!(json, "\"{token}\""),
            _ => json.push_str(token),
        }
        rest = after;
    }
    jsonc::to_json(&json)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '+' | '.')
}

/// The length of a text in quotes, the quotes included.
fn text_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

fn comment_length(text: &str) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    match text.strip_prefix("/*") {
        Some(body) => body.find("*/").map_or(text.len(), |end| end + 4),
        None => 1,
    }
}

/// Adds a text with its quotes doubled, and its line continuations and `\'` resolved.
fn push_text(json: &mut String, token: &str) {
    if token.starts_with('"') {
        json.push_str(&token.replace("\\\n", ""));
        return;
    }
    let Some(inner) = token[1..].strip_suffix('\'').filter(|inner| !inner.ends_with('\\')) else {
        json.push_str(token);
        return;
    };
    let inner = inner.replace("\\\n", "").replace("\\'", "'").replace('"', "\\\"");
    _ = write!(json, "\"{inner}\"");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn names_texts_comments_and_commas_become_json() {
        let text = "// head\n{name: 'a \\'b\\' \"c\"', $x_1: \"https://x // no\", /* y: 1 */ 'k-2': [1.5, -2, true, null,],\n}";
        let value: Value = serde_json::from_str(&to_json(text)).unwrap();
        assert_eq!(value, json!({"name": "a 'b' \"c\"", "$x_1": "https://x // no", "k-2": [1.5, -2, true, null]}));
    }

    #[test]
    fn broken_texts_stay_broken() {
        for text in ["{", "'abc", "/* open", "{a: }", "{a 1}", "'\\"] {
            assert!(serde_json::from_str::<Value>(&to_json(text)).is_err(), "{text}");
        }
    }
}
