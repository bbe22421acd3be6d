//! What a builder said while it worked, as far as an error message needs it: BuildKit's plain and
//! JSON progress, and the words of buildah and podman.

use super::secret::decode;
use std::collections::{BTreeMap, VecDeque};

/// How many lines of a step's output are kept.
const KEPT_LINES: usize = 20;

/// How many lines outside of any step are kept.
const KEPT_LOOSE_LINES: usize = 60;

/// What a builder said.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    /// By BuildKit's number or digest, or by buildah's position.
    steps: BTreeMap<String, StepLog>,
    /// The key of buildah's running step.
    running: Option<String>,
    /// The key of the first step that failed by itself.
    failed: Option<String>,
    /// Lines that belong to no step.
    loose: VecDeque<String>,
    /// The Dockerfile's line that BuildKit names at the end.
    dockerfile_line: Option<usize>,
}

/// What a builder said about one step.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct StepLog {
    /// What the builder calls it: `[stage-0 4/9] RUN npm ci` or `STEP 4/9: RUN npm ci`.
    pub(super) name: String,
    /// The last lines of its output.
    pub(super) output: VecDeque<String>,
    /// Why it failed.
    pub(super) error: Option<String>,
}

/// What a line of a builder's tells of its work; steps are called by the transcript's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// A step begins, or is spoken of again.
    Step { key: &'a str, name: &'a str },
    /// A step prints something, or says how far it is.
    Output { key: &'a str, text: &'a str },
    /// A step ends.
    Ended { key: &'a str, end: End<'a> },
    /// Something is said outside of any step.
    Aside(&'a str),
}

/// How a step ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End<'a> {
    /// It did what it should, in this time.
    Done(Option<&'a str>),
    /// It had been done before.
    Cached,
    /// It failed.
    Failed,
    /// Another one failed.
    Canceled,
}

