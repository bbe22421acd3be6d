//! The programs of a `dune` file.

use crate::sexp::{Sexp, words};

/// A program that a `dune` file describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Executable {
    /// The main module, in lower case as it is written: `main`.
    pub(crate) name: String,
    /// The name under which it is installed.
    pub(crate) public_name: Option<String>,
}

/// The modes of linking that make a file `NAME.exe`.
const NATIVE: [&str; 3] = ["exe", "native", "default"];

/// The programs in the order of the file; not those that are for JavaScript or bytecode only.
/// Tests have stanzas of their own.
pub(crate) fn executables(text: &str) -> Vec<Executable> {
    let stanzas = Sexp::parse(text);
    stanzas
        .iter()
        .filter_map(Sexp::stanza)
        .filter(|(name, fields)| matches!(*name, "executable" | "executables") && is_native(fields))
        .flat_map(|(_, fields)| of_stanza(fields))
        .collect()
}

/// `name` and `public_name`, or `names` and `public_names`, where `-` stands for none.
fn of_stanza(fields: &[Sexp]) -> Vec<Executable> {
    let either = |one: &str, several: &str| words(fields, one).or_else(|| words(fields, several)).unwrap_or_default();
    let public_names = either("public_name", "public_names");
    let executable = |(at, name): (usize, &str)| Executable {
        name: name.to_owned(),
        public_name: public_names.get(at).filter(|name| **name != "-").map(|name| (*name).to_owned()),
    };
    either("name", "names").into_iter().enumerate().map(executable).collect()
}

fn is_native(fields: &[Sexp]) -> bool {
    let is_native = |modes: Vec<&str>| modes.iter().any(|mode| NATIVE.contains(mode));
    // Modes that are not single words, such as `(byte exe)`, say nothing here.
    words(fields, "modes").filter(|modes| !modes.is_empty()).is_none_or(is_native)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let name =
            |Executable { name, public_name }| public_name.map_or(name.clone(), |public| format!("{name}={public}"));
        executables(text).into_iter().map(name).collect()
    }

    #[test]
    fn programs_of_one_and_of_several_names() {
        assert_eq!(names("(executable (name main) (libraries dream))"), ["main"]);
        assert_eq!(names("(executable\n (public_name relay)\n (name main))"), ["main=relay"]);
        assert_eq!(names("(executables (names a b) (public_names - bee))\n(rule x)"), ["a", "b=bee"]);
    }

    #[test]
    fn what_is_no_native_program_is_passed_over() {
        assert_eq!(names("(library (name a)) (test (name b)) (executable (name c) (modes js))"), [""; 0]);
        assert_eq!(names("(executable (name c) (modes js exe))"), ["c"]);
        assert_eq!(names("(executable (name c) (modes (byte exe)))"), ["c"]);
        assert_eq!(names("(* -*- tuareg -*- *)\nlet () = ()"), [""; 0]);
    }
}
