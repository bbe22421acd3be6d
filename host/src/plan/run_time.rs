//! What the running app needs of the build.

use super::{Item, ListEdit, PartialStart, Plan, Setting, Start};
use std::fmt;

/// What the running app needs of the build: what the image's last stage has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirements {
    /// Packages.
    pub run_time: RunTime,
    /// Files.
    pub files: Vec<StartFile>,
}

/// What the running app needs of the build's packages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RunTime {
    /// All of them, compilers included: it is not known what the app needs.
    #[default]
    WholeBuild,
    /// None, on this image.
    OtherImage(String),
    /// Only these.
    Only(Needs),
}

/// Packages that the running app needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Nix packages.
    pub nix_packages: Vec<String>,
    /// Nix attributes whose libraries are needed.
    pub nix_libraries: Needed,
    /// Debian/Ubuntu packages.
    pub apt_packages: Needed,
}

/// Which of a kind of packages are needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needed {
    /// Those of all phases.
    OfAllPhases,
    /// These.
    Only(Vec<String>),
}

/// A file or folder of the build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartFile {
    /// All of `/app`.
    WholeApp,
    /// A path below `/app`: the start command needs nothing else of the app.
    App(String),
    /// An absolute path in the image, needed whatever the command.
    Image(String),
}

impl StartFile {
    /// How all of the app is written.
    const WHOLE_APP: &str = "/app/";

    /// A file as it is written in `start.onlyIncludeFiles`.
    pub fn parse(text: &str) -> Self {
        match text {
            Self::WHOLE_APP | "/app" => Self::WholeApp,
            path if path.starts_with('/') => Self::Image(path.to_owned()),
            path => Self::App(path.to_owned()),
        }
    }
}

impl fmt::Display for StartFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WholeApp => f.write_str(Self::WHOLE_APP),
            Self::App(path) | Self::Image(path) => f.write_str(path),
        }
    }
}

impl Default for Requirements {
    /// Nothing is known.
    fn default() -> Self {
        Self { run_time: RunTime::WholeBuild, files: vec![StartFile::WholeApp] }
    }
}

impl Requirements {
    /// What two providers require together: each says what it needs, or nothing is known.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let run_time = match (self.run_time, other.run_time) {
            (RunTime::Only(earlier), RunTime::Only(later)) => RunTime::Only(earlier.with(later)),
            _ => RunTime::WholeBuild,
        };
        Self { run_time, files: with_whole_app([self.files, other.files].concat()) }
    }

    /// Whether some files are those of one start command, without the rest of the app.
    pub fn are_of_one_command(&self) -> bool {
        self.files.iter().any(|file| matches!(file, StartFile::App(_)))
    }

    /// What is required if the start command is another than the one this is about: all of the app, and
    /// all packages of the build.
    #[must_use]
    pub fn of_any_command(self, packages_of_build: impl IntoIterator<Item = String>) -> Self {
        let run_time = match self.run_time {
            RunTime::Only(_) => RunTime::Only(Needs {
                nix_packages: packages_of_build.into_iter().collect(),
                nix_libraries: Needed::OfAllPhases,
                apt_packages: Needed::OfAllPhases,
            }),
            other => other,
        };
        Self { run_time, files: with_whole_app(self.files) }
    }

    /// Writes this into what a source says about the start.
    pub fn state_in(self, start: &mut PartialStart) {
        if self.files != [StartFile::WholeApp] {
            start.only_include_files = Some(exactly(self.files.iter().map(ToString::to_string)));
        }
        match self.run_time {
            RunTime::WholeBuild => {}
            RunTime::OtherImage(image) => start.run_image = Some(Setting::Value(image)),
            RunTime::Only(needs) => {
                start.nix_packages = Some(exactly(needs.nix_packages));
                start.nix_libraries = needs.nix_libraries.into_list().map(exactly);
                start.apt_packages = needs.apt_packages.into_list().map(exactly);
            }
        }
    }
}

/// A list of these values, whatever they look like.
fn exactly(values: impl IntoIterator<Item = String>) -> ListEdit {
    ListEdit(values.into_iter().map(Item::Value).collect())
}

impl RunTime {
    /// The needs, if it is known what they are.
    pub const fn needs(&self) -> Option<&Needs> {
        match self {
            Self::Only(needs) => Some(needs),
            Self::WholeBuild | Self::OtherImage(_) => None,
        }
    }
}

impl Needs {
    /// What two providers need together.
    fn with(self, other: Self) -> Self {
        Self {
            nix_packages: distinct(self.nix_packages.into_iter().chain(other.nix_packages)),
            nix_libraries: self.nix_libraries.with(other.nix_libraries),
            apt_packages: self.apt_packages.with(other.apt_packages),
        }
    }
}

