//! CMake's language: commands and their arguments.

/// `name(arguments)`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// In lower case, as CMake does not tell them apart.
    pub(super) name: String,
    /// Without quotes; the brackets of conditions are dropped.
    pub(super) arguments: Vec<String>,
}

/// The commands of a file, in their order. What is not a command is passed over.
pub(super) fn commands(text: &str) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut rest = text;
    let mut name = String::new();
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            '#' => {
                rest = after_comment(after);
                continue;
            }
            '(' => {
                let (arguments, end) = arguments(after);
                commands.push(Command { name: std::mem::take(&mut name), arguments });
                rest = end;
                continue;
            }
            c if c.is_ascii_alphanumeric() || c == '_' => name.push(c.to_ascii_lowercase()),
            // Blanks may stand between name and bracket, and between a name and what is no command.
            ' ' | '\t' => {}
            _ => name.clear(),
        }
        rest = after;
    }
    commands
}

/// The arguments up to the closing bracket, and what follows it.
fn arguments(text: &str) -> (Vec<String>, &str) {
    let mut arguments = Vec::new();
    let mut depth = 1;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            '#' => after_comment(after),
            '(' => {
                depth += 1;
                after
            }
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return (arguments, after);
                }
                after
            }
            '"' => {
                let (argument, end) = quoted(after);
                arguments.push(argument);
                end
            }
            '[' if bracket(after).is_some() => {
                let (argument, end) = bracket(after).unwrap_or((after, ""));
                arguments.push(argument.to_owned());
                end
            }
            c if c.is_whitespace() || c == ';' => after,
            _ => {
                let is_end = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"' | '#' | ';');
                let end = rest.find(is_end).unwrap_or(rest.len());
                arguments.push(rest[..end].to_owned());
                &rest[end..]
            }
        };
    }
    (arguments, rest)
}

/// What follows a `#` and its comment.
fn after_comment(text: &str) -> &str {
    let of_several_lines = text.strip_prefix('[').and_then(bracket).map(|(_, after)| after);
    of_several_lines.unwrap_or_else(|| text.find('\n').map_or("", |end| &text[end..]))
}

/// The text of `[[…]]` or `[=[…]=]`, behind its first bracket, and what follows it.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let (signs, inner) = text.split_once('[')?;
    if !signs.chars().all(|c| c == '=') {
        return None;
    }
    inner.split_once(&format!("]{signs}]"))
}

/// The text up to the closing quote, and what follows it.
fn quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, c)| c).filter(|c| *c != '\n')),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<String> {
        let line = |command: Command| format!("{}: {}", command.name, command.arguments.join("|"));
        commands(text).into_iter().map(line).collect()
    }

    #[test]
    fn commands_and_arguments() {
        for (text, expected) in [
            ("project(relay)", &["project: relay"][..]),
            ("PROJECT (relay\n  VERSION 1.0 # why\n)\nset(A b;c)", &["project: relay|VERSION|1.0", "set: A|b|c"]),
            ("# add_executable(no a.c)\nadd_executable(yes a.c)", &["add_executable: yes|a.c"]),
            ("#[[ f(a)\n ]] f(b)", &["f: b"]),
            ("#[=[ ]] f(a)\n ]=]\nf(b)", &["f: b"]),
            ("f([[a b]] \"c\\\"d\\\n e\")", &["f: a b|c\"d e"]),
            ("if((A AND B) OR C)\nendif()", &["if: A|AND|B|OR|C", "endif: "]),
            ("f(a", &["f: a"]),
            ("f(\"a", &["f: a"]),
            ("f([a)", &["f: [a"]),
            ("", &[]),
            (")", &[]),
        ] {
            assert_eq!(parsed(text), expected, "{text:?}");
        }
    }
}
