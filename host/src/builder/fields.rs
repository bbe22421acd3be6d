//! The `key=value,…` form of BuildKit's options: one line of CSV, so a field with a comma is
//! quoted as a whole.

use std::fmt;

/// The fields of one specification, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, Option<String>)>);

impl Fields {
    /// Reads a specification; `None` where quotes do not match.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut fields = Vec::new();
        let mut rest = text;
        loop {
            let (field, after) = next_field(rest)?;
            fields.push(match field.split_once('=') {
                Some((key, value)) => (key.to_ascii_lowercase(), Some(value.to_owned())),
                None => (field, None),
            });
            match after {
                Some(after) => rest = after,
                None => return Some(Self(fields)),
            }
        }
    }

    /// A specification of these keys and values.
    pub(super) fn of<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(key, value)| (key.to_owned(), Some(value.to_owned()))).collect())
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).and_then(|(_, value)| value.as_deref())
    }

    /// The keys, in their order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }

    /// Sets a key that is absent.
    pub(super) fn set_default(&mut self, key: &str, value: impl Into<String>) {
        if self.get(key).is_none() {
            self.0.push((key.to_owned(), Some(value.into())));
        }
    }

    /// Sets a key.
    pub(super) fn set(&mut self, key: &str, value: impl Into<String>) {
        let value = Some(value.into());
        match self.0.iter_mut().find(|(known, _)| known == key) {
            Some(field) => field.1 = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// A field that is no `key=value`, if there is one.
    pub(super) fn without_value(&self) -> Option<&str> {
        self.0.iter().find(|(_, value)| value.is_none()).map(|(key, _)| key.as_str())
    }
}

/// The first field, its quotes removed, and what comes after its comma.
fn next_field(text: &str) -> Option<(String, Option<&str>)> {
    let Some(quoted) = text.strip_prefix('"') else {
        return Some(match text.split_once(',') {
            Some((field, rest)) => (field.to_owned(), Some(rest)),
            None => (text.to_owned(), None),
        });
    };
    let mut field = String::new();
    let mut rest = quoted;
    loop {
        let (part, after) = rest.split_once('"')?;
        field.push_str(part);
        if let Some(after) = after.strip_prefix('"') {
            field.push('"');
            rest = after;
        } else if after.is_empty() {
            return Some((field, None));
        } else {
            return Some((field, Some(after.strip_prefix(',')?)));
        }
    }
}

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (key, value)) in self.0.iter().enumerate() {
            let field = value.as_ref().map_or_else(|| key.clone(), |value| format!("{key}={value}"));
            let comma = if position > 0 { "," } else { "" };
            if field.contains([',', '"', '\n']) || field.starts_with(' ') {
                write!(f, "{comma}\"{}\"", field.replace('"', "\"\""))?;
            } else {
                write!(f, "{comma}{field}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_with_a_comma_is_quoted_as_a_whole() {
        let fields = Fields::of([("type", "image"), ("name", "a,b"), ("push", "true")]);
        assert_eq!(fields.to_string(), r#"type=image,"name=a,b",push=true"#);
        assert_eq!(Fields::parse(&fields.to_string()), Some(fields));
    }

    #[test]
    fn what_is_read_is_written_back() {
        for text in ["type=local,dest=out", "-", "a=b=c", r#""dest=a ""b"",c",d"#, ""] {
            assert_eq!(Fields::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Fields::parse(r#""dest=x"#), None);
        assert_eq!(Fields::parse(r#""dest=x"y"#), None);
        assert_eq!(Fields::parse("TYPE=tar,x").unwrap().get("type"), Some("tar"));
        assert_eq!(Fields::parse("type=tar,x").unwrap().without_value(), Some("x"));
    }
}
