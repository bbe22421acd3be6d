//! What the running app needs, where providers say so: the user's additions, what several providers
//! need together, what follows for the image.

use crate::app::{App, DockerIgnore, EntryKind};
use crate::edition::{self, Distribution};
use crate::error::{Error, Result};
use crate::plan::{ImageSettings, Item, ListEdit, PartialPhase, PartialPlan, PartialStart, Phase, Plan, Setting};
use std::collections::BTreeSet;

/// Says that all of the app is needed.
const WHOLE_APP: &str = "/app/";

/// Whose start command the app has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StartCommand {
    /// The provider's.
    OfProvider,
    /// Procfile's, configuration's, environment's or command line's.
    OfUser,
}

/// What two providers need at run time together: each says what it needs, or nothing is known.
pub(crate) fn combine(earlier: Option<PartialStart>, later: Option<PartialStart>) -> Option<PartialStart> {
    let (Some(earlier), Some(later)) = (&earlier, &later) else {
        let known = earlier.or(later)?;
        return Some(PartialStart { nix_packages: None, nix_libraries: None, apt_packages: None, ..known });
    };
    let both = |a: &Option<ListEdit>, b: &Option<ListEdit>| {
        let (a, b) = (a.as_ref()?, b.as_ref()?);
        Some(distinct(a.0.iter().chain(&b.0).cloned()))
    };
    let files = [earlier, later].into_iter().flat_map(|start| start.only_include_files.iter().flat_map(|list| &list.0));
    let absolute = files.filter(|item| is_absolute(item)).cloned();
    let whole_app = Item::Value(WHOLE_APP.to_owned());
    Some(PartialStart {
        command: earlier.command.clone().or_else(|| later.command.clone()),
        run_image: earlier.run_image.clone().or_else(|| later.run_image.clone()),
        only_include_files: Some(distinct([whole_app].into_iter().chain(absolute))),
        user: earlier.user.clone().or_else(|| later.user.clone()),
        nix_packages: both(&earlier.nix_packages, &later.nix_packages),
        nix_libraries: both(&earlier.nix_libraries, &later.nix_libraries),
        apt_packages: both(&earlier.apt_packages, &later.apt_packages),
    })
}

fn distinct(items: impl Iterator<Item = Item>) -> ListEdit {
    let mut list: Vec<Item> = Vec::new();
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
    ListEdit(list)
}

fn is_absolute(item: &Item) -> bool {
    matches!(item, Item::Value(path) if path.starts_with('/'))
}

/// Adds to what a provider says of the run time what follows from the user's wishes: packages that
/// the user adds to a phase are needed at run time, too, and so may be everything if the provider's
/// claim was about a command that is not used. `merged` is the plan as it is without this.
pub(crate) fn add_wishes(provider: &mut PartialPlan, merged: &PartialPlan, command: StartCommand) {
    let wished = |list: fn(&PartialPhase) -> &Option<ListEdit>| {
        let known = values(provider, list);
        values(merged, list).into_iter().filter(|value| !known.contains(value)).collect::<Vec<_>>()
    };
    let packages = wished(|phase| &phase.nix_packages);
    let libraries = wished(|phase| &phase.nix_libraries);
    let apt_packages = wished(|phase| &phase.apt_packages);
    let all_packages = values(merged, |phase| &phase.nix_packages);
    let Some(start) = &mut provider.start else { return };
    let is_specific = start.only_include_files.iter().flat_map(|list| &list.0).any(|file| !is_absolute(file));
    if command == StartCommand::OfUser && is_specific {
        let files = start.only_include_files.take().into_iter().flat_map(|list| list.0).filter(is_absolute);
        let whole_app = Item::Value(WHOLE_APP.to_owned());
        start.only_include_files = Some(distinct([whole_app].into_iter().chain(files)));
        start.nix_packages = start.nix_packages.is_some().then(|| ListEdit::replace(all_packages));
        (start.nix_libraries, start.apt_packages) = (None, None);
    }
    let lists = [
        (&mut start.nix_packages, packages),
        (&mut start.nix_libraries, libraries),
        (&mut start.apt_packages, apt_packages),
    ];
    for (list, wished) in lists {
        if let Some(list) = list {
            list.0.extend(wished.into_iter().map(Item::Value));
        }
    }
}

