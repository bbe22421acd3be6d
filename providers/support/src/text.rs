//! Words within a text.

/// The word that a text ends with: its last characters that are all part of one; empty if it ends
/// otherwise.
pub fn trailing_word(text: &str, is_part: impl Fn(char) -> bool) -> &str {
    &text[text.trim_end_matches(is_part).len()..]
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
}
