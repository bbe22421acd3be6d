//! Running a builder's commands: their output is shown as it comes, without the values of secrets,
//! and remembered for the error message.

use super::drawing::Drawing;
use super::interrupt::Interrupt;
use super::secret::Redactor;
use super::transcript::Transcript;
use crate::dockerfile::Rendered;
use crate::error::Result;
use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// A command of a builder's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The program.
    pub program: &'static str,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Variables that are part of the command, as they may be shown.
    pub environment: Vec<(&'static str, String)>,
    /// Variables with the values of secrets.
    pub secrets: Vec<(String, String)>,
    /// What becomes of its standard output.
    pub stdout: ChildOutput,
}

/// What becomes of a command's standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChildOutput {
    /// It is shown, as is standard error.
    Log,
    /// It is the result of the program.
    Result,
}

impl Invocation {
    /// A command without arguments.
    pub(super) const fn new(program: &'static str) -> Self {
        Self { program, arguments: Vec::new(), environment: Vec::new(), secrets: Vec::new(), stdout: ChildOutput::Log }
    }

    /// Adds arguments.
    pub(super) fn add<S: AsRef<str>>(&mut self, arguments: &[S]) {
        self.arguments.extend(arguments.iter().map(|argument| argument.as_ref().to_owned()));
    }

    /// Adds an option for each of some values.
    pub(super) fn add_each<S: AsRef<str>>(&mut self, option: &str, values: impl IntoIterator<Item = S>) {
        for value in values {
            self.add(&[option, value.as_ref()]);
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        command.args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.envs(self.secrets.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Checks that the program can be run; what it says does not matter.
    ///
    /// # Errors
    /// It cannot.
    pub(super) fn check_program(&self) -> Result<()> {
        let output = self.command().stdin(Stdio::null()).output();
        output.map(|_| ()).map_err(|error| super::missing(self.program, &error))
    }

    /// What the command prints, trimmed.
    ///
    /// # Errors
    /// It cannot be run, or fails: the last line of what it says about that.
    pub(super) fn answer(&self) -> std::result::Result<String, String> {
        let output = self.command().stdin(Stdio::null()).output().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "not installed".to_owned(),
            _ => error.to_string(),
        })?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() {
            return Ok(text(&output.stdout));
        }
        let words = text(&output.stderr);
        Err(words.lines().next_back().map_or_else(|| format!("it ends with {}", output.status), str::to_owned))
    }

    /// Runs a command that knows no Dockerfile.
    ///
    /// # Errors
    /// The program cannot be run.
    #[cfg(target_os = "linux")]
    pub(super) fn run_alone(&self, console: &Console) -> io::Result<Finished> {
        self.run(console, &Rendered::default())
    }

    /// Runs the command, of which `source` is the Dockerfile.
    ///
    /// One pipe for both streams keeps their order.
    ///
    /// # Errors
    /// The program cannot be run.
    pub(super) fn run(&self, console: &Console, source: &Rendered) -> io::Result<Finished> {
        let (reader, writer) = io::pipe()?;
        let mut command = self.command();
        if self.stdout == ChildOutput::Log {
            command.stdout(writer.try_clone()?);
        }
        let mut child = command.stderr(writer).spawn()?;
        let interrupt = console.interrupt;
        interrupt.watch(&child);
        // It holds the pipe's other end, without which reading does not end.
        drop(command);
        let mut view = View::new(console, source);
        let (sender, lines) = mpsc::channel();
        let redactor = console.redactor;
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || {
                for_each_line(reader, redactor, |line, end| {
                    // Whoever takes the lines takes all of them.
                    let _ = sender.send((String::from_utf8_lossy(line).into_owned(), end));
                })
            });
            loop {
                match lines.recv_timeout(PAUSE) {
                    Ok((line, end)) => view.add(&line, end),
                    Err(RecvTimeoutError::Timeout) => {
                        view.pause();
                        // What it left running may hold the pipe.
                        if interrupt.is_wanted() && child.try_wait().is_ok_and(|status| status.is_some()) {
                            interrupt.end_orphans();
                        }
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?;
        let status = interrupt.wait(&mut child)?;
        interrupt.end_orphans();
        Ok(Finished { status, transcript: view.finish(status.success()) })
    }
}

/// After so long without a line the drawing shows that time goes by.
const PAUSE: Duration = Duration::from_millis(500);

/// What becomes of a command's lines.
struct View<'a> {
    console: &'a Console<'a>,
    transcript: Transcript,
    drawing: Option<Drawing<'a>>,
}

impl<'a> View<'a> {
    fn new(console: &'a Console<'a>, source: &'a Rendered) -> Self {
        let drawing = match console.screen {
            Screen::Drawing(width) => Some(Drawing::new(console, width, source)),
            Screen::Lines | Screen::Json => None,
        };
        Self { console, transcript: Transcript::default(), drawing }
    }

    fn add(&mut self, line: &str, end: &str) {
        let Console { redactor, write, .. } = self.console;
        match (&mut self.drawing, self.console.screen) {
            (Some(drawing), _) => self.transcript.add(line, &mut |event| drawing.add(&event)),
            (None, Screen::Json) => {
                self.transcript.add_json(line);
                write(&format!("{}{end}", redactor.redact_json(line)));
            }
            (None, _) => {
                self.transcript.add(line, &mut |_| {});
                write(&format!("{}{end}", redactor.redact(line)));
            }
        }
    }

    fn pause(&mut self) {
        if let Some(drawing) = &mut self.drawing {
            drawing.draw();
        }
    }

    fn finish(self, succeeded: bool) -> Transcript {
        if let Some(drawing) = self.drawing {
            drawing.finish(&self.transcript, succeeded);
        }
        self.transcript
    }
}

/// Where a builder's output goes.
pub struct Console<'a> {
    /// How it gets there.
    pub screen: Screen,
    /// What hides the values of secrets.
    pub redactor: &'a Redactor,
    /// Takes output.
    pub write: &'a dyn Fn(&str),
    /// Ends the build.
    pub interrupt: &'a Interrupt,
}

/// How a builder's output gets to the console.
#[derive(Clone, Copy, Debug)]
pub enum Screen {
    /// As a drawing on a terminal, whose columns this function tells.
    Drawing(fn() -> usize),
    /// Line by line.
    Lines,
    /// Line by line, each a JSON document.
    Json,
}

/// How a command ended.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) status: ExitStatus,
    pub(super) transcript: Transcript,
}

