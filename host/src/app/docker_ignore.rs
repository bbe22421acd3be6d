//! `.dockerignore`: what of an app is not in the context of a build.

use globset::{GlobBuilder, GlobMatcher};

/// The rules of a `.dockerignore`.
#[derive(Debug, Default)]
pub struct DockerIgnore(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    pattern: GlobMatcher,
    effect: Effect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    LeavesOut,
    BringsBack,
}

impl DockerIgnore {
    /// Reads the rules; what is no pattern says nothing here, and is an error of the builder's.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self(lines.filter_map(Rule::parse).collect())
    }

    /// Whether a rule brings back what others leave out.
    pub fn brings_back(&self) -> bool {
        self.0.iter().any(|rule| rule.effect == Effect::BringsBack)
    }

    /// Whether a file or directory is left out: the last rule that matches it, or a directory above it,
    /// decides.
    pub fn leaves_out(&self, path: &str) -> bool {
        let path = path.trim_start_matches("./").trim_matches('/');
        let above = path.match_indices('/').map(|(at, _)| &path[..at]);
        let all: Vec<&str> = above.chain([path]).collect();
        let deciding = self.0.iter().rev().find(|rule| all.iter().any(|path| rule.pattern.is_match(path)));
        deciding.is_some_and(|rule| rule.effect == Effect::LeavesOut)
    }
}

impl Rule {
    fn parse(line: &str) -> Option<Self> {
        let (pattern, effect) = match line.strip_prefix('!') {
            Some(pattern) => (pattern.trim(), Effect::BringsBack),
            None => (line, Effect::LeavesOut),
        };
        let pattern = pattern.trim_start_matches("./").trim_matches('/');
        let glob = GlobBuilder::new(pattern).literal_separator(true).build().ok()?;
        Some(Self { pattern: glob.compile_matcher(), effect })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_decides() {
        let rules = DockerIgnore::parse("# notes\n*.md\n!README.md\n/dist/\n**/.npmrc\nconf\n!conf/app.toml\n[\n");
        for path in ["NOTES.md", "dist", "./dist/x/y.js", ".npmrc", "web/.npmrc", "conf/other.toml"] {
            assert!(rules.leaves_out(path), "{path}");
        }
        for path in ["README.md", "docs/NOTES.md", "web/dist", "conf/app.toml", "package.json"] {
            assert!(!rules.leaves_out(path), "{path}");
        }
        assert!(!DockerIgnore::default().leaves_out("package.json"));
    }
}
