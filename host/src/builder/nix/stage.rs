//! The build stage: its steps, one after the other, each on what the earlier ones left. A step that was done
//! before, on the same, is not done again.

use super::base;
use super::cache::Key;
use super::files::{Context, Times, lay_down_texts};
use super::sandbox::{Sandbox, Task, Trust};
use super::store::{AppFiles, Closure, NixFiles, Packages};
use super::tree::Tree;
use super::variables::Variables;
use crate::builder::failure;
use crate::builder::request::OwnCache;
use crate::builder::source::FoundStep;
use crate::dockerfile::{Action, Copy, CopySource, FileSet, Instruction, Origin, Run, Stage, Step};
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// A stage that is being built.
pub(super) struct Building<'a> {
    sandbox: &'a Sandbox<'a>,
    context: &'a Context<'a>,
    /// The file systems of its steps, the lowest first.
    layers: Vec<PathBuf>,
    /// Stands for all that was done.
    key: Key,
    variables: Variables<'a>,
    working_directory: String,
    /// Generated files that packages are installed from.
    texts: BTreeMap<String, String>,
    /// Of the app files that came so far.
    app_files: Vec<Key>,
    closure: Closure,
    times: Times,
    /// How many steps were done, and how many there were already.
    pub(super) counts: Counts,
}

/// How many steps were done, and how many there were already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) run: usize,
    pub(super) known: usize,
}

/// A stage that is built.
pub(super) struct Built {
    pub(super) tree: Tree,
    pub(super) closure: Closure,
    pub(super) times: Times,
    pub(super) counts: Counts,
}

/// The superuser's own profile.
const OWN_PROFILE: &str = "root/.nix-profile";

impl<'a> Building<'a> {
    /// A stage that has nothing but what a build image has.
    ///
    /// # Errors
    /// Nix fails, or the cache cannot be written to.
    pub(super) fn begin(sandbox: &'a Sandbox<'a>, context: &'a Context<'a>, base: &str) -> Result<Self> {
        let step =
            FoundStep { origin: Some(Origin::Setup), keyword: "RUN".into(), command: "nix-env -if base.nix".into() };
        let files: NixFiles = vec![(".nixpacks/base.nix".to_owned(), base.to_owned())];
        let app = AppFiles { root: context.root(), identity: "" };
        let packages = sandbox.store.install(sandbox.cache, &files, &app, &step, sandbox.console)?;
        let (mut key, layer) = base::lay_down(sandbox.cache, sandbox.store, &packages)?;
        if sandbox.request.cache.own == OwnCache::Ignored {
            key = Key::of("anew", [key.as_ref(), &std::process::id().to_be_bytes(), &now()]);
        }
        Ok(Self {
            sandbox,
            context,
            layers: vec![layer],
            key,
            variables: Variables::new(&sandbox.request.variables, base::environment(&sandbox.request.tools)),
            working_directory: "/".to_owned(),
            texts: BTreeMap::new(),
            app_files: Vec::new(),
            closure: packages.closure,
            times: Times::default(),
            counts: Counts::default(),
        })
    }

    /// Does all steps of a stage.
    ///
    /// # Errors
    /// One fails, or this builder cannot do it.
    pub(super) fn all(mut self, stage: &Stage) -> Result<Built> {
        for step in &stage.steps {
            self.step(step)?;
        }
        let tree = Tree::of(self.layers.iter().map(PathBuf::as_path));
        Ok(Built { tree, closure: self.closure, times: self.times, counts: self.counts })
    }

    fn step(&mut self, step: &Step) -> Result<()> {
        match &step.instruction {
            // The base image; its user is the superuser.
            Instruction::From { .. } | Instruction::User(_) => {}
            Instruction::Workdir(path) => path.as_str().trim_end_matches('/').clone_into(&mut self.working_directory),
            Instruction::Arg(names) => self.variables.declare(names),
            Instruction::Env(pairs) => self.variables.set(pairs),
            Instruction::Files(set) => self.add_files(set)?,
            Instruction::Copy(copy) => self.copy(copy)?,
            Instruction::Run(run) => self.run(step, run)?,
            // They say how the image is run.
            Instruction::Entrypoint(_) | Instruction::Cmd(_) | Instruction::Healthcheck(_) => {}
        }
        Ok(())
    }

    /// A path of the stage, without the first slash.
    fn in_root(&self, path: &str) -> String {
        let directory = if path.starts_with('/') { "" } else { self.working_directory.as_str() };
        format!("{directory}/{path}").trim_start_matches('/').to_owned()
    }

    /// Puts a file system on top.
    fn push(&mut self, key: &Key, layer: PathBuf) {
        self.key = Key::of("after", [&self.key, key]);
        self.layers.push(layer);
    }