/// A line that is longer is handed on in pieces.
const LONGEST_LINE: usize = 64 << 10;

/// Calls `take` with each line and what ends it. A piece of an overlong line ends where no secret
/// lies across its end.
fn for_each_line(
    mut reader: impl Read,
    redactor: &Redactor,
    mut take: impl FnMut(&[u8], &'static str),
) -> io::Result<()> {
    let mut pending = Vec::new();
    let mut buffer = [0; 8 << 10];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if count == 0 {
            break;
        }
        pending.extend_from_slice(&buffer[..count]);
        while let Some(end) = pending.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let ending = if pending[end] == b'\n' { "\n" } else { "\r" };
            take(&pending[..end], ending);
            pending.drain(..=end);
        }
        if pending.len() > LONGEST_LINE + redactor.longest() {
            let piece = redactor.cut(&pending, boundary(&pending, pending.len() - redactor.longest()));
            take(&pending[..piece], "");
            pending.drain(..piece);
        }
    }
    if !pending.is_empty() {
        take(&pending, "");
    }
    Ok(())
}

/// The nearest position before `at` that does not lie within a UTF-8 character.
fn boundary(bytes: &[u8], at: usize) -> usize {
    (at.saturating_sub(3)..=at).rev().find(|&at| bytes.get(at).is_none_or(|byte| byte & 0xC0 != 0x80)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::secret::Secret;
    use std::sync::Mutex;

    fn shell(script: &str) -> Invocation {
        let mut invocation = Invocation::new("sh");
        invocation.add(&["-c", script]);
        invocation
    }

    fn run(invocation: &Invocation, redactor: &Redactor, screen: Screen) -> (Finished, String) {
        let shown = Mutex::new(String::new());
        let write = |text: &str| shown.lock().unwrap().push_str(text);
        let finished = invocation
            .run(&Console { screen, redactor, write: &write, interrupt: &Interrupt::default() }, &Rendered::default())
            .unwrap();
        (finished, shown.into_inner().unwrap())
    }

    #[test]
    fn both_streams_are_shown_in_order_without_secrets() {
        let redactor = Redactor::new(&[Secret::parse("T", |_| Some("canary-value".into())).unwrap()]);
        let mut invocation = shell("echo out canary-value; echo err \"$T\" >&2; printf 'last canary-'; printf value");
        invocation.secrets.push(("T".into(), "canary-value".into()));
        let (finished, shown) = run(&invocation, &redactor, Screen::Lines);
        assert_eq!(shown, "out [secret T]\nerr [secret T]\nlast [secret T]");
        assert!(finished.status.success());
    }

    #[test]
    fn a_secret_across_the_pieces_of_a_long_line_is_hidden() {
        let redactor = Redactor::new(&[Secret::parse("T", |_| Some("canary-value".into())).unwrap()]);
        for offset in [0, 5, 11] {
            let filler = LONGEST_LINE + redactor.longest() - offset;
            let script =
                format!("head -c {filler} /dev/zero | tr '\\0' x; printf canary-value; head -c 9000 /dev/zero");
            let (_, shown) = run(&shell(&script), &redactor, Screen::Lines);
            assert!(!shown.contains("canary"), "offset {offset}");
            assert!(shown.contains("[secret T]"));
        }
    }

    #[test]
    fn a_result_on_standard_output_is_not_shown() {
        let mut invocation = shell("echo log >&2");
        invocation.stdout = ChildOutput::Result;
        let (_, shown) = run(&invocation, &Redactor::default(), Screen::Lines);
        assert_eq!(shown, "log\n");
    }

    #[test]
    fn carriage_returns_end_lines_too() {
        let (_, shown) = run(&shell("printf 'a\\rb\\r\\nc'"), &Redactor::default(), Screen::Lines);
        assert_eq!(shown, "a\rb\r\nc");
    }

    #[test]
    fn an_answer_is_what_a_command_that_succeeds_prints() {
        assert_eq!(shell("echo ' x '; echo y >&2").answer().as_deref(), Ok("x"));
        let failure = |invocation: Invocation| invocation.answer().unwrap_err();
        assert_eq!(failure(shell("echo x; echo one >&2; echo two >&2; false")), "two");
        assert_eq!(failure(shell("false")), "it ends with exit status: 1");
        assert_eq!(failure(Invocation::new("plugpacks-no-such-program")), "not installed");
    }
}
