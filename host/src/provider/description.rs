//! Who a provider is, and what betrays an app of its kind.

use crate::edition::Edition;
use crate::error::{Error, Result};
use crate::text::{is_control, one_line};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A cheap necessary condition of detection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Marker {
    /// A regular file with this path.
    File(Cow<'static, str>),
    /// A directory with this path.
    Directory(Cow<'static, str>),
    /// A regular file anywhere in the app that matches this glob.
    Anywhere(Cow<'static, str>),
}

impl std::fmt::Display for Marker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{path}"),
            Self::Directory(path) => write!(f, "{path}/"),
            Self::Anywhere(glob) => write!(f, "{glob} (anywhere)"),
        }
    }
}

/// A variable that influences a provider's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableUse {
    /// Its whole name.
    pub name: Cow<'static, str>,
    /// What it does.
    pub summary: Cow<'static, str>,
}

/// Who a provider is, under one edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The name in `providers = [...]`.
    pub name: Cow<'static, str>,
    /// The provider's own version.
    pub version: Cow<'static, str>,
    /// One sentence.
    pub summary: Cow<'static, str>,
    /// Unless one of them matches, the app is not this provider's.
    pub markers: Cow<'static, [Marker]>,
    /// The variables it reads.
    pub variables: Cow<'static, [VariableUse]>,
    /// Whether it takes what nobody else recognises, so that its markers say nothing beside another
    /// provider's.
    pub last_resort: bool,
    /// What is true of the language's tools.
    pub tools: Tools,
}

/// A list that a provider has in its description.
type Texts = Cow<'static, [Cow<'static, str>]>;

/// What is true of the tools of a language, or of several, whichever app they work on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tools {
    /// Names of folders that they make.
    pub generated: Texts,
    /// Variables that mean something to the build only: names, or prefixes that end in `*`.
    pub build_variables: Texts,
    /// Variables that name the file of trusted certificates.
    pub certificate_variables: Texts,
    /// Names of installed files in which paths of packages stand that the running app needs, as `find -name` has them.
    pub references: Texts,
    /// What commands have in them that install elsewhere than into the app.
    pub installs_elsewhere: Texts,
    /// What to do about their failures, the first that fits.
    pub remedies: Cow<'static, [Remedy]>,
}

/// What to do about a failed command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// What stands in a line that the command printed.
    pub output: Cow<'static, str>,
    /// What the reader can do.
    pub hint: Cow<'static, str>,
}

impl Tools {
    /// The tools of several providers: lists without doubles in byte order, remedies in the order of the providers.
    pub(super) fn of_all<'a>(all: impl Iterator<Item = &'a Self> + Clone) -> Self {
        let texts = |list: fn(&Self) -> &Texts| {
            let mut texts: Vec<_> = all.clone().flat_map(|tools| list(tools).iter().cloned()).collect();
            texts.sort_unstable();
            texts.dedup();
            texts.into()
        };
        Self {
            generated: texts(|tools| &tools.generated),
            build_variables: texts(|tools| &tools.build_variables),
            certificate_variables: texts(|tools| &tools.certificate_variables),
            references: texts(|tools| &tools.references),
            installs_elsewhere: texts(|tools| &tools.installs_elsewhere),
            remedies: all.flat_map(|tools| tools.remedies.iter().cloned()).collect(),
        }
    }

    /// Whether a folder of this name, wherever it lies, is one that they make.
    pub fn generate(&self, folder: &str) -> bool {
        self.generated.iter().any(|generated| generated == folder)
    }

    /// The texts, with what each is called in a message.
    fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let lists = [
            ("a generated folder", &self.generated),
            ("a variable of the build", &self.build_variables),
            ("a variable for certificates", &self.certificate_variables),
            ("a file with references", &self.references),
            ("a part of a command that installs elsewhere", &self.installs_elsewhere),
        ];
        let listed = lists.into_iter().flat_map(|(what, list)| list.iter().map(move |text| (what, &**text)));
        let remedies = self.remedies.iter();
        listed.chain(
            remedies.flat_map(|remedy| [("the output", &*remedy.output), ("the hint of a remedy", &remedy.hint)]),
        )
    }

    /// A text that would fit everything.
    fn too_wide(&self) -> Option<&'static str> {
        let is_prefix_of_all = |pattern: &Cow<str>| matches!(&**pattern, "" | "*");
        if self.build_variables.iter().any(is_prefix_of_all) {
            return Some("it takes every variable for one of the build");
        }
        let is_empty = |text: &Cow<str>| text.trim().is_empty();
        let fits_all =
            self.installs_elsewhere.iter().any(is_empty) || self.remedies.iter().any(|remedy| is_empty(&remedy.output));
        fits_all.then_some("an output of a remedy, or a part of a command, is empty")
    }
}

