//! From a builder that failed to an error that says whose fault it is: the app's (a command of a
//! phase), a registry's, the builder's.

use super::Purpose;
use super::process::Finished;
use super::source::{Instruction, Source};
use super::transcript::{StepLog, Transcript};
use crate::error::{Error, ErrorKind, FailedStep};
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

/// What to try, by what a failed command printed last.
const REMEDIES: &[(&str, &str)] = &[
    ("undefined variable", "nixpkgs has no package of this name; https://search.nixos.org/packages lists those it has"),
    ("attribute '", "nixpkgs has no package of this name; https://search.nixos.org/packages lists those it has"),
    ("Unable to locate package", "The distribution has no package of this name; look at `--apt` and `aptPkgs`"),
    ("can only install packages when your package.json", "Run `npm install` and commit the lockfile"),
    ("ERR_PNPM_OUTDATED_LOCKFILE", "Run `pnpm install` and commit the lockfile"),
    ("lockfile needs to be updated", "Bring the lockfile up to date and commit it"),
    ("heap out of memory", "Give Node.js more memory: `--env NODE_OPTIONS=--max-old-space-size=4096`"),
    ("EAI_AGAIN", "The command has no network; look at `--network` and at the builder's name servers"),
    ("Could not resolve host", "The command has no network; look at `--network` and at the builder's name servers"),
    ("name resolution", "The command has no network; look at `--network` and at the builder's name servers"),
];

/// What a command prints when the builder's disk is full.
const DISK_FULL: &[&str] = &["No space left on device", "no space left on device", "ENOSPC"];

/// What to try, by the exit code of a failed command.
const REMEDIES_BY_CODE: &[(i32, &str)] = &[
    (137, "The command was killed, most often for want of memory; give the builder more, or raise `--memory`"),
    (127, "A program is missing; add it with `--pkgs NAME`, or `nixPkgs` in nixpacks.toml"),
    (126, "A file that is to be run is not executable; `chmod +x` it and commit that"),
];

/// Explains why a builder's command failed.
pub(super) fn explain(program: &str, purpose: &Purpose, finished: &Finished, source: &Source) -> Error {
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
        && sign(&[step.error.as_deref().unwrap_or_default()]).is_none_or(|(_, kind)| kind == ErrorKind::Registry)
    {
        let instruction = instruction(step, transcript, source);
        return match instruction.filter(|instruction| instruction.keyword != "FROM") {
            Some(instruction) => app_failure(step, &instruction),
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

/// The instruction of a failed step: by the line that the builder names, else by the step's name.
fn instruction(step: &StepLog, transcript: &Transcript, source: &Source) -> Option<Instruction> {
    // The line is of whoever needs an image that cannot be had.
    if step.name.starts_with("[internal]") {
        return None;
    }
    let by_line = transcript.dockerfile_line().and_then(|line| source.at_line(line));
    by_line.cloned().or_else(|| source.of_step(&step.name))
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

fn app_failure(step: &StepLog, instruction: &Instruction) -> Error {
    let exit_code = step.error.as_deref().and_then(exit_code);
    let command = instruction.command();
    let shown = shortened(command);
    let how = match exit_code {
        Some(code) => format!("`{shown}` ended with exit code {code}"),
        None => format!("`{shown}`: {}", step.error.as_deref().unwrap_or_default()),
    };
    let output: Vec<String> = step.output.iter().cloned().collect();
    let is_disk_full = output.iter().any(|line| DISK_FULL.iter().any(|sign| line.contains(sign)));
    let (kind, hint) = if is_disk_full {
        (ErrorKind::Unavailable, "The builder's disk is full".to_owned())
    } else {
        (ErrorKind::App, remedy(&output, exit_code, instruction))
    };
    let message = match &instruction.phase {
        Some(phase) => format!("Phase {phase} failed"),
        None => "A step of the build failed".to_owned(),
    };
    let mut error = Error::new(kind, message).cause(how);
    if !output.is_empty() {
        let lines: Vec<_> = output.iter().map(|line| format!("| {line}")).collect();
        error = error.cause(format!("its last lines:\n{}", lines.join("\n")));
    }
    error.hint(hint).failed_step(FailedStep {
        phase: instruction.phase.clone(),
        command: command.to_owned(),
        exit_code,
        output,
    })
}

/// The longest command that is shown whole, in characters. Commands of the app's are shorter; those
/// that install packages carry their files.
const LONGEST_COMMAND: usize = 400;

/// A command as it is shown: of a long one, its beginning and its end.
fn shortened(command: &str) -> Cow<'_, str> {
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

fn remedy(output: &[String], exit_code: Option<i32>, instruction: &Instruction) -> String {
    let phase = instruction.phase.as_deref().unwrap_or("NAME");
    let by_output = REMEDIES.iter().find(|(sign, _)| output.iter().any(|line| line.contains(sign)));
    let by_code = REMEDIES_BY_CODE.iter().find(|(code, _)| Some(*code) == exit_code);
    match (by_output, by_code) {
        (Some((_, remedy)), _) | (None, Some((_, remedy))) => (*remedy).to_owned(),
        (None, None) if instruction.keyword != "RUN" => {
            "Look whether the app has this file, and whether an ignore file leaves it out".to_owned()
        }
        (None, None) if phase == "start" => "Look at `[start]` in nixpacks.toml".to_owned(),
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
        other => {
            let mut chars = other.chars();
            chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
        }
    }
}
