//! Packages: what Nix is asked for, and what is known of what it brought.

use super::cache::{Cache, Key, cannot_write, write_whole};
use crate::builder::failure;
use crate::builder::missing;
use crate::builder::process::{Console, Invocation};
use crate::builder::source::FoundStep;
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// Where store paths begin.
pub(super) const STORE: &str = "/nix/store/";

/// Where the daemon listens, for users who may not write to the store themselves.
const DAEMON: &str = "/nix/var/nix/daemon-socket/socket";

/// Packages that nixpkgs refuses otherwise, as build images have it.
const ALLOWANCES: [&str; 3] = ["NIXPKGS_ALLOW_UNFREE", "NIXPKGS_ALLOW_BROKEN", "NIXPKGS_ALLOW_INSECURE"];

/// A Nix store.
#[derive(Debug)]
pub(super) struct Store {
    /// Absent for the machine's own.
    root: Option<PathBuf>,
}

/// Nix files that one profile gets, in their order: paths as the build has them, and texts.
pub(super) type NixFiles = Vec<(String, String)>;

/// Packages that are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Packages {
    /// The store path that has them all.
    pub(super) profile: String,
    pub(super) closure: Closure,
}

/// Store paths and what each refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Closure(BTreeMap<String, BTreeSet<String>>);

impl Closure {
    /// Reads what `nix-store --dump-db` prints: of each path itself, hash, size, deriver, and how many and
    /// which references.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut paths = BTreeMap::new();
        while let Some(path) = lines.next() {
            let count: usize = lines.by_ref().nth(3)?.parse().ok()?;
            let references: BTreeSet<_> = lines.by_ref().take(count).map(str::to_owned).collect();
            paths.insert(path.to_owned(), references);
        }
        Some(Self(paths))
    }

    /// All of them.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Adds others.
    pub(super) fn extend(&mut self, others: &Self) {
        self.0.extend(others.0.clone());
    }

    /// A path and whatever it refers to, directly or not.
    pub(super) fn requisites<'a>(&'a self, path: &'a str) -> BTreeSet<&'a str> {
        let (mut found, mut pending) = (BTreeSet::new(), vec![path]);
        while let Some(path) = pending.pop() {
            if found.insert(path) {
                pending.extend(self.0.get(path).into_iter().flatten().map(String::as_str));
            }
        }
        found
    }

    /// These paths, those first that most of them refer to.
    pub(super) fn most_shared_first<'a>(&self, paths: &'a BTreeSet<String>) -> Vec<&'a str> {
        let users = |path: &str| {
            paths
                .iter()
                .filter(|user| *user != path && self.0.get(*user).is_some_and(|used| used.contains(path)))
                .count()
        };
        let mut ordered: Vec<_> = paths.iter().map(|path| (std::cmp::Reverse(users(path)), path.as_str())).collect();
        ordered.sort_unstable();
        ordered.into_iter().map(|(_, path)| path).collect()
    }
}

impl Store {
    /// The machine's store where this user can have packages put into it, else one of the user's own.
    pub(super) fn on_this_machine(cache: &Path) -> Self {
        let is_shared = rustix::process::geteuid().is_root() || UnixStream::connect(DAEMON).is_ok();
        Self { root: (!is_shared).then(|| cache.join("store")) }
    }

    /// Where a store path lies on this machine.
    pub(super) fn place(&self, path: &str) -> PathBuf {
        match &self.root {
            None => PathBuf::from(path),
            Some(root) => root.join(path.trim_start_matches('/')),
        }
    }

    fn invocation(&self, program: &'static str) -> Invocation {
        let mut invocation = Invocation::new(program);
        if let Some(root) = &self.root {
            invocation.add(&["--store", &format!("local?root={}", root.display())]);
            // Else it looks after the profiles of the machine, which are the superuser's.
            invocation.environment.push(("NIX_STATE_DIR", root.join("nix/var/nix").display().to_string()));
        }
        invocation.environment.extend(ALLOWANCES.map(|name| (name, "1".to_owned())));
        invocation
    }

