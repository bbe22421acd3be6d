//! Who said a value that nothing can be called: a file and its line, a variable, an option.

use crate::error::{Error, Result};
use crate::plan::{Declaration, Misfit, PartialPlan, settings};

/// A source of a plan.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    /// A configuration file: its name and text.
    File(&'a str, &'a str),
    /// The variables given to the build.
    Variables,
    /// Options of the command line.
    Options,
    /// Anything else, by what it is called.
    Other(&'a str),
}

impl Origin<'_> {
    /// Checks that everything a source names can be called so.
    ///
    /// # Errors
    /// Something cannot: what, and where it stands.
    pub fn check(self, plan: &PartialPlan) -> Result<()> {
        let Some(misfit) = plan.misfit() else { return Ok(()) };
        Err(Error::configuration(format!("{misfit} has a control character or a line break"))
            .cause(self.place(&misfit))
            .hint("Commands and values of variables may have any sign, names of all kinds may not"))
    }

    fn place(self, misfit: &Misfit) -> String {
        match self {
            Self::File(name, text) => match line(text, misfit) {
                Some(line) => format!("{name}, line {line}"),
                None => name.to_owned(),
            },
            Self::Variables => match declaration(misfit).and_then(|setting| setting.variable) {
                Some(variable) => format!("the variable {}", variable.name),
                None => "the variables given to the build".to_owned(),
            },
            Self::Options => match declaration(misfit).and_then(|setting| setting.flag) {
                Some(flag) => format!("the option --{}", flag.name),
                None => "the command line".to_owned(),
            },
            Self::Other(name) => name.to_owned(),
        }
    }
}

/// The setting that a value is of.
fn declaration(misfit: &Misfit) -> Option<&'static Declaration> {
    let key = match &misfit.phase {
        Some(phase) => format!("phases.{phase}.{}", misfit.key),
        None => misfit.key.to_owned(),
    };
    settings::all().find(|setting| setting.key == key)
}

/// The line of a TOML or JSON text on which a value's key stands, within its phase's table.
fn line(text: &str, misfit: &Misfit) -> Option<usize> {
    let key = misfit.key.rsplit('.').next()?;
    let is_key = |line: &str, key: &str| {
        let line = line.trim_start().trim_start_matches(['"', '\'']);
        line.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(['=', ':']))
    };
    let table = misfit.phase.as_deref().unwrap_or_else(|| misfit.key.split('.').next().unwrap_or_default());
    let is_table = |line: &str| {
        let line = line.trim();
        line.starts_with('[') && line.trim_end_matches(']').ends_with(table) || is_key(line, table)
    };
    let lines = || (1..).zip(text.lines());
    let (after, _) = lines().find(|(_, line)| is_table(line)).unwrap_or_default();
    let found = lines().skip_while(|(number, _)| *number < after).find(|(_, line)| is_key(line, key));
    found.map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::ListEdit;

    #[test]
    fn a_refusal_says_where_the_value_stands() {
        let mut plan = PartialPlan::default();
        plan.phase_mut("setup").apt_packages = Some(ListEdit::replace(["curl\nRUN evil"]));
        let cause = |origin: Origin| origin.check(&plan).unwrap_err().cause_texts()[0].clone();
        let toml = "[phases.build]\naptPkgs = []\n\n[phases.setup]\ncmds = []\naptPkgs = [\"curl\\nRUN evil\"]\n";
        assert_eq!(cause(Origin::File("nixpacks.toml", toml)), "nixpacks.toml, line 6");
        let json = "{\"phases\": {\n  \"setup\": {\n    \"aptPkgs\": [\"curl\\nRUN evil\"]\n}}}";
        assert_eq!(cause(Origin::File("a.json", json)), "a.json, line 3");
        assert_eq!(cause(Origin::Variables), "the variable NIXPACKS_APT_PKGS");
        assert_eq!(cause(Origin::Options), "the option --apt");
        assert_eq!(cause(Origin::Other("--json-plan")), "--json-plan");
        insta::assert_snapshot!(Origin::Options.check(&plan).unwrap_err().report(), @r"
        `curl\nRUN evil` in `aptPkgs` of phase setup has a control character or a line break

        Caused by:
            the option --apt

        Hint: Commands and values of variables may have any sign, names of all kinds may not
        ");
    }
}
