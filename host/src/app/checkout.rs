//! The version of an app's sources, as its git repository tells. git itself is not needed.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The largest file of a repository that is read, in bytes: `packed-refs` has a line for each tag.
const MAX_FILE_SIZE: u64 = 16 << 20;

/// What a git repository says about the sources in it. Changes that are not committed do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkout {
    /// The URL of the remote `origin`, without user name and password.
    pub source: Option<String>,
    /// The commit.
    pub revision: Option<String>,
    /// A tag of the commit: the last in byte order. An annotated one counts once git has packed
    /// its references, as it does in a clone.
    pub tag: Option<String>,
    /// Where in the checkout the directory is: empty if it is the whole.
    pub path: String,
}

impl Checkout {
    /// The checkout that a directory lies in, be it the whole or a part of it.
    pub fn of(directory: &Path) -> Option<Self> {
        let root = directory.ancestors().find(|ancestor| ancestor.join(".git").symlink_metadata().is_ok())?;
        let repository = Repository::of(root)?;
        let revision = repository.head();
        let tag = revision.as_ref().and_then(|revision| repository.tag_of(revision));
        let path = directory.strip_prefix(root).map(|path| path.display().to_string()).unwrap_or_default();
        Some(Self { source: repository.source(), revision, tag, path })
    }
}

/// A git directory.
struct Repository {
    /// Where `HEAD` is.
    own: PathBuf,
    /// Where configuration and references are.
    common: PathBuf,
}

impl Repository {
    /// The git directory of a work tree. One that lies elsewhere must know of this work tree, so
    /// that an app cannot name a stranger's.
    fn of(root: &Path) -> Option<Self> {
        let dot_git = root.join(".git");
        let kind = dot_git.symlink_metadata().ok()?;
        if kind.is_dir() {
            return Some(Self { common: dot_git.clone(), own: dot_git });
        }
        if !kind.is_file() {
            return None;
        }
        let named = read(&dot_git)?.trim().strip_prefix("gitdir: ")?.to_owned();
        let own = root.join(named).canonicalize().ok()?;
        let canonical = dot_git.canonicalize().ok()?;
        if let Some(back) = read(&own.join("gitdir")) {
            // A further work tree.
            let knows_us = Path::new(back.trim()).canonicalize().is_ok_and(|back| back == canonical);
            let common = own.join(read(&own.join("commondir"))?.trim());
            return knows_us.then_some(Self { own, common });
        }
        // A submodule: its git directory is within that of a work tree around it.
        let is_ours = root.ancestors().skip(1).any(|outer| own.starts_with(outer.join(".git/modules")));
        is_ours.then(|| Self { common: own.clone(), own })
    }

    fn head(&self) -> Option<String> {
        let head = read(&self.own.join("HEAD"))?;
        match head.trim().strip_prefix("ref: ") {
            Some(name) => self.reference(name.trim()),
            None => commit(&head),
        }
    }

    /// The commit of a branch.
    fn reference(&self, name: &str) -> Option<String> {
        let is_name = name.starts_with("refs/") && !name.split('/').any(|part| part == "..");
        if !is_name {
            return None;
        }
        let loose = read(&self.common.join(name)).and_then(|text| commit(&text));
        loose.or_else(|| {
            let packed = read(&self.common.join("packed-refs"))?;
            let line = packed.lines().find(|line| line.split_once(' ').is_some_and(|(_, known)| known == name))?;
            commit(line.split(' ').next()?)
        })
    }

    /// The last of the tags that name a commit.
    fn tag_of(&self, revision: &str) -> Option<String> {
        let mut tags: Vec<String> = Vec::new();
        let packed = read(&self.common.join("packed-refs")).unwrap_or_default();
        let mut last = None;
        for line in packed.lines() {
            // The commit that the annotated tag of the line above stands for.
            if let Some(peeled) = line.strip_prefix('^') {
                tags.extend(last.take().filter(|_| peeled == revision));
            } else if let Some((object, name)) = line.split_once(' ') {
                last = name.strip_prefix("refs/tags/").map(str::to_owned);
                tags.extend(last.clone().filter(|_| object == revision));
            }
        }
        self.loose_tags(&self.common.join("refs/tags"), "", revision, &mut tags);
        tags.into_iter().max()
    }

    fn loose_tags(&self, directory: &Path, prefix: &str, revision: &str, tags: &mut Vec<String>) {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type();
            if kind.as_ref().is_ok_and(fs::FileType::is_dir) {
                self.loose_tags(&entry.path(), &format!("{name}/"), revision, tags);
            } else if kind.is_ok_and(|kind| kind.is_file())
                && read(&entry.path()).and_then(|text| commit(&text)).as_deref() == Some(revision)
            {
                tags.push(name);
            }
        }
    }

    fn source(&self) -> Option<String> {
        let configuration = read(&self.common.join("config"))?;
        let mut lines = configuration.lines().map(str::trim).skip_while(|line| *line != "[remote \"origin\"]").skip(1);
        let settings = lines.by_ref().take_while(|line| !line.starts_with('['));
        let mut urls = settings.filter_map(|line| line.split_once('='));
        let (_, url) = urls.find(|(key, _)| key.trim() == "url")?;
        public_url(url.trim().trim_matches('"'))
    }
}

/// A text file of a repository, if it is one and not too large.
fn read(path: &Path) -> Option<String> {
    // Opening a named pipe would wait for its other end.
    let metadata = path.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > MAX_FILE_SIZE {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path).ok()?.take(MAX_FILE_SIZE).read_to_string(&mut text).ok()?;
    Some(text)
}

