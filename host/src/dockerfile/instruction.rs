//! Dockerfile instructions as text. Quoting is decided here and nowhere else.

use crate::shell::{quote, shell_word};
use serde::Serialize;
use std::collections::BTreeSet;

/// A list in the JSON form that `ENTRYPOINT` and `CMD` take.
pub(super) fn json_list(elements: &[impl Serialize]) -> String {
    serde_json::to_string(elements).expect("texts have a JSON form").replace("\",\"", "\", \"")
}

/// What a command sees besides the image.
#[derive(Default)]
pub(super) struct Mounts {
    /// `--mount` flags.
    pub(super) flags: Vec<String>,
    /// Shell commands that come before the command itself.
    pub(super) exports: String,
}

/// `RUN` of a shell command with its mounts. One of several lines is handed to the shell as one
/// quoted text, since a Dockerfile ends an instruction at a line's end.
pub(super) fn run(mounts: &Mounts, command: &str) -> String {
    let command = format!("{}{}", mounts.exports, one_line(command));
    let flags = mounts.flags.iter().map(String::as_str);
    ["RUN"].into_iter().chain(flags).chain([&*command]).collect::<Vec<_>>().join(" ")
}

/// The same as Nixpacks 1.41 writes it: without mounts, two blanks.
pub(super) fn run_as_nixpacks(mounts: &Mounts, command: &str) -> String {
    let text = run(mounts, command);
    if mounts.flags.is_empty() { text.replacen("RUN ", "RUN  ", 1) } else { text }
}

/// `COPY` of one path; in the JSON form where a path has blanks.
pub(super) fn copy(flags: &[&str], from: &str, to: &str) -> String {
    let paths = if from.contains(char::is_whitespace) || to.contains(char::is_whitespace) {
        json_list(&[from, to])
    } else {
        format!("{from} {to}")
    };
    ["COPY"].into_iter().chain(flags.iter().copied()).chain([&*paths]).collect::<Vec<_>>().join(" ")
}

/// `ENV` of a variable whose value may refer to others.
pub(super) fn environment(name: &str, value: &str) -> String {
    if value.contains(char::is_whitespace) { format!("ENV {name}=\"{value}\"") } else { format!("ENV {name}={value}") }
}

/// A value within a flag of an instruction.
pub(super) fn flag_value(value: String) -> String {
    if value.contains(char::is_whitespace) { format!("\"{value}\"") } else { value }
}

/// Installs Debian/Ubuntu packages and leaves no package lists; nothing for no packages.
pub(super) fn apt_install<'a>(packages: impl Iterator<Item = &'a str>) -> Option<String> {
    let packages: Vec<_> = packages.collect();
    (!packages.is_empty()).then(|| {
        format!(
            "RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends {} \
             && rm -rf /var/lib/apt/lists/*",
            packages.join(" ")
        )
    })
}

/// `ARG` and `ENV` of one variable whose value comes as a build argument.
pub(super) fn variable(name: &str) -> [String; 2] {
    [format!("ARG {name}"), format!("ENV {name}=${name}")]
}

/// A command on one line: itself, or a bash `eval` of it where a Dockerfile would read more lines or
/// fewer.
fn one_line(command: &str) -> String {
    let is_continued = command.trim_end().ends_with('\\');
    if command.trim_end().contains('\n') || is_continued {
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

/// A `RUN` that writes text files: image path and text.
pub(super) fn write_files<'a>(files: impl Iterator<Item = (String, &'a str)>) -> String {
    format!("RUN {}", write_file_commands(files).join(" \\\n && "))
}

/// Shell commands that write text files, each line of a file on a line of the Dockerfile. Every
/// builder reads this form; here-documents need a newer one.
pub(super) fn write_file_commands<'a>(files: impl Iterator<Item = (String, &'a str)>) -> Vec<String> {
    let mut commands = Vec::new();
    let mut directories = BTreeSet::new();
    for (path, text) in files {
        let directory = path.rsplit_once('/').map_or(".", |(directory, _)| directory);
        if directories.insert(directory.to_owned()) {
            commands.push(format!("mkdir -p {}", shell_word(directory)));
        }
        // What follows the last newline must not get one.
        let (lines, rest) = text.rsplit_once('\n').map_or((None, text), |(lines, rest)| (Some(lines), rest));
        let lines = lines.into_iter().flat_map(|lines| lines.split('\n'));
        let lines: String = lines.map(|line| format!(" \\\n    {}", quote(line))).collect();
        let path = shell_word(&path);
        commands.push(if lines.is_empty() { format!(": > {path}") } else { format!("printf '%s\\n'{lines} > {path}") });
        if !rest.is_empty() {
            commands.push(format!("printf '%s' {} >> {path}", quote(rest)));
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_of_several_lines_is_one_quoted_text() {
        assert_eq!(run_as_nixpacks(&Mounts::default(), "npm ci"), "RUN  npm ci");
        assert_eq!(run(&Mounts::default(), "set -e\necho 'a\\b'\n"), r"RUN eval $'set -e\necho \'a\\b\''");
        assert_eq!(run(&Mounts::default(), "echo hi\n"), "RUN echo hi");
        assert_eq!(run(&Mounts::default(), r"echo hi \"), r"RUN eval $'echo hi \\'");
    }

    #[test]
    fn json_escapes_whatever_a_start_command_has() {
        assert_eq!(json_list(&["/bin/bash", "-l", "-c"]), r#"["/bin/bash", "-l", "-c"]"#);
        assert_eq!(json_list(&["a \"b\" \\ \n"]), r#"["a \"b\" \\ \n"]"#);
    }
}