/// A provider's descriptions, one for each edition in the order of [`Edition::ALL`].
pub(super) type Descriptions = [Description; Edition::ALL.len()];

/// The longest name or version of a provider, in characters.
const MAX_NAME: usize = 64;

/// The most that a description has of each kind, and the longest of its texts, in bytes.
const MAX_ITEMS: usize = 1000;
const MAX_TEXT: usize = 4096;

/// Checks what a component says of itself: the same usable name under every edition, and nothing out of proportion.
///
/// # Errors
/// Something is not as it should be: what.
pub(super) fn check(descriptions: &Descriptions, title: &str) -> Result<()> {
    let Description { name, .. } = &descriptions[0];
    if !is_name(name) || descriptions.iter().any(|description| description.name != *name) {
        let names: Vec<_> = descriptions.iter().map(|description| format!("`{}`", shown(&description.name))).collect();
        return Err(Error::provider(format!("{title} has no usable name"))
            .cause(format!("it calls itself {}", names.join(" and ")))
            .hint(format!(
                "A name has letters, digits and `.+-_`, at most {MAX_NAME}, begins with a letter or digit, and is the \
                 same under every edition"
            )));
    }
    for description in descriptions {
        if let Some(problem) = description.problem() {
            return Err(Error::provider(format!("{title} does not describe itself as it should")).cause(problem));
        }
    }
    Ok(())
}

/// Whether a text can be the name of a provider: part of a list, a file name, a label.
fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || ".+-_".contains(c);
    name.len() <= MAX_NAME && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(is_part)
}

/// A text as a message quotes it.
fn shown(text: &str) -> String {
    let beginning: String = text.chars().take(MAX_NAME).collect();
    let rest = if beginning.len() < text.len() { "…" } else { "" };
    format!("{}{rest}", one_line(&beginning))
}

