//! A Dockerfile as data: stages of steps, each of which knows what it is for. It is text only when
//! [`render`](Dockerfile::render) makes it so; nothing reads that text back.

use super::cache::CacheMount;
use super::image_path::ImagePath;
use super::render::Layout;
use super::secret::SecretMount;
use std::fmt;

/// The name of a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseName(String);

impl PhaseName {
    /// The phase of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for PhaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a step is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// What comes before the phases' commands: packages, generated files, variables.
    Setup,
    /// A phase.
    Phase(PhaseName),
    /// What comes after the phases: the image as it is run.
    Start,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setup => f.write_str("setup"),
            Self::Phase(name) => name.fmt(f),
            Self::Start => f.write_str("start"),
        }
    }
}

/// What stands before an instruction, for those who read the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// An empty line.
    Blank,
    /// A comment of one line.
    Comment(String),
}

/// An instruction and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is for.
    pub origin: Origin,
    pub(super) notes: Vec<Note>,
    /// What is done.
    pub(crate) instruction: Instruction,
}

/// A stage; its first step is its `FROM`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// Its steps.
    pub steps: Vec<Step>,
}

impl Stage {
    /// Its name, if it has one.
    pub fn name(&self) -> Option<&str> {
        match &self.steps.first()?.instruction {
            Instruction::From { name, .. } => name.as_deref(),
            _ => None,
        }
    }
}

/// A Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    /// How its lines are laid out.
    pub(super) layout: Layout,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// What comes after the last instruction.
    pub(super) end: Vec<Note>,
}

impl Dockerfile {
    /// The names of its stages, as far as they have some.
    pub fn stage_names(&self) -> impl Iterator<Item = &str> {
        self.stages.iter().filter_map(Stage::name)
    }

    /// Whether some step installs packages of Debian or Ubuntu.
    pub(crate) fn installs_apt_packages(&self) -> bool {
        let installs = |step: &Step| match &step.instruction {
            Instruction::Run(run) => run.actions.iter().any(|action| matches!(action, Action::InstallApt(_))),
            _ => false,
        };
        self.stages.iter().flat_map(|stage| &stage.steps).any(installs)
    }

    /// Its steps, in all stages.
    pub(super) fn steps_mut(&mut self) -> impl Iterator<Item = &mut Step> {
        self.stages.iter_mut().flat_map(|stage| &mut stage.steps)
    }

    /// Puts other instructions in the place of each. The first of them keeps the comments.
    pub(crate) fn replace_each(&mut self, mut replace: impl FnMut(Instruction) -> Vec<Instruction>) {
        for stage in &mut self.stages {
            let steps = std::mem::take(&mut stage.steps);
            for Step { origin, mut notes, instruction } in steps {
                for instruction in replace(instruction) {
                    stage.steps.push(Step { origin: origin.clone(), notes: std::mem::take(&mut notes), instruction });
                }
            }
        }
    }
}

/// An instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Instruction {
    /// A stage begins.
    From {
        /// The image it is made from.
        image: String,
        /// What other stages call it.
        name: Option<String>,
    },
    /// A command runs.
    Run(Run),
    /// Files come from the build context, a stage or an image.
    Copy(Copy),
    /// Generated files come; [`deliver`](super::deliver) says how.
    Files(FileSet),
    /// Build arguments of these names.
    Arg(Vec<String>),
    /// Variables: names, and values that may refer to others.
    Env(Vec<(String, String)>),
    /// The working directory.
    Workdir(ImagePath),
    /// Whom the following commands, and the container, run as.
    User(String),
    /// The first process.
    Entrypoint(Vec<String>),
    /// The first process's arguments.
    Cmd(Vec<String>),
    /// The command of a health check.
    Healthcheck(Vec<String>),
}

/// A command and what it sees besides the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) caches: Vec<CacheMount>,
    pub(crate) secrets: Vec<SecretMount>,
    /// Generated files that are there while it runs.
    pub(super) parcel: Option<Parcel>,
    /// Done one after the other, as long as none fails.
    pub(crate) actions: Vec<Action>,
}

