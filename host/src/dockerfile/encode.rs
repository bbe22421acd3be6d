//! How values are written in a Dockerfile, each for the place where it stands. What no place can hold
//! is refused by [`values`](super::values) before anything is written.

use super::document::File;
use crate::shell::{quote, shell_word};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A list in the JSON form that `ENTRYPOINT` and `CMD` take.
pub(super) fn json_list(elements: &[impl Serialize]) -> String {
    serde_json::to_string(elements).expect("texts have a JSON form").replace("\",\"", "\", \"")
}

/// Paths of a `COPY`; in the JSON form where a path would be read as several, as a flag, as JSON or as
/// the beginning of a here-document.
pub(super) fn copied_paths(paths: &[&str]) -> String {
    let is_plain =
        |path: &&str| !path.contains(|c: char| c.is_whitespace() || "\"'\\".contains(c)) && !begins_otherwise(path);
    if paths.iter().all(is_plain) { paths.join(" ") } else { json_list(paths) }
}

fn begins_otherwise(path: &str) -> bool {
    path.is_empty() || ["-", "[", "<<"].iter().any(|sign| path.starts_with(sign))
}

/// A variable's value, which may refer to other variables.
pub(super) fn variable_value(value: &str) -> String {
    if value.contains(|c: char| c.is_whitespace() || "\"'\\#".contains(c)) {
        format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        value.to_owned()
    }
}

/// A value within a flag of an instruction.
pub(super) fn flag_value(value: &str) -> String {
    if value.contains(char::is_whitespace) { format!("\"{value}\"") } else { value.to_owned() }
}

/// A text as a comment of one line.
pub(super) fn comment(text: &str) -> String {
    visible(text)
}

/// A text with its control characters written out, such as `\n`.
pub(super) fn visible(text: &str) -> String {
    text.chars().fold(String::new(), |mut shown, c| {
        if c.is_control() {
            let _ = write!(shown, "{}", c.escape_default());
        } else {
            shown.push(c);
        }
        shown
    })
}

/// A command on one line: itself, or a bash `eval` of it where a Dockerfile would read more lines or
/// fewer.
pub(super) fn command_line(command: &str) -> String {
    let trimmed = command.trim_end();
    if trimmed.contains('\n') || trimmed.ends_with('\\') || command.split_whitespace().any(opens_here_document) {
        format!("eval $'{}'", trimmed.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
    } else {
        let line = command.trim_end_matches('\n');
        // Blanks at the end stay as they are, unless a line of their own is all that they are.
        if line.contains('\n') { trimmed.to_owned() } else { line.to_owned() }
    }
}

/// Whether a builder would take the lines after this word's for a document.
fn opens_here_document(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| c.is_ascii_digit());
    word.strip_prefix("<<").is_some_and(|delimiter| !delimiter.starts_with('<') && !["", "-"].contains(&delimiter))
}

/// Shell commands that write text files, each line of a file on a line of the Dockerfile. Every
/// builder reads this form; here-documents need a newer one.
pub(super) fn write_file_commands(files: &[File]) -> Vec<String> {
    let mut commands = Vec::new();
    let mut directories = BTreeSet::new();
    for File { path, text } in files {
        let directory = path.parent();
        if directories.insert(directory) {
            commands.push(format!("mkdir -p {}", shell_word(directory)));
        }
        // What follows the last newline must not get one.
        let (lines, rest) = text.rsplit_once('\n').map_or((None, text.as_str()), |(lines, rest)| (Some(lines), rest));
        let lines = lines.into_iter().flat_map(|lines| lines.split('\n'));
        let lines: String = lines.map(|line| format!(" \\\n    {}", quote(line))).collect();
        let path = shell_word(path.as_str());
        commands.push(if lines.is_empty() { format!(": > {path}") } else { format!("printf '%s\\n'{lines} > {path}") });
        if !rest.is_empty() {
            commands.push(format!("printf '%s' {} >> {path}", quote(rest)));
        }
    }
    commands
}

/// What stands between shell commands that follow each other on lines of their own.
pub(super) const AND_THEN: &str = " \\\n && ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_of_several_lines_is_one_quoted_text() {
        assert_eq!(command_line("npm ci"), "npm ci");
        assert_eq!(command_line("set -e\necho 'a\\b'\n"), r"eval $'set -e\necho \'a\\b\''");
        assert_eq!(command_line("echo hi\n"), "echo hi");
        assert_eq!(command_line(r"echo hi \"), r"eval $'echo hi \\'");
    }

    #[test]
    fn a_command_does_not_open_a_document_of_the_dockerfiles() {
        assert_eq!(command_line("cat <<EOF"), "eval $'cat <<EOF'");
        for command in ["cat <<< text", "[ 1 -lt 2 ] && wc < file", "echo $((1 << 2))"] {
            assert_eq!(command_line(command), command);
        }
    }

    #[test]
    fn json_escapes_whatever_a_start_command_has() {
        assert_eq!(json_list(&["/bin/bash", "-l", "-c"]), r#"["/bin/bash", "-l", "-c"]"#);
        assert_eq!(json_list(&["a \"b\" \\ \n"]), r#"["a \"b\" \\ \n"]"#);
    }

    #[test]
    fn paths_that_would_be_read_otherwise_are_json() {
        assert_eq!(copied_paths(&["a", "/app/a"]), "a /app/a");
        for path in ["--from=x", "a b", "<<EOF", "[id].ts", "it's", ""] {
            assert_eq!(copied_paths(&[path, "/app/"]), json_list(&[path, "/app/"]));
        }
    }

    #[test]
    fn values_of_variables_are_one_word() {
        assert_eq!(variable_value("/a:$PATH"), "/a:$PATH");
        assert_eq!(variable_value("a \"b\" \\"), r#""a \"b\" \\""#);
    }
}
