//! Regular expressions of searches, compiled only where a text may match.

use super::AccessError;
use memchr::memmem::Finder;
use regex::{Regex, bytes};
use regex_syntax::ast::{self, Ast, FlagsItem, FlagsItemKind, GroupKind, RepetitionKind, RepetitionRange};
use std::cell::OnceCell;

/// A regular expression. Compiling one costs more than a small app's whole plan, so it waits for a text
/// that has what every match has, and leaves Unicode out for a text that has none.
pub(super) struct Pattern<'a> {
    source: &'a str,
    /// Every match has one of them; absent if nothing can be said.
    needles: Option<Vec<Finder<'static>>>,
    /// For texts of ASCII, on which it finds what the other one does; absent if it needs Unicode to be valid.
    ascii: OnceCell<Option<bytes::Regex>>,
    unicode: OnceCell<Regex>,
}

impl<'a> Pattern<'a> {
    /// Reads a regular expression.
    ///
    /// # Errors
    /// It is wrong.
    pub(super) fn new(source: &'a str) -> Result<Self, AccessError> {
        let Ok(ast) = ast::parse::Parser::new().parse(source) else {
            // The words of the compiler.
            return Err(Regex::new(source)
                .err()
                .map_or_else(|| invalid(&"not a regular expression"), |error| invalid(&error)));
        };
        let needles =
            required(&ast).map(|needles| needles.iter().map(|needle| Finder::new(needle).into_owned()).collect());
        Ok(Self { source, needles, ascii: OnceCell::new(), unicode: OnceCell::new() })
    }

    /// The first match in a text: the whole of it, then each capture group.
    ///
    /// # Errors
    /// The expression is wrong in a way that only compiling it shows, such as its size.
    pub(super) fn groups(&self, text: &str) -> Result<Option<Vec<Option<String>>>, AccessError> {
        let may_match = |finder: &Finder| finder.find(text.as_bytes()).is_some();
        if self.needles.as_ref().is_some_and(|needles| !needles.iter().any(may_match)) {
            return Ok(None);
        }
        if text.is_ascii()
            && let Some(regex) = self.ascii.get_or_init(|| ascii(self.source))
        {
            let captures = regex.captures(text.as_bytes());
            let group = |group: Option<bytes::Match>| Some(text.get(group?.range())?.to_owned());
            return Ok(captures.map(|captures| captures.iter().map(group).collect()));
        }
        let captures = self.unicode()?.captures(text);
        let group = |group: Option<regex::Match>| Some(group?.as_str().to_owned());
        Ok(captures.map(|captures| captures.iter().map(group).collect()))
    }

    fn unicode(&self) -> Result<&Regex, AccessError> {
        if let Some(regex) = self.unicode.get() {
            return Ok(regex);
        }
        let regex = Regex::new(self.source).map_err(|error| invalid(&error))?;
        Ok(self.unicode.get_or_init(|| regex))
    }
}

fn ascii(source: &str) -> Option<bytes::Regex> {
    bytes::RegexBuilder::new(source).unicode(false).build().ok()
}

fn invalid(message: &impl ToString) -> AccessError {
    AccessError::InvalidPattern(message.to_string())
}

/// More alternatives than this are not looked for one by one.
const MAX_NEEDLES: usize = 16;

/// Texts of which every match of an expression has at least one.
fn required(ast: &Ast) -> Option<Vec<String>> {
    match ast {
        Ast::Literal(literal) => Some(vec![literal.c.to_string()]),
        Ast::Concat(concat) => required_of_sequence(&concat.asts),
        Ast::Group(group) => match &group.kind {
            GroupKind::NonCapturing(flags) if changes_letters(&flags.items) => None,
            _ => required(&group.ast),
        },
        Ast::Alternation(alternation) => {
            let each: Option<Vec<_>> = alternation.asts.iter().map(required).collect();
            each.map(|each| each.concat()).filter(|needles| needles.len() <= MAX_NEEDLES)
        }
        Ast::Repetition(repetition) if is_at_least_once(&repetition.op.kind) => required(&repetition.ast),
        _ => None,
    }
}

