//! What a registry wants to be shown before it answers: the header `WWW-Authenticate`.

use std::collections::BTreeMap;

/// What a registry wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// Name and password.
    Basic,
    /// A token of a server for tokens.
    Bearer(TokenServer),
}

/// Where tokens are to be had, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TokenServer {
    pub(super) realm: String,
    pub(super) service: Option<String>,
    pub(super) scope: Option<String>,
}

/// A header that asks for more words than this is none of a registry.
const MAX_HEADER: usize = 8 << 10;

impl Challenge {
    /// Reads the values of the header; a token is preferred.
    pub(super) fn parse<'a>(headers: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut known = None;
        for header in headers.into_iter().filter(|header| header.len() <= MAX_HEADER) {
            for (scheme, parameters) in challenges(header) {
                match (scheme.to_ascii_lowercase().as_str(), parameters) {
                    ("bearer", mut parameters) => {
                        let Some(realm) = parameters.remove("realm") else { continue };
                        let mut take = |name| parameters.remove(name).filter(|value: &String| !value.is_empty());
                        return Some(Self::Bearer(TokenServer {
                            realm,
                            service: take("service"),
                            scope: take("scope"),
                        }));
                    }
                    ("basic", _) => known = Some(Self::Basic),
                    _ => {}
                }
            }
        }
        known
    }
}

type Parameters = BTreeMap<String, String>;

/// The challenges of one header: schemes, each with its parameters.
fn challenges(header: &str) -> Vec<(String, Parameters)> {
    let mut found: Vec<(String, Parameters)> = Vec::new();
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() {
            return found;
        }
        match (after.strip_prefix('='), found.last_mut()) {
            (Some(after), Some((_, parameters))) => {
                let (value, after) = value(after);
                parameters.insert(word.to_ascii_lowercase(), value);
                rest = after;
            }
            // A parameter of nobody.
            (Some(_), None) => return found,
            (None, _) => {
                found.push((word.to_owned(), Parameters::new()));
                rest = after;
            }
        }
    }
}

/// The value that a text begins with, quoted or not, and what comes after it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut signs = quoted.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(signs.next().map(|(_, sign)| sign)),
            sign => value.push(sign),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Option<Challenge> {
        let [service, scope] = [service, scope].map(|value| value.map(str::to_owned));
        Some(Challenge::Bearer(TokenServer { realm: realm.to_owned(), service, scope }))
    }

    #[test]
    fn what_registries_ask_for() {
        for (headers, expected) in [
            (
                &[
                    r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#,
                ][..],
                bearer("https://auth.docker.io/token", Some("registry.docker.io"), Some("repository:a/b:pull,push")),
            ),
            (&["bearer realm=https://a/t"], bearer("https://a/t", None, None)),
            (&[r#"Basic realm="a, b=c", charset="UTF-8""#], Some(Challenge::Basic)),
            (&[r#"Basic realm="x", Bearer realm="https://a/\"t""#], bearer("https://a/\"t", None, None)),
            (&["Basic realm=x", r#"Bearer realm="https://a/t",scope="""#], bearer("https://a/t", None, None)),
            (&["Negotiate"], None),
            (&["Bearer"], None),
            (&[""], None),
            (&["=a"], None),
            (&["Bearer realm=\"open"], bearer("open", None, None)),
        ] {
            assert_eq!(Challenge::parse(headers.iter().copied()), expected, "{headers:?}");
        }
    }

    #[test]
    fn whatever_a_registry_asks_for_is_read_to_its_end() {
        let long = format!("Bearer realm=\"{}", "\\".repeat(MAX_HEADER));
        for header in [long.as_str(), "a=b=c,,,=", "Bearer realm==,=\"", "\"", "é=ü Bearer é"] {
            let _ = Challenge::parse([header]);
        }
    }
}
