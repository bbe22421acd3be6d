//! What a makefile says, as far as that can be told without running it.

use crate::build::{Build, Program, Programs};
use plugpacks_sdk::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};

/// Code beside a makefile or in the folder where it mostly stands. A makefile alone may be for anything.
const CODE: [&str; 2] = ["*.{c,cc,cpp,cxx}", "src/*.{c,cc,cpp,cxx}"];

/// Targets that are no files, whether or not the makefile says so.
const PHONY: [&str; 4] = ["all", "build", "default", "release"];

/// Endings of files that are no programs.
const OTHER_FILES: [&str; 7] = [".a", ".c", ".cc", ".cpp", ".h", ".o", ".so"];

/// Targets and variables within one another that are followed.
const DEPTH: usize = 5;

/// Whether there is code for Make to build.
pub(crate) fn has_code(context: &Context) -> Result<bool> {
    Ok(context.app.has_match(CODE[0])? || context.app.has_match(CODE[1])?)
}

pub(crate) fn read(context: &Context, file: &str) -> Result<Build> {
    let program = Makefile::parse(&context.app.read_text(file)?).program();
    Ok(Build {
        tools: &["gnumake", "pkg-config-unwrapped"],
        commands: vec!["make".into()],
        programs: Programs { project: None, all: program.into_iter().collect(), directory: "" },
        dependencies: Vec::new(),
    })
}

/// A makefile's variables and rules.
#[derive(Default)]
struct Makefile {
    variables: BTreeMap<String, String>,
    /// Targets and what they are made of, in the order of the file.
    rules: Vec<(String, Vec<String>)>,
    phony: BTreeSet<String>,
}

impl Makefile {
    fn parse(text: &str) -> Self {
        let mut makefile = Self::default();
        let text = text.replace("\\\n", " ");
        for line in text.lines().filter(|line| !line.starts_with('\t')) {
            let line = line.split('#').next().unwrap_or(line).trim();
            match assignment(line) {
                Some((name, Operator::Default, value)) => {
                    makefile.variables.entry(name.into()).or_insert_with(|| value.into());
                }
                Some((name, Operator::Set, value)) => {
                    makefile.variables.insert(name.into(), value.into());
                }
                Some((_, Operator::Append, _)) => {}
                None => makefile.add_rule(line),
            }
        }
        makefile
    }

    fn add_rule(&mut self, line: &str) {
        let Some((targets, rest)) = line.split_once(':') else { return };
        let rest = rest.trim_start_matches(':').split(';').next().unwrap_or_default();
        // What comes behind a `|` has to be there, but goes into nothing.
        let prerequisites = self.words(rest.split('|').next().unwrap_or_default());
        let targets = self.words(targets);
        if targets == [".PHONY"] {
            self.phony.extend(prerequisites);
            return;
        }
        self.rules.extend(targets.into_iter().map(|target| (target, prerequisites.clone())));
    }

    /// The program that plain `make` makes.
    fn program(&self) -> Option<Program> {
        let goal = self.variables.get(".DEFAULT_GOAL").and_then(|goal| self.words(goal).into_iter().next());
        let first = || self.rules.iter().map(|(target, _)| target).find(|target| is_goal(target)).cloned();
        let path = self.file(&goal.or_else(first)?, DEPTH)?;
        let path = path.strip_prefix("./").unwrap_or(&path);
        let name = path.rsplit('/').next().unwrap_or(path);
        Some(Program { name: name.to_owned(), path: path.to_owned() })
    }

    /// The program that a target is, or that is the first of what it is made of.
    fn file(&self, target: &str, depth: usize) -> Option<String> {
        if !PHONY.contains(&target) && !self.phony.contains(target) {
            let is_program = !OTHER_FILES.iter().any(|ending| target.ends_with(ending));
            let is_plain = !target.contains(['$', '%', '*']) && !target.starts_with('/');
            return (is_program && is_plain && self.is_made(target)).then(|| target.to_owned());
        }
        let prerequisites = self.rules.iter().filter(|(name, _)| name == target).flat_map(|(_, made_of)| made_of);
        if depth == 0 {
            return None;
        }
        let mut files = prerequisites.filter_map(|prerequisite| self.file(prerequisite, depth - 1));
        files.next()
    }

