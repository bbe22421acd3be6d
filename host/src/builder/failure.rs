//! From a builder that failed to an error that says whose fault it is: the app's (a command of a
//! phase), a registry's, the builder's.

use super::Purpose;
use super::process::Finished;
use super::source::{self, FoundStep};
use super::transcript::{StepLog, Transcript};
use crate::dockerfile::{Origin, Rendered};
use crate::error::{Error, ErrorKind, FailedStep};
use crate::provider::Remedy;
use std::borrow::Cow;

/// What builders and registries say at the end of a build that no command of the app's broke, and
/// what it means. The first that occurs in one of the last lines counts, in upper or lower case: the
/// same failure begins a sentence in one version of a builder and follows `failed to dial gRPC: ` in
/// another.
const SIGNS: &[(&str, ErrorKind)] = &[
    ("connect to the Docker daemon", ErrorKind::Unavailable),
    ("Is the docker daemon running", ErrorKind::Unavailable),
    ("failed to dial gRPC", ErrorKind::Unavailable),
    ("error during connect", ErrorKind::Unavailable),
    ("trying to connect to the docker API", ErrorKind::Unavailable),
    ("failed to connect to the docker API", ErrorKind::Unavailable),
    ("buildx component is missing or broken", ErrorKind::Unavailable),
    ("failed to list workers", ErrorKind::Unavailable),
    ("code = Unavailable", ErrorKind::Unavailable),
    ("closing transport due to: connection error", ErrorKind::Unavailable),
    ("error reading from server: EOF", ErrorKind::Unavailable),
    ("no such container: ", ErrorKind::Unavailable),
    ("server did not provide an image ID", ErrorKind::Unavailable),
    ("no space left on device", ErrorKind::Unavailable),
    ("failed to push", ErrorKind::Registry),
    ("pull access denied", ErrorKind::Registry),
    ("failed to resolve source metadata", ErrorKind::Registry),
    ("failed to authorize", ErrorKind::Registry),
    ("failed to fetch oauth token", ErrorKind::Registry),
    ("failed to do request", ErrorKind::Registry),
    ("unexpected status from", ErrorKind::Registry),
    ("unexpected status code", ErrorKind::Registry),
    ("toomanyrequests", ErrorKind::Registry),
    ("insufficient_scope", ErrorKind::Registry),
    ("pinging container registry", ErrorKind::Registry),
    ("initializing source docker://", ErrorKind::Registry),
    ("reading manifest", ErrorKind::Registry),
    ("manifest unknown", ErrorKind::Registry),
    ("unauthorized", ErrorKind::Registry),
    ("server gave HTTP response to HTTPS client", ErrorKind::Registry),
];

/// What to try where a package is not to be had; its name comes between these words.
const MISSING_PACKAGES: &[(&str, &str, &str)] = &[
    ("undefined variable '", "'", "https://search.nixos.org/packages lists those that nixpkgs has"),
    ("attribute '", "' missing", "https://search.nixos.org/packages lists those that nixpkgs has"),
    ("Unable to locate package ", " ", "the distribution has no such package; look at `--apt` and `aptPkgs`"),
];

/// What a failed step says, or what is said of it, where the machine or its network is at fault and not the
/// app; and what to try. Nix and curl use different words for the same.
const FAULTS: &[(&str, &str)] = &[
    ("No space left on device", DISK_FULL),
    ("no space left on device", DISK_FULL),
    ("ENOSPC", DISK_FULL),
    ("EAI_AGAIN", NO_NETWORK),
    ("Could not resolve host", NO_NETWORK),
    ("Couldn't resolve host", NO_NETWORK),
    ("Temporary failure in name resolution", NO_NETWORK),
    ("Temporary failure resolving", NO_NETWORK),
    ("Network is unreachable", NO_NETWORK),
    ("network is unreachable", NO_NETWORK),
    ("No route to host", NO_NETWORK),
    ("Couldn't connect to server", NO_NETWORK),
    ("layer not known", BROKEN_STORE),
    ("exec user process caused", OTHER_PLATFORM),
    ("exec /bin/sh: exec format error", OTHER_PLATFORM),
    ("exec /bin/bash: exec format error", OTHER_PLATFORM),
    ("buildkit_qemu_emulator", OTHER_PLATFORM),
    ("OCI runtime create failed", NO_RUNTIME),
    ("OCI runtime error", NO_RUNTIME),
    ("runc create failed", NO_RUNTIME),
    ("runc run failed", NO_RUNTIME),
    ("unable to start container process", NO_RUNTIME),
    ("error running container", NO_RUNTIME),
    ("crun: ", NO_RUNTIME),
    ("error reading from server", ENGINE_GONE),
    ("transport is closing", ENGINE_GONE),
    ("code = Unavailable", ENGINE_GONE),
];

const DISK_FULL: &str = "The builder's disk is full";
const NO_NETWORK: &str = "The command has no network, or the host is down; look at `--network` and at the builder's name servers, or try again";
const BROKEN_STORE: &str = "The builder lost a layer that it had; try again, with `--no-cache` if that does not help";
const OTHER_PLATFORM: &str =
    "The machine cannot run programs of this platform; leave `--platform` out, or give the machine emulation (binfmt)";
