//! What stands in for a build image: the root directory that phases find before anything was installed.

use super::cache::{Cache, Key, cannot_write};
use super::sandbox::BUNDLE;
use super::stage::link;
use super::store::{Packages, Store};
use crate::error::Result;
use crate::provider::Tools;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Directories, some of which only something is mounted on.
const DIRECTORIES: [&str; 20] = [
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
    "usr/lib",
    "usr/local/bin",
    "usr/share",
    "var/lib",
];

macro_rules! path {
    () => {
        "/root/.nix-profile/bin:/usr/local/bin:/usr/bin:/bin:/run/plugpacks/bin"
    };
}

/// Where programs are looked for. The last directory has what stands in for Nix.
const PATH: &str = path!();

/// Text files. A login shell reads the first two.
const TEXTS: [(&str, &str); 8] = [
    ("etc/profile", concat!("export PATH=", path!(), "\n")),
    (
        "root/.profile",
        "for f in \"$HOME\"/.nix-profile/etc/profile.d/*.sh; do\n  if [ -r \"$f\" ]; then . \"$f\"; fi\ndone\n\
         PATH=$NIXPACKS_PATH:$PATH\n",
    ),
    ("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/nonexistent:/bin/false\n"),
    ("etc/group", "root:x:0:\nnogroup:x:65534:\n"),
    ("etc/nsswitch.conf", "hosts: files dns\n"),
    (
        "usr/bin/ldd",
        "#!/bin/sh\n# Lists the libraries of programs by the loader of the GNU C Library, by which words npm knows that.\nfor file; do\n  echo \"$file:\"\n  /lib64/ld-linux* --list \"$file\"\ndone\n",
    ),
    // What the machine has is mounted on these.
    ("etc/hosts", ""),
    ("etc/resolv.conf", ""),
];

/// Libraries that programs expect besides the C library, and where nixpkgs' loader is told to look for them.
const OF_COMPILER: [&str; 3] = ["libgcc_s.so.1", "libstdc++.so.6", "libz.so.1"];
const LIBRARIES: &str = "/usr/lib";

/// A phase's files get the same times whenever it runs, as far as tools let themselves be told; a ZIP archive
/// knows no earlier one.
const EPOCH: &str = "315532800";

/// The variables that a build image sets, those of these tools among them.
pub(super) fn environment(tools: &Tools) -> Vec<(String, String)> {
    let certificates = ["SSL_CERT_FILE", "NIX_SSL_CERT_FILE", "GIT_SSL_CAINFO", "CURL_CA_BUNDLE"];
    let certificates = certificates.into_iter().chain(tools.certificate_variables.iter().map(|name| &**name));
    let others = [
        ("HOME", "/root"),
        ("USER", "root"),
        ("PATH", PATH),
        ("LD_LIBRARY_PATH", LIBRARIES),
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
            link_once(&root.join("usr/bin").join(&name), &profile.join("bin").join(&name))?;
        }
        for (path, target) in [("bin", "usr/bin"), ("sbin", "usr/bin"), ("usr/sbin", "bin"), ("usr/bin/sh", "bash")] {
            let path = root.join(path);
            if path.symlink_metadata().is_err() {
                link(&path, Path::new(target))?;
            }
        }
        link(&root.join("usr/share/zoneinfo"), &profile.join("share/zoneinfo"))?;
        copy_certificates(root, store, packages)?;
        link_libraries(root, store, packages)?;
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
        if text.starts_with("#!") {
            fs::set_permissions(root.join(path), Permissions::from_mode(0o755))?;
        }
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

/// The loader and the libraries of programs that were not built with Nix: where a loader of Debian's looks, and
/// for that of nixpkgs, which looks nowhere, those that are not its own below [`LIBRARIES`].
fn link_libraries(root: &Path, store: &Store, packages: &Packages) -> Result<()> {
    for path in packages.closure.paths() {
        let is_libc = path.contains("-glibc-");
        for directory in ["lib", "lib/x86_64-linux-gnu"].map(|name| Path::new(path).join(name)) {
            let files = fs::read_dir(store.place(&directory.to_string_lossy())).into_iter().flatten().flatten();
            for name in files.filter_map(|file| file.file_name().into_string().ok()) {
                let target = directory.join(&name);
                if is_libc && name.starts_with("ld-linux") {
                    link_once(&root.join("lib64").join(&name), &target)?;
                }
                if is_libc && name.contains(".so") || OF_COMPILER.contains(&name.as_str()) {
                    link_once(&root.join("lib/x86_64-linux-gnu").join(&name), &target)?;
                }
                if OF_COMPILER.contains(&name.as_str()) {
                    link_once(&root.join(LIBRARIES.trim_start_matches('/')).join(&name), &target)?;
                }
            }
        }
    }
    Ok(())
}

/// Makes a link unless there is one.
fn link_once(path: &Path, target: &Path) -> Result<()> {
    if path.symlink_metadata().is_ok() { Ok(()) } else { link(path, target) }
}
