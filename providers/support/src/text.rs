//! Words within a text.

/// The word that a text ends with: its last characters that are all part of one; empty if it ends
/// otherwise.
pub fn trailing_word(text: &str, is_part: impl Fn(char) -> bool) -> &str {
    &text[text.trim_end_matches(is_part).len()..]
}

/// The text up to the brace that closes a block whose opening one is gone; `None` if none does.
pub fn inside_braces(text: &str) -> Option<&str> {
    inside(text, '{', '}')
}

/// The text up to the bracket that closes a pair whose opening one is gone; `None` if none does.
pub fn inside(text: &str, opening: char, closing: char) -> Option<&str> {
    let mut depth = 1;
    let end = text.char_indices().find(|(_, c)| {
        if *c == opening {
            depth += 1;
        } else if *c == closing {
            depth -= 1;
        }
        depth == 0
    })?;
    Some(&text[..end.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_any_text() {
        for (text, expected) in
            [("a word", "word"), ("word", "word"), ("Größe", "e"), ("Prüfung ", ""), ("ü", ""), ("", "")]
        {
            assert_eq!(trailing_word(text, |c| c.is_ascii_alphanumeric()), expected, "{text:?}");
        }
    }

    #[test]
    fn a_block_ends_at_its_own_brace() {
        assert_eq!(inside_braces(" a { b } c } d"), Some(" a { b } c "));
        assert_eq!(inside_braces("a { b"), None);
        assert_eq!(inside("f(a), b) + c", '(', ')'), Some("f(a), b"));
    }
}
