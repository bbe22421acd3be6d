//! The last stage: what it takes from the build becomes layers, what it says becomes the image's configuration.

use super::cache::{Cache, Key};
use super::layer::{Clock, LayerWriter, Owner, Stripping, cannot_make};
use super::oci::{Execution, Healthcheck, Image, Layer, Layout};
use super::stage::Built;
use super::store::Store;
use super::tree::Node;
use super::variables::Variables;
use crate::builder::request::BuildRequest;
use crate::builder::{Interrupt, SOURCE_DATE_EPOCH};
use crate::dockerfile::{Copy, CopySource, Instruction, Stage};
use crate::error::{Error, Result};
use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

/// Engines take 127 layers; some room is left for images made from this one.
const MOST_LAYERS: usize = 100;

/// What an image is made with.
pub(super) struct Making<'a> {
    pub(super) cache: &'a Cache,
    pub(super) store: &'a Store,
    pub(super) layout: &'a Layout,
    pub(super) request: &'a BuildRequest,
    pub(super) built: &'a Built,
    pub(super) interrupt: &'a Interrupt,
}

impl Making<'_> {
    /// Makes the image that a stage describes.
    ///
    /// # Errors
    /// A file is missing or something cannot be written.
    pub(super) fn image(&self, stage: &Stage) -> Result<Image> {
        let (mut taken, mut packages) = (Vec::new(), BTreeSet::new());
        for step in &stage.steps {
            if let Instruction::Copy(copy) = &step.instruction {
                self.interrupt.check()?;
                let (layer, found) = self.taken_layer(copy)?;
                packages.extend(found);
                taken.push((layer, format!("COPY {}", copy.to.as_str())));
            }
        }
        let mut layers = self.packages(&packages, MOST_LAYERS - taken.len())?;
        layers.extend(taken);
        self.layout.add_image(&self.execution(stage), layers, &self.created())
    }

    /// Layers of packages, those first that most others need: one each, as far as there is room, and one of the
    /// rest.
    fn packages(&self, packages: &BTreeSet<String>, room: usize) -> Result<Vec<(Layer, String)>> {
        let ordered = self.built.closure.most_shared_first(packages);
        let single = if ordered.len() > room { room - 1 } else { ordered.len() };
        let (single, rest) = ordered.split_at(single);
        let groups = single.iter().map(std::slice::from_ref).chain((!rest.is_empty()).then_some(rest));
        let groups: Vec<&[&str]> = groups.collect();
        let stripping = self.stripping(packages);
        let layers = in_parallel(&groups, |group| self.package_layer(group, stripping))?;
        Ok(layers.into_iter().zip(groups.iter().map(|group| group.join(" "))).collect())
    }

    fn package_layer(&self, paths: &[&str], stripping: Stripping) -> Result<Layer> {
        self.interrupt.check()?;
        let key = Key::of("package layer", [stripping.name()].into_iter().chain(paths.iter().copied()));
        if let Some(layer) = self.layout.known(self.cache, &key) {
            return Ok(layer);
        }
        let mut writer = LayerWriter::new(self.cache)?;
        for path in paths {
            let added = writer.add_package(&self.store.place(path), path, stripping);
            added.map_err(|error| cannot_make(path, error))?;
        }
        let (layer, _) = writer.finish(self.layout)?;
        self.layout.note(self.cache, &key, &layer)?;
        Ok(layer)
    }

    fn taken_layer(&self, copy: &Copy) -> Result<(Layer, BTreeSet<String>)> {
        let CopySource::Image(_, from) = &copy.from else {
            return Err(Error::configuration("The builder nix copies app files into the build only"));
        };
        let unreadable = |error| cannot_make(from.as_str(), error);
        let node = self.built.tree.find(from.as_str()).map_err(unreadable)?.ok_or_else(|| {
            Error::app(format!("The build made no `{}`", from.as_str()))
                .hint("Look at `onlyIncludeFiles` of `[start]` in nixpacks.toml")
        })?;
        let owner = copy.owner.as_deref().map_or(Ok(Owner::default()), |owner| self.owner(owner))?;
        let to = copy.to.as_str().trim_matches('/').trim_end_matches("/.");
        let clock = self.clock(copy);
        let key = self.key_of_taken(&node, to, owner, clock);
        let list = Key::of("packages in layer", [key.as_ref()]);
        if let (Some(layer), Some(packages)) = (self.layout.known(self.cache, &key), self.cache.memo(&list)) {
            return Ok((layer, packages.lines().map(str::to_owned).collect()));
        }
        let mut writer = LayerWriter::new(self.cache)?;
        writer.add_tree(&node, Path::new(to), owner, clock).map_err(unreadable)?;
        let (layer, packages) = writer.finish(self.layout)?;
        let text = packages.iter().fold(String::new(), |text, path| text + path + "\n");
        self.cache.keep_memo(&list, &text)?;
        self.layout.note(self.cache, &key, &layer)?;
        Ok((layer, packages))
    }

    /// Stands for everything that a layer is made from. Directories of steps never change, and what each has is
    /// told by its name.
    fn key_of_taken(&self, node: &Node, to: &str, owner: Owner, clock: Clock<'_>) -> Key {
        let parts = if node.parts().is_empty() { std::slice::from_ref(&node.path) } else { node.parts() };
        let parts = parts.iter().map(|part| part.as_os_str().as_bytes().to_vec());
        let clock = match clock {
            Clock::Fixed => "fixed".to_owned(),
            Clock::At(time) => time.to_string(),
            Clock::App(times) => times.key().to_string(),
        };
        let others = [to.to_owned(), format!("{owner:?}"), clock].map(String::into_bytes);
        Key::of("taken layer", parts.chain(others))
    }

    /// The app's own files keep their times: servers tell by them whether a file has changed.
    fn clock(&self, copy: &Copy) -> Clock<'_> {
        match (self.epoch(), copy.to.as_str().trim_end_matches(['/', '.'])) {
            (Some(time), _) => Clock::At(time),
            (None, "/app") => Clock::App(&self.built.times),
            (None, _) => Clock::Fixed,
        }
    }

    /// Numbers of an owner, who may have a name.
    fn owner(&self, owner: &str) -> Result<Owner> {
        let mut words = owner.split(':');
        let number = |word: Option<&str>| word.and_then(|word| word.parse().ok());
        let user = number(words.next());
        let group = number(words.next()).or(user);
        match (user, group) {
            (Some(user), Some(group)) => Ok(Owner { user, group }),
            _ => Err(Error::configuration(format!("The builder nix does not know the user `{owner}`"))
                .hint("Give the user's number: `--user 10001`")),
        }
    }

    /// Headers are needed where there is a compiler.
    fn stripping(&self, packages: &BTreeSet<String>) -> Stripping {
        let has_compiler = packages.iter().any(|path| {
            let programs = std::fs::read_dir(self.store.place(path).join("bin"));
            programs.into_iter().flatten().flatten().any(|entry| entry.file_name().as_bytes().ends_with(b"cc"))
        });
        if has_compiler { Stripping::Manuals } else { Stripping::ManualsAndHeaders }
    }

    /// What the stage says about how the image is run.
    fn execution(&self, stage: &Stage) -> Execution {
        let mut variables = Variables::new(&self.request.variables, Vec::new());
        let mut execution = Execution { working_dir: "/".to_owned(), ..Execution::default() };
        for step in &stage.steps {
            match &step.instruction {
                Instruction::Arg(names) => variables.declare(names),
                Instruction::Env(pairs) => variables.set(pairs),
                Instruction::User(user) => execution.user.clone_from(user),
                Instruction::Workdir(path) => {
                    path.as_str().trim_end_matches('/').clone_into(&mut execution.working_dir);
                }
                Instruction::Entrypoint(words) => execution.entrypoint.clone_from(words),
                Instruction::Cmd(words) => execution.cmd.clone_from(words),
                Instruction::Healthcheck(words) => {
                    let test = [&["CMD".to_owned()], words.as_slice()].concat();
                    execution.healthcheck = Some(Healthcheck { test });
                }
                _ => {}
            }
        }
        execution.env = variables.into_set().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let labels = self.request.labels.iter().map(|label| (label.key.clone(), label.value.clone()));
        execution.labels = labels.collect();
        execution
    }

    /// When the image was made, as it says: never now, which would make each another one.
    fn created(&self) -> String {
        let time = UNIX_EPOCH + Duration::from_secs(self.epoch().unwrap_or_default());
        humantime::format_rfc3339_seconds(time).to_string()
    }

    /// The time that all files get, if the user names one, in seconds since 1970.
    fn epoch(&self) -> Option<u64> {
        self.request.variables.get(SOURCE_DATE_EPOCH)?.parse().ok()
    }
}

/// What `make` makes of each element, in their order, on all processors: compressing is most of the work.
fn in_parallel<T: Sync, R: Send>(elements: &[T], make: impl Fn(&T) -> Result<R> + Sync) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let elements = numbers.map_while(|number| Some((number, elements.get(number)?)));
        elements.map(|(number, element)| Ok((number, make(element)?))).collect::<Result<Vec<_>>>()
    };
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let mut made = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        let parts =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        parts.collect::<Result<Vec<_>>>()
    })?;
    let mut made: Vec<_> = made.drain(..).flatten().collect();
    made.sort_by_key(|(number, _)| *number);
    Ok(made.into_iter().map(|(_, result)| result).collect())
}
