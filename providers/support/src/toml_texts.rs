//! The texts of a TOML document, for what needs no more of it: the events of a parser, since documents
//! made of values would double the size of a component.

use toml_parser::decoder::Encoding;
use toml_parser::parser::{EventReceiver, RecursionGuard, parse_document};
use toml_parser::{ErrorSink, Raw, Source, Span};

/// So many arrays and tables may stand in each other.
const DEPTH: u32 = 64;

/// The strings of a document with their paths of keys, in its order. Those of an array have the array's
/// path. A document that is wrong gives what can be made of it.
pub(crate) fn texts(document: &str) -> Vec<(Vec<String>, String)> {
    let mut reader = Reader { document, texts: Vec::new(), path: Vec::new(), table: 0, open: Vec::new() };
    let tokens = Source::new(document).lex().into_vec();
    parse_document(&tokens, &mut RecursionGuard::new(&mut reader, DEPTH), &mut ());
    reader.texts
}

/// What has been read so far, and where it is.
struct Reader<'t> {
    document: &'t str,
    texts: Vec<(Vec<String>, String)>,
    /// The keys of the table, and those within it that lead here.
    path: Vec<String>,
    /// How many keys the table has.
    table: usize,
    /// How many keys lead to each array and inline table that is open.
    open: Vec<usize>,
}

impl Reader<'_> {
    fn raw(&self, span: Span, encoding: Option<Encoding>) -> Raw<'_> {
        Raw::new_unchecked(&self.document[span.start()..span.end()], encoding, span)
    }

    /// Goes back to where the innermost array, inline table or else the table began.
    fn end_value(&mut self) {
        self.path.truncate(self.open.last().copied().unwrap_or(self.table));
    }

    fn close(&mut self) {
        self.open.pop();
        self.end_value();
    }
}

impl EventReceiver for Reader<'_> {
    fn std_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.path.clear();
    }

    fn std_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.table = self.path.len();
    }

    fn array_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.path.clear();
    }

    fn array_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.table = self.path.len();
    }

    fn inline_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) -> bool {
        self.open.push(self.path.len());
        true
    }

    fn inline_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.close();
    }

    fn array_open(&mut self, _: Span, _: &mut dyn ErrorSink) -> bool {
        self.open.push(self.path.len());
        true
    }

    fn array_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.close();
    }

    fn simple_key(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let mut key = String::new();
        self.raw(span, encoding).decode_key(&mut key, error);
        self.path.push(key);
    }

    fn scalar(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        // Strings have an encoding; nothing else has.
        if encoding.is_some() {
            let mut text = String::new();
            let _kind = self.raw(span, encoding).decode_scalar(&mut text, error);
            self.texts.push((self.path.clone(), text));
        }
        self.end_value();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(document: &str) -> Vec<String> {
        texts(document).into_iter().map(|(path, text)| format!("{}={text}", path.join("."))).collect()
    }

    #[test]
    fn texts_have_the_path_of_their_keys() {
        for (document, expected) in [
            ("a = 'x'\n[t]\nb = \"y\" # z = \"no\"\n", &["a=x", "t.b=y"][..]),
            ("[ t . 'u v' ] # why\n\"b\".c = 'x'\n[[l]]\nd = 'y'", &["t.u v.b.c=x", "l.d=y"]),
            ("a = [ # first\n 'x',\n 'y', ]\nb = 'z'", &["a=x", "a=y", "b=z"]),
            ("a = { b = 'x', c = { d = 'y' }, e = 1 }\nf = 'z'", &["a.b=x", "a.c.d=y", "f=z"]),
            ("a = [{ b = 'x' }, [['y']]]\nc = 'z'", &["a.b=x", "a=y", "c=z"]),
            ("a = \"\"\"\n[t]\nb = 'no'\"\"\"\nc = 1.5\nd = 'x'", &["a=[t]\nb = 'no'", "d=x"]),
        ] {
            assert_eq!(lines(document), expected, "{document:?}");
        }
    }

    #[test]
    fn a_wrong_document_is_no_failure() {
        for document in ["é = 'x", "]}=,[", "[t\na = 'x'", "a = [[[{", "= 'x'", "\"\"\"", "a = \"\\é"] {
            texts(document);
        }
    }
}
