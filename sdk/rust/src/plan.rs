//! Building a partial plan.

use crate::Edition;
use crate::bindings::plugpacks::provider::types::{
    Description, Extension, ListEdit, Marker, PartialPlan, Phase, Remedy, Start, Tools, Variable,
};

/// The variables that name a proxy.
const PROXIES: [&str; 3] = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

impl Description {
    /// A description without markers and variables: name, version, one sentence.
    pub fn new(name: &str, version: &str, summary: &str) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            summary: summary.into(),
            markers: Vec::new(),
            variables: Vec::new(),
            last_resort: false,
            tools: Tools {
                generated: Vec::new(),
                build_variables: Vec::new(),
                certificate_variables: Vec::new(),
                references: Vec::new(),
                installs_elsewhere: Vec::new(),
                remedies: Vec::new(),
            },
        }
    }

    /// Adds a marker.
    #[must_use]
    pub fn marker(mut self, marker: Marker) -> Self {
        self.markers.push(marker);
        self
    }

    /// Adds several markers.
    #[must_use]
    pub fn markers(mut self, markers: impl IntoIterator<Item = Marker>) -> Self {
        self.markers.extend(markers);
        self
    }

    /// Adds a variable the provider reads: its whole name, one sentence.
    #[must_use]
    pub fn variable(mut self, name: &str, summary: &str) -> Self {
        self.variables.push(Variable { name: name.into(), summary: summary.into() });
        self
    }

    /// Adds several variables: whole names, one sentence each.
    #[must_use]
    pub fn variables<N: AsRef<str>, S: AsRef<str>>(self, variables: impl IntoIterator<Item = (N, S)>) -> Self {
        variables
            .into_iter()
            .fold(self, |description, (name, summary)| description.variable(name.as_ref(), summary.as_ref()))
    }

    /// Adds names of folders that the language's tools make, such as `node_modules`: they are no part of
    /// the app's sources, wherever they lie.
    #[must_use]
    pub fn generated(mut self, folders: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tools.generated.extend(folders.into_iter().map(Into::into));
        self
    }

    /// Adds variables that mean something to the build only: names, or prefixes that end in `*`.
    #[must_use]
    pub fn build_variables(mut self, patterns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tools.build_variables.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Adds variables that name the file of trusted certificates to the language's tools, such as `PIP_CERT`.
    #[must_use]
    pub fn certificate_variables(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tools.certificate_variables.extend(names.into_iter().map(Into::into));
        self
    }

    /// Adds names of installed files in which paths of packages stand that the running app needs, such as
    /// `*.pth`.
    #[must_use]
    pub fn references(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tools.references.extend(names.into_iter().map(Into::into));
        self
    }

    /// Adds what commands have in them that install elsewhere than into the app, such as `install -g`.
    #[must_use]
    pub fn installs_elsewhere(mut self, parts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tools.installs_elsewhere.extend(parts.into_iter().map(Into::into));
        self
    }

    /// Adds what to do about failed commands: what stands in a line that the command printed, and the hint
    /// that is shown then.
    #[must_use]
    pub fn remedies<O: Into<String>, H: Into<String>>(mut self, remedies: impl IntoIterator<Item = (O, H)>) -> Self {
        let remedy = |(output, hint): (O, H)| Remedy { output: output.into(), hint: hint.into() };
        self.tools.remedies.extend(remedies.into_iter().map(remedy));
        self
    }

    /// Says that the provider takes what nobody else recognises: its markers lie in apps of every kind.
    #[must_use]
    pub const fn last_resort(mut self) -> Self {
        self.last_resort = true;
        self
    }

    /// Says that the provider came with the edition `first`: under an earlier `edition` no marker is
    /// left, so that it is never asked. See [`crate::Environment::require`] for the plan.
    #[must_use]
    pub fn since(mut self, first: Edition, edition: Edition) -> Self {
        if edition < first {
            self.markers.clear();
            self.variables.clear();
        }
        self
    }
}

impl Marker {
    /// A regular file with this path.
    pub fn file(path: &str) -> Self {
        Self::File(path.into())
    }