const NO_RUNTIME: &str = "The builder's OCI runtime cannot start a step; look at the builder's own log";
const ENGINE_GONE: &str = "The builder went away; try again";

/// What to try, by the exit code of a failed command.
const REMEDIES_BY_CODE: &[(i32, &str)] = &[
    (137, "The command was killed, most often for want of memory; give the builder more, or raise `--memory`"),
    (127, "A program is missing; add it with `--pkgs NAME`, or `nixPkgs` in nixpacks.toml"),
    (126, "A file that is to be run is not executable; `chmod +x` it and commit that"),
];

/// Explains why a builder's command failed, and what to do about it.
pub(super) fn explain(
    program: &str,
    purpose: &Purpose,
    finished: &Finished,
    source: &Rendered,
    remedies: &[Remedy],
) -> Error {
    let Finished { status, transcript } = finished;
    let (message, default_kind) = match purpose {
        Purpose::Build => (format!("{} build failed", title(program)), ErrorKind::Builder),
        Purpose::Push(name) => (format!("Cannot push `{name}`"), ErrorKind::Registry),
        Purpose::Export(destination) => (format!("Cannot write `{destination}`"), ErrorKind::Builder),
    };
    let ended = format!("{program} ended with {status}");
    if status.code().is_none() {
        // A signal ended it: no command of the app's does that.
        return Error::unavailable(message).cause(ended).hint(remedy_by_kind(ErrorKind::Unavailable));
    }
    if *purpose == Purpose::Build
        && let Some(step) = transcript.failed_step()
        && sign(&[step.error.as_deref().unwrap_or_default()])
            .is_none_or(|(line, kind)| kind == ErrorKind::Registry || fault([line]).is_some())
    {
        return match found(step, transcript, source).filter(|found| found.keyword != "FROM") {
            Some(found) => app_failure(step, &found, remedies),
            None => of_builders_own_step(step, &message),
        };
    }
    let last = transcript.loose_lines().rev().take(20).collect::<Vec<_>>();
    let (line, kind) = sign(&last).map_or((None, default_kind), |(line, kind)| (Some(line), kind));
    let reason = line.or_else(|| last.iter().copied().find(|line| !line.trim().is_empty()));
    let reason = reason.map(|line| line.trim().to_owned()).unwrap_or(ended);
    Error::new(kind, message).cause(reason).hint(remedy_by_kind(kind))
}

/// The first of some lines that tells whose fault it is.
fn sign<'a>(lines: &[&'a str]) -> Option<(&'a str, ErrorKind)> {
    let in_lower_case: Vec<_> = lines.iter().map(|line| line.to_ascii_lowercase()).collect();
    SIGNS.iter().find_map(|(sign, kind)| {
        let sign = sign.to_ascii_lowercase();
        let position = in_lower_case.iter().position(|line| line.contains(&sign))?;
        Some((lines[position], *kind))
    })
}

/// The Dockerfile's step that failed: by the line that the builder names, else by the step's name.
fn found(step: &StepLog, transcript: &Transcript, source: &Rendered) -> Option<FoundStep> {
    // The line is of whoever needs an image that cannot be had.
    if step.name.starts_with("[internal]") {
        return None;
    }
    let by_line = transcript.dockerfile_line().and_then(|line| source::at_line(source, line));
    by_line.or_else(|| source::of_name(source, &step.name))
}

/// A step that is no instruction of the app's: pulling, pushing, writing an image.
fn of_builders_own_step(step: &StepLog, message: &str) -> Error {
    let reason = step.error.clone().unwrap_or_default();
    let moves_images = ["load metadata for", "] FROM ", "pushing", "exporting cache", "resolve ", ": FROM "]
        .iter()
        .any(|word| step.name.contains(word));
    let kind = match sign(&[reason.as_str()]) {
        Some((_, kind)) => kind,
        None if moves_images => ErrorKind::Registry,
        None => ErrorKind::Builder,
    };
    Error::new(kind, message).cause(reason).cause(format!("at: {}", step.name)).hint(remedy_by_kind(kind))
}

/// Explains why a command of the build failed that this program ran itself, and what to do about it.
#[cfg(target_os = "linux")]
pub(super) fn of_command(found: &FoundStep, finished: &Finished, remedies: &[Remedy]) -> Error {
    let Some(code) = finished.status.code() else {
        return Error::unavailable("The build was ended from outside")
            .cause(format!("`{}`: {}", shortened(&found.command), finished.status))
            .hint("Try again; a command that uses up the machine's memory is ended so, too");
    };
    let output = finished.transcript.loose_lines().map(str::to_owned).collect::<Vec<_>>();
    let output = output.into_iter().rev().take(20).rev().collect();
    let step = StepLog { name: String::new(), output, error: Some(format!("exit code: {code}")) };
    app_failure(&step, found, remedies)
}

