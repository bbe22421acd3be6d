//! The Dockerfile as the place where a build fails: which instruction belongs to which phase.

use crate::dockerfile::without_exports;

/// The instructions of a Dockerfile.
pub(super) struct Source {
    instructions: Vec<Instruction>,
    /// The names of the stages; most have none.
    stages: Vec<Option<String>>,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Instruction {
    /// First and last line, from 1.
    lines: (usize, usize),
    stage: usize,
    /// The phase, `setup` for what comes before any, `start` for what comes after all; absent if
    /// only the step's name is known.
    pub(super) phase: Option<String>,
    /// In upper case.
    pub(super) keyword: String,
    /// The whole instruction, blanks reduced to one.
    text: String,
}

/// The instructions that BuildKit counts.
const COUNTED: &[&str] = &["FROM", "RUN", "COPY", "ADD", "WORKDIR"];

impl Source {
    /// Reads a generated Dockerfile: its comments `# NAME phase` and `# start` tell the phases.
    pub(super) fn parse(dockerfile: &str) -> Self {
        let mut source = Self { instructions: Vec::new(), stages: Vec::new() };
        let mut phase = "setup".to_owned();
        let mut lines = dockerfile.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let line = line.trim();
            if let Some(comment) = line.strip_prefix('#') {
                phase = phase_of_comment(comment.trim()).unwrap_or(phase);
                continue;
            }
            if line.is_empty() {
                continue;
            }
            let (mut text, mut last) = (line.to_owned(), number);
            while text.ends_with('\\') {
                text.pop();
                let Some((number, line)) = lines.next() else { break };
                text.push_str(line.trim());
                last = number;
            }
            for delimiter in heredocs(&text) {
                for (number, line) in lines.by_ref() {
                    last = number;
                    if line.trim() == delimiter {
                        break;
                    }
                }
            }
            source.push(&text, (number + 1, last + 1), &phase);
        }
        source
    }

    fn push(&mut self, text: &str, lines: (usize, usize), phase: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let keyword = text.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        if keyword == "FROM" {
            let words: Vec<_> = text.split(' ').collect();
            let name = match words.as_slice() {
                [.., word, name] if word.eq_ignore_ascii_case("as") => Some((*name).to_owned()),
                _ => None,
            };
            self.stages.push(name);
        }
        let stage = self.stages.len().saturating_sub(1);
        self.instructions.push(Instruction { lines, stage, phase: Some(phase.to_owned()), keyword, text });
    }

    /// The instruction at a line.
    pub(super) fn at_line(&self, line: usize) -> Option<&Instruction> {
        self.instructions.iter().find(|instruction| (instruction.lines.0..=instruction.lines.1).contains(&line))
    }

    /// The instruction that a builder calls `[stage-0 4/9] RUN npm ci` or `STEP 4/9: RUN npm ci`.
    pub(super) fn of_step(&self, name: &str) -> Option<Instruction> {
        let (position, text) = match name.split_once("STEP ") {
            Some((_, rest)) => (None, rest.split_once(": ")?.1),
            None => {
                let (position, text) = name.strip_prefix('[')?.split_once("] ")?;
                (Some(position), text)
            }
        };
        let known = position.and_then(|position| self.at_position(position)).or_else(|| self.of_text(text));
        known.cloned().or_else(|| Instruction::unplaced(text))
    }

    /// The instruction that BuildKit calls `linux/amd64 stage-0 4/9`, if it counts as we do.
    fn at_position(&self, position: &str) -> Option<&Instruction> {
        let words: Vec<_> = position.split_whitespace().collect();
        let (number, total) = words.last()?.split_once('/')?;
        let (number, total): (usize, usize) = (number.parse().ok()?, total.parse().ok()?);
        let name = words[..words.len() - 1].iter().find(|word| !word.contains('/'));
        let stage = match name {
            None => self.stages.len().saturating_sub(1),
            Some(name) => self
                .stages
                .iter()
                .position(|stage| stage.as_deref() == Some(*name))
                .or_else(|| name.strip_prefix("stage-")?.parse().ok())?,
        };
        let is_counted =
            |instruction: &&Instruction| instruction.stage == stage && COUNTED.contains(&instruction.keyword.as_str());
        let counted: Vec<_> = self.instructions.iter().filter(is_counted).collect();
        (counted.len() == total).then(|| counted.get(number.checked_sub(1)?).copied()).flatten()
    }

