//! Where an app's own code listens: what no start command can change, and what therefore has to be said.

use crate::text::inside;
use plugpacks_sdk::Context;

/// How the code of a language listens.
#[derive(Clone, Copy, Debug)]
pub struct Listening {
    /// What stands before the place to listen on: `ListenAndServe(`, `bind(`. What follows, up to the parenthesis or the end of
    /// the line, is looked at.
    pub calls: &'static [&'static str],
    /// Where a port may be a number of its own, rather than the end of an address such as `:8080`.
    pub numbers: Numbers,
    /// How the language reads the port that the container is given.
    pub port: &'static str,
}

/// Where a number among the arguments of a call is a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Nowhere.
    Never,
    /// Beside the address of all of the machine's networks: `("0.0.0.0", 8080)`.
    BesideAddress,
    /// Everywhere.
    Always,
}

/// The address of all networks, as code spells it.
const ANY: [&str; 4] = ["0.0.0.0", "0, 0, 0, 0", "::", "any"];

/// Addresses that only the machine itself reaches, as code spells them.
const LOOPBACK: [&str; 7] = ["127.0.0.1", "localhost", "127, 0, 0, 1", "127,0,0,1", "[::1]", "LOCALHOST", "loopback"];

/// A word by which code shows that it reads the port.
const PORT: &str = "PORT";

/// What is wrong with a place that code listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault<'c> {
    /// Nothing outside of the container reaches it.
    Loopback,
    /// The port is always this one.
    FixedPort(&'c str),
}

impl Listening {
    /// Warns where a file listens on the machine's own address, or on a port that the container is not asked about. A place that
    /// is not spelled out in the call itself is taken to be right. Says whether the file listens at all.
    ///
    /// # Arguments
    /// * `file` - the path of the file
    /// * `code` - what it says
    pub fn warn(&self, context: &Context, file: &str, code: &str) -> bool {
        let mut listens = false;
        for call in self.calls {
            for line in code.match_indices(call).filter_map(|(at, _)| code_from(code, at)) {
                listens = true;
                let place = Self::place(line, call);
                let Some(fault) = self.fault_of(place) else { continue };
                if fault != Fault::Loopback && code.contains(PORT) {
                    continue;
                }
                let end = call.len() + place.len() + usize::from(call.ends_with('('));
                context.diagnostics.warn(self.message(file, line[..end.min(line.len())].trim_end(), fault));
                return true;
            }
        }
        listens
    }

    fn message(&self, file: &str, call: &str, fault: Fault) -> String {
        match fault {
            Fault::Loopback => format!(
                "{file} listens on the machine's own address (`{call}`), where nothing outside of the container reaches \
                 it: listen on 0.0.0.0, and on the port that {} reads",
                self.port
            ),
            Fault::FixedPort(port) => {
                format!("{file} listens on port {port} (`{call}`), whatever PORT says: read it, by {}", self.port)
            }
        }
    }

    /// What follows a call: its arguments, or the rest of the line.
    fn place<'c>(line: &'c str, call: &str) -> &'c str {
        let rest = &line[call.len()..];
        if call.ends_with('(') { inside(rest, '(', ')').unwrap_or(rest) } else { rest }
    }

    fn fault_of<'c>(&self, place: &'c str) -> Option<Fault<'c>> {
        if LOOPBACK.iter().any(|address| place.contains(address)) {
            return Some(Fault::Loopback);
        }
        let has_numbers = match self.numbers {
            Numbers::Never => false,
            Numbers::BesideAddress => ANY.iter().any(|address| place.contains(address)),
            Numbers::Always => true,
        };
        port(place, has_numbers).map(Fault::FixedPort)
    }
}

/// The line's rest from a place on, unless the line is a comment.
fn code_from(code: &str, at: usize) -> Option<&str> {
    let start = code[..at].rfind('\n').map_or(0, |end| end + 1);
    let is_comment = code[start..].trim_start().starts_with(['/', '#', '*', '-', '%']);
    (!is_comment).then(|| code[at..].lines().next().unwrap_or_default())
}

/// A port that is spelled out: digits behind the colon of an address, or that stand alone.
fn port(place: &str, has_numbers: bool) -> Option<&str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_');
    let is_port = |word: &str| (2..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut rest = place;
    let mut found = None;
    while let Some(at) = rest.find(is_part) {
        let end = rest[at..].find(|c| !is_part(c)).map_or(rest.len(), |length| at + length);
        if is_port(&rest[at..end]) && (has_numbers || rest[..at].ends_with(':')) {
            found = Some(&rest[at..end]);
        }
        rest = &rest[end..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::testing::FakeApp;

    const GO: Listening =
        Listening { calls: &["ListenAndServe(", ".Start("], numbers: Numbers::Never, port: "os.Getenv(\"PORT\")" };

    fn warnings(code: &str) -> Vec<String> {
        let app = FakeApp::new();
        app.with(|context| GO.warn(context, "main.go", code));
        app.warnings()
    }

    #[test]
    fn a_place_that_is_spelled_out_is_said() {
        let said = warnings("func main() {\n\thttp.ListenAndServe(\":8080\", nil)\n}\n");
        assert_eq!(
            said,
            ["main.go listens on port 8080 (`ListenAndServe(\":8080\", nil)`), whatever PORT says: read it, by \
              os.Getenv(\"PORT\")"]
        );
        let said = warnings("e.Logger.Fatal(e.Start(\"localhost:1323\"))");
        assert!(said[0].contains("own address (`.Start(\"localhost:1323\")`)"), "{said:?}");
    }

    #[test]
    fn a_place_that_is_decided_elsewhere_is_not() {
        for code in [
            "http.ListenAndServe(\":\" + os.Getenv(\"PORT\"), nil)",
            "http.ListenAndServe(addr, nil)",
            "// http.ListenAndServe(\":8080\", nil)",
            "timer.Start(300)",
            "if os.Getenv(\"PORT\") == \"\" {\n\thttp.ListenAndServe(\":8080\", nil)\n}",
            "",
        ] {
            assert_eq!(warnings(code), [""; 0], "{code}");
        }
    }

    #[test]
    fn ports_as_languages_spell_them() {
        for (place, expected) in [
            ("(\"0.0.0.0\", 8080)", Some("8080")),
            ("([0, 0, 0, 0], 3000)", Some("3000")),
            ("port = 8080, host = \"0.0.0.0\"", Some("8080")),
            ("\"0.0.0.0:80\"", Some("80")),
            ("port", None),
            ("0", None),
        ] {
            assert_eq!(port(place, true), expected, "{place}");
        }
        assert_eq!(port("8080", false), None);
    }
}
