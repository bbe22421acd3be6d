//! What stands in for a build image: the root directory that phases find before anything was installed.

use super::cache::{Cache, Key, cannot_write};
use super::sandbox::BUNDLE;
use super::stage::link;
use super::store::{Packages, Store};
use crate::error::Result;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Directories, some of which only something is mounted on.
const DIRECTORIES: [&str; 19] = [
    "app",
    "dev",
    "etc/profile.d",
    "etc/ssl/certs",
    "home",
    "lib64",
    "mnt",
    "nix/store",
    "nix/var/nix/profiles",
    "opt",
    "proc",
    "root",
    "run",
    "srv",
    "sys",
    "usr/bin",
    "usr/local/bin",
    "usr/share",
    "var/lib",
];

/// Where programs are looked for. The last directory has what stands in for Nix.
const PATH: &str = "/root/.nix-profile/bin:/usr/local/bin:/usr/bin:/bin:/run/plugpacks/bin";

/// Text files. A login shell reads the first two.
const TEXTS: [(&str, &str); 7] = [
    ("etc/profile", "export PATH=/root/.nix-profile/bin:/usr/local/bin:/usr/bin:/bin:/run/plugpacks/bin\n"),
    (
        "root/.profile",
        "for f in \"$HOME\"/.nix-profile/etc/profile.d/*.sh; do\n  if [ -r \"$f\" ]; then . \"$f\"; fi\ndone\n\
         PATH=$NIXPACKS_PATH:$PATH\n",
    ),
    ("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/nonexistent:/bin/false\n"),
    ("etc/group", "root:x:0:\nnogroup:x:65534:\n"),
    ("etc/nsswitch.conf", "hosts: files dns\n"),
    // What the machine has is mounted on these.
    ("etc/hosts", ""),
    ("etc/resolv.conf", ""),
];

/// A phase's files get the same times whenever it runs, as far as tools let themselves be told; a ZIP archive
/// knows no earlier one.
const EPOCH: &str = "315532800";

/// The variables that a build image sets.
pub(super) fn environment() -> Vec<(String, String)> {
    let certificates = [
        "SSL_CERT_FILE",
        "NIX_SSL_CERT_FILE",
        "GIT_SSL_CAINFO",
        "CURL_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "PIP_CERT",
        "REQUESTS_CA_BUNDLE",
        "CARGO_HTTP_CAINFO",
    ];
    let others = [
        ("HOME", "/root"),
        ("USER", "root"),
        ("PATH", PATH),
        ("SOURCE_DATE_EPOCH", EPOCH),
        ("PLUGPACKS_PLACE_PACKAGES", "ln -s"),
    ];
    let pairs = others.into_iter().chain(certificates.map(|name| (name, BUNDLE)));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The root directory, with the programs of these packages.
///
/// # Errors
/// The cache cannot be written to.
pub(super) fn lay_down(cache: &Cache, store: &Store, packages: &Packages) -> Result<(Key, PathBuf)> {
    let texts = TEXTS.iter().flat_map(|(path, text)| [*path, text]);
    let key = Key::of("base", [packages.profile.as_str(), PATH].into_iter().chain(DIRECTORIES).chain(texts));
    let layer = cache.make_step(&key, |root| {
        write_skeleton(root).map_err(|error| cannot_write(root, error))?;
        let profile = Path::new(&packages.profile);
        for name in programs(store, packages) {
            link(&root.join("usr/bin").join(&name), &profile.join("bin").join(&name))?;
        }
        for (path, target) in [("bin", "usr/bin"), ("sbin", "usr/bin"), ("usr/sbin", "bin"), ("usr/bin/sh", "bash")] {
            let path = root.join(path);
            if path.symlink_metadata().is_err() {
                link(&path, Path::new(target))?;
            }
        }
        link(&root.join("usr/share/zoneinfo"), &profile.join("share/zoneinfo"))?;
        copy_certificates(root, store, packages)?;
        if let Some(loader) = loader(store, packages) {
            link(&root.join("lib64").join(loader.file_name().unwrap_or_default()), &loader)?;
        }
        Ok(())
    })?;
    Ok((key, layer))
}

fn write_skeleton(root: &Path) -> io::Result<()> {
    for directory in DIRECTORIES {
        fs::create_dir_all(root.join(directory))?;
    }
    for directory in ["tmp", "var/tmp"] {
        fs::create_dir_all(root.join(directory))?;
        fs::set_permissions(root.join(directory), Permissions::from_mode(0o1777))?;
    }
    for (path, text) in TEXTS {
        fs::write(root.join(path), text)?;
    }
    Ok(())
}

/// The names of all programs.
fn programs(store: &Store, packages: &Packages) -> Vec<std::ffi::OsString> {
    let directory = store.place(&packages.profile).join("bin");
    // In a store of the user's own the link leads elsewhere.
    let directory = match fs::read_link(&directory) {
        Ok(target) => store.place(&target.to_string_lossy()),
        Err(_) => directory,
    };
    fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect()
}

fn copy_certificates(root: &Path, store: &Store, packages: &Packages) -> Result<()> {
    let to = root.join(BUNDLE.trim_start_matches('/'));
    let bundles = packages.closure.paths().map(|path| store.place(path).join("etc/ssl/certs/ca-bundle.crt"));
    let found = bundles.into_iter().find(|path| path.is_file());
    let copied = match found {
        Some(bundle) => fs::copy(bundle, &to).map(drop),
        None => fs::write(&to, ""),
    };
    copied.map_err(|error| cannot_write(&to, error))?;
    fs::set_permissions(&to, Permissions::from_mode(0o644)).map_err(|error| cannot_write(&to, error))
}

/// The loader that programs look for which were not built with Nix.
fn loader(store: &Store, packages: &Packages) -> Option<PathBuf> {
    let names = packages.closure.paths().filter(|path| path.contains("-glibc-"));
    let candidates = names.flat_map(|path| {
        ["lib/ld-linux-x86-64.so.2", "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"].map(|file| Path::new(path).join(file))
    });
    candidates.into_iter().find(|path| store.place(&path.to_string_lossy()).exists())
}
