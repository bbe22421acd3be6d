//! The container engine and the stand-in for package archives: building, running, asking.

use super::http::{self, Answer};
use super::network::{Network, PORT};
use super::repository;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Says, past the test harness's capture, what a green run did not do.
pub(crate) fn skip(test: &str, reason: &str) -> bool {
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {reason}");
    true
}

/// The variable that asks for the tests which build images: `1` for those of the gate, `all` for the slow ones, too. They
/// take half an hour, and gigabytes from the network where there is no stand-in, so nobody gets them unasked.
const IMAGE_TESTS: &str = "PLUGPACKS_IMAGE_TESTS";

/// Whether a test is too slow for what was asked for; says so.
pub(crate) fn slow(test: &str) -> bool {
    let is_asked_for = std::env::var_os(IMAGE_TESTS).is_some_and(|value| value == "all");
    !is_asked_for && skip(test, &format!("it takes minutes, for which `{IMAGE_TESTS}=all cargo test` asks"))
}

/// Whether an image that needs these groups of the stand-in is not to be built here, or cannot be; says why.
pub(crate) fn skipped(test: &str, groups: &[&str]) -> bool {
    if std::env::var_os(IMAGE_TESTS).is_none_or(|value| value != "1" && value != "all") {
        return skip(test, &format!("it builds images, which `{IMAGE_TESTS}=1 cargo test` and `.ci/run` ask for"));
    }
    if let Some(reason) = no_engine() {
        return skip(test, reason);
    }
    let present = groups_of_the_stand_in();
    let missing =
        groups.iter().find(|group| present.as_ref().is_some_and(|all| !all.iter().any(|name| name == *group)));
    missing.is_some_and(|group| {
        skip(test, &format!("the stand-in for package archives lacks the group {group}: see tests/rig/README.md"))
    })
}

/// Why there is no engine whose containers can be asked; found out once.
fn no_engine() -> Option<&'static str> {
    static REASON: OnceLock<Option<String>> = OnceLock::new();
    let reason = REASON.get_or_init(|| {
        match Command::new("docker").args(["version", "--format", "{{.Server.Version}}"]).output() {
            Err(error) => Some(format!("docker cannot be run: {error}")),
            Ok(output) if output.status.success() => Network::cannot_be_entered(),
            Ok(output) => {
                Some(String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("no engine").to_owned())
            }
        }
    });
    reason.as_deref()
}

/// The groups of packages that the stand-in has; `None`: there is no stand-in, packages come from the
/// network.
fn groups_of_the_stand_in() -> Option<Vec<String>> {
    let directory = std::env::var_os("RIG_DIR")?;
    let own = std::fs::read_to_string(Path::new(&directory).join("groups")).unwrap();
    let added = std::env::var("RIG_EXTENSION").unwrap_or_default();
    Some(own.split_whitespace().chain(added.split_whitespace()).map(str::to_owned).collect())
}

/// An app and how it is built.
#[derive(Clone)]
pub(crate) struct Build {
    pub(crate) app: PathBuf,
    /// The image's name, without what all images of these tests begin with.
    name: String,
    arguments: Vec<String>,
}

impl Build {
    /// An example app, or one that only these tests have, under an edition.
    pub(crate) fn example(app: &str, edition: &str) -> Self {
        let example = repository().join("examples/apps").join(app);
        let place = if example.is_dir() { example } else { repository().join("tests/images").join(app) };
        Self::new(&place, app, edition)
    }

    /// Any app under an edition.
    pub(crate) fn new(app: &Path, name: &str, edition: &str) -> Self {
        let name = format!("{name}-{}", edition.replace('.', "-"));
        Self { app: app.to_owned(), name, arguments: vec!["--edition".into(), edition.into()] }
    }

    /// With further arguments, which make it another image.
    pub(crate) fn with(mut self, suffix: &str, arguments: &[&str]) -> Self {
        self.name = format!("{}-{suffix}", self.name);
        self.arguments.extend(arguments.iter().map(|&argument| argument.to_owned()));
        self
    }

    /// The image's name.
    pub(crate) fn image(&self) -> String {
        format!("plugpacks-test-{}", self.name)
    }

    /// Runs the program. One at a time: of two builds with the same step at the same time, BuildKit may
    /// put neither into the cache.
    pub(crate) fn run(&self) -> Output {
        static TURN: Mutex<()> = Mutex::new(());
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut command = Command::new(env!("CARGO_BIN_EXE_plugpacks"));
        command.arg("build").arg(&self.app).args(["--name", &self.image(), "--verbose"]).args(&self.arguments);
        if let Ok(host) = std::env::var("RIG_ADD_HOST") {
            command.args(["--add-host", &host, "--network", "host"]);
        }
        command.output().unwrap()
    }