impl Transcript {
    /// Takes in a line of plain output, and tells what it means.
    pub(super) fn add(&mut self, line: &str, tell: &mut dyn FnMut(Event<'_>)) {
        if let Some((number, text)) = numbered(line) {
            self.add_numbered(number, text, tell);
        } else if let Some(name) = buildah_step(line) {
            self.begin_buildah(name, tell);
        } else if let Some(error) = buildah_error(line) {
            let key = self.running.take().unwrap_or_default();
            tell(Event::Ended { key: &key, end: End::Failed });
            self.fail(key, error);
        } else {
            self.add_unnumbered(line, tell);
        }
    }

    /// A step of buildah's ends where the next one begins.
    fn begin_buildah(&mut self, name: &str, tell: &mut dyn FnMut(Event<'_>)) {
        if let Some(key) = &self.running {
            tell(Event::Ended { key, end: End::Done(None) });
        }
        let key = format!("buildah {}", self.steps.len());
        tell(Event::Step { key: &key, name });
        self.steps.insert(key.clone(), StepLog { name: name.to_owned(), ..StepLog::default() });
        self.running = Some(key);
    }

    fn add_unnumbered(&mut self, line: &str, tell: &mut dyn FnMut(Event<'_>)) {
        if let Some(number) = line.strip_prefix("Dockerfile:").or_else(|| line.strip_prefix("cache.Dockerfile:")) {
            self.dockerfile_line = number.trim().parse().ok().or(self.dockerfile_line);
        }
        match self.running.as_ref().and_then(|key| Some((key, self.steps.get_mut(key)?))) {
            Some((key, step)) => {
                keep(&mut step.output, line, KEPT_LINES);
                match line.starts_with("--> Using cache") {
                    true => tell(Event::Ended { key, end: End::Cached }),
                    false => tell(Event::Output { key, text: line }),
                }
            }
            None => tell(Event::Aside(line)),
        }
        keep(&mut self.loose, line, KEPT_LOOSE_LINES);
    }

    /// Takes in a line of BuildKit's JSON progress.
    pub(super) fn add_json(&mut self, line: &str) {
        let Ok(status) = serde_json::from_str::<serde_json::Value>(line) else { return self.add(line, &mut |_| {}) };
        let elements = |key: &str| status[key].as_array().cloned().unwrap_or_default();
        for vertex in elements("vertexes") {
            let Some(digest) = vertex["digest"].as_str() else { continue };
            let step = self.steps.entry(digest.to_owned()).or_default();
            step.name = vertex["name"].as_str().unwrap_or_default().to_owned();
            if let Some(error) = vertex["error"].as_str().filter(|error| !error.is_empty()) {
                self.fail(digest.to_owned(), error);
            }
        }
        for log in elements("logs") {
            let (Some(digest), Some(data)) = (log["vertex"].as_str(), log["data"].as_str().and_then(decode)) else {
                continue;
            };
            let step = self.steps.entry(digest.to_owned()).or_default();
            data.lines().for_each(|line| keep(&mut step.output, line, KEPT_LINES));
        }
    }

    fn add_numbered(&mut self, key: &str, text: &str, tell: &mut dyn FnMut(Event<'_>)) {
        let step = self.steps.entry(key.to_owned()).or_default();
        if step.name.is_empty() {
            text.clone_into(&mut step.name);
        }
        if step.name == text {
            tell(Event::Step { key, name: text });
        } else if let Some(error) = text.strip_prefix("ERROR: ") {
            tell(Event::Ended { key, end: End::Failed });
            self.fail(key.to_owned(), error);
        } else if let Some(end) = end(text) {
            tell(Event::Ended { key, end });
        } else if let Some(output) = timed(text) {
            tell(Event::Output { key, text: output });
            keep(&mut step.output, output, KEPT_LINES);
        } else {
            tell(Event::Output { key, text });
        }
    }

    fn fail(&mut self, key: String, error: &str) {
        let step = self.steps.entry(key.clone()).or_default();
        step.error = Some(error.to_owned());
        // The others end because of the first; a cache that cannot be had stops nothing.
        let is_consequence = error.contains("context canceled") || step.name.starts_with("importing cache");
        if !is_consequence && self.failed.is_none() {
            self.failed = Some(key);
        }
    }

    /// The step that failed, if the builder named one.
    pub(super) fn failed_step(&self) -> Option<&StepLog> {
        self.steps.get(self.failed.as_ref()?)
    }

    /// The Dockerfile's line that the builder named last.
    pub(super) const fn dockerfile_line(&self) -> Option<usize> {
        self.dockerfile_line
    }

    /// The lines that belong to no step, newest last.
    pub(super) fn loose_lines(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.loose.iter().map(String::as_str)
    }
}

fn keep(lines: &mut VecDeque<String>, line: &str, limit: usize) {
    if lines.len() == limit {
        lines.pop_front();
    }
    lines.push_back(line.to_owned());
}

/// BuildKit's `#8 text`.
fn numbered(line: &str) -> Option<(&str, &str)> {
    let (number, text) = line.strip_prefix('#')?.split_once(' ')?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some((number, text))
}

/// BuildKit's `DONE 1.2s`, `CACHED` and `CANCELED`.
fn end(text: &str) -> Option<End<'_>> {
    match text {
        "CACHED" => Some(End::Cached),
        "CANCELED" => Some(End::Canceled),
        _ => text.strip_prefix("DONE ").map(|time| End::Done(Some(time))),
    }
}

/// The output in BuildKit's `0.345 output`.
fn timed(text: &str) -> Option<&str> {
    let (time, output) = text.split_once(' ').unwrap_or((text, ""));
    let is_time = time.contains('.') && time.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_time.then_some(output)
}

/// The step in buildah's `STEP 4/9: RUN npm ci` and `[1/2] STEP 4/9: RUN npm ci`.
fn buildah_step(line: &str) -> Option<&str> {
    let step = match line.strip_prefix('[') {
        Some(rest) => rest.split_once("] ")?.1,
        None => line,
    };
    let (position, _) = step.strip_prefix("STEP ")?.split_once(": ")?;
    position.split_once('/')?;
    Some(line)
}

/// The reason in buildah's `Error: building at STEP "RUN false": while running runtime: exit status 1`.
fn buildah_error(line: &str) -> Option<&str> {
    let error = line.strip_prefix("Error: ").or_else(|| line.strip_prefix("error "))?;
    let error = error.strip_prefix("building at STEP ")?;
    Some(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transcript(text: &str) -> Transcript {
        let mut transcript = Transcript::default();
        text.lines().for_each(|line| transcript.add(line, &mut |_| {}));
        transcript
    }

    #[test]
    fn buildkit_names_the_failed_step_and_its_output() {
        let transcript = transcript(
            "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n\
             #4 importing cache manifest from r.io/cache\n#4 ERROR: not found\n\
             #8 [2/3] RUN npm ci\n#8 sha256:00ff\n#8 0.345 npm error one\n#9 [3/3] COPY . .\n#9 CANCELED\n\
             #8 [2/3] RUN npm ci\n#8 1.2 \n#8 1.345 npm error two\n\
             #8 ERROR: process \"/bin/sh -c npm ci\" did not complete successfully: exit code: 1\n\
             ------\n > [2/3] RUN npm ci:\n------\nDockerfile:12\n",
        );
        let step = transcript.failed_step().unwrap();
        assert_eq!(step.name, "[2/3] RUN npm ci");
        assert_eq!(step.output, ["npm error one", "", "npm error two"]);
        assert!(step.error.as_ref().unwrap().ends_with("exit code: 1"));
        assert_eq!(transcript.dockerfile_line(), Some(12));
        assert_eq!(transcript.loose_lines().next(), Some("------"));
    }

    #[test]
    fn buildahs_failed_step_is_the_one_that_ran() {
        for error in [
            "error building at STEP \"RUN false\": error while running runtime: exit status 1",
            "Error: building at STEP \"RUN false\": while running runtime: exit status 1",
        ] {
            let text = format!("[1/2] STEP 1/3: FROM x\n[1/2] STEP 2/3: RUN false\nlast words\n{error}\nafter\n");
            let transcript = transcript(&text);
            let step = transcript.failed_step().unwrap();
            assert_eq!(step.name, "[1/2] STEP 2/3: RUN false");
            assert_eq!(step.output, ["last words"]);
            assert!(step.error.as_ref().unwrap().ends_with("exit status 1"));
        }
    }

    #[test]
    fn json_progress_says_the_same() {
        let mut transcript = Transcript::default();
        transcript.add_json(r#"{"vertexes":[{"digest":"sha256:1","name":"[2/3] RUN npm ci","started":"x"}]}"#);
        transcript.add_json(r#"{"logs":[{"vertex":"sha256:1","stream":1,"data":"b25lCnR3bwo="}]}"#);
        transcript.add_json(r#"{"vertexes":[{"digest":"sha256:1","name":"[2/3] RUN npm ci","error":"exit code: 1"}]}"#);
        transcript.add_json("error: failed to solve");
        let step = transcript.failed_step().unwrap();
        assert_eq!((step.name.as_str(), step.error.as_deref()), ("[2/3] RUN npm ci", Some("exit code: 1")));
        assert_eq!(step.output, ["one", "two"]);
        assert_eq!(transcript.loose_lines().collect::<Vec<_>>(), ["error: failed to solve"]);
    }

    #[test]
    fn no_failed_step_where_only_the_end_tells() {
        let transcript = transcript("#1 [internal] load x\n#1 DONE 0.0s\nerror: failed to solve: x\n#x no step\n");
        assert_eq!(transcript.failed_step(), None);
        assert_eq!(transcript.loose_lines().last(), Some("#x no step"));
    }

    #[test]
    fn only_the_last_lines_are_kept() {
        let lines: String = (0..50).map(|n| format!("#3 {n}.0 line {n}\n")).collect();
        let transcript = transcript(&format!("#3 [2/2] RUN x\n{lines}#3 ERROR: exit code: 2\n"));
        let output = &transcript.failed_step().unwrap().output;
        assert_eq!((output.len(), output.back().unwrap().as_str()), (20, "line 49"));
    }
}
