//! What a builder does, drawn on a terminal: a line for each step that ended and, below, one that is written over
//! again and again with what runs now.
//!
//! No sign but a carriage return moves the cursor: on any terminal, and however the build ends, what stands there can be
//! read.

use super::process::Console;
use super::source;
use super::transcript::{End, Event, Transcript};
use crate::dockerfile::Rendered;
use anstyle::{AnsiColor, Style};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How often the last line is written at most: a step may print thousands of lines a second.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);

/// The columns before a step's name, for how it ended or how long it has been running.
const MARGIN: usize = 8;

const CACHED: Style = AnsiColor::Cyan.on_default();
const FAILED: Style = AnsiColor::Red.on_default().bold();

/// A drawing of one command of a builder's.
pub(super) struct Drawing<'a> {
    console: &'a Console<'a>,
    /// How many columns the terminal has.
    width: fn() -> usize,
    source: &'a Rendered,
    /// Steps that run, by the transcript's keys.
    running: BTreeMap<String, Running>,
    /// The step that was heard of last.
    current: Option<String>,
    /// What was said outside of any step.
    aside: String,
    /// How many columns of the last line are written on.
    written: usize,
    drawn: Option<Instant>,
}

/// A step that runs.
struct Running {
    label: String,
    since: Instant,
    /// Its last line of output.
    said: String,
}

impl<'a> Drawing<'a> {
    /// A drawing on a terminal of as many columns as `width` tells, of what is done with a Dockerfile.
    pub(super) const fn new(console: &'a Console<'a>, width: fn() -> usize, source: &'a Rendered) -> Self {
        Self {
            console,
            width,
            source,
            running: BTreeMap::new(),
            current: None,
            aside: String::new(),
            written: 0,
            drawn: None,
        }
    }

    /// Takes in what the transcript made of a line.
    pub(super) fn add(&mut self, event: &Event<'_>) {
        match event {
            Event::Step { key, name } => {
                let step = Running { label: label(self.source, name), since: Instant::now(), said: String::new() };
                self.running.entry((*key).to_owned()).or_insert(step);
                self.current = Some((*key).to_owned());
            }
            Event::Output { key, text } => {
                let text = self.shown(text);
                if let Some(step) = self.running.get_mut(*key) {
                    step.said = text;
                    self.current = Some((*key).to_owned());
                }
            }
            Event::Ended { key, end } => self.end(key, *end),
            Event::Aside(text) => {
                self.aside = self.shown(text);
                if is_warning(&self.aside) {
                    let warning = self.aside.clone();
                    self.write_line(&warning);
                }
            }
        }
        if self.drawn.is_none_or(|drawn| drawn.elapsed() >= SHORTEST_PAUSE) {
            self.draw();
        }
    }

    /// Writes the last line anew.
    pub(super) fn draw(&mut self) {
        let current = self.current.as_ref().and_then(|key| self.running.get(key));
        let text = match current.or_else(|| self.running.values().next_back()) {
            Some(step) => {
                let others = match self.running.len() - 1 {
                    0 => String::new(),
                    others => format!(" (and {others} more)"),
                };
                let said = if step.said.is_empty() { String::new() } else { format!(" │ {}", step.said) };
                let time = format!("{}s", step.since.elapsed().as_secs());
                format!("{time:>MARGIN$}  {}{others}{said}", step.label)
            }
            None => self.aside.clone(),
        };
        self.write_over(&text);
        self.drawn = Some(Instant::now());
    }

    /// Clears the last line; if the builder failed and named no step, shows what it said instead.
    pub(super) fn finish(mut self, transcript: &Transcript, succeeded: bool) {
        self.erase();
        if !succeeded && transcript.failed_step().is_none() {
            for line in transcript.loose_lines() {
                let line = self.shown(line);
                self.write_line(&line);
            }
        }
    }