impl Description {
    /// What is wrong with it besides the name.
    fn problem(&self) -> Option<String> {
        let is_version = |version: &str| {
            !version.is_empty()
                && version.len() <= MAX_NAME
                && version.chars().all(|c| c.is_ascii_graphic() && c != ',')
        };
        if !is_version(&self.version) {
            return Some(format!("its version is `{}`", shown(&self.version)));
        }
        let markers = self.markers.iter().map(|marker| match marker {
            Marker::File(text) | Marker::Directory(text) | Marker::Anywhere(text) => ("a marker", &**text),
        });
        let variables = self.variables.iter();
        let variables =
            variables.flat_map(|used| [("a variable", &*used.name), ("a variable's summary", &*used.summary)]);
        let summary = [("the summary", &*self.summary)];
        let mut texts = summary.into_iter().chain(markers).chain(variables).chain(self.tools.texts());
        let counts = [self.markers.len(), self.variables.len(), self.tools.texts().count()];
        if counts.iter().any(|count| *count > MAX_ITEMS) {
            return Some(format!("it has more than {MAX_ITEMS} markers, variables or texts about its tools"));
        }
        if let Some(problem) = self.tools.too_wide() {
            return Some(problem.to_owned());
        }
        texts.find_map(|(what, text)| {
            if text.len() > MAX_TEXT {
                Some(format!("{what} is longer than {MAX_TEXT} bytes: `{}`", shown(text)))
            } else {
                text.contains(is_control).then(|| format!("{what} has a control character: `{}`", shown(text)))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(name: &str) -> Description {
        Description {
            name: name.to_owned().into(),
            version: "1.0".into(),
            summary: "It".into(),
            markers: Cow::Borrowed(&[]),
            variables: Cow::Borrowed(&[]),
            last_resort: false,
            tools: Tools::default(),
        }
    }

    fn checked(change: impl Fn(&mut Description)) -> Result<()> {
        let mut description = described("tcl");
        change(&mut description);
        check(&std::array::from_fn(|_| description.clone()), "`a.wasm`")
    }

    #[test]
    fn a_name_is_a_word_and_short() {
        for name in ["tcl", "c++", "Node.js", "a_b-c"] {
            assert!(checked(|it| it.name = name.to_owned().into()).is_ok(), "{name}");
        }
        for name in ["", "...", "@auto", "a b", "a,b", "a\0", "\u{1b}[1m", "../x", "-x", "é", &"x".repeat(3 << 20)] {
            let error = checked(|it| it.name = name.to_owned().into()).unwrap_err();
            assert!(error.report().len() < 1000, "{}", error.report());
        }
        let mut of_editions = std::array::from_fn(|_| described("a"));
        of_editions[1] = described("b");
        assert!(check(&of_editions, "it").unwrap_err().report().contains("`a` and `b`"));
    }

    #[test]
    fn the_rest_is_plain_text_within_bounds() {
        assert!(checked(|_| ()).is_ok());
        assert!(checked(|it| it.version = "1\n".into()).is_err());
        assert!(checked(|it| it.summary = "a\u{202e}b".into()).is_err());
        assert!(checked(|it| it.markers = vec![Marker::File("a\nb".into())].into()).is_err());
        assert!(checked(|it| it.markers = vec![Marker::File("a".into()); MAX_ITEMS + 1].into()).is_err());
        assert!(checked(|it| it.tools.generated = vec!["x".repeat(MAX_TEXT + 1).into()].into()).is_err());
    }

    #[test]
    fn what_is_said_of_tools_does_not_fit_everything() {
        let remedy = |output: &'static str| Remedy { output: output.into(), hint: "Try again".into() };
        assert!(checked(|it| it.tools.remedies = vec![remedy("E1")].into()).is_ok());
        assert!(checked(|it| it.tools.remedies = vec![remedy(" ")].into()).is_err());
        assert!(checked(|it| it.tools.remedies = vec![remedy("E\n1")].into()).is_err());
        assert!(checked(|it| it.tools.build_variables = vec!["NPM_*".into()].into()).is_ok());
        assert!(checked(|it| it.tools.build_variables = vec!["*".into()].into()).is_err());
        assert!(checked(|it| it.tools.installs_elsewhere = vec!["".into()].into()).is_err());
    }

    #[test]
    fn tools_of_several_providers_are_listed_once() {
        let remedy = |output: &'static str| Remedy { output: output.into(), hint: "Try again".into() };
        let tools = |folders: &[&'static str], output| Tools {
            generated: folders.iter().map(|folder| Cow::Borrowed(*folder)).collect(),
            remedies: vec![remedy(output)].into(),
            ..Tools::default()
        };
        let both = [tools(&["vendor", "out"], "b"), tools(&["vendor"], "a")];
        let all = Tools::of_all(both.iter());
        assert_eq!(*all.generated, ["out", "vendor"]);
        assert_eq!(*all.remedies, [remedy("b"), remedy("a")]);
        assert!(all.generate("vendor") && !all.generate("src"));
    }
}