impl Run {
    /// One shell command.
    pub(super) fn shell(command: impl Into<String>) -> Instruction {
        Self::all([command.into()])
    }

    /// Whether it installs packages of Nix.
    pub(crate) fn installs(&self) -> bool {
        self.actions.iter().any(|action| matches!(action, Action::Install(_)))
    }

    /// Several shell commands.
    pub(super) fn all(commands: impl IntoIterator<Item = String>) -> Instruction {
        let actions = commands.into_iter().map(Action::Shell).collect();
        Instruction::Run(Self { actions, ..Self::default() })
    }
}

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A shell command.
    Shell(String),
    /// Files are written.
    Write(Vec<File>),
    /// The packages of a Nix file are installed.
    Install(Installation),
    /// Packages that nothing refers to are removed.
    CollectGarbage,
    /// Packages of Debian or Ubuntu are installed, by this command.
    InstallApt(String),
}

/// The packages of a Nix file and the profile that gets them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Installation {
    pub(crate) file: ImagePath,
    /// The superuser's own if there is none.
    pub(crate) profile: Option<ImagePath>,
}

/// Generated files as a script that writes them, handed to the step that needs them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Its name.
    pub name: String,
    /// A shell script.
    pub script: String,
}

/// Files copied into a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Copy {
    pub(crate) from: CopySource,
    pub(crate) to: ImagePath,
    /// Whom they belong to there, if not the superuser.
    pub(crate) owner: Option<String>,
}

/// Where copied files come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CopySource {
    /// These paths in the build context.
    Context(Vec<String>),
    /// A path in a stage or an image of this name.
    Image(String, ImagePath),
}

/// Generated files that a stage gets together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileSet {
    /// What they are called together.
    pub(crate) name: String,
    /// Where the context has them: files, or a directory with nothing else.
    pub(crate) context: Vec<String>,
    /// Where the image has them: a file or a directory.
    pub(crate) to: ImagePath,
    /// The files, with their paths in the image.
    pub(crate) files: Vec<File>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) path: ImagePath,
    pub(crate) text: String,
}

/// A Dockerfile that is being written.
pub(super) struct Draft {
    stages: Vec<Stage>,
    notes: Vec<Note>,
    origin: Origin,
}

impl Draft {
    /// Nothing yet.
    pub(super) const fn new() -> Self {
        Self { stages: Vec::new(), notes: Vec::new(), origin: Origin::Setup }
    }

    /// Says what the steps from here on are for.
    pub(super) fn begin(&mut self, origin: Origin) {
        self.origin = origin;
    }

    /// Leaves a line empty.
    pub(super) fn blank(&mut self) {
        self.notes.push(Note::Blank);
    }

    /// Writes a comment.
    pub(super) fn comment(&mut self, text: impl Into<String>) {
        self.notes.push(Note::Comment(text.into()));
    }

    /// Begins a stage.
    pub(super) fn from(&mut self, image: &str, name: Option<&str>) {
        self.stages.push(Stage::default());
        self.add(Instruction::From { image: image.to_owned(), name: name.map(str::to_owned) });
    }

    /// Adds an instruction to the stage that was begun last.
    pub(super) fn add(&mut self, instruction: Instruction) {
        let step = Step { origin: self.origin.clone(), notes: std::mem::take(&mut self.notes), instruction };
        if let Some(stage) = self.stages.last_mut() {
            stage.steps.push(step);
        }
    }

    /// Adds some instructions.
    pub(super) fn extend(&mut self, instructions: impl IntoIterator<Item = Instruction>) {
        instructions.into_iter().for_each(|instruction| self.add(instruction));
    }

    /// Copies files.
    pub(super) fn copy(&mut self, from: CopySource, to: ImagePath, owner: Option<String>) {
        self.add(Instruction::Copy(Copy { from, to, owner }));
    }

    /// Sets variables, as far as there are some.
    pub(super) fn env(&mut self, variables: Vec<(String, String)>) {
        if !variables.is_empty() {
            self.add(Instruction::Env(variables));
        }
    }

    /// What was written.
    pub(super) fn finish(self, layout: Layout) -> Dockerfile {
        Dockerfile { layout, stages: self.stages, end: self.notes }
    }
}
