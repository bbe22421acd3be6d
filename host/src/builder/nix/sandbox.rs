//! Commands of the build: each runs on a stack of file systems, sees the packages, and nothing else of the
//! machine.

use super::cache::Cache;
use super::store::{Closure, Store};
use crate::builder::process::{Console, Finished, Invocation};
use crate::builder::request::{AddedHost, Network};
use crate::builder::secret::Secret;
use crate::builder::{BuildRequest, missing};
use crate::dockerfile::{CacheMount, SecretMount};
use crate::error::{Error, Result};
use rustix::fs::{MemfdFlags, SeekFrom, memfd_create, seek};
use std::fs::{self, File};
use std::io::Write as _;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::{Path, PathBuf};

/// What lets a command run in a sandbox.
const PROGRAMS: [&str; 2] = ["bwrap", "unshare"];

/// Mounts a stack of file systems, which goes away with the namespace, and goes on with the other words.
const MOUNT: &str = r#"cd "$1" && mount -t overlay overlay -o "$2" "$3" || exit 125; shift 3; exec "$@" < /dev/null"#;

/// How [`MOUNT`] ends if the stack cannot be mounted.
const NOT_MOUNTED: i32 = 125;

/// What a command may do as the superuser, as container engines have it.
const CAPABILITIES: [&str; 14] = [
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_RAW",
    "CAP_SYS_CHROOT",
    "CAP_MKNOD",
    "CAP_AUDIT_WRITE",
    "CAP_SETFCAP",
];

/// Answers the one question that scripts of the build ask Nix, by what is known of the packages.
const NIX_STORE: &str = r#"#!/bin/sh
# Usage: nix-store --query --requisites PATH...
shift 2
for path; do
    path=$(readlink -f "$path")
    cat "/run/plugpacks/requisites/${path##*/}"
done | sort -u
"#;

/// Where the answers lie, a file for each package.
const REQUISITES: &str = "requisites";

/// Certificates of authorities that the machine trusts, where distributions keep them.
const CERTIFICATES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem"];

/// Where the build has them.
pub(super) const BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A command.
pub(super) struct Task<'a> {
    /// The file systems that it sees, the lowest first.
    pub(super) layers: Vec<&'a Path>,
    /// What a shell runs.
    pub(super) script: &'a str,
    pub(super) environment: Vec<(String, String)>,
    pub(super) working_directory: &'a str,
    pub(super) caches: &'a [CacheMount],
    pub(super) secrets: &'a [SecretMount],
    pub(super) trust: Trust,
}

/// Whose certificates a command finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Those of the package set, which belong to the image.
    Packages,
    /// The machine's, whose network it uses.
    Machine,
}

/// What all commands of a build have in common.
pub(super) struct Sandbox<'a> {
    pub(super) cache: &'a Cache,
    pub(super) store: &'a Store,
    pub(super) request: &'a BuildRequest,
    pub(super) console: &'a Console<'a>,
}

/// Checks that commands can be run in a sandbox.
///
/// # Errors
/// A program is missing, or the kernel does not let this user.
pub(super) fn probe() -> Result<()> {
    for program in PROGRAMS {
        let mut invocation = Invocation::new(program);
        invocation.add(&["--version"]);
        invocation.answer().map_err(|error| {
            Error::unavailable(format!("The builder nix needs `{program}`"))
                .cause(format!("{program}: {error}"))
                .hint("Install bubblewrap and util-linux (Debian: `apt-get install bubblewrap util-linux`)")
        })?;
    }
    let mut trial = namespace();
    trial.add(&["bwrap", "--unshare-pid", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "true"]);
    trial.answer().map(drop).map_err(|error| {
        Error::unavailable("This machine does not let commands of the build run in a sandbox").cause(error).hint(
            "The builder nix needs user namespaces. Ubuntu: give bwrap an AppArmor profile, or set \
             `kernel.apparmor_restrict_unprivileged_userns=0`; Debian: `kernel.unprivileged_userns_clone=1`; in a \
             container: `--security-opt seccomp=unconfined`, or as root `--privileged`",
        )
    })
}

/// The command that gets mounts of its own.
fn namespace() -> Invocation {
    let mut invocation = Invocation::new("unshare");
    if !rustix::process::geteuid().is_root() {
        invocation.add(&["--user", "--map-root-user"]);
    }
    invocation.add(&["--mount", "--propagation", "private", "--"]);
    invocation
}