    fn of_text(&self, text: &str) -> Option<&Instruction> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.instructions.iter().find(|instruction| instruction.text == text)
    }
}

impl Instruction {
    /// An instruction of which only the text is known.
    fn unplaced(text: &str) -> Option<Self> {
        let keyword = text.split(' ').next()?.to_owned();
        let is_instruction = COUNTED.contains(&keyword.as_str());
        is_instruction.then(|| Self { lines: (0, 0), stage: 0, phase: None, keyword, text: text.to_owned() })
    }

    /// The command of a `RUN`, else the whole instruction.
    pub(super) fn command(&self) -> &str {
        if self.keyword != "RUN" {
            return &self.text;
        }
        let mut command = self.text["RUN".len()..].trim_start();
        while command.starts_with("--") {
            let Some((_, rest)) = command.split_once(' ') else { break };
            command = rest;
        }
        without_exports(command)
    }
}

fn phase_of_comment(comment: &str) -> Option<String> {
    match comment {
        "references" | "start" => Some("start".to_owned()),
        _ => comment.strip_suffix(" phase").map(str::to_owned),
    }
}

/// The delimiters of an instruction's here-documents.
fn heredocs(text: &str) -> Vec<String> {
    let is_instruction = ["RUN ", "COPY ", "ADD "].iter().any(|keyword| text.starts_with(keyword));
    let starts = text.split_whitespace().filter_map(|word| word.strip_prefix("<<")).filter(|_| is_instruction);
    let delimiter = |word: &str| word.trim_start_matches('-').trim_matches(['"', '\'']).to_owned();
    let is_delimiter = |word: &String| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    starts.map(delimiter).filter(is_delimiter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCKERFILE: &str = "FROM base AS build\nENTRYPOINT [\"x\"]\nWORKDIR /app/\n\n\
        RUN mkdir -p \"$(dirname 'x')\" && echo '\\\nAAAA\\\n' | base64 -d > 'x'\nARG A\n\n\
        # setup phase\n# noop\n\n# install phase\nCOPY . /app/.\n\
        RUN --mount=type=cache,id=k,target=/root/.npm --mount=type=secret,id=T npm   ci\n\n\
        # build phase\nRUN <<EOF\nRUN fake\nEOF\nRUN  npm run build\n\n# start\nFROM run\nRUN true\n";

    fn found(name: &str) -> (String, String) {
        let source = Source::parse(DOCKERFILE);
        let instruction = source.of_step(name).unwrap_or_else(|| panic!("{name} is not found"));
        (instruction.phase.clone().unwrap_or_default(), instruction.command().to_owned())
    }

    #[test]
    fn a_step_is_found_by_its_position() {
        let install = ("install".to_owned(), "npm ci".to_owned());
        assert_eq!(found("[build 5/7] RUN whatever BuildKit makes of it"), install);
        assert_eq!(found("[linux/arm64 build  5/7] RUN npm ci"), install);
        assert_eq!(found("[stage-1 2/2] RUN true"), ("start".into(), "true".into()));
        assert_eq!(found("[2/2] RUN true"), ("start".into(), "true".into()));
    }

    #[test]
    fn a_step_that_is_counted_differently_is_found_by_its_text() {
        let step = "RUN --mount=type=cache,id=k,target=/root/.npm --mount=type=secret,id=T npm ci";
        assert_eq!(found(&format!("[build 5/9] {step}")).0, "install");
        assert_eq!(found(&format!("[1/2] STEP 9/12: {step}")).0, "install");
        assert_eq!(found("STEP 12/20: RUN npm run build"), ("build".into(), "npm run build".into()));
        assert_eq!(found("[9/9] RUN --mount=type=cache,id=x unknown"), (String::new(), "unknown".into()));
        assert!(Source::parse(DOCKERFILE).of_step("[internal] load build context").is_none());
        assert!(Source::parse(DOCKERFILE).of_step("exporting to image").is_none());
    }

    #[test]
    fn an_instruction_is_found_by_each_of_its_lines() {
        let source = Source::parse(DOCKERFILE);
        for line in [5, 6, 7] {
            let instruction = source.at_line(line).unwrap();
            assert_eq!((instruction.phase.as_deref(), instruction.keyword.as_str()), (Some("setup"), "RUN"));
        }
        assert_eq!(source.at_line(4), None);
        assert!(source.instructions.iter().all(|instruction| instruction.text != "RUN fake"));
    }
}