fn app_failure(step: &StepLog, found: &FoundStep, remedies: &[Remedy]) -> Error {
    let exit_code = step.error.as_deref().and_then(exit_code);
    let command = found.command.as_str();
    let shown = shortened(command);
    let how = match exit_code {
        Some(code) => format!("`{shown}` ended with exit code {code}"),
        None => format!("`{shown}`: {}", step.error.as_deref().unwrap_or_default()),
    };
    let output: Vec<String> = step.output.iter().cloned().collect();
    let said = output.iter().map(String::as_str).chain(step.error.as_deref());
    let (kind, hint) = match fault(said) {
        Some(hint) => (ErrorKind::Unavailable, hint.to_owned()),
        None => (ErrorKind::App, remedy(&output, exit_code, found, remedies)),
    };
    let message = match &found.origin {
        Some(origin) => format!("Phase {origin} failed"),
        None => "A step of the build failed".to_owned(),
    };
    let mut error = Error::new(kind, message).cause(how);
    if !output.is_empty() {
        let lines: Vec<_> = output.iter().map(|line| format!("| {line}")).collect();
        error = error.cause(format!("its last lines:\n{}", lines.join("\n")));
    }
    error.hint(hint).failed_step(FailedStep {
        phase: found.origin.as_ref().map(ToString::to_string),
        command: command.to_owned(),
        exit_code,
        output,
    })
}

/// What to try, if some lines say that the machine is at fault.
fn fault<'a>(lines: impl IntoIterator<Item = &'a str>) -> Option<&'static str> {
    let hint = |line: &str| FAULTS.iter().find(|(sign, _)| line.contains(sign)).map(|(_, hint)| *hint);
    lines.into_iter().find_map(hint)
}

/// Which package is not to be had.
fn missing_package(output: &[String]) -> Option<String> {
    let found = |line: &String| {
        MISSING_PACKAGES.iter().find_map(|(before, after, where_to_look)| {
            let (_, rest) = line.split_once(before)?;
            let name = rest.split(after).next()?.trim();
            Some(format!("There is no package `{name}`: {where_to_look}"))
        })
    };
    output.iter().find_map(found)
}

/// The longest command that is shown whole, in characters. Commands of the app's are shorter; those
/// that install packages carry their files.
const LONGEST_COMMAND: usize = 400;

/// A command as it is shown: of a long one, its beginning and its end.
pub(super) fn shortened(command: &str) -> Cow<'_, str> {
    let count = command.chars().count();
    if count <= LONGEST_COMMAND {
        return Cow::Borrowed(command);
    }
    let part = |skipped: usize| command.chars().skip(skipped).take(LONGEST_COMMAND / 2).collect::<String>();
    Cow::Owned(format!("{} … {}", part(0), part(count - LONGEST_COMMAND / 2)))
}

/// The number after `exit code:` (BuildKit) or `exit status` (buildah).
fn exit_code(error: &str) -> Option<i32> {
    let after = ["exit code: ", "exit status "].iter().find_map(|words| error.rsplit_once(words))?.1;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn remedy(output: &[String], exit_code: Option<i32>, found: &FoundStep, remedies: &[Remedy]) -> String {
    let phase = found.origin.as_ref().map_or_else(|| "NAME".to_owned(), ToString::to_string);
    if let Some(remedy) = missing_package(output) {
        return remedy;
    }
    let by_output = remedies.iter().find(|remedy| output.iter().any(|line| line.contains(&*remedy.output)));
    let by_code = REMEDIES_BY_CODE.iter().find(|(code, _)| Some(*code) == exit_code);
    match (by_output, by_code) {
        (Some(remedy), _) => remedy.hint.clone().into_owned(),
        (None, Some((_, remedy))) => (*remedy).to_owned(),
        (None, None) if found.keyword != "RUN" => {
            "Look whether the app has this file, and whether an ignore file leaves it out".to_owned()
        }
        (None, None) if found.origin == Some(Origin::Start) => "Look at `[start]` in nixpacks.toml".to_owned(),
        (None, None) => format!(
            "Mend what the command complains about, or say what to run instead: `[phases.{phase}] cmds` in nixpacks.toml"
        ),
    }
}

const fn remedy_by_kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unavailable => {
            "Start the builder, or try again later; `--builder` and `--buildkit-host` name another one"
        }
        ErrorKind::Registry => {
            "Look whether the reference is right, whether you are logged in to the registry, and whether it answers; \
             `--insecure-registry` allows plain HTTP"
        }
        _ => "The output above ends with what failed; `--progress plain` shows every line of it",
    }
}

/// A program's name as a title.
pub(super) fn title(program: &str) -> String {
    match program {
        "docker" => "Docker".to_owned(),
        "buildctl" => "BuildKit".to_owned(),
        "nix-env" | "nix-store" => "Nix".to_owned(),
        "bwrap" | "unshare" => format!("`{program}`"),
        other => {
            let mut chars = other.chars();
            chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
        }
    }
}
