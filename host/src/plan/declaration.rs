//! What a setting is called wherever it can be said. From its declaration come the flag, the variable, what messages
//! call it and its description in a JSON Schema; a test compares it with the README's table.

use super::PartialPlan;
use Form::{Switch, Word, WordOrFalse};
use serde_json::{Map, Value};
use std::fmt;

/// A setting: where it can be said, and what it does.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// Its key in `nixpacks.toml`, with the tables it stands in, such as `image.sbom`.
    pub key: &'static str,
    /// What it does, in one sentence without full stop.
    pub summary: &'static str,
    /// How a value of it is written in `nixpacks.toml`.
    pub example: &'static str,
    /// What its words are.
    pub form: Form,
    /// What holds where nobody says anything, if a word can tell.
    pub default: Option<&'static str>,
    /// Its flag.
    pub flag: Option<Flag>,
    /// Its variable.
    pub variable: Option<Variable>,
    /// What it is about.
    pub about: About,
}

/// What the words of a flag and of a variable are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `true` or `false`; in a variable also `1` or `0`.
    Switch,
    /// One word or text.
    Word,
    /// One word; `false` takes away what lower sources say.
    WordOrFalse,
    /// Words that are added to a list; the edition decides what becomes of lower sources.
    List,
    /// The only command of a phase; the edition decides what becomes of the phase's dependencies.
    Command,
    /// None: that it stands there says `false`.
    Negation,
}

/// A flag of the command line.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// Its name, without the hyphens.
    pub name: &'static str,
    /// Its short name.
    pub short: Option<char>,
    /// What stands for its value in messages.
    pub value: &'static str,
}

/// As messages show it.
impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            "" => write!(f, "--{}", self.name),
            value => write!(f, "--{} <{value}>", self.name),
        }
    }
}

/// A variable.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// Where it is looked for.
    pub scope: Scope,
}

/// Where a variable is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Among those that are given to the build.
    Build,
    /// There, and in the process: it is the operator's rather than the app's.
    Process,
}

/// What a setting is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// What is in a plan. A saved plan leaves no room for it.
    Plan,
    /// How plans are made.
    Planning,
    /// How images are built: only the command `build` has its flag.
    Building,
}

impl Declaration {
    /// A setting of this key, about the plan.
    pub(super) const fn new(key: &'static str, form: Form, example: &'static str) -> Self {
        let (summary, about) = ("", About::Plan);
        Self { key, summary, example, form, default: None, flag: None, variable: None, about }
    }

    /// A setting that is true or false, `default` where nobody says anything.
    pub(super) const fn switch(key: &'static str, default: bool) -> Self {
        // What is worth saying is the opposite.
        let (default, example) = if default { ("true", "false") } else { ("false", "true") };
        Self::new(key, Switch, example).default(default)
    }

    pub(super) const fn summary(mut self, summary: &'static str) -> Self {
        self.summary = summary.trim_ascii();
        self
    }

    pub(super) const fn flag(mut self, name: &'static str, value: &'static str) -> Self {
        self.flag = Some(Flag { name, short: None, value });
        self
    }

    pub(super) const fn short(mut self, letter: char) -> Self {
        if let Some(flag) = &mut self.flag {
            flag.short = Some(letter);
        }
        self
    }

    pub(super) const fn variable(mut self, name: &'static str, scope: Scope) -> Self {
        self.variable = Some(Variable { name, scope });
        self
    }

    pub(super) const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    pub(super) const fn about(mut self, about: About) -> Self {
        self.about = about;
        self
    }
}

impl Declaration {
    /// What to write in `nixpacks.toml`: `slim = false` in `[image]`.
    pub fn in_file(&self) -> String {
        match self.key.rsplit_once('.') {
            Some((table, key)) => format!("`{key} = {}` in `[{table}]`", self.example),
            None => format!("`{} = {}`", self.key, self.example),
        }
    }

    /// Whether its word is put into a plan as it is, whatever the edition.
    pub fn is_stated_as_it_is(&self) -> bool {
        self.about == About::Plan && matches!(self.form, Switch | Word | WordOrFalse)
    }

    /// What a word of a flag or a variable says, if it says something.
    pub fn value(&self, word: &str) -> Option<Value> {
        match (self.form, word) {
            (Switch, "1" | "true") => Some(true.into()),
            (Switch, "0" | "false") | (WordOrFalse, "false") => Some(false.into()),
            (Switch, _) => None,
            _ => Some(word.into()),
        }
    }
}

impl PartialPlan {
    /// What words of settings say that are put into a plan as they are.
    pub fn saying<'a>(words: impl IntoIterator<Item = (&'a Declaration, String)>) -> Self {
        let mut document = Map::new();
        for (declaration, word) in words {
            if let Some(value) = declaration.value(&word) {
                insert(&mut document, declaration.key, value);
            }
        }
        if document.is_empty() {
            return Self::default();
        }
        serde_json::from_value(Value::Object(document)).expect("a declared key takes what its form allows")
    }
}

/// Puts a value below a key such as `image.sbom`.
fn insert(document: &mut Map<String, Value>, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            document.insert(key.to_owned(), value);
        }
        Some((table, key)) => {
            let table = document.entry(table).or_insert_with(|| Value::Object(Map::new()));
            insert(table.as_object_mut().expect("no setting is another one's table"), key, value);
        }
    }
}
