//! What `.cabal` files say: programs and dependencies.

use plugpacks_sdk::{Context, Result};

/// Descriptions of packages in the app directory.
pub(crate) const AT_THE_ROOT: &str = "*.cabal";

/// Descriptions of the packages of a project.
const OF_A_PROJECT: &str = "{*,*/*,*/*/*}.cabal";

/// The packages that come with the compiler.
const OF_THE_COMPILER: [&str; 37] = [
    "Cabal",
    "Cabal-syntax",
    "array",
    "base",
    "binary",
    "bytestring",
    "containers",
    "deepseq",
    "directory",
    "exceptions",
    "filepath",
    "ghc",
    "ghc-bignum",
    "ghc-boot",
    "ghc-boot-th",
    "ghc-compact",
    "ghc-experimental",
    "ghc-heap",
    "ghc-internal",
    "ghc-prim",
    "ghci",
    "haskeline",
    "hpc",
    "mtl",
    "os-string",
    "parsec",
    "pretty",
    "process",
    "semaphore-compat",
    "stm",
    "template-haskell",
    "terminfo",
    "text",
    "time",
    "transformers",
    "unix",
    "xhtml",
];

/// A `.cabal` file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Package {
    name: String,
    programs: Vec<String>,
    /// The dependencies with their versions: `base ^>=4.20.2.0`.
    pub(crate) dependencies: Vec<String>,
    /// The libraries of other languages, for the linker or for pkg-config.
    pub(crate) libraries: Vec<String>,
}

/// The packages of the app, in the order of their paths.
pub(crate) fn find(context: &Context) -> Result<Vec<Package>> {
    let paths = context.app.find_files(OF_A_PROJECT)?;
    paths.iter().map(|path| context.app.read_text(path).map(|text| Package::parse(&text))).collect()
}

/// Whether nothing but the compiler's packages and the app's own are asked for.
pub(crate) fn is_self_contained(packages: &[Package]) -> bool {
    let is_own = |name: &str| packages.iter().any(|package| package.name == name);
    packages.iter().flat_map(Package::dependency_names).all(|name| OF_THE_COMPILER.contains(&name) || is_own(name))
}

impl Package {
    /// The fields that matter, of every section. A list goes on in lines that are indented deeper than
    /// its field.
    fn parse(text: &str) -> Self {
        let mut package = Self::default();
        let mut list: Option<(usize, Field)> = None;
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("--")) {
            let indent = line.len() - line.trim_start().len();
            let goes_on = list.filter(|(of_field, _)| indent > *of_field);
            let (field, values) = if let Some((_, field)) = goes_on {
                (field, line)
            } else {
                let (name, values) = line.split_once(':').unwrap_or((line, ""));
                (Field::of(name.trim()), values)
            };
            list = Some((goes_on.map_or(indent, |(of_field, _)| of_field), field)).filter(|_| field != Field::Other);
            package.take(field, line, values);
        }
        package
    }

    fn take(&mut self, field: Field, line: &str, values: &str) {
        let words = || values.split(',').map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        match field {
            Field::Name => values.trim().clone_into(&mut self.name),
            Field::Dependencies => self.dependencies.extend(words()),
            Field::Libraries => {
                self.libraries
                    .extend(words().flat_map(|value| value.split_whitespace().map(str::to_owned).collect::<Vec<_>>()));
            }
            Field::Other => {
                let mut words = line.split_whitespace();
                if words.next().is_some_and(|word| word.eq_ignore_ascii_case("executable")) {
                    self.programs.extend(words.next().filter(|name| is_name(name)).map(str::to_owned));
                }
            }
        }
    }

    /// The programs, in the order of the file.
    pub(crate) fn programs(&self) -> impl Iterator<Item = &str> {
        self.programs.iter().map(String::as_str)
    }

    /// The packages that it depends on, parts of packages (`relay:core`) by the package.
    pub(crate) fn dependency_names(&self) -> impl Iterator<Item = &str> {
        let is_end = |c: char| !c.is_ascii_alphanumeric() && c != '-';
        self.dependencies.iter().map(move |text| text.split(is_end).next().unwrap_or_default())
    }
}

/// Whether a word can be a program's name, and is nothing that a shell would take apart.
fn is_name(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// A field of a `.cabal` file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Name,
    Dependencies,
    Libraries,
    Other,
}

impl Field {
    fn of(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "name" => Self::Name,
            "build-depends" => Self::Dependencies,
            "extra-libraries" | "pkgconfig-depends" => Self::Libraries,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
cabal-version: 3.0
name:          relay
-- executable old
common shared
    build-depends: base ^>=4.20.2.0
                 , text >=2.1 && <3
    ghc-options: -Wall

executable relay
    import: shared
    main-is: Main.hs
    build-depends:
        relay:core,
        containers,
    extra-libraries: pq z
    default-language: Haskell2010

Executable admin
    build-depends: warp
";

    #[test]
    fn programs_and_dependencies_of_all_sections_are_read() {
        let package = Package::parse(TEXT);
        assert_eq!(package.name, "relay");
        assert_eq!(package.programs, ["relay", "admin"]);
        assert_eq!(package.dependencies, ["base ^>=4.20.2.0", "text >=2.1 && <3", "relay:core", "containers", "warp"]);
        assert_eq!(package.libraries, ["pq", "z"]);
        assert_eq!(package.dependency_names().collect::<Vec<_>>(), ["base", "text", "relay", "containers", "warp"]);
    }

    #[test]
    fn what_the_compiler_and_the_app_have_needs_no_hackage() {
        let relay = || Package::parse("name: relay\nlibrary\n  build-depends: base, core\n");
        assert!(!is_self_contained(&[relay()]));
        assert!(is_self_contained(&[relay(), Package::parse("name: core\n")]));
    }

    #[test]
    fn a_program_has_a_name_that_a_shell_takes_as_one_word() {
        assert_eq!(Package::parse("executable a;b\nexecutable\nexecutable c\n").programs, ["c"]);
    }
}
