//! What a checkout of the app may lack: submodules, and files that Git LFS keeps elsewhere.

use super::{Draft, Facts};

/// Says which submodules are not there: their folders are empty, or missing.
pub(super) fn missing_submodules(_: &Draft, facts: &Facts) -> Vec<String> {
    let Ok(text) = facts.app.read_text(".gitmodules") else { return Vec::new() };
    let paths = text.lines().filter_map(|line| line.trim().strip_prefix("path")?.trim_start().strip_prefix('='));
    let missing: Vec<_> =
        paths.map(str::trim).filter(|path| facts.app.is_empty_folder(path) == Ok(true)).map(quoted).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "The submodule {} of .gitmodules is not there: its folder is empty. Fetch it before the build, by `git \
         submodule update --init --recursive` or by the checkout's own setting for submodules",
        missing.join(", ")
    )]
}

/// What a file of Git LFS begins with where the file itself is not there.
const POINTER: &str = r"\Aversion https://git-lfs\.github\.com/spec/";

/// Says if the app has pointers of Git LFS instead of files.
pub(super) fn pointers_of_lfs(_: &Draft, facts: &Facts) -> Vec<String> {
    let Ok(text) = facts.app.read_text(".gitattributes") else { return Vec::new() };
    let patterns = text.lines().filter(|line| line.split_whitespace().any(|word| word == "filter=lfs"));
    let pointer = patterns.filter_map(|line| line.split_whitespace().next()).find_map(|pattern| {
        let pattern = pattern.trim_start_matches('/');
        let glob = if pattern.contains('/') { pattern.to_owned() } else { format!("**/{pattern}") };
        facts.app.search(&glob, POINTER).ok().flatten()
    });
    let warning = |path: String| {
        format!(
            "`{path}` is a pointer of Git LFS, not the file itself. Fetch it before the build, by `git lfs pull` or by \
             the checkout's own setting for LFS"
        )
    };
    pointer.map(|found| warning(found.path)).into_iter().collect()
}

fn quoted(path: &str) -> String {
    format!("`{path}`")
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_facts;
    use super::*;

    const MODULES: &str = "[submodule \"theme\"]\n\tpath = themes/plain\n\turl = https://example.org/plain.git\n";

    #[test]
    fn an_empty_submodule_is_named() {
        with_facts(&[(".gitmodules", MODULES)], |facts| {
            assert!(missing_submodules(&Draft::default(), &facts)[0].contains("`themes/plain`"));
        });
        with_facts(&[(".gitmodules", MODULES), ("themes/plain/theme.toml", "")], |facts| {
            assert_eq!(missing_submodules(&Draft::default(), &facts), [""; 0]);
        });
    }

    #[test]
    fn a_pointer_is_told_from_the_file() {
        let attributes = (".gitattributes", "*.jar filter=lfs diff=lfs merge=lfs -text\n");
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n";
        with_facts(&[attributes, ("lib/a.jar", pointer)], |facts| {
            assert!(pointers_of_lfs(&Draft::default(), &facts)[0].contains("`lib/a.jar`"));
        });
        with_facts(&[attributes, ("lib/a.jar", "PK")], |facts| {
            assert_eq!(pointers_of_lfs(&Draft::default(), &facts), [""; 0]);
        });
    }
}