/// Packages that the user adds to those of the run time where nobody said which these are: the image has
/// all of the build, so the build gets them.
pub(crate) fn add_to_the_build(merged: &mut PartialPlan) {
    let Some(start) = &mut merged.start else { return };
    let take = |list: &mut Option<ListEdit>| {
        // A marker is left where there is nothing that it could stand for.
        list.take_if(|list| list.0.contains(&Item::Inherited)).into_iter().flat_map(ListEdit::into_values).collect()
    };
    let [nix_packages, nix_libraries, apt_packages]: [Vec<String>; 3] =
        [take(&mut start.nix_packages), take(&mut start.nix_libraries), take(&mut start.apt_packages)];
    if [&nix_packages, &nix_libraries, &apt_packages].iter().all(|list| list.is_empty()) {
        return;
    }
    let setup = merged.phase_mut("setup");
    let lists = [
        (&mut setup.nix_packages, nix_packages),
        (&mut setup.nix_libraries, nix_libraries),
        (&mut setup.apt_packages, apt_packages),
    ];
    for (list, added) in lists {
        if !added.is_empty() {
            list.get_or_insert(ListEdit(Vec::new())).0.extend(added.into_iter().map(Item::Value));
        }
    }
}

/// The values of a list of all phases, each once.
fn values(plan: &PartialPlan, list: impl Fn(&PartialPhase) -> &Option<ListEdit>) -> BTreeSet<String> {
    let lists = plan.phases.iter().flatten().filter_map(|(_, phase)| list(phase).clone());
    lists.flat_map(ListEdit::into_values).collect()
}

/// Takes files from the phases of a provider that the app keeps out of builds, such as an `.npmrc`: it is an
/// error to copy them one by one, and `COPY .` would not bring them either.
pub(crate) fn leave_out_ignored_files(provider: &mut PartialPlan, app: &App) {
    const FILE: &str = ".dockerignore";
    if app.entry(FILE) != Ok(EntryKind::File) {
        return;
    }
    let Ok(text) = app.read_text(FILE) else { return };
    let ignored = DockerIgnore::parse(&text);
    for files in provider.phases.iter_mut().flatten().filter_map(|(_, phase)| phase.only_include_files.as_mut()) {
        files.0.retain(|item| !matches!(item, Item::Value(path) if ignored.leaves_out(path)));
    }
}

/// Lets phases of a provider wait for the whole app: all of them if the user wants that, and those
/// whose commands are the user's, since the provider knows only what its own ones need.
pub(crate) fn copy_everything_first(provider: &mut PartialPlan, user: &PartialPlan) {
    let is_wanted = user.image.as_ref().and_then(|image| image.manifests_first) == Some(false);
    for (name, phase) in provider.phases.iter_mut().flatten() {
        let has_own_commands =
            user.phases.as_ref().and_then(|phases| phases.get(name)).is_some_and(|phase| phase.commands.is_some());
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

/// Makes a process of the plan the one that starts by default.
///
/// # Errors
/// There is no process of this name.
pub(crate) fn choose_process(plan: &mut Plan) -> Result<()> {
    let chosen = plan.image.as_ref().and_then(|image| image.process.clone());
    let Some(name) = chosen.and_then(Setting::into_value) else { return Ok(()) };
    let known = plan.processes.clone().unwrap_or_default();
    let Some(command) = known.get(&name) else {
        let names: Vec<_> = known.keys().map(String::as_str).collect();
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(Error::configuration(format!("There is no process `{name}`"))
            .cause(format!("processes of this app: {known}"))
            .hint("Processes are lines `NAME: COMMAND` of a Procfile, or `[processes]` in nixpacks.toml"));
    };
    plan.start.get_or_insert_default().command = Some(command.clone());
    Ok(())
}

/// Checks what a health check is to ask for.
///
/// # Errors
/// It is no path.
pub(crate) fn check_health_check(plan: &Plan) -> Result<()> {
    match plan.image.as_ref().and_then(ImageSettings::health_check) {
        Some(path) if !path.starts_with('/') || path.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            Err(Error::configuration(format!("The health check asks for `{path}`, which is no path"))
                .hint("Write one such as `/health` in `--health-check`, NIXPACKS_HEALTH_CHECK or `image.healthCheck`"))
        }
        _ => Ok(()),
    }
}

/// Checks whom the app is to run as.
///
/// # Errors
/// It is neither a name nor a number of a user.
pub(crate) fn check_user(plan: &Plan) -> Result<()> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    match plan.start.as_ref().and_then(|start| start.user.as_deref()) {
        Some(user) if user.is_empty() || user.starts_with(['-', '.']) || !user.chars().all(is_part) => {
            Err(Error::configuration(format!("The app is to run as `{user}`, which is no user")).hint(
                "Write a name such as `app`, or a number such as 10001, in `--user`, NIXPACKS_USER or `start.user`",
            ))
        }
        _ => Ok(()),
    }
}