    /// Installs what Nix files say into a profile, unless that was done before. What keeps Nix from removing it
    /// again is the profile.
    ///
    /// # Errors
    /// Nix fails; `step` is what the user calls this.
    pub(super) fn install(
        &self,
        cache: &Cache,
        files: &NixFiles,
        app: &AppFiles<'_>,
        step: &FoundStep,
        console: &Console,
    ) -> Result<Packages> {
        let parts = files.iter().flat_map(|(path, text)| [path.as_str(), text.as_str()]);
        let place = format!("{:?}", self.root);
        let key = Key::of("packages", parts.chain([place.as_str(), app.identity]));
        let directory = cache.packages(&key);
        fs::create_dir_all(&directory).map_err(|error| cannot_write(&directory, error))?;
        // Another build waits instead of doing the same.
        let lock = directory.join("lock");
        let lock = File::create(&lock)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|error| cannot_write(&lock, error))?;
        let (profile, list) = (directory.join("profile"), directory.join("closure"));
        if let (Some(path), Ok(text)) = (self.profile(&profile), fs::read_to_string(&list))
            && let Some(closure) = Closure::parse(&text)
        {
            return Ok(Packages { profile: path, closure });
        }
        app.lay_out(&directory)?;
        for (path, text) in files {
            let file = directory.join(path);
            let parent = file.parent().unwrap_or(&directory);
            fs::create_dir_all(parent).map_err(|error| cannot_write(parent, error))?;
            write_whole(&file, text.as_bytes())?;
            self.install_file(&file, &profile, step, console)?;
        }
        let path = self.profile(&profile).ok_or_else(|| Error::system("Nix installed nothing"))?;
        let text = self.registration(&path)?;
        write_whole(&list, text.as_bytes())?;
        drop(lock);
        let closure = Closure::parse(&text).ok_or_else(|| {
            Error::unavailable("`nix-store --dump-db` prints something unknown").hint("Use another version of Nix")
        })?;
        Ok(Packages { profile: path, closure })
    }

    fn install_file(&self, file: &Path, profile: &Path, step: &FoundStep, console: &Console) -> Result<()> {
        let mut install = self.invocation("nix-env");
        let (file, profile) = (file.display().to_string(), profile.display().to_string());
        install.add(&["--profile", &profile, "--file", &file, "--install"]);
        let finished = install.run_alone(console).map_err(|error| missing(install.program, &error))?;
        console.interrupt.check()?;
        match finished.status.success() {
            true => Ok(()),
            false => Err(failure::of_command(step, &finished, &[])),
        }
    }

    /// The store path that a profile leads to, if that is there.
    fn profile(&self, link: &Path) -> Option<String> {
        let generation = fs::read_link(link).ok()?;
        let path = fs::read_link(link.parent()?.join(generation)).ok()?.to_str()?.to_owned();
        (path.starts_with(STORE) && self.place(&path).exists()).then_some(path)
    }

    /// What Nix knows of a store path and of all that it refers to.
    fn registration(&self, path: &str) -> Result<String> {
        let ask = |arguments: &[&str]| {
            let mut invocation = self.invocation("nix-store");
            invocation.add(arguments);
            invocation.answer().map_err(|error| {
                Error::unavailable("Nix does not tell what a package refers to").cause(format!("nix-store: {error}"))
            })
        };
        let requisites = ask(&["--query", "--requisites", path])?;
        let paths: Vec<_> = ["--dump-db"].into_iter().chain(requisites.lines()).collect();
        ask(&paths)
    }
}

/// App files that Nix files may refer to.
pub(super) struct AppFiles<'a> {
    pub(super) root: &'a Path,
    /// Of the files that the plan names; empty if there are none.
    pub(super) identity: &'a str,
}

impl AppFiles<'_> {
    /// Lets them be found where Nix files, which lie in a directory of the app's, look for them.
    fn lay_out(&self, directory: &Path) -> Result<()> {
        if self.identity.is_empty() {
            return Ok(());
        }
        let entries = fs::read_dir(self.root).map_err(|error| Error::app("Cannot read the app").cause(error))?;
        for entry in entries.flatten().filter(|entry| entry.file_name() != *crate::dockerfile::GENERATED) {
            let link = directory.join(entry.file_name());
            if link.symlink_metadata().is_err() {
                symlink(entry.path(), &link).map_err(|error| cannot_write(&link, error))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closure() -> Closure {
        let entry = |name: &str, references: &[&str]| {
            let references: String = references.iter().map(|name| format!("{STORE}{name}\n")).collect();
            let count = references.lines().count();
            format!("{STORE}{name}\n00\n1\n\n{count}\n{references}")
        };
        let text = entry("env", &["node", "bash"])
            + &entry("node", &["libc", "node"])
            + &entry("bash", &["libc"])
            + &entry("libc", &[]);
        Closure::parse(&text).unwrap()
    }

    #[test]
    fn requisites_are_all_that_a_path_refers_to() {
        let closure = closure();
        let node = format!("{STORE}node");
        let found: Vec<_> = closure.requisites(&node).into_iter().collect();
        assert_eq!(found, [format!("{STORE}libc"), node.clone()]);
        assert_eq!(closure.paths().count(), 4);
        assert!(Closure::parse("/nix/store/x\n00\n1\n\nmany\n").is_none());
    }

    #[test]
    fn what_many_refer_to_comes_first() {
        let closure = closure();
        let all: BTreeSet<_> = closure.paths().map(str::to_owned).collect();
        let ordered: Vec<_> =
            closure.most_shared_first(&all).iter().map(|path| path.trim_start_matches(STORE)).collect();
        assert_eq!(ordered, ["libc", "bash", "node", "env"]);
    }
}
