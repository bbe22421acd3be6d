//! A fake app for unit tests of providers: files, variables and edition in memory.

use crate::bindings::plugpacks::provider::types::Failure;
use crate::{
    AccessError, Context, Description, Edition, EntryKind, Extension, Host, ListEdit, Marker, Needed, Needs,
    Occurrence, PartialPlan, Provider, Result, RunTime, SearchError, Start, StartFile,
};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// An app in memory that answers as the host does, ignore files aside.
#[derive(Clone, Default)]
pub struct FakeApp {
    name: String,
    files: BTreeMap<String, Vec<u8>>,
    directories: BTreeSet<String>,
    executables: BTreeSet<String>,
    variables: BTreeMap<String, String>,
    edition: Option<Edition>,
    plans: BTreeMap<String, PartialPlan>,
    warnings: RefCell<Vec<String>>,
    reasons: RefCell<Vec<String>>,
}

impl FakeApp {
    /// An empty app named `app`, under the default edition.
    pub fn new() -> Self {
        Self { name: "app".into(), ..Self::default() }
    }

    /// An empty app under the edition `nixpacks`.
    pub fn nixpacks() -> Self {
        Self::new().edition(Edition::NIXPACKS)
    }

    /// Sets the app directory's name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the edition.
    #[must_use]
    pub const fn edition(mut self, edition: Edition) -> Self {
        self.edition = Some(edition);
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.files.insert(path.into(), content.as_ref().to_vec());
        let parents = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
        self.directories.extend(parents);
        self
    }

    /// Adds an empty directory.
    #[must_use]
    pub fn directory(mut self, path: &str) -> Self {
        self.directories.insert(path.into());
        self
    }

    /// Adds an executable file.
    #[must_use]
    pub fn executable(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.executables.insert(path.into());
        self.file(path, content)
    }

    /// Gives the build a variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Answers `plan_of(name)` with this plan.
    #[must_use]
    pub fn plan_of(mut self, name: &str, plan: PartialPlan) -> Self {
        self.plans.insert(name.into(), plan);
        self
    }

    /// Whether the provider recognises the app: a marker matches, and `detect` says so.
    ///
    /// # Errors
    /// The provider's failure.
    pub fn detect<P: Provider>(&self) -> Result<bool> {
        let description = P::describe(Host::edition(self));
        Ok(self.matches_a_marker(&description) && P::detect(&Context::new(self))?)
    }

    /// The provider's plan.
    ///
    /// # Errors
    /// The provider's failure.
    pub fn plan<P: Provider>(&self) -> Result<Option<PartialPlan>> {
        P::plan(&Context::new(self))
    }

    /// The provider's plan in the form that `plugpacks plan` prints, for snapshots; instead of a
    /// plan the failure, its causes and its hint.
    pub fn plan_text<P: Provider>(&self) -> String {
        serde_json::to_string_pretty(&self.plan_value::<P>()).expect("a JSON value prints")
    }

    /// What of this app's plan is another under this app's edition than under `nixpacks`, as
    /// [`FakeApp::changes_since`] says it.
    pub fn changes_since_nixpacks<P: Provider>(&self) -> String {
        self.changes_since::<P>(&self.clone().edition(Edition::NIXPACKS))
    }

    /// What of this app's plan is another than in the plan of the app `before`, for snapshots beside
    /// one of that whole plan: a line `path: before -> after` for each field.
    pub fn changes_since<P: Provider>(&self, before: &Self) -> String {
        let before = fields(&before.plan_value::<P>());
        let after = fields(&self.plan_value::<P>());
        let text = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
        let paths: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let lines = paths
            .into_iter()
            .filter(|path| before.get(*path) != after.get(*path))
            .map(|path| format!("{path}: {} -> {}", text(before.get(path)), text(after.get(path))));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn plan_value<P: Provider>(&self) -> Value {
        match self.plan::<P>() {
            Ok(Some(plan)) => plan_json(&plan),
            Ok(None) => Value::Null,
            Err(error) => {
                let failure = error.into_failure();
                json!({"error": failure.message, "causes": failure.causes, "hint": failure.hint})
            }
        }
    }

    /// Runs something over this app's context.
    pub fn with<T>(&self, run: impl FnOnce(&Context) -> T) -> T {
        run(&Context::new(self))
    }

    /// The warnings so far, each once.
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.borrow().clone()
    }

    /// The reasons so far, as `decision: reason`.
    pub fn reasons(&self) -> Vec<String> {
        self.reasons.borrow().clone()
    }

    fn matches_a_marker(&self, description: &Description) -> bool {
        description.markers.iter().any(|marker| match marker {
            Marker::File(path) => self.files.contains_key(path),
            Marker::Directory(path) => self.directories.contains(path),
            Marker::Anywhere(glob) => Host::find_files(self, glob).is_ok_and(|files| !files.is_empty()),
        })
    }

