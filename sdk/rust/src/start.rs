//! How the container starts, and what it needs for that.

use crate::Package;
use crate::bindings::plugpacks::provider::types::{Needed, Needs, RunTime, Start, StartFile};

impl Start {
    /// A start that names no command.
    pub fn new() -> Self {
        Self { command: None, user: None, run_time: RunTime::WholeBuild, files: vec![StartFile::WholeApp] }
    }

    /// A start with this command. The image is the whole build, unless [`needs`](Self::needs) says which
    /// packages the app needs of it.
    ///
    /// ```
    /// use plugpacks_sdk::{Needs, Start};
    ///
    /// Start::command("lua main.lua").needs(Needs::packages(["lua5_4"]));
    /// ```
    pub fn command(command: impl Into<String>) -> Self {
        Self { command: Some(command.into()), ..Self::new() }
    }

    /// Says which packages of the build the running app needs: the image has no other.
    #[must_use]
    pub fn needs(mut self, needs: Needs) -> Self {
        self.run_time = RunTime::Only(needs);
        self
    }

    /// Says that the app runs on another image, which gets no package of the build.
    #[must_use]
    pub fn on_image(mut self, image: &str) -> Self {
        self.run_time = RunTime::OtherImage(image.into());
        self
    }

    /// Says that the command needs nothing of the app but these files and folders: paths below `/app`.
    #[must_use]
    pub fn only_app_files(mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.files.retain(|file| *file != StartFile::WholeApp);
        self.files.extend(paths.into_iter().map(|path| StartFile::App(path.into())));
        self
    }

    /// Adds files and folders that lie outside the app: absolute paths.
    #[must_use]
    pub fn image_files(mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.files.extend(paths.into_iter().map(|path| StartFile::Image(path.into())));
        self
    }
}

impl Default for Start {
    fn default() -> Self {
        Self::new()
    }
}

impl RunTime {
    /// The needs, if the provider knows them.
    pub const fn needs(&self) -> Option<&Needs> {
        match self {
            Self::Only(needs) => Some(needs),
            Self::WholeBuild | Self::OtherImage(_) => None,
        }
    }
}

impl Needs {
    /// No Nix package. Libraries and Debian/Ubuntu packages are those of the phases.
    pub const fn nothing() -> Self {
        Self { nix_packages: Vec::new(), nix_libraries: Needed::OfAllPhases, apt_packages: Needed::OfAllPhases }
    }

    /// These Nix packages. Libraries and Debian/Ubuntu packages are those of the phases.
    pub fn packages<P: Into<Package>>(packages: impl IntoIterator<Item = P>) -> Self {
        Self::nothing().and(packages)
    }

    /// Adds Nix packages.
    #[must_use]
    pub fn and<P: Into<Package>>(mut self, packages: impl IntoIterator<Item = P>) -> Self {
        self.nix_packages.extend(packages.into_iter().map(|package| package.into().expression().to_owned()));
        self
    }

    /// Says that of the phases' libraries only those of these Nix attributes are needed.
    #[must_use]
    pub fn only_libraries(mut self, attributes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.nix_libraries = Needed::Only(attributes.into_iter().map(Into::into).collect());
        self
    }

    /// Says that none of the phases' libraries is needed.
    #[must_use]
    pub fn no_libraries(mut self) -> Self {
        self.nix_libraries = Needed::Only(Vec::new());
        self
    }

    /// Says that of the phases' Debian/Ubuntu packages only these are needed.
    #[must_use]
    pub fn only_apt_packages(mut self, packages: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.apt_packages = Needed::Only(packages.into_iter().map(Into::into).collect());
        self
    }

    /// Says that none of the phases' Debian/Ubuntu packages is needed.
    #[must_use]
    pub fn no_apt_packages(mut self) -> Self {
        self.apt_packages = Needed::Only(Vec::new());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_is_the_whole_build_until_needs_are_named() {
        assert_eq!(Start::command("run").run_time, RunTime::WholeBuild);
        let needs = Needs::packages(["jdk"]).and(["ffmpeg"]).no_libraries();
        assert_eq!(needs.nix_packages, ["jdk", "ffmpeg"]);
        assert_eq!(needs.nix_libraries, Needed::Only(Vec::new()));
        assert_eq!(needs.apt_packages, Needed::OfAllPhases);
        assert_eq!(Start::new().needs(needs.clone()).run_time, RunTime::Only(needs));
    }

    #[test]
    fn all_of_the_app_is_copied_until_parts_are_named() {
        let file = |path: &str| StartFile::Image(path.into());
        assert_eq!(Start::new().image_files(["/opt/x"]).files, [StartFile::WholeApp, file("/opt/x")]);
        let start = Start::new().image_files(["/opt/x"]).only_app_files(["bin"]);
        assert_eq!(start.files, [file("/opt/x"), StartFile::App("bin".into())]);
    }
}
