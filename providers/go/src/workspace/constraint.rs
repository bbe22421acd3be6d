//! Build constraints: whether a Go file takes part in a build for Linux.

/// Operating systems that a file's name may end with, apart from Linux.
const OTHER_SYSTEMS: [&str; 16] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
];

/// Architectures that a file's name may end with.
const ARCHITECTURES: [&str; 13] = [
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64",
    "wasm",
];

/// What a build is for.
pub(crate) struct Target {
    /// Go's name of the architecture: `amd64`.
    pub(crate) architecture: &'static str,
    /// Whether C code is compiled.
    pub(crate) cgo: bool,
    /// The tags that the user sets.
    pub(crate) tags: Vec<String>,
}

impl Target {
    /// Whether the name lets the file take part: `a_windows.go` does not, `a_linux_amd64.go` may.
    pub(crate) fn allows_name(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        if !name.contains('_') {
            return !name.starts_with('.');
        }
        let stem = name.trim_end_matches(".go");
        let words: Vec<_> = stem.split('_').skip(1).collect();
        let is_other_system = |word: &str| OTHER_SYSTEMS.contains(&word);
        let is_other_architecture = |word: &str| ARCHITECTURES.contains(&word) && word != self.architecture;
        match words.as_slice() {
            _ if name.starts_with(['_', '.']) => false,
            [.., "test"] => false,
            [.., system, word] if ARCHITECTURES.contains(word) => {
                !is_other_architecture(word) && !is_other_system(system)
            }
            [.., word] => !is_other_system(word) && !is_other_architecture(word),
            [] => true,
        }
    }

    /// Whether a constraint holds: what follows `//go:build`. One that cannot be read holds.
    pub(crate) fn allows(&self, constraint: &str) -> bool {
        let mut tokens = Tokens::new(constraint);
        self.alternatives(&mut tokens).unwrap_or(true)
    }

    fn alternatives(&self, tokens: &mut Tokens) -> Option<bool> {
        let mut holds = self.conjunction(tokens)?;
        while tokens.take("||") {
            holds |= self.conjunction(tokens)?;
        }
        Some(holds)
    }

    fn conjunction(&self, tokens: &mut Tokens) -> Option<bool> {
        let mut holds = self.term(tokens)?;
        while tokens.take("&&") {
            holds &= self.term(tokens)?;
        }
        Some(holds)
    }

    fn term(&self, tokens: &mut Tokens) -> Option<bool> {
        if tokens.take("!") {
            return self.term(tokens).map(|holds| !holds);
        }
        if tokens.take("(") {
            let holds = self.alternatives(tokens)?;
            return tokens.take(")").then_some(holds);
        }
        tokens.word().map(|tag| self.has_tag(tag))
    }

    fn has_tag(&self, tag: &str) -> bool {
        matches!(tag, "linux" | "unix" | "gc")
            || tag == self.architecture
            || (tag == "cgo" && self.cgo)
            || tag.starts_with("go1.")
            || self.tags.iter().any(|set| set == tag)
    }
}

/// The tags of `-tags=a,b` among the words of `GOFLAGS`.
pub(crate) fn tags_of_flags(flags: &str) -> Vec<String> {
    let words = flags.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    let tags = words.filter_map(|word| word.trim_start_matches('-').strip_prefix("tags="));
    tags.flat_map(|tags| tags.split(',')).map(str::to_owned).collect()
}

/// What is left of a constraint.
struct Tokens<'t>(&'t str);

impl<'t> Tokens<'t> {
    fn new(text: &'t str) -> Self {
        Self(text.trim_start())
    }

    fn take(&mut self, token: &str) -> bool {
        match self.0.strip_prefix(token) {
            Some(rest) => {
                self.0 = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> Option<&'t str> {
        let end = self.0.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest.trim_start();
        (!word.is_empty()).then_some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target { architecture: "amd64", cgo: false, tags: vec!["prod".into()] }
    }

    #[test]
    fn names_of_files() {
        for (path, expected) in [
            ("main.go", true),
            ("cmd/a/main_test.go", false),
            ("a_windows.go", false),
            ("a_linux.go", true),
            ("a_linux_arm64.go", false),
            ("a_linux_amd64.go", true),
            ("a_windows_amd64.go", false),
            ("linux_helper.go", true),
            ("_draft.go", false),
        ] {
            assert_eq!(target().allows_name(path), expected, "{path}");
        }
    }

    #[test]
    fn constraints() {
        for (constraint, expected) in [
            ("ignore", false),
            ("mage", false),
            ("linux", true),
            ("!windows", true),
            ("linux && amd64", true),
            ("linux && cgo", false),
            ("darwin || (unix && !cgo)", true),
            ("prod", true),
            ("!prod", false),
            ("go1.22", true),
            ("((", true),
        ] {
            assert_eq!(target().allows(constraint), expected, "{constraint}");
        }
    }

    #[test]
    fn tags_stand_in_flags() {
        assert_eq!(tags_of_flags("-trimpath '-tags=a,b'"), ["a", "b"]);
        assert_eq!(tags_of_flags("-mod=mod"), [] as [&str; 0]);
    }
}