    fn matching<'a>(
        &self,
        glob: &str,
        paths: impl Iterator<Item = &'a String>,
    ) -> std::result::Result<Vec<String>, AccessError> {
        let matcher = globset::GlobBuilder::new(glob)
            .literal_separator(Host::edition(self) != Edition::NIXPACKS)
            .build()
            .map_err(|error| AccessError::InvalidPattern(error.to_string()))?
            .compile_matcher();
        let mut found: Vec<_> = paths.filter(|path| matcher.is_match(path)).cloned().collect();
        found.sort_by(|a, b| a.split('/').cmp(b.split('/')));
        Ok(found)
    }
}

/// Removes `.` components; `None` if the path leaves the app.
fn normalise(path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut components = Vec::new();
    for component in path.split('/') {
        match component {
            "" | "." => {}
            ".." => {
                components.pop()?;
            }
            other => components.push(other),
        }
    }
    Some(components.join("/"))
}

impl Host for FakeApp {
    fn app_name(&self) -> String {
        self.name.clone()
    }

    fn entry(&self, path: &str) -> std::result::Result<EntryKind, AccessError> {
        let path = normalise(path).ok_or(AccessError::OutsideApp)?;
        Ok(if self.files.contains_key(&path) {
            EntryKind::File
        } else if path.is_empty() || self.directories.contains(&path) {
            EntryKind::Directory
        } else {
            EntryKind::Missing
        })
    }

    fn is_executable(&self, path: &str) -> std::result::Result<bool, AccessError> {
        let path = normalise(path).ok_or(AccessError::OutsideApp)?;
        Ok(self.executables.contains(&path))
    }

    fn read_text(&self, path: &str) -> std::result::Result<String, AccessError> {
        match self.entry(path)? {
            EntryKind::Missing => Err(AccessError::Missing),
            EntryKind::File => {
                let bytes = &self.files[&normalise(path).ok_or(AccessError::OutsideApp)?];
                let text = std::str::from_utf8(bytes).map_err(|_| AccessError::NotText)?;
                Ok(text.replace("\r\n", "\n"))
            }
            _ => Err(AccessError::NotAFile),
        }
    }

    fn find_files(&self, glob: &str) -> std::result::Result<Vec<String>, AccessError> {
        self.matching(glob, self.files.keys())
    }

    fn find_directories(&self, glob: &str) -> std::result::Result<Vec<String>, AccessError> {
        self.matching(glob, self.directories.iter())
    }

    fn search(&self, glob: &str, pattern: &str) -> std::result::Result<Option<Occurrence>, SearchError> {
        let invalid = |error: AccessError| SearchError { path: None, error };
        let regex = regex::Regex::new(pattern).map_err(|e| invalid(AccessError::InvalidPattern(e.to_string())))?;
        for path in Host::find_files(self, glob).map_err(invalid)? {
            let text = match Host::read_text(self, &path) {
                Ok(text) => text,
                Err(AccessError::NotText) if Host::edition(self) != Edition::NIXPACKS => continue,
                Err(error) => return Err(SearchError { path: Some(path), error }),
            };
            if let Some(captures) = regex.captures(&text) {
                let groups = captures.iter().map(|group| group.map(|found| found.as_str().to_owned())).collect();
                return Ok(Some(Occurrence { path, groups }));
            }
        }
        Ok(None)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn edition(&self) -> Edition {
        self.edition.unwrap_or(Edition::DEFAULT)
    }

    fn architecture(&self) -> String {
        "x86_64".into()
    }

    fn warn(&self, message: &str) {
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.iter().any(|known| known == message) {
            warnings.push(message.into());
        }
    }

    fn because(&self, decision: &str, reason: &str) {
        self.reasons.borrow_mut().push(format!("{decision}: {reason}"));
    }

    fn plan_of(&self, name: &str) -> std::result::Result<Option<PartialPlan>, Failure> {
        match self.plans.get(name) {
            Some(plan) => Ok(Some(plan.clone())),
            None => Err(Failure { message: format!("Provider {name} not found"), causes: Vec::new(), hint: None }),
        }
    }
}

/// A partial plan as the JSON that Nixpacks prints, labels as `labels`.
fn plan_json(plan: &PartialPlan) -> Value {
    let mut json = Map::new();
    let mut set = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            json.insert(key.into(), value);
        }
    };
    let text_map = |pairs: &[(String, String)]| {
        (!pairs.is_empty()).then(|| pairs.iter().cloned().collect::<BTreeMap<_, _>>()).map(|map| json!(map))
    };
    set("buildImage", plan.build_image.clone().map(Value::from));
    set("labels", (!plan.labels.is_empty()).then(|| json!(plan.labels)));
    set("variables", text_map(&plan.variables));
    set("staticAssets", text_map(&plan.static_assets));
    let phases: Map<_, _> = plan
        .phases
        .iter()
        .map(|phase| {
            let fields = [
                ("dependsOn", list_json(phase.depends_on.as_ref())),
                ("nixPkgs", list_json(phase.nix_packages.as_ref())),
                ("nixLibs", list_json(phase.nix_libraries.as_ref())),
                ("nixOverlays", list_json(phase.nix_overlays.as_ref())),
                ("nixpkgsArchive", phase.nixpkgs_archive.clone().map(Value::from)),
                ("aptPkgs", list_json(phase.apt_packages.as_ref())),
                ("cmds", list_json(phase.commands.as_ref())),
                ("onlyIncludeFiles", list_json(phase.only_include_files.as_ref())),
                ("excludeFiles", list_json(phase.exclude_files.as_ref())),
                ("cacheDirectories", list_json(phase.cache_directories.as_ref())),
                ("paths", list_json(phase.paths.as_ref())),
                ("onlyVariables", list_json(phase.only_variables.as_ref())),
            ];
            (phase.name.clone(), object(fields))
        })
        .collect();
    set("phases", (!phases.is_empty()).then_some(Value::Object(phases)));
    set("start", plan.start.as_ref().map(start_json));
    Value::Object(json)
}

