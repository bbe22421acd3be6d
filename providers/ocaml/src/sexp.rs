//! The notation of Dune's files.

/// Lists that lie deeper are passed over: nothing that is looked for lies so deep.
const MAX_DEPTH: usize = 64;

/// A word or a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sexp {
    /// A word, or a text without its quotes; escapes are left as they are.
    Atom(String),
    /// What stands in parentheses.
    List(Vec<Sexp>),
}

impl Sexp {
    /// The content of a text. A parenthesis too many or too few ends or closes a list: this is no
    /// place to say that a file is wrong, as Dune will.
    pub(crate) fn parse(text: &str) -> Vec<Self> {
        let mut open = vec![Vec::new()];
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = token_length(rest, first);
            let (token, after) = rest.split_at(length);
            rest = after;
            match first {
                '(' => open.push(Vec::new()),
                ')' => close(&mut open),
                '"' => push(&mut open, Self::Atom(token.trim_matches('"').to_owned())),
                _ if first.is_whitespace() || first == ';' || token.starts_with("#|") => {}
                _ => push(&mut open, Self::Atom(token.to_owned())),
            }
        }
        while open.len() > 1 {
            close(&mut open);
        }
        open.pop().unwrap_or_default()
    }

    /// A list's first word and the rest of it.
    pub(crate) fn stanza(&self) -> Option<(&str, &[Self])> {
        match self {
            Self::List(elements) => match elements.as_slice() {
                [Self::Atom(name), arguments @ ..] => Some((name, arguments)),
                _ => None,
            },
            Self::Atom(_) => None,
        }
    }

    /// The word.
    pub(crate) fn atom(&self) -> Option<&str> {
        match self {
            Self::Atom(word) => Some(word),
            Self::List(_) => None,
        }
    }
}

/// The words that follow `name` in the first list among `fields` that begins with it.
pub(crate) fn words<'s>(fields: &'s [Sexp], name: &str) -> Option<Vec<&'s str>> {
    let arguments = fields.iter().filter_map(Sexp::stanza).find(|(field, _)| *field == name).map(|(_, words)| words)?;
    Some(arguments.iter().filter_map(Sexp::atom).collect())
}

fn push(open: &mut [Vec<Sexp>], element: Sexp) {
    if let Some(list) = open.last_mut() {
        list.push(element);
    }
}

fn close(open: &mut Vec<Vec<Sexp>>) {
    if open.len() > 1
        && let Some(list) = open.pop()
        && open.len() <= MAX_DEPTH
    {
        push(open, Sexp::List(list));
    }
}

/// The length of the token that begins with `first`: a parenthesis, a text in quotes, a comment
/// (`; …` to the end of the line, `#| … |#`), blank space or a word.
fn token_length(text: &str, first: char) -> usize {
    let until = |end: fn(char) -> bool| text.find(end).unwrap_or(text.len());
    match first {
        '(' | ')' => 1,
        '"' => {
            let mut escaped = false;
            let end = text.char_indices().skip(1).find(|(_, c)| {
                let is_end = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                is_end
            });
            end.map_or(text.len(), |(at, _)| at + 1)
        }
        ';' => until(|c| c == '\n'),
        '#' if text.starts_with("#|") => text.find("|#").map_or(text.len(), |at| at + 2),
        _ if first.is_whitespace() => until(|c| !c.is_whitespace()),
        _ => until(|c| c.is_whitespace() || matches!(c, '(' | ')' | '"' | ';')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(text: &str) -> Sexp {
        Sexp::Atom(text.into())
    }

    #[test]
    fn what_lies_too_deep_is_passed_over() {
        let depth = |parsed: &[Sexp]| {
            let mut depth = 0;
            let mut elements = parsed;
            while let [Sexp::List(inner), ..] = elements {
                (depth, elements) = (depth + 1, inner);
            }
            depth
        };
        assert_eq!(depth(&Sexp::parse("((a))")), 2);
        assert_eq!(depth(&Sexp::parse(&"(".repeat(100_000))), MAX_DEPTH);
    }

    #[test]
    fn lists_words_texts_and_comments() {
        let text = "; (a)\n(b \"c (d\\\" e\" (f)) #| (g) |# h";
        let list = Sexp::List(vec![atom("b"), atom("c (d\\\" e"), Sexp::List(vec![atom("f")])]);
        assert_eq!(Sexp::parse(text), [list, atom("h")]);
    }

    #[test]
    fn unbalanced_texts_are_read_as_far_as_they_go() {
        assert_eq!(Sexp::parse("(a (b"), [Sexp::List(vec![atom("a"), Sexp::List(vec![atom("b")])])]);
        assert_eq!(Sexp::parse(") a"), [atom("a")]);
        for text in ["\"", "#|", "(", "\"\\", ";"] {
            Sexp::parse(text);
        }
    }
}