/// What commands have in them that put files elsewhere than into the app.
const OUTSIDE: &[&str] =
    &["/usr/", "/opt/", "/root", "$HOME", "~/", "apt-get ", "apt install", "install -g", "playwright install"];

/// Says that files of the user's own commands may be missing at run time, where the image has only what
/// the plan says is needed.
pub(crate) fn warn_of_files_elsewhere(plan: &Plan, user: &PartialPlan) -> Option<String> {
    plan.packages_at_run_time()?;
    let says_more = user.start.as_ref().is_some_and(|start| start.only_include_files.is_some());
    let commands = user.phases.iter().flatten().filter_map(|(_, phase)| phase.commands.clone());
    let command = commands
        .flat_map(ListEdit::into_values)
        .find(|command| OUTSIDE.iter().any(|word| command.contains(word)))
        .filter(|_| !says_more)?;
    Some(format!(
        "The command `{command}` may put files elsewhere than below /app, and the image has only what the plan's \
         `start` names. Name them in nixpacks.toml, `[start]` with `onlyIncludeFiles = [\"/app/\", …]`, or write \
         `--slim false`"
    ))
}

/// Settles what the image is made of: whether it can be slim, and what its last stage starts from.
/// Says what a user should know about it.
pub(crate) fn settle(plan: &mut Plan, distribution: Distribution, app: &App) -> Option<String> {
    add_mentioned_variables(plan, app);
    let is_known = edition::is_known_base(&plan.build_image);
    let is_wanted = plan.image.as_ref().and_then(|image| image.slim);
    let all_apt: BTreeSet<_> =
        plan.phases.values().flat_map(|phase| Phase::elements(&phase.apt_packages)).cloned().collect();
    let is_slim = plan.packages_at_run_time().is_some();
    let start = plan.start.as_mut().filter(|_| is_slim)?;
    if !is_known && is_wanted.is_none() {
        start.nix_packages = None;
        return Some(format!(
            "The base image `{}` may have what the app needs at run time, so the image is made of it; \
             `--slim true` takes only the packages that the plan names",
            plan.build_image
        ));
    }
    let apt_packages = start.apt_packages.get_or_insert_with(|| all_apt.into_iter().collect());
    if !apt_packages.is_empty() {
        start.run_image.get_or_insert_with(|| distribution.run_image().to_owned());
    }
    None
}

/// A variable that a phase's command or copied file mentions is one that the phase reads.
fn add_mentioned_variables(plan: &mut Plan, app: &App) {
    let names: Vec<_> = plan.variables.iter().flatten().map(|(name, _)| name.clone()).collect();
    for phase in plan.phases.values_mut() {
        let Some(patterns) = &mut phase.only_variables else { continue };
        let files = phase.only_include_files.iter().flatten();
        let texts: Vec<_> = files.filter_map(|file| app.read_text(file).ok()).collect();
        let commands = phase.commands.iter().flatten();
        for name in &names {
            let in_command = commands.clone().any(|command| mentions(command, name));
            if (in_command || texts.iter().any(|text| mentions(text, name))) && !patterns.contains(name) {
                patterns.push(name.clone());
            }
        }
    }
}