impl Needed {
    /// What two providers need together.
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Only(earlier), Self::Only(later)) => Self::Only(distinct(earlier.into_iter().chain(later))),
            _ => Self::OfAllPhases,
        }
    }

    fn into_list(self) -> Option<Vec<String>> {
        match self {
            Self::OfAllPhases => None,
            Self::Only(list) => Some(list),
        }
    }

    fn of_list(list: Option<&Vec<String>>) -> Self {
        list.map_or(Self::OfAllPhases, |list| Self::Only(list.clone()))
    }

    /// Adds packages; those of all phases have them already.
    pub fn add(&mut self, packages: impl IntoIterator<Item = String>) {
        if let Self::Only(list) = self {
            add_new(list, packages);
        }
    }
}

/// Adds what a list does not have yet.
pub fn add_new<T: PartialEq>(list: &mut Vec<T>, elements: impl IntoIterator<Item = T>) {
    for element in elements {
        if !list.contains(&element) {
            list.push(element);
        }
    }
}

fn distinct<T: PartialEq>(elements: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut list = Vec::new();
    add_new(&mut list, elements);
    list
}

/// All of the app, and the files that lie elsewhere.
fn with_whole_app(files: Vec<StartFile>) -> Vec<StartFile> {
    let elsewhere = files.into_iter().filter(|file| matches!(file, StartFile::Image(_)));
    distinct([StartFile::WholeApp].into_iter().chain(elsewhere))
}

impl Start<Vec<String>> {
    /// What the written lists say together.
    pub fn requirements(&self) -> Requirements {
        let run_time = match (&self.nix_packages, &self.run_image) {
            (Some(nix_packages), _) => RunTime::Only(Needs {
                nix_packages: nix_packages.clone(),
                nix_libraries: Needed::of_list(self.nix_libraries.as_ref()),
                apt_packages: Needed::of_list(self.apt_packages.as_ref()),
            }),
            (None, Some(image)) => RunTime::OtherImage(image.clone()),
            (None, None) => RunTime::WholeBuild,
        };
        let files = self.only_include_files.as_ref().filter(|files| !files.is_empty());
        Requirements {
            run_time,
            files: files.map_or_else(
                || vec![StartFile::WholeApp],
                |files| files.iter().map(|file| StartFile::parse(file)).collect(),
            ),
        }
    }
}

impl Plan {
    /// What the running app needs of the build's packages: all if the image is not to be slim.
    pub fn run_time(&self) -> RunTime {
        let is_wanted = self.image.as_ref().and_then(|image| image.slim) != Some(false);
        self.start.as_ref().filter(|_| is_wanted).map(|start| start.requirements().run_time).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirements(packages: &[&str], files: &[&str]) -> Requirements {
        let needs = Needs {
            nix_packages: packages.iter().map(|&package| package.to_owned()).collect(),
            nix_libraries: Needed::OfAllPhases,
            apt_packages: Needed::Only(Vec::new()),
        };
        let files = files.iter().map(|file| StartFile::parse(file)).collect();
        Requirements { run_time: RunTime::Only(needs), files }
    }

    #[test]
    fn two_providers_need_what_both_name_or_nobody_knows() {
        let earlier = requirements(&["a"], &["out"]);
        let both = earlier.clone().with(requirements(&["b", "a"], &["/app/", "/opt/venv"]));
        assert_eq!(both, requirements(&["a", "b"], &["/app/", "/opt/venv"]));
        assert_eq!(earlier.with(Requirements::default()), Requirements::default());
    }

    #[test]
    fn another_command_may_need_all_of_the_app() {
        let one = requirements(&["caddy"], &["dist", "/opt/x"]);
        assert!(one.are_of_one_command());
        let any = one.of_any_command(["caddy".to_owned(), "nodejs".to_owned()]);
        assert!(!any.are_of_one_command());
        assert_eq!(any.files, [StartFile::WholeApp, StartFile::Image("/opt/x".to_owned())]);
        let needs = any.run_time.needs().unwrap();
        assert_eq!(needs.nix_packages, ["caddy", "nodejs"]);
        assert_eq!(needs.apt_packages, Needed::OfAllPhases);
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let other = RunTime::OtherImage("ubuntu:noble".to_owned());
        for written in [
            Requirements::default(),
            Requirements { run_time: other, files: vec![StartFile::App("./out".to_owned())] },
            requirements(&[], &["/app/"]),
            requirements(&["jdk"], &["/app/", "/opt/x"]),
        ] {
            let mut start = PartialStart::default();
            written.clone().state_in(&mut start);
            let list = |list: Option<ListEdit>| list.map(ListEdit::into_values);
            let start = Start::<Vec<String>> {
                run_image: start.run_image.and_then(Setting::into_value),
                only_include_files: list(start.only_include_files),
                nix_packages: list(start.nix_packages),
                nix_libraries: list(start.nix_libraries),
                apt_packages: list(start.apt_packages),
                ..Start::default()
            };
            assert_eq!(start.requirements(), written);
        }
    }

    #[test]
    fn all_of_the_app_goes_without_saying() {
        let mut start = PartialStart::default();
        requirements(&[], &["/app/"]).state_in(&mut start);
        assert_eq!(start.only_include_files, None);
    }
}