    fn end(&mut self, key: &str, end: End<'_>) {
        let Some(step) = self.running.remove(key) else { return };
        let (word, style) = match end {
            End::Done(Some(time)) => (time.to_owned(), Style::new()),
            End::Done(None) => (format!("{:.1}s", step.since.elapsed().as_secs_f32()), Style::new()),
            End::Cached => ("CACHED".to_owned(), CACHED),
            End::Failed => ("FAILED".to_owned(), FAILED),
            End::Canceled => return,
        };
        // The builder's own preparations are many, and short.
        if step.label.starts_with("[internal]") && end != End::Failed {
            return;
        }
        let label = clipped(&step.label, self.columns().saturating_sub(MARGIN + 2));
        self.erase();
        (self.console.write)(&format!("{style}{word:>MARGIN$}{style:#}  {label}\n"));
    }

    /// A text without the values of secrets and without anything that moves the cursor.
    fn shown(&self, text: &str) -> String {
        one_line(&self.console.redactor.redact(text))
    }

    /// Writes a line that stays.
    fn write_line(&mut self, text: &str) {
        self.erase();
        (self.console.write)(&format!("{text}\n"));
    }

    fn write_over(&mut self, text: &str) {
        let text = clipped(text, self.columns());
        let columns = columns_of(&text);
        let rest = self.written.min(self.columns()).saturating_sub(columns);
        if columns + rest > 0 {
            (self.console.write)(&format!("\r{text}{:rest$}", ""));
        }
        self.written = columns;
    }

    fn erase(&mut self) {
        if self.written > 0 {
            self.write_over("");
            (self.console.write)("\r");
        }
    }

    /// The columns that can be written on without a line break by the terminal.
    fn columns(&self) -> usize {
        (self.width)().saturating_sub(1)
    }
}

/// What a step is called: phase and command if it is one of the Dockerfile's, else as the builder calls it.
fn label(source: &Rendered, name: &str) -> String {
    let found = source::of_name(source, name).filter(|step| step.keyword != "FROM");
    one_line(&match found.as_ref().map(|step| (&step.origin, &step.command)) {
        Some((Some(origin), command)) => format!("{origin}: {command}"),
        Some((None, command)) => command.clone(),
        None => name.to_owned(),
    })
}

/// Whether a builder warns of something.
fn is_warning(line: &str) -> bool {
    line.to_ascii_lowercase().contains("warning")
}

/// A text on one line, without colours and whatever else moves the cursor.
fn one_line(text: &str) -> String {
    let text = anstream::adapter::strip_str(text).to_string();
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !crate::text::is_control(*c)).collect()
}

/// As many columns as a text takes at most.
fn columns_of(text: &str) -> usize {
    text.chars().map(columns_of_sign).sum()
}

/// Signs from Hangul on may be wide; those between, of punctuation and box drawing, are not.
const fn columns_of_sign(c: char) -> usize {
    match c {
        '\u{2000}'..='\u{2e7f}' => 1,
        '\u{1100}'.. => 2,
        _ => 1,
    }
}