impl Sandbox<'_> {
    /// Runs a command; what it changes is in the directory that is given.
    ///
    /// # Errors
    /// It cannot be started.
    pub(super) fn run(&self, task: &Task<'_>, closure: &Closure) -> Result<(PathBuf, Finished)> {
        let directory = self.cache.new_directory()?;
        let place = |name: &str| {
            let path = directory.join(name);
            fs::create_dir(&path).map(|()| path.clone()).map_err(|error| super::cache::cannot_write(&path, error))
        };
        let (upper, work, merged) = (place("upper")?, place("work")?, place("merged")?);
        let mut invocation = namespace();
        invocation.add(&["sh", "-c", MOUNT, "sh"]);
        let options = self.overlay_options(&task.layers, &upper, &work);
        invocation.add(&[&text(self.cache.root()), &options, &text(&merged)]);
        let requisites = place(REQUISITES)?;
        if task.trust == Trust::Packages {
            write_requisites(&requisites, closure)?;
        }
        let open = self.add_bwrap(&mut invocation, task, closure, &merged)?;
        let finished = invocation.run_alone(self.console).map_err(|error| missing(invocation.program, &error))?;
        drop(open);
        self.console.interrupt.check()?;
        if finished.status.code() == Some(NOT_MOUNTED) {
            let said = finished.transcript.loose_lines().next_back().unwrap_or_default().to_owned();
            return Err(Error::unavailable("The file systems of the build cannot be laid over each other")
                .cause(said)
                .hint("XDG_CACHE_HOME must name a directory on a local disk, such as ext4 or xfs; Linux must be 5.11 or newer"));
        }
        Ok((upper, finished))
    }

    /// Names are relative to the cache: the kernel takes one page of them.
    fn overlay_options(&self, layers: &[&Path], upper: &Path, work: &Path) -> String {
        let relative = |path: &Path| text(path.strip_prefix(self.cache.root()).unwrap_or(path));
        let lower: Vec<_> = layers.iter().rev().map(|path| relative(path)).collect();
        format!("lowerdir={},upperdir={},workdir={},userxattr", lower.join(":"), relative(upper), relative(work))
    }

    /// The sandbox itself; what is given must stay open until it runs.
    fn add_bwrap(&self, to: &mut Invocation, task: &Task<'_>, closure: &Closure, root: &Path) -> Result<Vec<OwnedFd>> {
        to.add(&[
            "bwrap",
            "--die-with-parent",
            "--unshare-pid",
            "--unshare-ipc",
            "--unshare-uts",
            "--hostname",
            "build",
        ]);
        if self.request.network == Network::None {
            to.add(&["--unshare-net"]);
        }
        to.add(&["--cap-drop", "ALL"]);
        to.add_each("--cap-add", CAPABILITIES);
        to.add(&[
            "--bind",
            &text(root),
            "/",
            "--dev",
            "/dev",
            "--proc",
            "/proc",
            "--tmpfs",
            "/run",
            "--tmpfs",
            "/nix/store",
        ]);
        for path in closure.paths() {
            to.add(&["--ro-bind", &text(&self.store.place(path)), path]);
        }
        let mut open = Vec::new();
        let mut data = |to: &mut Invocation, mode: &str, path: &str, content: &[u8]| -> Result<()> {
            let file = in_memory(content)?;
            to.add(&["--perms", mode, "--ro-bind-data", &file.as_raw_fd().to_string(), path]);
            open.push(file);
            Ok(())
        };
        data(to, "0444", "/etc/hosts", hosts(&self.request.hosts).as_bytes())?;
        data(to, "0555", "/run/plugpacks/bin/nix-store", NIX_STORE.as_bytes())?;
        for SecretMount { name, .. } in task.secrets {
            if let Some(secret) = self.request.secrets.iter().find(|secret| secret.name() == name) {
                data(to, "0400", &format!("/run/secrets/{name}"), Secret::value(secret).as_bytes())?;
            }
        }
        self.add_machine(to, task.trust);
        for mount in task.caches {
            to.add(&["--bind", &text(&self.cache.mount(&mount.id)?), mount.target.as_str().trim_end_matches('/')]);
        }
        to.add(&["--ro-bind", &text(&root.with_file_name(REQUISITES)), "/run/plugpacks/requisites"]);
        to.add(&["--clearenv"]);
        for (name, value) in &task.environment {
            to.add(&["--setenv", name, value]);
        }
        to.add(&["--chdir", task.working_directory, "--", "/bin/bash", "-lo", "pipefail", "-c", task.script]);
        Ok(open)
    }

    /// What leads out into the machine's network.
    fn add_machine(&self, to: &mut Invocation, trust: Trust) {
        if Path::new("/etc/resolv.conf").exists() {
            to.add(&["--ro-bind", "/etc/resolv.conf", "/etc/resolv.conf"]);
        }
        let bundle = CERTIFICATES.iter().find(|path| Path::new(path).exists());
        if let (Trust::Machine, Some(bundle)) = (trust, bundle) {
            to.add(&["--ro-bind", bundle, BUNDLE]);
        }
    }
}

fn write_requisites(directory: &Path, closure: &Closure) -> Result<()> {
    for path in closure.paths() {
        let list = closure.requisites(path).into_iter().fold(String::new(), |list, path| list + path + "\n");
        let file = directory.join(path.trim_start_matches(super::store::STORE));
        fs::write(&file, list).map_err(|error| super::cache::cannot_write(&file, error))?;
    }
    Ok(())
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A file that is on no disk, for a child to read.
fn in_memory(content: &[u8]) -> Result<OwnedFd> {
    let make = || -> std::io::Result<OwnedFd> {
        let file = memfd_create("plugpacks", MemfdFlags::empty())?;
        let mut file = File::from(file);
        file.write_all(content)?;
        let file = OwnedFd::from(file);
        seek(&file, SeekFrom::Start(0))?;
        Ok(file)
    };
    make().map_err(|error| Error::system("Cannot hold a file in memory").cause(error))
}

/// The content of `/etc/hosts`.
fn hosts(added: &[AddedHost]) -> String {
    let own = "127.0.0.1 localhost build\n::1 localhost ip6-localhost ip6-loopback\n".to_owned();
    added.iter().fold(own, |text, host| format!("{text}{} {}\n", host.address, host.host))
}