    fn add_files(&mut self, set: &FileSet) -> Result<()> {
        let paths = set.files.iter().map(|file| (self.in_root(file.path.as_str()), file.text.as_str()));
        let files: Vec<_> = paths.collect();
        let (key, layer) = lay_down_texts(self.sandbox.cache, &files)?;
        self.texts.extend(files.into_iter().map(|(path, text)| (path, text.to_owned())));
        self.push(&key, layer);
        Ok(())
    }

    fn copy(&mut self, copy: &Copy) -> Result<()> {
        let CopySource::Context(paths) = &copy.from else {
            return Err(Error::configuration("The builder nix copies nothing out of other images")
                .hint("Use `--builder docker`, buildctl, buildah or podman"));
        };
        for path in paths {
            let copied = self.context.take(path, &self.in_root(copy.to.as_str()))?;
            copied.add_times(&mut self.times);
            let (key, layer) = (copied.content(), copied.lay_down(self.sandbox.cache)?);
            self.app_files.push(key.clone());
            self.push(&key, layer);
        }
        Ok(())
    }

    fn run(&mut self, step: &Step, run: &Run) -> Result<()> {
        let command = step.command().unwrap_or_default();
        let found = FoundStep { origin: Some(step.origin.clone()), keyword: "RUN".to_owned(), command };
        self.install(run, &found)?;
        let Some(script) = run.script() else { return Ok(()) };
        let environment = self.variables.environment();
        let variables = environment.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
        let caches = run.caches.iter().map(|cache| cache.id.as_bytes());
        let parts = [self.key.as_ref(), script.as_bytes(), self.working_directory.as_bytes()];
        let key = Key::of("run", parts.into_iter().chain(variables).chain(caches));
        let place = self.sandbox.cache.step(&key);
        let title = if run.installs() { "packages".into() } else { failure::shortened(&found.command) };
        if place.exists() {
            self.counts.known += 1;
            self.say(&format!("{}: {title} (unchanged)", step.origin));
        } else {
            self.counts.run += 1;
            self.say(&format!("{}: {title}", step.origin));
            let trust = if matches!(step.origin, Origin::Phase(_)) { Trust::Machine } else { Trust::Packages };
            let task = Task {
                layers: self.layers.iter().map(PathBuf::as_path).collect(),
                script: &script,
                environment,
                working_directory: &self.working_directory,
                caches: &run.caches,
                secrets: &run.secrets,
                trust,
            };
            let (upper, finished) = self.sandbox.run(&task, &self.closure)?;
            if !finished.status.success() {
                return Err(failure::of_command(&found, &finished, &self.sandbox.request.tools.remedies));
            }
            self.sandbox.cache.put(&upper, &place)?;
        }
        self.push(&key, place);
        Ok(())
    }

    /// Installs packages, each profile's together.
    fn install(&mut self, run: &Run, found: &FoundStep) -> Result<()> {
        let mut profiles = BTreeMap::<String, NixFiles>::new();
        for action in &run.actions {
            let Action::Install(installation) = action else { continue };
            let profile = installation.profile.as_ref().map_or(OWN_PROFILE, |path| path.as_str());
            let file = installation.file.as_str();
            let text = self.texts.get(&self.in_root(file)).cloned().unwrap_or_default();
            profiles.entry(profile.trim_start_matches('/').to_owned()).or_default().push((file.to_owned(), text));
        }
        if profiles.is_empty() {
            return Ok(());
        }
        let identity = match self.app_files.as_slice() {
            [] => String::new(),
            keys => Key::of("app", keys).to_string(),
        };
        let app = AppFiles { root: self.context.root(), identity: &identity };
        let mut links = Vec::new();
        for (profile, files) in profiles {
            let Packages { profile: path, closure } =
                self.sandbox.store.install(self.sandbox.cache, &files, &app, found, self.sandbox.console)?;
            self.closure.extend(&closure);
            links.push((profile, path));
        }
        let key = Key::of("profiles", links.iter().flat_map(|(profile, path)| [profile.as_str(), path]));
        let layer = self.sandbox.cache.make_step(&key, |directory| {
            links.iter().try_for_each(|(profile, path)| link(&directory.join(profile), Path::new(path)))
        })?;
        self.push(&key, layer);
        Ok(())
    }

    fn say(&self, text: &str) {
        let console = self.sandbox.console;
        (console.write)(&format!("{}\n", console.redactor.redact(&format!("==> {text}"))));
    }
}

/// Makes a link, and the directories that it lies in.
///
/// # Errors
/// It cannot be made.
pub(super) fn link(path: &Path, target: &Path) -> Result<()> {
    let make = || {
        std::fs::create_dir_all(path.parent().unwrap_or(path))?;
        symlink(target, path)
    };
    make().map_err(|error| super::cache::cannot_write(path, error))
}

/// What makes the keys of a build that uses nothing of earlier ones its own.
fn now() -> [u8; 16] {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    since.as_nanos().to_be_bytes()
}