/// The start as the host prints it.
fn start_json(start: &Start) -> Value {
    let image = match &start.run_time {
        RunTime::OtherImage(image) => Some(json!(image)),
        RunTime::WholeBuild | RunTime::Only(_) => None,
    };
    let needed = |list: fn(&Needs) -> &Needed| match list(start.run_time.needs()?) {
        Needed::OfAllPhases => None,
        Needed::Only(packages) => Some(json!(packages)),
    };
    let is_whole_app = start.files == [StartFile::WholeApp];
    object([
        ("cmd", start.command.clone().map(Value::from)),
        ("runImage", image),
        ("onlyIncludeFiles", (!is_whole_app).then(|| start.files.iter().map(file_json).collect())),
        ("user", start.user.clone().map(Value::from)),
        ("nixPkgs", start.run_time.needs().map(|needs| json!(needs.nix_packages))),
        ("nixLibs", needed(|needs| &needs.nix_libraries)),
        ("aptPkgs", needed(|needs| &needs.apt_packages)),
    ])
}

fn file_json(file: &StartFile) -> Value {
    match file {
        StartFile::WholeApp => json!("/app/"),
        StartFile::App(path) | StartFile::Image(path) => json!(path),
    }
}

/// The fields of a JSON value that are no objects, by their paths: `phases.setup.nixPkgs`.
fn fields(value: &Value) -> BTreeMap<String, Value> {
    let Value::Object(map) = value else { return BTreeMap::from([(String::new(), value.clone())]) };
    let below = |(key, value): (&String, &Value)| {
        let key = key.clone();
        fields(value).into_iter().map(move |(path, value)| {
            let separator = if path.is_empty() { "" } else { "." };
            (format!("{key}{separator}{path}"), value)
        })
    };
    map.iter().flat_map(below).collect()
}

fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let present = fields.into_iter().filter_map(|(key, value)| value.map(|value| (key.to_owned(), value)));
    Value::Object(present.collect())
}

fn list_json(list: Option<&ListEdit>) -> Option<Value> {
    Some(match list? {
        ListEdit::Replace(elements) => json!(elements),
        ListEdit::Extend(Extension { before, after }) => {
            let elements: Vec<_> =
                before.iter().map(String::as_str).chain(["..."]).chain(after.iter().map(String::as_str)).collect();
            json!(elements)
        }
    })
}

/// Checks that a provider's page (its `README.md`) names every marker and variable of its
/// descriptions, and no `NIXPACKS_*` variable that they lack.
///
/// # Panics
/// If page and descriptions disagree.
pub fn assert_page_matches<P: Provider>(page: &str) {
    let descriptions = Edition::ALL.map(P::describe);
    let variables: BTreeSet<_> =
        descriptions.iter().flat_map(|description| &description.variables).map(|variable| &*variable.name).collect();
    let markers = descriptions.iter().flat_map(|description| &description.markers).map(|marker| match marker {
        Marker::File(text) | Marker::Directory(text) | Marker::Anywhere(text) => &**text,
    });
    for word in markers.chain(variables.iter().copied()) {
        assert!(page.contains(&format!("`{word}`")), "the page does not name `{word}`");
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for word in page.split(|c| !is_word(c)).filter(|word| word.len() > 9 && word.starts_with("NIXPACKS_")) {
        assert!(variables.contains(word), "the page names {word}, which `describe` does not");
    }
}
