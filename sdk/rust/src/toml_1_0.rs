//! What TOML 1.1 allows and TOML 1.0 does not: Nixpacks 1.41 reads 1.0 only, and so does the edition
//! `nixpacks`.

use crate::toml_texts::string;

/// The first construct of a *valid* TOML 1.1 document that TOML 1.0 does not know, in words.
///
/// Times without seconds are not looked for: no file that a provider reads has a use for them.
pub(crate) fn newer_construct(text: &str) -> Option<&'static str> {
    let mut rest = text;
    let mut open = Vec::new();
    let mut after_comma = false;
    while let Some(first) = rest.chars().next() {
        let in_inline_table = open.last() == Some(&'{');
        let token = match first {
            '#' => &rest[..rest.find('\n').unwrap_or(rest.len())],
            '"' | '\'' => string(rest, first),
            _ => &rest[..first.len_utf8()],
        };
        match first {
            '\n' if in_inline_table => return Some("a line break in an inline table"),
            '}' if after_comma => return Some("a comma before the end of an inline table"),
            '"' if has_newer_escape(token) => return Some("an escape sequence \\e or \\x in a string"),
            // The brackets of a table's header are closed again on the same line.
            '{' | '[' => open.push(first),
            '}' | ']' => drop(open.pop()),
            _ => {}
        }
        after_comma = match first {
            ',' => in_inline_table,
            ' ' | '\t' => after_comma,
            _ => false,
        };
        rest = &rest[token.len()..];
    }
    None
}

/// Whether a basic string contains `\e` or `\x`.
fn has_newer_escape(string: &str) -> bool {
    let mut bytes = string.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'\\' && matches!(bytes.next(), Some(b'e' | b'x')) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::newer_construct;

    #[test]
    fn the_constructs_of_1_1_are_found() {
        let line_break = Some("a line break in an inline table");
        assert_eq!(newer_construct("a = { b = 1,\n c = 2 }"), line_break);
        assert_eq!(newer_construct("a = { b = 1 # why\n}"), line_break);
        assert_eq!(newer_construct("a = [{ b = [1,\n2]\n}]"), line_break);
        assert_eq!(newer_construct("a = { b = 1, }"), Some("a comma before the end of an inline table"));
        assert_eq!(newer_construct(r#"a = "\e[1m""#), Some("an escape sequence \\e or \\x in a string"));
    }

    #[test]
    fn everything_of_1_0_passes() {
        for text in [
            "[a.b]\nc = { d = [\n1,\n2,\n], e = {} }\n",
            "[[a]]\nb = '\\e {' # { \"\n",
            "a = \"\"\"\n{ \"\" \\\n \"\"\"\"\"\nb = { c = 1 }\n",
            "a = '''\n{'''\n\"k}\" = \"\\\\e\\\"{\"\n",
            "a = [ { b = 1 },\n { b = 2 }, ]\n",
            "",
        ] {
            assert_eq!(newer_construct(text), None, "{text}");
        }
    }
}
