//! The Dockerfile as the place where a build fails: which step a builder is talking about.

use crate::dockerfile::{Origin, Rendered, RenderedStep};

/// A step that a builder named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundStep {
    /// What it is for; absent if only the step's name is known.
    pub(super) origin: Option<Origin>,
    /// Of its instruction, in upper case.
    pub(super) keyword: String,
    /// The command as somebody wrote it, else the whole instruction.
    pub(super) command: String,
}

impl From<&RenderedStep> for FoundStep {
    fn from(step: &RenderedStep) -> Self {
        Self { origin: Some(step.origin.clone()), keyword: step.keyword.to_owned(), command: step.command.clone() }
    }
}

/// The instructions that BuildKit counts.
const COUNTED: &[&str] = &["FROM", "RUN", "COPY", "ADD", "WORKDIR"];

/// The step at a line.
pub(super) fn at_line(source: &Rendered, line: usize) -> Option<FoundStep> {
    source.steps.iter().find(|step| step.lines.contains(&line)).map(FoundStep::from)
}

/// The step that a builder calls `[stage-0 4/9] RUN npm ci` or `STEP 4/9: RUN npm ci`.
pub(super) fn of_name(source: &Rendered, name: &str) -> Option<FoundStep> {
    let (position, text) = match name.split_once("STEP ") {
        Some((_, rest)) => (None, rest.split_once(": ")?.1),
        None => {
            let (position, text) = name.strip_prefix('[')?.split_once("] ")?;
            (Some(position), text)
        }
    };
    let known = position.and_then(|position| at_position(source, position)).or_else(|| of_text(source, text));
    known.map(FoundStep::from).or_else(|| unplaced(text))
}

/// The step that BuildKit calls `linux/amd64 stage-0 4/9`, if it counts as we do.
fn at_position<'a>(source: &'a Rendered, position: &str) -> Option<&'a RenderedStep> {
    let words: Vec<_> = position.split_whitespace().collect();
    let (number, total) = words.last()?.split_once('/')?;
    let (number, total): (usize, usize) = (number.parse().ok()?, total.parse().ok()?);
    let name = words[..words.len() - 1].iter().find(|word| !word.contains('/'));
    let stage = match name {
        None => source.stages.len().saturating_sub(1),
        Some(name) => source
            .stages
            .iter()
            .position(|stage| stage.as_deref() == Some(*name))
            .or_else(|| name.strip_prefix("stage-")?.parse().ok())?,
    };
    let is_counted = |step: &&RenderedStep| step.stage == stage && COUNTED.contains(&step.keyword);
    let counted: Vec<_> = source.steps.iter().filter(is_counted).collect();
    (counted.len() == total).then(|| counted.get(number.checked_sub(1)?).copied()).flatten()
}

fn of_text<'a>(source: &'a Rendered, text: &str) -> Option<&'a RenderedStep> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    source.steps.iter().find(|step| step.text == text)
}

/// A step of which only the text is known.
fn unplaced(text: &str) -> Option<FoundStep> {
    let keyword = text.split(' ').next()?;
    let command = match keyword {
        "RUN" => text.split(' ').skip(1).skip_while(|word| word.starts_with("--")).collect::<Vec<_>>().join(" "),
        _ => text.to_owned(),
    };
    COUNTED.contains(&keyword).then(|| FoundStep { origin: None, keyword: keyword.to_owned(), command })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::PhaseName;

    /// A Dockerfile of these instructions: stage, what each is for, and its text.
    fn rendered(steps: &[(usize, Option<&str>, &'static str)]) -> Rendered {
        let mut source = Rendered { stages: vec![Some("build".into()), None], ..Rendered::default() };
        for (number, (stage, phase, text)) in steps.iter().enumerate() {
            source.steps.push(RenderedStep {
                lines: number * 2 + 1..=number * 2 + 2,
                stage: *stage,
                origin: phase.map_or(Origin::Setup, |phase| Origin::Phase(PhaseName::new(phase))),
                keyword: text.split(' ').next().unwrap(),
                text: (*text).to_owned(),
                command: text.rsplit("id=T ").next().unwrap().trim_start_matches("RUN ").to_owned(),
            });
        }
        source
    }

    fn source() -> Rendered {
        rendered(&[
            (0, None, "FROM base AS build"),
            (0, None, "ENTRYPOINT [\"x\"]"),
            (0, None, "RUN mkdir -p x"),
            (0, Some("install"), "COPY . /app/."),
            (0, Some("install"), "RUN --mount=type=cache,id=k,target=/root/.npm --mount=type=secret,id=T npm ci"),
            (0, Some("build"), "RUN npm run build"),
            (1, Some("run"), "FROM run"),
            (1, Some("run"), "RUN true"),
        ])
    }

    fn found(name: &str) -> (String, String) {
        let step = of_name(&source(), name).unwrap_or_else(|| panic!("{name} is not found"));
        (step.origin.map(|origin| origin.to_string()).unwrap_or_default(), step.command)
    }

    #[test]
    fn a_step_is_found_by_its_position() {
        let install = ("install".to_owned(), "npm ci".to_owned());
        assert_eq!(found("[build 4/5] RUN whatever BuildKit makes of it"), install);
        assert_eq!(found("[linux/arm64 build  4/5] RUN npm ci"), install);
        assert_eq!(found("[stage-1 2/2] RUN true"), ("run".into(), "true".into()));
        assert_eq!(found("[2/2] RUN true"), ("run".into(), "true".into()));
    }

    #[test]
    fn a_step_that_is_counted_differently_is_found_by_its_text() {
        let step = "RUN --mount=type=cache,id=k,target=/root/.npm --mount=type=secret,id=T npm ci";
        assert_eq!(found(&format!("[build 5/9] {step}")).0, "install");
        assert_eq!(found(&format!("[1/2] STEP 9/12: {step}")).0, "install");
        assert_eq!(found("STEP 12/20: RUN npm  run build"), ("build".into(), "npm run build".into()));
        assert_eq!(found("[9/9] RUN --mount=type=cache,id=x unknown"), (String::new(), "unknown".into()));
        assert!(of_name(&source(), "[internal] load build context").is_none());
        assert!(of_name(&source(), "exporting to image").is_none());
    }

    #[test]
    fn a_step_is_found_by_each_of_its_lines() {
        for line in [5, 6] {
            let step = at_line(&source(), line).unwrap();
            assert_eq!((step.origin, step.keyword.as_str()), (Some(Origin::Setup), "RUN"));
        }
        assert_eq!(at_line(&source(), 99), None);
    }
}
