//! Dockerfile instructions as text. Quoting is decided here and nowhere else.

use super::cache::CacheMount;
use std::fmt::Write as _;

/// A list in the JSON form that `ENTRYPOINT` and `CMD` take.
pub(super) fn json_list(elements: &[&str]) -> String {
    serde_json::to_string(elements).expect("texts have a JSON form").replace("\",\"", "\", \"")
}

/// `RUN` of a shell command. One of several lines is handed to the shell as one quoted text, since
/// a Dockerfile ends an instruction at a line's end.
pub(super) fn run(mounts: &[CacheMount], command: &str) -> String {
    let mounts: Vec<_> = mounts.iter().map(ToString::to_string).collect();
    format!("RUN {} {}", mounts.join(" "), one_line(command))
}

/// A command on one line: itself, or a bash `eval` of it.
fn one_line(command: &str) -> String {
    if command.trim_end().contains('\n') {
        format!("eval $'{}'", command.trim_end().replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
    } else {
        command.trim_end_matches('\n').to_owned()
    }
}

/// `ARG` and `ENV` for variables whose values come as build arguments.
pub(super) fn variables<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    let names_only: Vec<_> = names.clone().collect();
    let pairs: Vec<_> = names.map(str::trim).map(|name| format!("{name}=${name}")).collect();
    format!("ARG {}\nENV {}", names_only.join(" "), pairs.join(" "))
}

/// A `RUN` that writes a text file, in a form that every builder reads: Base64 on short lines.
pub(super) fn write_file(path: &str, text: &str) -> String {
    use base64::Engine as _;
    let encoded = base64::engine::general_purpose::STANDARD.encode(text);
    let mut instruction = format!("RUN mkdir -p \"$(dirname '{path}')\" && echo '\\\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(100));
        let _ = writeln!(instruction, "{line}\\");
        rest = more;
    }
    let _ = write!(instruction, "' | base64 -d > '{path}'");
    instruction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_of_several_lines_is_one_quoted_text() {
        assert_eq!(run(&[], "npm ci"), "RUN  npm ci");
        assert_eq!(run(&[], "set -e\necho 'a\\b'\n"), r"RUN  eval $'set -e\necho \'a\\b\''");
        assert_eq!(run(&[], "echo hi\n"), "RUN  echo hi");
    }

    #[test]
    fn json_escapes_whatever_a_start_command_has() {
        assert_eq!(json_list(&["/bin/bash", "-l", "-c"]), r#"["/bin/bash", "-l", "-c"]"#);
        assert_eq!(json_list(&["a \"b\" \\ \n"]), r#"["a \"b\" \\ \n"]"#);
    }
}
