//! From a Dockerfile as data to its text.

use super::document::{Action, Copy, CopySource, Dockerfile, Installation, Instruction, Note, Origin, Run, Step};
use super::encode::{self, AND_THEN};
use super::secret::SecretMount;
use std::ops::RangeInclusive;

/// How lines are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// As Nixpacks 1.41 writes them: paths and values as they are, and two blanks in a phase's `RUN`
    /// without mounts.
    Nixpacks,
    /// Values are quoted where they must be.
    Staged,
}

/// A Dockerfile's text, and where in it each step is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// The steps, in their order.
    pub steps: Vec<RenderedStep>,
    /// The names of the stages; most have none.
    pub stages: Vec<Option<String>>,
}

/// A step in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedStep {
    /// Its first and its last line, from 1.
    pub lines: RangeInclusive<usize>,
    /// The number of its stage, from 0.
    pub stage: usize,
    /// What it is for.
    pub origin: Origin,
    /// In upper case.
    pub keyword: &'static str,
    /// The whole instruction on one line, blanks reduced to one, as builders show it.
    pub text: String,
    /// The command as somebody wrote it, else the whole instruction.
    pub command: String,
}

impl Dockerfile {
    /// Writes the Dockerfile.
    pub fn render(&self) -> Rendered {
        let mut writer = Writer::default();
        for (number, stage) in self.stages.iter().enumerate() {
            writer.rendered.stages.push(stage.name().map(str::to_owned));
            for step in &stage.steps {
                writer.add(step, number, self.layout);
            }
        }
        writer.add_notes(&self.end);
        writer.rendered
    }
}

/// A text that knows how many lines it has.
#[derive(Default)]
struct Writer {
    rendered: Rendered,
    lines: usize,
}

impl Writer {
    /// Adds one or more whole lines.
    fn add_lines(&mut self, text: &str) {
        self.lines += text.matches('\n').count() + 1;
        self.rendered.text.push_str(text);
        self.rendered.text.push('\n');
    }

    fn add_notes(&mut self, notes: &[Note]) {
        for note in notes {
            match note {
                Note::Blank => self.add_lines(""),
                Note::Comment(text) => self.add_lines(&format!("# {}", encode::comment(text))),
            }
        }
    }

    fn add(&mut self, step: &Step, stage: usize, layout: Layout) {
        self.add_notes(&step.notes);
        let text = step.text(layout);
        debug_assert!(is_one_instruction(&text), "{text}");
        let first = self.lines + 1;
        self.add_lines(&text);
        let text = on_one_line(&text);
        let command = step.command().unwrap_or_else(|| text.clone());
        let (origin, keyword) = (step.origin.clone(), step.instruction.keyword());
        self.rendered.steps.push(RenderedStep { lines: first..=self.lines, stage, origin, keyword, text, command });
    }
}

/// Whether a builder reads a text as one instruction: all lines but the last go on.
fn is_one_instruction(text: &str) -> bool {
    let mut lines = text.split('\n').rev();
    let last = lines.next().unwrap_or_default();
    !last.trim_end().ends_with('\\') && lines.all(|line| line.ends_with('\\'))
}

