//! Making globs.

/// The glob that matches just this path.
pub fn literal(path: &str) -> String {
    path.chars().fold(String::with_capacity(path.len()), |mut glob, c| {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}') {
            glob.extend(['[', c, ']']);
        } else {
            glob.push(c);
        }
        glob
    })
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn signs_of_globs_match_themselves() {
        assert_eq!(literal("src/[id]/a.rs"), "src/[[]id[]]/a.rs");
        assert_eq!(literal("a*{b}?"), "a[*][{]b[}][?]");
    }
}
