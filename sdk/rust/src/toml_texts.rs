//! The texts of a TOML document, for what needs no more of it: a parser would double the size of a
//! component.

/// The strings of a document with their paths of keys, in its order. Those of an array have the array's
/// path. Escape sequences are left as they are; a document that is wrong gives what can be made of it.
pub(crate) fn texts(document: &str) -> Vec<(Vec<&str>, &str)> {
    let mut reader = Reader::default();
    let mut rest = document;
    while let Some(first) = rest.chars().next() {
        let token = match first {
            '#' => &rest[..rest.find('\n').unwrap_or(rest.len())],
            '"' | '\'' => string(rest, first),
            _ if is_bare(first) => &rest[..rest.find(|c| !is_bare(c)).unwrap_or(rest.len())],
            _ => &rest[..first.len_utf8()],
        };
        match first {
            '"' | '\'' => reader.string(token.trim_matches(first)),
            _ if is_bare(first) => reader.word(token),
            _ => reader.sign(first),
        }
        rest = &rest[token.len()..];
    }
    reader.texts
}

fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// What has been read so far, and where it is.
#[derive(Default)]
struct Reader<'t> {
    texts: Vec<(Vec<&'t str>, &'t str)>,
    /// The keys of the table, and those within it that lead here.
    path: Vec<&'t str>,
    /// How many keys the table has.
    table: usize,
    /// The brackets of values that are open, and how many keys lead to each.
    open: Vec<(char, usize)>,
    place: Place,
}

/// What is read.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Key,
    Header,
    Value,
}

impl<'t> Reader<'t> {
    fn string(&mut self, text: &'t str) {
        match self.place {
            Place::Value => self.texts.push((self.path.clone(), text)),
            Place::Key | Place::Header => self.path.push(text),
        }
    }

    fn word(&mut self, word: &'t str) {
        if self.place != Place::Value {
            self.path.push(word);
        }
    }

    fn sign(&mut self, sign: char) {
        match (sign, self.place) {
            ('=', Place::Key) => self.place = Place::Value,
            ('[' | '{', Place::Value) => {
                self.open.push((sign, self.path.len()));
                self.begin_element();
            }
            ('[', Place::Key | Place::Header) if self.open.is_empty() => {
                self.path.clear();
                self.place = Place::Header;
            }
            (']', Place::Header) => {
                self.table = self.path.len();
                self.place = Place::Key;
            }
            (']' | '}', _) => {
                if let Some((_, keys)) = self.open.pop() {
                    self.path.truncate(keys);
                    self.place = Place::Value;
                }
            }
            (',', _) if !self.open.is_empty() => self.begin_element(),
            ('\n', Place::Key | Place::Value) if self.open.is_empty() => self.begin_element(),
            _ => {}
        }
    }

    /// Goes back to where the innermost bracket, or else the table, began.
    fn begin_element(&mut self) {
        let (place, keys) = match self.open.last() {
            Some(('[', keys)) => (Place::Value, *keys),
            Some((_, keys)) => (Place::Key, *keys),
            None => (Place::Key, self.table),
        };
        self.path.truncate(keys);
        self.place = place;
    }
}

/// The string that `text` begins with, quotes included.
pub(crate) fn string(text: &str, quote: char) -> &str {
    let triple = text.bytes().take_while(|byte| *byte == quote as u8).count() >= 3;
    let length = if triple { 3 } else { 1 };
    let mut at = length;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if quote == '"' && rest[0] == b'\\' {
            at += 2;
        } else if rest.len() >= length && rest[..length].iter().all(|byte| *byte == quote as u8) {
            // A multi-line string may end with up to two quotes of its own.
            let quotes = rest.iter().take_while(|byte| **byte == quote as u8).count();
            at += if triple { quotes.min(5) } else { 1 };
            break;
        } else {
            at += 1;
        }
    }
    text.get(..at).unwrap_or(text)
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
            ("a = \"\"\"\n[t]\nb = 'no'\"\"\"\nc = 1.5\nd = 'x'", &["a=\n[t]\nb = 'no'", "d=x"]),
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
