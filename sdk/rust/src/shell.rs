//! Words of shell commands.

/// A word for a shell, in quotes if it needs them.
pub fn quoted(word: &str) -> String {
    if !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "./_-+@".contains(c)) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn only_strange_words_are_quoted() {
        assert_eq!(quoted("src/my-app.v2.ts"), "src/my-app.v2.ts");
        assert_eq!(quoted("routes/(app)/index.tsx"), "'routes/(app)/index.tsx'");
        assert_eq!(quoted("it's $x"), r"'it'\''s $x'");
        assert_eq!(quoted(""), "''");
    }
}
