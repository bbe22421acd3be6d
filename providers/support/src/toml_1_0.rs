//! What TOML 1.1 allows and TOML 1.0 does not: Nixpacks 1.41 reads 1.0 only, and so does the edition
//! `nixpacks`.

use plugpacks_sdk::{Context, Edition, Error, Result};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// A TOML file in the shape of `T`, as [`plugpacks_sdk::App::read_toml`] reads it.
///
/// # Errors
/// As there; `Error reading <path> as TOML`, too, if the text is not TOML 1.0 under the edition `nixpacks`.
pub fn read<T: serde::de::DeserializeOwned>(context: &Context, path: &str) -> Result<T> {
    let value = context.app.read_toml(path)?;
    if context.environment.edition() > Edition::NIXPACKS {
        return Ok(value);
    }
    match newer_construct(&context.app.read_text(path)?) {
        Some(construct) => Err(Error::new(format!("{construct}, which TOML 1.0 does not allow"))
            .context(format!("Error reading {path} as TOML"))),
        None => Ok(value),
    }
}

/// The first construct of a *valid* TOML 1.1 document that TOML 1.0 does not know, in words.
///
/// Times without seconds are not looked for: no file that a provider reads has a use for them.
fn newer_construct(text: &str) -> Option<&'static str> {
    let mut open = Vec::new();
    let mut after_comma = false;
    for token in Source::new(text).lex() {
        let in_inline_table = open.last() == Some(&TokenKind::LeftCurlyBracket);
        let content = &text[token.span().start()..token.span().end()];
        match token.kind() {
            TokenKind::Newline if in_inline_table => return Some("a line break in an inline table"),
            TokenKind::RightCurlyBracket if after_comma => {
                return Some("a comma before the end of an inline table");
            }
            TokenKind::BasicString | TokenKind::MlBasicString if has_newer_escape(content) => {
                return Some("an escape sequence \\e or \\x in a string");
            }
            // The brackets of a table's header are closed again on the same line.
            kind @ (TokenKind::LeftCurlyBracket | TokenKind::LeftSquareBracket) => open.push(kind),
            TokenKind::RightCurlyBracket | TokenKind::RightSquareBracket => drop(open.pop()),
            _ => {}
        }
        after_comma = match token.kind() {
            TokenKind::Comma => in_inline_table,
            TokenKind::Whitespace => after_comma,
            _ => false,
        };
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
