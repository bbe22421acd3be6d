//! The plan as a table for people, in the layout of Nixpacks 1.41.

use anstyle::{AnsiColor, Style};
use plugpacks::plan::{Phase, Plan};
use plugpacks::text::lines;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// Widths in characters.
const MIN_WIDTH: usize = 20;
const MAX_WIDTH: usize = 80;
const MIN_LEFT_COLUMN: usize = 10;
/// The longest left column that leaves room for the right one; longer names are cut.
const MAX_LEFT_COLUMN: usize = 60;
/// `║` and a blank at each side, and ` │ ` in between.
const FRAME: usize = 7;

const BORDER: Style = AnsiColor::Cyan.on_default().dimmed();
const TITLE: Style = AnsiColor::Magenta.on_default().bold();

/// The table of a plan whose phases are given in the order in which they run, with colours as
/// escape sequences.
pub(super) fn render(title: &str, plan: &Plan, phases: &[(&str, &Phase<Vec<String>>)]) -> String {
    let shown = phases.iter().filter(|(_, phase)| is_shown(phase));
    let start = lines(plan.start_command().unwrap_or_default());
    let rows: Vec<(&str, String)> =
        shown.map(|(name, phase)| (*name, lines(&cell(phase)))).chain([("start", start.clone())]).collect();

    let left = rows.iter().map(|(name, _)| length(name)).max().unwrap_or(0).clamp(MIN_LEFT_COLUMN, MAX_LEFT_COLUMN);
    let longest = rows.iter().flat_map(|(_, cell)| cell.lines()).map(length).max().unwrap_or(0);
    // The start command counts as one line, whatever it has inside.
    let longest = longest.max(length(&start));
    let total = (left + FRAME + longest).clamp(MIN_WIDTH, MAX_WIDTH.max(left + FRAME + 1));
    let right = total - left - FRAME;

    let mut table = format!("\n{}\n", top(title, total));
    let separator = paint(&format!("║{}║", "─".repeat(total - 2)));
    for (number, (name, cell)) in rows.iter().enumerate() {
        if number > 0 {
            table.push_str(&separator);
            table.push('\n');
        }
        push_row(&mut table, name, cell, left, right);
    }
    table.push_str(&paint(&format!("╚{}╝", "═".repeat(total - 2))));
    table.push_str("\n\n");
    table
}

fn is_shown(phase: &Phase<Vec<String>>) -> bool {
    phase.uses_nix() || phase.apt_packages.is_some() || phase.commands.is_some()
}

fn cell(phase: &Phase<Vec<String>>) -> String {
    let packages = [&phase.nix_packages, &phase.apt_packages].map(Phase::elements).concat().join(", ");
    let commands = Phase::elements(&phase.commands).join("\n");
    match (packages.is_empty(), commands.is_empty()) {
        (false, false) => format!("pkgs: {packages}\ncmds: {commands}"),
        (true, _) => commands,
        (_, true) => packages,
    }
}

fn push_row(table: &mut String, name: &str, cell: &str, left: usize, right: usize) {
    let options = Options::new(right)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::HyphenSplitter)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let lines: Vec<String> =
        cell.split('\n').flat_map(|line| textwrap::wrap(line, &options)).map(|line| line.into_owned()).collect();
    let name: String = name.chars().take(left).collect();
    for (number, line) in lines.iter().enumerate() {
        let name = if number == 0 { name.as_str() } else { "" };
        let padding = " ".repeat(right.saturating_sub(length(line)));
        table.push_str(&paint("║ "));
        table.push_str(&format!("{name:<left$}{}{line}{padding}{}\n", paint(" │ "), paint(" ║")));
    }
}

fn top(title: &str, total: usize) -> String {
    let title = format!(" {title} ");
    let rest = total.saturating_sub(length(&title) + 2);
    let before = "═".repeat(rest.div_ceil(2));
    let after = "═".repeat(rest / 2);
    format!("{}{TITLE}{title}{TITLE:#}{}", paint(&format!("╔{before}")), paint(&format!("{after}╗")))
}

fn paint(text: &str) -> String {
    format!("{BORDER}{text}{BORDER:#}")
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks::plan::Start;

    fn plan(phases: &[(&str, &[&str], &[&str])], start: Option<&str>) -> Plan {
        let list = |elements: &[&str]| elements.iter().map(|&element| element.to_owned()).collect::<Vec<_>>();
        let phases = phases.iter().map(|(name, packages, commands)| {
            let phase = Phase {
                nix_packages: (!packages.is_empty()).then(|| list(packages)),
                commands: (!commands.is_empty()).then(|| list(commands)),
                ..Phase::default()
            };
            ((*name).to_owned(), phase)
        });
        Plan { phases: phases.collect(), start: start.map(Start::with_command), ..Plan::default() }
    }

    fn plain(plan: &Plan) -> String {
        let phases = plan.ordered_phases().unwrap();
        anstream::adapter::strip_str(&render("Plugpacks v1.2.3", plan, &phases)).to_string()
    }

    #[test]
    fn a_small_plan() {
        let plan = plan(
            &[("setup", &["nodejs_18", "npm-9_x"], &[]), ("install", &[], &["npm i"]), ("noop", &[], &[])],
            Some("npm run start"),
        );
        insta::assert_snapshot!(plain(&plan), @"

        ╔════════ Plugpacks v1.2.3 ═══════╗
        ║ install    │ npm i              ║
        ║─────────────────────────────────║
        ║ setup      │ nodejs_18, npm-9_x ║
        ║─────────────────────────────────║
        ║ start      │ npm run start      ║
        ╚═════════════════════════════════╝
        ");
    }

    #[test]
    fn long_lines_are_wrapped_and_long_names_cut() {
        let command =
            "python -m venv --copies /opt/venv && . /opt/venv/bin/activate && pip install -r requirements.txt";
        let name = "a".repeat(90);
        let plan = plan(&[("setup", &["gcc"], &[command, "true"]), (&name, &[], &["x"])], Some(&"y".repeat(70)));
        insta::assert_snapshot!(plain(&plan), @"

        ╔══════════════════════════════ Plugpacks v1.2.3 ══════════════════════════════╗
        ║ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa │ x             ║
        ║──────────────────────────────────────────────────────────────────────────────║
        ║ setup                                                        │ pkgs: gcc     ║
        ║                                                              │ cmds: python  ║
        ║                                                              │ -m venv       ║
        ║                                                              │ --copies      ║
        ║                                                              │ /opt/venv &&  ║
        ║                                                              │ .             ║
        ║                                                              │ /opt/venv/bin ║
        ║                                                              │ /activate &&  ║
        ║                                                              │ pip install   ║
        ║                                                              │ -r            ║
        ║                                                              │ requirements. ║
        ║                                                              │ txt           ║
        ║                                                              │ true          ║
        ║──────────────────────────────────────────────────────────────────────────────║
        ║ start                                                        │ yyyyyyyyyyyyy ║
        ║                                                              │ yyyyyyyyyyyyy ║
        ║                                                              │ yyyyyyyyyyyyy ║
        ║                                                              │ yyyyyyyyyyyyy ║
        ║                                                              │ yyyyyyyyyyyyy ║
        ║                                                              │ yyyyy         ║
        ╚══════════════════════════════════════════════════════════════════════════════╝
        ");
    }
}