/// The same for expressions one after the other: the part that says most.
fn required_of_sequence(sequence: &[Ast]) -> Option<Vec<String>> {
    let mut parts: Vec<Vec<String>> = Vec::new();
    let mut literal = String::new();
    for ast in sequence {
        match ast {
            Ast::Literal(next) => literal.push(next.c),
            // Whatever follows may stand for other letters than its own.
            Ast::Flags(flags) if changes_letters(&flags.flags.items) => return None,
            other => {
                parts.push(vec![std::mem::take(&mut literal)]);
                parts.extend(required(other));
            }
        }
    }
    parts.push(vec![literal]);
    let shortest = |needles: &Vec<String>| needles.iter().map(String::len).min().unwrap_or_default();
    parts.into_iter().max_by_key(shortest).filter(|needles| shortest(needles) > 0)
}

/// Whether flags make a letter stand for another one, too, or for a byte.
fn changes_letters(flags: &[FlagsItem]) -> bool {
    let changes =
        |flag: &FlagsItem| matches!(flag.kind, FlagsItemKind::Flag(ast::Flag::CaseInsensitive | ast::Flag::Unicode));
    flags.iter().any(changes)
}

fn is_at_least_once(kind: &RepetitionKind) -> bool {
    match kind {
        RepetitionKind::OneOrMore => true,
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => false,
        RepetitionKind::Range(
            RepetitionRange::Exactly(least) | RepetitionRange::AtLeast(least) | RepetitionRange::Bounded(least, _),
        ) => *least > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn needles(pattern: &str) -> Option<Vec<String>> {
        required(&ast::parse::Parser::new().parse(pattern).unwrap())
    }

    #[test]
    fn what_every_match_has_is_found() {
        for (pattern, expected) in [
            ("django.db.backends.postgresql", &["postgresql"][..]),
            (r"\bgit\b", &["git"]),
            (r"(?m)^__metadata:", &["__metadata:"]),
            (r"WSGI_APPLICATION = '(.*)'", &["WSGI_APPLICATION = '"]),
            ("(?:get|post)+x", &["get", "post"]),
            ("a(bc){2,}", &["bc"]),
            ("(?P<name>a)", &["a"]),
        ] {
            assert_eq!(needles(pattern).unwrap(), expected, "{pattern}");
        }
        for pattern in ["(?i)abc", "x*", "[a-z]+", "a|", "(?i:abc)", "", "(?-u)a", "(abc)?", "(abc){0,3}"] {
            assert_eq!(needles(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_wrong_expression_is_an_error_without_a_text() {
        let error = |pattern| Pattern::new(pattern).err().unwrap();
        let unclosed = "(";
        assert_eq!(error(unclosed), AccessError::InvalidPattern(Regex::new(unclosed).unwrap_err().to_string()));
        let too_large = "(?:a{1000}){1000}";
        assert!(Pattern::new(too_large).unwrap().groups("a").is_err());
    }

    proptest! {
        /// The short ways find what the expression finds.
        #[test]
        fn the_first_match_is_that_of_the_expression(
            pattern in r"(\(\?[imsx]\))?((a|b|K|é|\.|\\w|\\W|\\s|\\b|\[\^a\]|\[aé\]|\\d|\^|\$)([?*+]|\{1,2\})?|\((a|b|ab\|K|\|b)\)[?*+]?|\(\?i:k\)){1,5}",
            text in "[abkKé\u{212a} 1\n.]{0,8}",
        ) {
            let Ok(regex) = Regex::new(&pattern) else { return Ok(()) };
            let group = |group: Option<regex::Match>| Some(group?.as_str().to_owned());
            let expected = regex.captures(&text).map(|captures| captures.iter().map(group).collect());
            prop_assert_eq!(Pattern::new(&pattern).unwrap().groups(&text).unwrap(), expected);
        }
    }
}