    /// The image, built by the first test that asks for it.
    pub(crate) fn built(&self) -> String {
        static IMAGES: Mutex<BTreeMap<String, Arc<OnceLock<()>>>> = Mutex::new(BTreeMap::new());
        let image = self.image();
        let once = IMAGES.lock().unwrap_or_else(PoisonError::into_inner).entry(image.clone()).or_default().clone();
        once.get_or_init(|| {
            let before = files(&self.app);
            let built = self.run();
            assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
            assert_eq!(String::from_utf8_lossy(&built.stdout), format!("{image}\n"));
            assert_eq!(files(&self.app), before, "the build changed the app directory");
        });
        image
    }

    /// Checks that another build finds every step in the cache.
    pub(crate) fn check_cache(&self) {
        let again = self.run();
        let log = String::from_utf8_lossy(&again.stderr);
        assert!(again.status.success(), "{log}");
        assert_eq!(steps_not_cached(&log), Vec::<String>::new(), "the second build ran these steps again");
    }
}

/// Names and sizes of an app's files.
fn files(app: &Path) -> Vec<(PathBuf, u64)> {
    let mut files = Vec::new();
    let mut directories = vec![app.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                directories.push(entry.path());
            } else {
                files.push((entry.path(), entry.metadata().unwrap().len()));
            }
        }
    }
    files.sort();
    files
}

/// The Dockerfile's steps that BuildKit's plain progress shows without `CACHED`, base image aside. Of a
/// build whose result is in the cache as a whole it shows none.
pub(crate) fn steps_not_cached(log: &str) -> Vec<String> {
    let step = |line: &str| {
        let (number, rest) = line.strip_prefix('#')?.split_once(' ')?;
        Some((number.to_owned(), rest.to_owned()))
    };
    let lines: Vec<_> = log.lines().filter_map(step).collect();
    let is_step = |text: &str| text.starts_with('[') && !text.starts_with("[internal]") && !text.contains("] FROM ");
    let cached: Vec<_> = lines.iter().filter(|(_, text)| text == "CACHED").map(|(number, _)| number).collect();
    let steps: Vec<_> = lines.iter().filter(|(_, text)| is_step(text)).collect();
    assert!(log.contains("exporting to image"), "this is not BuildKit's output:\n{log}");
    let mut rerun: Vec<_> =
        steps.into_iter().filter(|(number, _)| !cached.contains(&number)).map(|(_, text)| text.clone()).collect();
    rerun.dedup();
    rerun
}

/// A running container without a network; removed when this goes away.
///
/// So what an app fetches when it starts fails the test, and, since it is asked on an address that is not a loopback one,
/// so does an app that listens for its own container alone.
pub(crate) struct Container {
    id: String,
    network: Network,
}

impl Container {
    /// Starts an image with `PORT` set.
    pub(crate) fn run(image: &str) -> Self {
        let variable = format!("PORT={PORT}");
        let started = docker(&["run", "--detach", "--network", "none", "--env", &variable, image]);
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        let id = printed(&started);
        let network = Network::of(printed(&docker(&["inspect", "--format", "{{.State.Pid}}", &id])));
        let container = Self { id, network };
        if let Err(error) = container.network.add_address() {
            panic!("{image} cannot be asked: {error}\n{}", log_of(&container.id));
        }
        container
    }

    /// How the engine calls it.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The answer to a request, once the app listens.
    pub(crate) fn ask(&self, path: &str) -> Answer {
        self.ask_with(path, &[])
    }

    /// The answer to a request with headers, once the app listens.
    pub(crate) fn ask_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let end = Instant::now() + Duration::from_secs(60);
        let mut problem = String::new();
        while Instant::now() < end && self.is_running() {
            match http::get(&self.network, path, headers) {
                // php-fpm may be behind nginx in starting.
                Ok(answer) if answer.status != 502 => return answer,
                Ok(answer) => problem = answer.text(),
                Err(error) => problem = error.to_string(),
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        panic!("no answer: {problem}\n{}", log_of(&self.id));
    }

    fn is_running(&self) -> bool {
        docker(&["inspect", "--format", "{{.State.Running}}", &self.id]).stdout.starts_with(b"true")
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        docker(&["rm", "--force", &self.id]);
    }
}

fn docker(arguments: &[&str]) -> Output {
    Command::new("docker").args(arguments).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// What a container has printed.
fn log_of(container: &str) -> String {
    let log = docker(&["logs", container]);
    format!("{}{}", String::from_utf8_lossy(&log.stderr), String::from_utf8_lossy(&log.stdout))
}