/// Whether a text has a name as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + name.len()..].starts_with(is_word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan_with(packages: &[&str], start: Option<PartialStart>) -> PartialPlan {
        let mut plan = PartialPlan { start, ..PartialPlan::default() };
        plan.phase_mut("setup").nix_packages = Some(ListEdit::replace(packages.iter().copied()));
        plan
    }

    fn start(packages: &[&str], files: &[&str]) -> PartialStart {
        PartialStart {
            nix_packages: Some(ListEdit::replace(packages.iter().copied())),
            only_include_files: (!files.is_empty()).then(|| ListEdit::replace(files.iter().copied())),
            ..PartialStart::default()
        }
    }

    fn packages(plan: &PartialPlan) -> Vec<String> {
        plan.start.clone().unwrap().nix_packages.unwrap().into_values()
    }

    #[test]
    fn packages_of_the_user_are_needed_at_run_time() {
        let mut provider = plan_with(&["nodejs_24", "gcc"], Some(start(&["nodejs_24"], &[])));
        add_wishes(&mut provider, &plan_with(&["nodejs_24", "gcc", "ffmpeg"], None), StartCommand::OfUser);
        assert_eq!(packages(&provider), ["nodejs_24", "ffmpeg"]);
    }

    #[test]
    fn a_claim_about_the_providers_command_does_not_hold_for_another() {
        let mut provider = plan_with(&["nodejs_24", "caddy"], Some(start(&["caddy"], &["dist", "/opt/x"])));
        let merged = provider.clone();
        let mut own = provider.clone();
        add_wishes(&mut own, &merged, StartCommand::OfProvider);
        assert_eq!(packages(&own), ["caddy"]);
        add_wishes(&mut provider, &merged, StartCommand::OfUser);
        assert_eq!(packages(&provider), ["caddy", "nodejs_24"]);
        let files = provider.start.unwrap().only_include_files.unwrap();
        assert_eq!(files.into_values(), ["/app/", "/opt/x"]);
    }

    #[test]
    fn two_providers_need_what_both_name_or_nobody_knows() {
        let both = combine(Some(start(&["a"], &["out"])), Some(start(&["b", "a"], &["/opt/venv"]))).unwrap();
        assert_eq!(both.nix_packages.unwrap().into_values(), ["a", "b"]);
        assert_eq!(both.only_include_files.unwrap().into_values(), ["/app/", "/opt/venv"]);
        assert_eq!(combine(Some(start(&["a"], &[])), None).unwrap().nix_packages, None);
    }

    #[test]
    fn what_is_added_to_nobody_knows_what_is_in_the_build() {
        let mut plan = plan_with(&["ghc"], Some(PartialStart::default()));
        let added = ListEdit(vec![Item::Inherited, Item::Value("curl".to_owned())]);
        plan.start.get_or_insert_default().nix_packages = Some(added);
        add_to_the_build(&mut plan);
        assert_eq!(plan.start.as_ref().unwrap().nix_packages, None);
        assert_eq!(plan.phases.unwrap()["setup"].nix_packages.clone().unwrap().into_values(), ["ghc", "curl"]);
        // What is named without more is all that there is.
        let mut plan = plan_with(&["ghc"], Some(start(&["curl"], &[])));
        add_to_the_build(&mut plan);
        assert_eq!(packages(&plan), ["curl"]);
    }

    #[test]
    fn files_elsewhere_are_warned_of_unless_they_are_named() {
        let plan = |slim| Plan {
            start: Some(crate::plan::Start { nix_packages: Some(Vec::new()), ..Default::default() }),
            image: Some(ImageSettings { slim, ..Default::default() }),
            ..Plan::default()
        };
        let mut user = PartialPlan::default();
        user.phase_mut("build").commands = Some(ListEdit::replace(["npm install -g tool"]));
        assert!(warn_of_files_elsewhere(&plan(None), &user).unwrap().contains("`npm install -g tool`"));
        assert_eq!(warn_of_files_elsewhere(&plan(Some(false)), &user), None);
        user.start.get_or_insert_default().only_include_files = Some(ListEdit::replace(["/app/", "/opt/tool"]));
        assert_eq!(warn_of_files_elsewhere(&plan(None), &user), None);
        let mut harmless = PartialPlan::default();
        harmless.phase_mut("build").commands = Some(ListEdit::replace(["npm run build"]));
        assert_eq!(warn_of_files_elsewhere(&plan(None), &harmless), None);
    }

    #[test]
    fn a_mention_is_a_whole_word() {
        assert!(mentions("//registry/:_authToken=${NPM_TOKEN}", "NPM_TOKEN"));
        assert!(!mentions("MY_NPM_TOKEN NPM_TOKENS", "NPM_TOKEN"));
    }
}
