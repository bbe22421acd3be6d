//! JSON with comments and trailing commas, as TypeScript, Deno and others read it.

/// Replaces comments and trailing commas by nothing. Texts in quotes stay as they are.
pub fn to_json(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    let mut json = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some(length) = comment_length(rest) {
            rest = &rest[length..];
            continue;
        }
        if matches!(next, ']' | '}') {
            remove_trailing_comma(&mut json);
        }
        let length = if next == '"' { string_length(rest) } else { next.len_utf8() };
        let (token, after) = rest.split_at(length);
        json.push_str(token);
        rest = after;
    }
    json
}

/// The length of the comment a text begins with.
fn comment_length(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let body = text.strip_prefix("/*")?;
    Some(body.find("*/").map_or(text.len(), |end| end + 4))
}

/// The length of a text in quotes, the quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

fn remove_trailing_comma(json: &mut String) {
    let length = json.trim_end().len();
    if json[..length].ends_with(',') {
        json.truncate(length - 1);
    }
}

#[cfg(all(test, feature = "json"))]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn comments_and_trailing_commas_vanish_outside_of_texts() {
        let text = "\u{feff}// head\n{/* a */\"url\": \"http://x/*no*/\", // tail\n \"q\": \"\\\"//\\\\\", \"l\": [1, 2, /* , */ ], }";
        let value: Value = serde_json::from_str(&to_json(text)).unwrap();
        assert_eq!(value, json!({"url": "http://x/*no*/", "q": "\"//\\", "l": [1, 2]}));
    }

    #[test]
    fn broken_texts_stay_broken() {
        for text in ["{", "\"abc", "/* open", "/*/ 1", "{\"a\": 1/2}", "\"\\"] {
            assert!(serde_json::from_str::<Value>(&to_json(text)).is_err(), "{text}");
        }
    }
}
