//! What `meson.build` says, as far as that can be told without running it.

use crate::build::{Build, Program, Programs, stays_in_app};
use plugpacks_provider_support::text::trailing_word;
use plugpacks_sdk::{Context, Result};

/// The file that makes an app one of Meson's.
pub(crate) const FILE: &str = "meson.build";

/// Where programs are put, below the names of the folders that they are made in.
const PROGRAMS: &str = "build/";

/// Subdirectories that are not the app.
const OTHERS: [&str; 4] = ["bench", "example", "subprojects", "test"];

/// Folders below one another that are followed.
const DEPTH: usize = 4;

/// The functions that are looked at.
const FUNCTIONS: [&str; 4] = ["project", "executable", "subdir", "dependency"];

pub(crate) fn read(context: &Context) -> Result<Build> {
    let mut project = Project::default();
    project.read(context, "", DEPTH)?;
    // What a build of this folder's owner has left there is for another compiler and another path, and Meson
    // would take it for done.
    let wipe = context.app.has_directory("build/meson-private")?.then_some("rm -rf build");
    let commands = wipe.into_iter().chain(["meson setup build --buildtype=release", "meson compile -C build"]);
    Ok(Build {
        tools: &["meson", "ninja", "pkg-config-unwrapped"],
        commands: commands.map(str::to_owned).collect(),
        programs: Programs { project: project.name, all: project.programs, directory: PROGRAMS },
        dependencies: project.dependencies,
    })
}

/// What the files said so far.
#[derive(Default)]
struct Project {
    name: Option<String>,
    programs: Vec<Program>,
    dependencies: Vec<String>,
}

impl Project {
    /// Reads the file of a folder, which is empty or ends in `/`, and of those it adds.
    fn read(&mut self, context: &Context, folder: &str, depth: usize) -> Result<()> {
        let Some(text) = context.app.read_text_if_file(&format!("{folder}{FILE}"))? else { return Ok(()) };
        for (function, argument) in calls(&text) {
            let Some(value) = self.value(argument) else { continue };
            match function {
                "project" => self.name = Some(value),
                "executable" => {
                    self.programs.push(Program { path: format!("{PROGRAMS}{folder}{value}"), name: value });
                }
                "dependency" => self.dependencies.push(value),
                _ if depth > 0 && stays_in_app(&value) && !OTHERS.iter().any(|word| value.contains(word)) => {
                    self.read(context, &format!("{folder}{value}/"), depth - 1)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The value of a first argument, if that is known.
    fn value(&self, argument: &str) -> Option<String> {
        match argument.strip_prefix('\'') {
            Some(text) => text.split('\'').next().filter(|value| !value.is_empty()).map(str::to_owned),
            None if argument.starts_with("meson.project_name()") => self.name.clone(),
            None => None,
        }
    }
}

/// The calls of [`FUNCTIONS`], in their order: the function, and the text that begins with its first argument.
fn calls(text: &str) -> Vec<(&'static str, &str)> {
    let mut calls = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split('#').next().unwrap_or(line);
        for (at, _) in code.match_indices('(') {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
            let name = trailing_word(code[..at].trim_end(), is_part);
            if let Some(function) = FUNCTIONS.iter().find(|function| **function == name) {
                calls.push((*function, text[start + at + 1..].trim_start()));
            }
        }
        start += line.len();
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_and_their_first_arguments() {
        for (text, expected) in [
            ("project('relay', 'cpp')\n", &[("project", "'relay', 'cpp')\n")][..]),
            ("exe = executable(\n  'relay', src)", &[("executable", "'relay', src)")]),
            ("# executable('no')\nsubdir( 'src' )", &[("subdir", "'src' )")]),
            ("cc.dependency('a')\nmy_executable('b')\nexecutable", &[]),
            ("message('Prüfung (x)')\nü(édependency('zlib'))", &[("dependency", "'zlib'))")]),
            ("é = dependency('zlib')", &[("dependency", "'zlib')")]),
            ("", &[]),
        ] {
            assert_eq!(calls(text), expected, "{text:?}");
        }
    }
}