/// The beginning of a text, as far as so many columns have room.
fn clipped(text: &str, columns: usize) -> String {
    if columns_of(text) <= columns {
        return text.to_owned();
    }
    let mut room = columns.saturating_sub(1);
    let fits = |c: &char| {
        let fits = columns_of_sign(*c) <= room;
        room = room.saturating_sub(columns_of_sign(*c));
        fits
    };
    let beginning: String = text.chars().take_while(fits).collect();
    if columns == 0 { beginning } else { format!("{beginning}…") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::Interrupt;
    use crate::builder::process::Screen;
    use crate::builder::secret::{Redactor, Secret};
    use std::cell::RefCell;

    /// The lines that stand on a terminal of 40 columns after a builder said this, and all that was written.
    fn drawn(said: &str, succeeded: bool) -> (Vec<String>, String) {
        let written = RefCell::new(String::new());
        let write = |text: &str| written.borrow_mut().push_str(text);
        let redactor = Redactor::new(&[Secret::parse("T", |_| Some("canary-value".into())).unwrap()]);
        let console = Console {
            screen: Screen::Drawing(|| 40),
            redactor: &redactor,
            write: &write,
            interrupt: &Interrupt::default(),
        };
        let source = Rendered::default();
        let mut drawing = Drawing::new(&console, || 40, &source);
        let mut transcript = Transcript::default();
        for line in said.lines() {
            transcript.add(line, &mut |event| drawing.add(&event));
            drawing.draw();
        }
        drawing.finish(&transcript, succeeded);
        let written = written.into_inner();
        (on_terminal(&anstream::adapter::strip_str(&written).to_string()), written)
    }

    /// What a terminal without colours makes of a text.
    fn on_terminal(text: &str) -> Vec<String> {
        text.split('\n')
            .map(|line| {
                let mut cells: Vec<char> = Vec::new();
                for written in line.split('\r') {
                    let written: Vec<char> = written.chars().collect();
                    assert!(written.len() < 40, "the terminal breaks the line: {line:?}");
                    cells.splice(..written.len().min(cells.len()), written);
                }
                cells.into_iter().collect::<String>().trim_end().to_owned()
            })
            .collect()
    }

    #[test]
    fn steps_that_ended_stay_and_the_last_line_goes() {
        let (lines, written) = drawn(
            "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n#2 [1/3] FROM base\n#2 CACHED\n\
             #3 [2/3] RUN --mount=type=cache,id=x npm ci\n#3 0.1 \u{1b}[31madded 100\tpackages\u{1b}[0m\n#3 DONE 3.2s\n\
             #4 [3/3] COPY a-file-with-a-long-name /a/path/that/is/longer/than/the/terminal\n#4 DONE 0.1s\n",
            true,
        );
        assert_eq!(
            lines,
            ["  CACHED  [1/3] FROM base", "    3.2s  npm ci", "    0.1s  COPY a-file-with-a-long-name…", ""]
        );
        assert!(written.contains("\r      0s  npm ci │ added 100 packages"), "{written:?}");
        assert!(!written.contains("\u{1b}[K"));
    }

    #[test]
    fn what_failed_without_a_step_is_told_and_a_step_is_not_told_twice() {
        let (lines, _) = drawn("error: failed to solve: no daemon\n", false);
        assert_eq!(lines, ["error: failed to solve: no daemon", ""]);
        let (lines, _) = drawn("#3 [2/3] RUN npm ci\n#3 0.1 x\n#3 ERROR: exit code: 1\n------\n > x:\n", false);
        assert_eq!(lines, ["  FAILED  npm ci", ""]);
        let (lines, _) = drawn("WARNING: old builder\nnothing\n", true);
        assert_eq!(lines, ["WARNING: old builder", ""]);
    }

    #[test]
    fn buildahs_steps_end_with_the_next() {
        let (lines, written) = drawn(
            "STEP 1/3: FROM base\nSTEP 2/3: RUN npm ci\n--> Using cache 0123\n--> 0123\nSTEP 3/3: RUN false\nlast words\n\
             Error: building at STEP \"RUN false\": while running runtime: exit status 1\n",
            false,
        );
        assert_eq!(lines[1..], ["  CACHED  npm ci", "  FAILED  false", ""]);
        assert!(written.contains("false │ last words"), "{written:?}");
    }

    #[test]
    fn several_steps_share_the_last_line() {
        let (_, written) = drawn("#3 [2/3] RUN a\n#4 [3/3] RUN b\n#3 0.1 x\n#4 DONE 0.1s\n#3 DONE 0.2s\n", true);
        assert!(written.contains("a (and 1 more) │ x"), "{written:?}");
    }

    #[test]
    fn a_secret_is_hidden_before_a_line_is_cut() {
        let (_, written) = drawn("#3 [2/3] RUN x\n#3 0.1 0123456789012345678canary-value\n", true);
        assert!(!written.contains("can"), "{written:?}");
    }

    #[test]
    fn wide_signs_take_two_columns() {
        assert_eq!(clipped("東京東京", 8), "東京東京");
        assert_eq!(clipped("東京東京", 7), "東京東…");
        assert_eq!(clipped("abc", 2), "a…");
        assert_eq!(clipped("abc", 0), "");
    }
}
