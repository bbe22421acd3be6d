//! What the last stage takes from the build stage, apart by how often it changes: what an edit of the
//! app's sources leaves alone is in layers of its own, which are then neither pushed nor pulled again.

use super::super::image_path::ImagePath;
use super::{FinalPhase, LastStage};
use crate::plan::{Phase, Start};
use std::collections::BTreeSet;

/// What the last stage takes from the build stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// Everything, as it was named.
    pub(super) paths: Vec<ImagePath>,
    /// Directories in the app that phases make, such as `node_modules`, where all of the app is taken.
    pub(super) dependencies: Vec<String>,
}

impl Kept {
    pub(super) fn of(start: &Start<Vec<String>>, phases: &[(&str, &FinalPhase)], last_stage: &LastStage) -> Self {
        let files = start.only_include_files.as_deref().unwrap_or_default();
        let mut paths: Vec<_> = files.iter().map(|file| ImagePath::of_app_file(file)).collect();
        if paths.is_empty() {
            paths.push(ImagePath::app());
        }
        // What lies elsewhere was installed; the app changes more often.
        paths.sort_by_key(ImagePath::is_of_app);
        let takes_all = last_stage.is_slim() && paths.contains(&ImagePath::app());
        let made = phases.iter().flat_map(|(_, phase)| Phase::elements(&phase.exclude_files));
        let made: BTreeSet<_> = made.filter_map(|pattern| directory(pattern)).map(str::to_owned).collect();
        Self { paths, dependencies: if takes_all { made.into_iter().collect() } else { Vec::new() } }
    }
}

/// The directory at the app's root that a pattern such as `**/node_modules` or `vendor` is about.
fn directory(pattern: &str) -> Option<&str> {
    let name = pattern.strip_prefix("**/").unwrap_or(pattern).trim_end_matches('/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-@+".contains(c);
    let is_name =
        !name.is_empty() && name != "." && name != ".." && !name.starts_with('-') && name.chars().all(is_plain);
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_installed_comes_before_the_app() {
        let files = ["/app/", "/opt/venv"].map(str::to_owned).to_vec();
        let start = Start { only_include_files: Some(files), ..Start::default() };
        let install = Phase { exclude_files: Some(vec!["**/node_modules".into()]), ..Phase::default() };
        let kept = Kept::of(&start, &[("install", &install)], &LastStage::Empty);
        assert_eq!(kept.paths, [ImagePath::new("/opt/venv"), ImagePath::app()]);
        assert_eq!(kept.dependencies, ["node_modules"]);
    }

    #[test]
    fn directories_are_those_at_the_root() {
        for (pattern, expected) in [
            ("**/node_modules", Some("node_modules")),
            ("vendor/", Some("vendor")),
            ("packages/*/dist", None),
            ("*.pyc", None),
            ("..", None),
        ] {
            assert_eq!(directory(pattern), expected, "{pattern}");
        }
    }
}
