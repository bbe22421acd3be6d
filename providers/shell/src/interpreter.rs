//! The interpreter of a script: what its first line says, and the packages that bring it.

use plugpacks_sdk::Context;

/// Interpreters and the packages of nixpkgs that bring them.
const PACKAGES: [(&str, &str); 7] = [
    ("bash", "bash"),
    ("sh", "bash"),
    ("dash", "dash"),
    ("fish", "fish"),
    ("ksh", "ksh"),
    ("mksh", "mksh"),
    ("zsh", "zsh"),
];

/// The commands that nearly every script calls.
const TOOLS: &str = "coreutils";

/// A script's first line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shebang {
    /// The interpreter's name, without its directory.
    pub(crate) interpreter: String,
    /// Its options.
    pub(crate) options: Vec<String>,
}

impl Shebang {
    /// The first line of a script; bash without options if it names no interpreter.
    ///
    /// `env` is looked through, with its options `-S` and `-i`. Options are split at blanks, which a kernel
    /// does only behind `env -S`; elsewhere it would hand them over as one, which no shell understands.
    pub(crate) fn of(script: &str) -> Self {
        let line = script.lines().next().and_then(|line| line.strip_prefix("#!")).unwrap_or_default();
        let mut words = line.split_whitespace().peekable();
        let mut interpreter = words.next().map(file_name).unwrap_or_default();
        if interpreter == "env" {
            while words.next_if(|word| word.starts_with('-') || word.contains('=')).is_some() {}
            interpreter = words.next().map(file_name).unwrap_or_default();
        }
        if interpreter.is_empty() {
            return Self { interpreter: "bash".into(), options: Vec::new() };
        }
        Self { interpreter: interpreter.to_owned(), options: words.map(str::to_owned).collect() }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The packages that a script needs. Warns if none brings its interpreter.
pub(crate) fn packages(context: &Context, script: &str, shebang: &Shebang) -> Vec<&'static str> {
    let name = &shebang.interpreter;
    let package = PACKAGES.iter().find(|(interpreter, _)| interpreter == name).map(|(_, package)| *package);
    match package {
        Some(package) => context.diagnostics.because("interpreter", format!("{name} from package {package}")),
        None => context.diagnostics.warn(format!(
            "{script} is run by {name}, which is not installed: add its package to phases.setup.nixPkgs, behind \"...\""
        )),
    }
    // The container's start command is run by bash, whatever runs the script.
    let mut packages = vec!["bash", TOOLS];
    packages.extend(package.filter(|package| *package != "bash"));
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_names_interpreter_and_options() {
        for (line, interpreter, options) in [
            ("#!/bin/bash\n", "bash", &[][..]),
            ("#!/bin/sh -e\n", "sh", &["-e"]),
            ("#! /usr/bin/env zsh", "zsh", &[]),
            ("#!/usr/bin/env -S bash -eu -o pipefail\n", "bash", &["-eu", "-o", "pipefail"]),
            ("#!/usr/bin/env -i A=1 fish\n", "fish", &[]),
            ("#!/usr/bin/env\n", "bash", &[]),
            ("#!\n", "bash", &[]),
            ("echo hello\n#!/bin/zsh\n", "bash", &[]),
            ("", "bash", &[]),
        ] {
            let expected = Shebang {
                interpreter: interpreter.into(),
                options: options.iter().map(|option| (*option).to_owned()).collect(),
            };
            assert_eq!(Shebang::of(line), expected, "{line:?}");
        }
    }
}