/// The name of a commit: 40 or 64 hexadecimal digits.
fn commit(text: &str) -> Option<String> {
    let text = text.trim();
    (matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| text.to_owned())
}

/// A remote's URL without user name and password, as one that can be opened: SSH addresses become
/// `https`. Files and directories are nobody else's source.
fn public_url(url: &str) -> Option<String> {
    let (scheme, rest) = match url.split_once("://") {
        Some(("ssh" | "git+ssh", rest)) => ("https", without_port(rest)),
        Some((scheme @ ("https" | "http" | "git"), rest)) => (scheme, rest.to_owned()),
        Some(_) => return None,
        // `git@host:path`
        None => {
            let (host, path) = url.split_once(':').filter(|(host, _)| !host.contains('/') && host.len() > 1)?;
            ("https", format!("{host}/{}", path.trim_start_matches('/')))
        }
    };
    let (authority, path) = rest.split_once('/')?;
    let host = authority.rsplit('@').next()?;
    let path = path.split(['?', '#']).next()?.trim_end_matches('/').trim_end_matches(".git");
    (!host.is_empty() && !path.is_empty()).then(|| format!("{scheme}://{host}/{path}"))
}

/// An SSH server's port means nothing to a browser.
fn without_port(rest: &str) -> String {
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    format!("{host}/{path}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    fn write(root: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn temporary() -> (TempDir, PathBuf) {
        let directory = TempDir::new().unwrap();
        let root = directory.path().canonicalize().unwrap();
        (directory, root)
    }

    #[test]
    fn a_checkout_tells_source_revision_and_tag() {
        let (_directory, root) = temporary();
        let packed = format!("# pack-refs\n{B} refs/heads/main\n{B} refs/tags/old\n{B} refs/tags/v1\n^{A}\n");
        write(
            &root,
            &[
                (".git/HEAD", "ref: refs/heads/main\n"),
                (".git/refs/heads/main", &format!("{A}\n")),
                (".git/packed-refs", &packed),
                (".git/refs/tags/release/2", &format!("{B}\n")),
                (".git/config", "[core]\n\turl = no\n[remote \"origin\"]\n\turl = git@example.org:team/shop.git\n"),
                ("apps/web/index.html", ""),
            ],
        );
        let expected = Checkout {
            source: Some("https://example.org/team/shop".into()),
            revision: Some(A.into()),
            tag: Some("v1".into()),
            path: String::new(),
        };
        assert_eq!(Checkout::of(&root), Some(expected.clone()));
        let part = Checkout { path: "apps/web".into(), ..expected };
        assert_eq!(Checkout::of(&root.join("apps/web")), Some(part));
        fs::remove_file(root.join(".git/refs/heads/main")).unwrap();
        let packed_only = Checkout::of(&root).unwrap();
        assert_eq!((packed_only.revision.as_deref(), packed_only.tag.as_deref()), (Some(B), Some("v1")));
        write(&root, &[(".git/HEAD", A)]);
        assert_eq!(Checkout::of(&root).unwrap().revision.as_deref(), Some(A));
    }

    #[test]
    fn a_repository_without_commits_or_remotes_says_nothing() {
        let (_directory, root) = temporary();
        write(&root, &[(".git/HEAD", "ref: refs/heads/main\n")]);
        assert_eq!(Checkout::of(&root), Some(Checkout::default()));
        write(&root, &[(".git/HEAD", "ref: refs/../../../etc/hostname\n")]);
        assert_eq!(Checkout::of(&root), Some(Checkout::default()));
    }

    #[test]
    fn a_git_directory_elsewhere_must_know_the_work_tree() {
        let (_directory, root) = temporary();
        let strangers = root.join("other/.git");
        write(&root, &[("other/.git/HEAD", A), ("app/.git", &format!("gitdir: {}\n", strangers.display()))]);
        assert_eq!(Checkout::of(&root.join("app")), None);

        let tree = strangers.join("worktrees/app");
        write(&tree, &[("HEAD", B), ("commondir", "../.."), ("gitdir", root.join("app/.git").to_str().unwrap())]);
        write(&root, &[("app/.git", &format!("gitdir: {}\n", tree.display()))]);
        assert_eq!(Checkout::of(&root.join("app")).unwrap().revision.as_deref(), Some(B));

        write(&root, &[("other/.git/modules/sub/HEAD", A), ("other/sub/.git", "gitdir: ../.git/modules/sub\n")]);
        assert_eq!(Checkout::of(&root.join("other/sub")).unwrap().revision.as_deref(), Some(A));
    }

    #[test]
    fn urls_lose_passwords_and_become_such_as_can_be_opened() {
        for (url, public) in [
            ("https://user:token@example.org/a/b.git", Some("https://example.org/a/b")),
            ("https://example.org:8443/a/b/?x=token", Some("https://example.org:8443/a/b")),
            ("ssh://git@example.org:2222/a/b.git", Some("https://example.org/a/b")),
            ("git@example.org:a/b.git", Some("https://example.org/a/b")),
            ("example.org:/a/b", Some("https://example.org/a/b")),
            ("file:///srv/git/a.git", None),
            ("/srv/git/a.git", None),
            ("../a.git", None),
            ("C:\\a", None),
            ("https://example.org", None),
        ] {
            assert_eq!(public_url(url).as_deref(), public, "{url}");
        }
    }
}