    /// A directory with this path.
    pub fn directory(path: &str) -> Self {
        Self::Directory(path.into())
    }

    /// A regular file anywhere in the app that matches this glob.
    pub fn anywhere(glob: &str) -> Self {
        Self::Anywhere(glob.into())
    }
}

impl Default for ListEdit {
    /// The empty list.
    fn default() -> Self {
        Self::Replace(Vec::new())
    }
}

impl ListEdit {
    fn push(&mut self, element: String) {
        match self {
            Self::Replace(list) => list.push(element),
            Self::Extend(Extension { after, .. }) => after.push(element),
        }
    }
}

impl<S: Into<String>> FromIterator<S> for ListEdit {
    fn from_iter<I: IntoIterator<Item = S>>(elements: I) -> Self {
        Self::Replace(elements.into_iter().map(Into::into).collect())
    }
}

/// Appends to a list that is created where it is absent.
fn append(list: &mut Option<ListEdit>, elements: impl IntoIterator<Item = impl Into<String>>) {
    let list = list.get_or_insert_with(ListEdit::default);
    for element in elements {
        list.push(element.into());
    }
}

/// A Nix package and the overlay it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    expression: String,
    overlay: Option<&'static str>,
}

impl Package {
    /// A package of nixpkgs: an attribute name, or an expression in parentheses.
    pub fn new(expression: impl Into<String>) -> Self {
        Self { expression: expression.into(), overlay: None }
    }

    /// Says that the package comes from an overlay: the URL of its tarball.
    #[must_use]
    pub const fn from_overlay(mut self, url: &'static str) -> Self {
        self.overlay = Some(url);
        self
    }

    /// `(NAME.override { KEY = VALUE; })`; the value is a Nix expression.
    #[must_use]
    pub fn overriding(mut self, key: &str, value: &str) -> Self {
        self.expression = format!("({}.override {{ {key} = {value}; }})", self.expression);
        self
    }

    /// The Nix expression.
    pub fn expression(&self) -> &str {
        &self.expression
    }
}

impl<S: Into<String>> From<S> for Package {
    fn from(expression: S) -> Self {
        Self::new(expression)
    }
}

