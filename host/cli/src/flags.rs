//! The flags of settings, made from their declarations.

use clap::builder::BoolValueParser;
use clap::error::Error;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use plugpacks::plan::{About, Declaration, Flag, Form, settings};

/// The flags of settings that are given, each with its words: of those that every command has, or of those that only
/// `build` has.
pub(super) struct Flags<const OF_BUILD: bool>(Vec<(&'static Declaration, Vec<String>)>);

impl<const OF_BUILD: bool> Flags<OF_BUILD> {
    /// The words that are given for a setting.
    pub(super) fn words(&self, setting: &Declaration) -> &[String] {
        let given = self.0.iter().find(|(given, _)| given.key == setting.key);
        given.map_or(&[], |(_, words)| words.as_slice())
    }

    /// The word that is given for a setting.
    pub(super) fn word(&self, setting: &Declaration) -> Option<&str> {
        self.words(setting).last().map(String::as_str)
    }

    /// A flag that says what is in a plan, if one is given.
    pub(super) fn about_the_plan(&self) -> Option<Flag> {
        self.0.iter().find(|(setting, _)| setting.about == About::Plan).and_then(|(setting, _)| setting.flag)
    }

    fn declared() -> impl Iterator<Item = (&'static Declaration, Flag)> {
        settings::all()
            .filter(|setting| (setting.about == About::Building) == OF_BUILD)
            .filter_map(|setting| Some((setting, setting.flag?)))
    }
}

impl<const OF_BUILD: bool> Args for Flags<OF_BUILD> {
    fn augment_args(command: Command) -> Command {
        command.args(Self::declared().map(|(setting, flag)| argument(setting, flag)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn argument(setting: &Declaration, flag: Flag) -> Arg {
    let mut help = setting.summary.to_owned();
    if setting.form == Form::List {
        help.push_str(" [repeatable]");
    }
    if let Some(default) = setting.default {
        help.push_str(&format!(" [default: {default}]"));
    }
    let argument = Arg::new(flag.name).long(flag.name).short(flag.short).help(help);
    match setting.form {
        Form::Negation => argument.action(ArgAction::SetTrue),
        Form::List => argument.action(ArgAction::Append).value_name(flag.value),
        Form::Switch => argument.value_parser(BoolValueParser::new()).value_name(flag.value),
        Form::Word | Form::WordOrFalse | Form::Command => argument.value_name(flag.value),
    }
}

impl<const OF_BUILD: bool> FromArgMatches for Flags<OF_BUILD> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let words = |setting: &Declaration, name: &str| match setting.form {
            Form::Negation => matches.get_flag(name).then(|| "false".to_owned()).into_iter().collect(),
            Form::Switch => matches.get_one(name).map(bool::to_string).into_iter().collect(),
            _ => matches.get_many(name).into_iter().flatten().cloned().collect::<Vec<String>>(),
        };
        let given = Self::declared().map(|(setting, flag)| (setting, words(setting, flag.name)));
        Ok(Self(given.filter(|(_, words)| !words.is_empty()).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