/// An instruction as builders show it.
fn on_one_line(text: &str) -> String {
    let joined: String = text.split('\n').map(|line| line.trim().trim_end_matches('\\')).collect();
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Step {
    fn text(&self, layout: Layout) -> String {
        match &self.instruction {
            Instruction::Run(run) => {
                let flags = run.flags();
                let gap = match (layout, &self.origin) {
                    (Layout::Nixpacks, Origin::Phase(_)) if flags.is_empty() => "  ",
                    _ => " ",
                };
                let flags: String = flags.iter().map(|flag| format!("{flag} ")).collect();
                format!("RUN{gap}{flags}{}", run.command_line())
            }
            instruction => format!("{} {}", instruction.keyword(), instruction.arguments(layout)),
        }
    }

    /// The command as somebody wrote it.
    pub(crate) fn command(&self) -> Option<String> {
        let Instruction::Run(run) = &self.instruction else { return None };
        let commands = run.actions.iter().filter_map(|action| match action {
            Action::Shell(command) | Action::InstallApt(command) => Some(command.trim().to_owned()),
            Action::Install(installation) => Some(installation.command()),
            Action::CollectGarbage => Some(COLLECT_GARBAGE.to_owned()),
            Action::Write(_) => None,
        });
        Some(commands.collect::<Vec<_>>().join(" && ")).filter(|command| !command.is_empty())
    }
}

impl Instruction {
    /// Its name, in upper case.
    pub(super) const fn keyword(&self) -> &'static str {
        match self {
            Self::From { .. } => "FROM",
            Self::Run(_) => "RUN",
            Self::Copy(_) | Self::Files(_) => "COPY",
            Self::Arg(_) => "ARG",
            Self::Env(_) => "ENV",
            Self::Workdir(_) => "WORKDIR",
            Self::User(_) => "USER",
            Self::Entrypoint(_) => "ENTRYPOINT",
            Self::Cmd(_) => "CMD",
            Self::Healthcheck(_) => "HEALTHCHECK",
        }
    }

    /// What comes after the name.
    fn arguments(&self, layout: Layout) -> String {
        match self {
            Self::From { image, name: None } => image.clone(),
            Self::From { image, name: Some(name) } => format!("{image} AS {name}"),
            Self::Run(run) => run.command_line(),
            Self::Copy(copy) => copy.arguments(layout),
            // As they are delivered in the context.
            Self::Files(files) => {
                let from = CopySource::Context(files.context.clone());
                Copy { from, to: files.to.clone(), owner: None }.arguments(layout)
            }
            Self::Arg(names) => names.join(" "),
            Self::Env(variables) => {
                let pairs = variables.iter().map(|(name, value)| match layout {
                    Layout::Nixpacks => format!("{name}={value}"),
                    Layout::Staged => format!("{name}={}", encode::variable_value(value)),
                });
                pairs.collect::<Vec<_>>().join(" ")
            }
            Self::Workdir(path) => path.to_string(),
            Self::User(user) => user.clone(),
            Self::Entrypoint(words) | Self::Cmd(words) => encode::json_list(words),
            Self::Healthcheck(words) => format!("CMD {}", encode::json_list(words)),
        }
    }
}

impl Copy {
    fn arguments(&self, layout: Layout) -> String {
        let (stage, mut paths) = match &self.from {
            CopySource::Context(paths) => (None, paths.iter().map(String::as_str).collect::<Vec<_>>()),
            CopySource::Image(image, path) => (Some(format!("--from={image} ")), vec![path.as_str()]),
        };
        paths.push(self.to.as_str());
        let owner = self.owner.as_ref().map(|owner| format!("--chown={owner} "));
        let paths = match layout {
            Layout::Nixpacks => paths.join(" "),
            Layout::Staged => encode::copied_paths(&paths),
        };
        [stage, owner, Some(paths)].into_iter().flatten().collect()
    }
}

/// The command that removes packages that nothing refers to.
const COLLECT_GARBAGE: &str = "nix-collect-garbage -d";

impl Installation {
    /// The command that installs.
    fn command(&self) -> String {
        match &self.profile {
            None => format!("nix-env -if {}", self.file),
            Some(profile) => format!("nix-env -p {profile} -if {}", self.file),
        }
    }
}

impl Run {
    fn flags(&self) -> Vec<String> {
        let caches = self.caches.iter().map(ToString::to_string);
        let parcel = self.parcel.as_ref().map(|parcel| SecretMount::of_parcel(&parcel.name).mount());
        caches.chain(self.secrets.iter().map(SecretMount::mount)).chain(parcel).collect()
    }

    /// What a shell does of it, for a builder that installs packages in its own way; nothing if a shell has
    /// nothing to do.
    pub(crate) fn script(&self) -> Option<String> {
        let is_for_shell = |action: &&Action| matches!(action, Action::Shell(_) | Action::Write(_));
        let actions: Vec<_> = self.actions.iter().filter(is_for_shell).cloned().collect();
        (!actions.is_empty()).then(|| Self { actions, ..self.clone() }.command_line())
    }

    fn command_line(&self) -> String {
        let exports: String = self.secrets.iter().map(SecretMount::export).collect();
        let commands = self.actions.iter().flat_map(|action| match action {
            Action::Shell(command) | Action::InstallApt(command) => vec![encode::command_line(command)],
            Action::Write(files) => encode::write_file_commands(files),
            Action::Install(installation) => vec![installation.command()],
            Action::CollectGarbage => vec![COLLECT_GARBAGE.to_owned()],
        });
        format!("{exports}{}", commands.collect::<Vec<_>>().join(AND_THEN))
    }
}