    /// Whether a rule makes this file: something that is only needed, such as a folder, is no program.
    fn is_made(&self, target: &str) -> bool {
        self.rules.iter().any(|(name, made_of)| name == target && !made_of.is_empty())
    }

    /// The words of a text, with the values of variables in place of `$(NAME)` and `${NAME}`.
    fn words(&self, text: &str) -> Vec<String> {
        let expanded = (0..DEPTH).fold(text.to_owned(), |text, _| self.expand(&text));
        expanded.split_whitespace().map(str::to_owned).collect()
    }

    fn expand(&self, text: &str) -> String {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("$(").or_else(|| rest.find("${")) {
            let close = if rest[at..].starts_with("$(") { ')' } else { '}' };
            let Some(length) = rest[at..].find(close) else { break };
            expanded.push_str(&rest[..at]);
            let reference = &rest[at..=at + length];
            match self.variables.get(&reference[2..reference.len() - 1]) {
                Some(value) => expanded.push_str(value),
                None => expanded.push_str(reference),
            }
            rest = &rest[at + length + 1..];
        }
        expanded + rest
    }
}

/// What an assignment does to the value there was.
#[derive(Debug, PartialEq, Eq)]
enum Operator {
    Set,
    Default,
    Append,
}

/// `NAME = value` with any of Make's operators.
fn assignment(line: &str) -> Option<(&str, Operator, &str)> {
    let (name, value) = line.split_once('=')?;
    let operator = match name.chars().last()? {
        '?' => Operator::Default,
        '+' => Operator::Append,
        _ => Operator::Set,
    };
    let name = name.trim_end_matches(['?', '+', ':']).trim();
    let name = name.strip_prefix("override ").or_else(|| name.strip_prefix("export ")).unwrap_or(name).trim();
    // A rule whose recipe or prerequisites have a `=` is no assignment.
    (!name.is_empty() && !name.contains([' ', ':', '\t'])).then_some((name, operator, value.trim()))
}

/// Whether a target is one that Make can start with.
fn is_goal(target: &str) -> bool {
    (!target.starts_with('.') || target.contains('/')) && !target.contains('%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_the_default_goal() {
        for (text, expected) in [
            ("server: main.o\n\t$(CC) -o $@ $^\n", Some("server")),
            (
                "TARGET := bin/relay\nall: $(TARGET)\n$(TARGET): main.o | bin\n\tcc\nbin:\n\tmkdir bin\n",
                Some("bin/relay"),
            ),
            (".PHONY: everything\neverything: tidy relay\ntidy:\nrelay: main.c\n", Some("relay")),
            (
                "BUILD = out\nNAME ?= relay\nBIN = ${BUILD}/$(NAME)\nall: dirs $(BIN)\n$(BIN): $(OBJ)\n",
                Some("out/relay"),
            ),
            ("relay: CFLAGS += -O2\nrelay: main.c\n", Some("relay")),
            (".DEFAULT_GOAL := relay\ntest: t.c\nrelay: main.c\n", Some("relay")),
            ("%.o: %.c\n\tcc\nall: a.o\na.o: a.c\n", None),
            ("all: $(shell ls)\n", None),
            ("all: all\n", None),
            ("all:\n\tgcc main.c\n", None),
            ("libx.a: x.o\n", None),
            ("include rules.mk\n", None),
            ("", None),
        ] {
            let path = Makefile::parse(text).program().map(|program| program.path);
            assert_eq!(path.as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn assignments() {
        assert_eq!(assignment("A = b"), Some(("A", Operator::Set, "b")));
        assert_eq!(assignment("A::=b"), Some(("A", Operator::Set, "b")));
        assert_eq!(assignment("export A ?= b"), Some(("A", Operator::Default, "b")));
        assert_eq!(assignment("A += b"), Some(("A", Operator::Append, "b")));
        assert_eq!(assignment("a: b = c"), None);
        assert_eq!(assignment("=a"), None);
    }
}
