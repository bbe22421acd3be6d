//! What follows from commands that are the user's own: a provider knows only what its own ones need.

use super::{Draft, Facts};
use crate::plan::{ListEdit, Plan, add_new};
use std::path::Path;

/// Lets phases of a provider wait for the whole app: all of them if the user wants that, and those
/// whose commands are the user's.
pub(super) fn copy_everything_first(draft: &mut Draft, facts: &Facts) {
    let is_wanted = facts.user.image.as_ref().and_then(|image| image.manifests_first) == Some(false);
    for (name, phase) in draft.plan.phases.iter_mut().flatten() {
        let of_user = facts.user.phases.as_ref().and_then(|phases| phases.get(name));
        let has_own_commands = of_user.is_some_and(|phase| phase.commands.is_some());
        if has_own_commands {
            // They may use what is there instead of making it anew.
            phase.exclude_files = None;
        }
        // Files of `setup` are those that Nix expressions refer to.
        if name != "setup" && (is_wanted || has_own_commands) {
            phase.only_include_files = None;
            phase.only_variables = None;
        }
    }
}

/// What commands of the system's have in them that put files elsewhere than into the app, wherever that is.
const OUTSIDE: [&str; 7] = ["/usr/", "/opt/", "/root", "$HOME", "~/", "apt-get ", "apt install"];

/// Programs whose last word, or all of whose words, are files that they make.
const MAKE_LAST: [&str; 5] = ["cp", "mv", "ln", "install", "rsync"];
const MAKE_ALL: [&str; 3] = ["mkdir", "touch", "tee"];

/// Folders that are there when the app runs, or whose content nobody expects there.
const KEPT: [&str; 6] = ["/app", "/assets", "/tmp", "/dev", "/nix", "/proc"];

/// The files outside the app that a command makes, as far as its words show: `cp a.conf /etc/a.conf`,
/// `echo 1 > /srv/x`.
fn made_outside(command: &str) -> Vec<&str> {
    let steps = command.split(['\n', ';', '|', '&']).map(|step| step.split_whitespace().collect::<Vec<_>>());
    let made = steps.flat_map(|words| {
        let redirected = words.windows(2).filter(|pair| matches!(pair[0], ">" | ">>")).map(|pair| pair[1]);
        let of_program = match words.first() {
            Some(program) if MAKE_LAST.contains(program) => words[1..].last().into_iter().copied().collect(),
            Some(program) if MAKE_ALL.contains(program) => words[1..].to_vec(),
            _ => Vec::new(),
        };
        of_program.into_iter().chain(redirected).collect::<Vec<_>>()
    });
    made.map(|word| word.trim_matches(['"', '\'']))
        .filter(|path| path.starts_with('/') && !KEPT.iter().any(|kept| Path::new(path).starts_with(kept)))
        .collect()
}

/// Says that files of the user's own commands may be missing at run time, where the image has only what
/// the plan says is needed.
pub(super) fn files_elsewhere(plan: &Plan, facts: &Facts) -> Vec<String> {
    let names_files = facts.user.start.as_ref().is_some_and(|start| start.only_include_files.is_some());
    if names_files || plan.run_time().needs().is_none() {
        return Vec::new();
    }
    let commands = facts.user.phases.iter().flatten().filter_map(|(_, phase)| phase.commands.clone());
    let commands: Vec<String> = commands.flat_map(ListEdit::into_values).collect();
    let mut made = Vec::new();
    commands.iter().for_each(|command| add_new(&mut made, made_outside(command)));
    let of_tools = || facts.catalog.tools(facts.edition);
    let is_outside = |command: &&String| {
        !made_outside(command).is_empty()
            || OUTSIDE.iter().any(|sign| command.contains(sign))
            || of_tools().installs_elsewhere.iter().any(|sign| command.contains(&**sign))
    };
    let named = if made.is_empty() {
        "…".to_owned()
    } else {
        made.iter().map(|path| format!("\"{path}\"")).collect::<Vec<_>>().join(", ")
    };
    let warning = |command| {
        format!(
            "The command `{command}` may put files elsewhere than below /app, and the image has only what the plan's \
             `start` names. Name them in nixpacks.toml, `[start]` with `onlyIncludeFiles = [\"/app/\", {named}]`, or write \
             `--slim false`"
        )
    };
    commands.iter().find(is_outside).map(warning).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_facts;
    use super::*;
    use crate::plan::{ImageSettings, PartialPlan, Start};

    #[test]
    fn files_elsewhere_are_warned_of_unless_they_are_named() {
        let plan = |slim| Plan {
            start: Some(Start { nix_packages: Some(Vec::new()), ..Start::default() }),
            image: Some(ImageSettings { slim, ..ImageSettings::default() }),
            ..Plan::default()
        };
        with_facts(&[], |facts| {
            let warnings =
                |slim, user: &PartialPlan| files_elsewhere(&plan(slim), &Facts { user, asked: None, ..facts });
            let mut user = PartialPlan::default();
            user.phase_mut("build").commands = Some(ListEdit::replace(["npm install -g tool"]));
            assert!(warnings(None, &user)[0].contains("`npm install -g tool`"));
            assert_eq!(warnings(Some(false), &user), [""; 0]);
            user.start.get_or_insert_default().only_include_files = Some(ListEdit::replace(["/app/", "/opt/tool"]));
            assert_eq!(warnings(None, &user), [""; 0]);
            let mut harmless = PartialPlan::default();
            harmless.phase_mut("build").commands = Some(ListEdit::replace(["npm run build"]));
            assert_eq!(warnings(None, &harmless), [""; 0]);
        });
    }

    #[test]
    fn files_that_commands_make_outside_the_app_are_read_off() {
        let made = |command| made_outside(command).join(" ");
        assert_eq!(
            made("mkdir -p /etc/supervisor/conf.d && cp a.conf \"/etc/a.conf\""),
            "/etc/supervisor/conf.d /etc/a.conf"
        );
        assert_eq!(made("echo 1 > /srv/x; echo 2 >> y"), "/srv/x");
        for command in ["cp /etc/hosts ./hosts", "mkdir -p /app/tmp /tmp/x", "cat /etc/os-release", "make > /dev/null"]
        {
            assert_eq!(made(command), "", "{command}");
        }
    }

    #[test]
    fn commands_of_the_user_see_all_of_the_app() {
        let mut draft = Draft::default();
        for name in ["install", "build"] {
            draft.plan.phase_mut(name).only_include_files = Some(ListEdit::replace(["package.json"]));
        }
        let mut user = PartialPlan::default();
        user.phase_mut("install").commands = Some(ListEdit::replace(["make deps"]));
        with_facts(&[], |facts| copy_everything_first(&mut draft, &Facts { user: &user, ..facts }));
        assert_eq!(draft.plan.phase_mut("install").only_include_files, None);
        assert!(draft.plan.phase_mut("build").only_include_files.is_some());
    }
}