impl Phase {
    /// A phase of this name that says nothing.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            depends_on: None,
            nix_packages: None,
            nix_libraries: None,
            nix_overlays: None,
            nixpkgs_archive: None,
            apt_packages: None,
            commands: None,
            only_include_files: None,
            exclude_files: None,
            cache_directories: None,
            paths: None,
            only_variables: None,
        }
    }

    /// The phase `setup` with packages. Says nothing if there are none; otherwise `nix-overlays`
    /// is set too, to the empty list where no package needs one.
    pub fn setup<P: Into<Package>>(packages: impl IntoIterator<Item = P>) -> Self {
        Self::new("setup").packages(packages)
    }

    /// The phase `install`, after `setup`.
    pub fn install() -> Self {
        Self::new("install").depends_on("setup")
    }

    /// The phase `build`, after `install`.
    pub fn build() -> Self {
        Self::new("build").depends_on("install")
    }

    /// Adds the name of a phase that comes earlier.
    #[must_use]
    pub fn depends_on(mut self, phase: &str) -> Self {
        append(&mut self.depends_on, [phase]);
        self
    }

    /// Adds Nix packages and their overlays.
    #[must_use]
    pub fn packages<P: Into<Package>>(mut self, packages: impl IntoIterator<Item = P>) -> Self {
        for package in packages {
            let Package { expression, overlay } = package.into();
            append(&mut self.nix_packages, [expression]);
            append(&mut self.nix_overlays, overlay);
        }
        self
    }

    /// Adds Nix attributes whose libraries the app loads.
    #[must_use]
    pub fn libraries(mut self, attributes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        append(&mut self.nix_libraries, attributes);
        self
    }

    /// Adds Debian/Ubuntu packages.
    #[must_use]
    pub fn apt_packages(mut self, packages: impl IntoIterator<Item = impl Into<String>>) -> Self {
        append(&mut self.apt_packages, packages);
        self
    }

    /// Adds a shell command.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        append(&mut self.commands, [command]);
        self
    }

    /// Adds several shell commands: none leaves the list as it is.
    #[must_use]
    pub fn commands(mut self, commands: impl IntoIterator<Item = impl Into<String>>) -> Self {
        for command in commands {
            append(&mut self.commands, [command]);
        }
        self
    }

    /// Adds app files: only files named so are copied before the commands.
    #[must_use]
    pub fn only_include_files(mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        append(&mut self.only_include_files, paths);
        self
    }

    /// Adds app files, in the notation of `.dockerignore`, that the commands make anew: what the app
    /// directory has of them does not enter the image. None leaves the list as it is.
    #[must_use]
    pub fn exclude_files(mut self, patterns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        for pattern in patterns {
            append(&mut self.exclude_files, [pattern]);
        }
        self
    }

    /// Adds directories that are kept between builds. The list stays sorted and without duplicates.
    #[must_use]
    pub fn cache_directories(mut self, directories: impl IntoIterator<Item = impl Into<String>>) -> Self {
        append(&mut self.cache_directories, directories);
        if let Some(ListEdit::Replace(list)) = &mut self.cache_directories {
            list.sort_unstable();
            list.dedup();
        }
        self
    }

    /// Adds image directories in front of `PATH`.
    #[must_use]
    pub fn paths(mut self, directories: impl IntoIterator<Item = impl Into<String>>) -> Self {
        append(&mut self.paths, directories);
        self
    }

    /// Adds variables that the commands read: names, or prefixes that end in `*`. Only these, and
    /// those named in a command or a copied file, enter the image before the phase.
    #[must_use]
    pub fn only_variables(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        append(&mut self.only_variables, names);
        self
    }

    /// As [`only_variables`](Self::only_variables), and those that name a proxy: for commands that
    /// download.
    #[must_use]
    pub fn only_variables_and_proxies(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.only_variables(names).only_variables(PROXIES)
    }

    /// Sets the nixpkgs commit the packages come from.
    #[must_use]
    pub fn archive(mut self, commit: &str) -> Self {
        self.nixpkgs_archive = Some(commit.into());
        self
    }

    /// Sets the nixpkgs commit the packages come from; `None` leaves the edition's default.
    #[must_use]
    pub fn optional_archive(self, commit: Option<&str>) -> Self {
        match commit {
            Some(commit) => self.archive(commit),
            None => self,
        }
    }
}

impl PartialPlan {
    /// A plan that says nothing.
    pub const fn new() -> Self {
        Self {
            build_image: None,
            variables: Vec::new(),
            static_assets: Vec::new(),
            phases: Vec::new(),
            start: None,
            labels: Vec::new(),
        }
    }

    /// Adds a phase; one of the same name must not be there yet.
    #[must_use]
    pub fn phase(mut self, phase: Phase) -> Self {
        debug_assert!(self.phases.iter().all(|other| other.name != phase.name), "phase {} twice", phase.name);
        self.phases.push(phase);
        self
    }

    /// Sets how the container starts; a `Start`, or `None` to leave it open.
    #[must_use]
    pub fn start(mut self, start: impl Into<Option<Start>>) -> Self {
        self.start = start.into();
        self
    }

    /// Sets a variable of the build and of the image.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Sets several variables.
    #[must_use]
    pub fn variables<'a>(mut self, variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.variables.extend(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        self
    }

    /// Adds a file below `/assets` in the image: relative name and text.
    #[must_use]
    pub fn static_asset(mut self, name: &str, text: impl Into<String>) -> Self {
        self.static_assets.push((name.into(), text.into()));
        self
    }

    /// Adds a word to `NIXPACKS_METADATA`.
    #[must_use]
    pub fn label(mut self, label: &str) -> Self {
        self.labels.push(label.into());
        self
    }
}

impl Default for PartialPlan {
    fn default() -> Self {
        Self::new()
    }
}
