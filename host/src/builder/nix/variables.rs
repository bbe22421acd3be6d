//! Variables of a stage, as `ARG` and `ENV` set them.

use crate::plan::TextMap;

/// The variables of a stage.
pub(super) struct Variables<'a> {
    /// Values for those that are declared.
    arguments: &'a TextMap,
    declared: Vec<(String, String)>,
    set: Vec<(String, String)>,
}

impl<'a> Variables<'a> {
    /// Those that the stage begins with.
    pub(super) fn new(arguments: &'a TextMap, set: Vec<(String, String)>) -> Self {
        Self { arguments, declared: Vec::new(), set }
    }

    /// Takes in build arguments.
    pub(super) fn declare(&mut self, names: &[String]) {
        for name in names {
            if let Some(value) = self.arguments.get(name) {
                put(&mut self.declared, name, value.clone());
            }
        }
    }

    /// Sets variables, all of them to what the values mean before.
    pub(super) fn set(&mut self, pairs: &[(String, String)]) {
        let values: Vec<_> = pairs.iter().map(|(_, value)| expand(value, |name| self.get(name))).collect();
        for ((name, _), value) in pairs.iter().zip(values) {
            put(&mut self.set, name, value);
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut known = self.set.iter().chain(&self.declared);
        known.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Those that are set, in their order.
    pub(super) fn into_set(self) -> Vec<(String, String)> {
        self.set
    }

    /// What commands see.
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        let is_set = |name: &str| self.set.iter().any(|(known, _)| known == name);
        let declared = self.declared.iter().filter(|(name, _)| !is_set(name));
        declared.chain(&self.set).cloned().collect()
    }
}

fn put(list: &mut Vec<(String, String)>, name: &str, value: String) {
    match list.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => *known = value,
        None => list.push((name.to_owned(), value)),
    }
}

/// A value with what `$NAME`, `${NAME}`, `${NAME:-else}` and `${NAME:+then}` stand for.
fn expand<'v>(value: &str, get: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut expanded = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        if let Some((inner, behind)) = after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            let (name, rule) = inner.split_at(inner.find(':').unwrap_or(inner.len()));
            let value = get(name).filter(|value| !value.is_empty());
            match (rule.strip_prefix(":-"), rule.strip_prefix(":+")) {
                (Some(instead), _) => expanded.push_str(value.unwrap_or(instead)),
                (_, Some(then)) => expanded.push_str(if value.is_some() { then } else { "" }),
                (None, None) => expanded.push_str(value.unwrap_or_default()),
            }
            rest = behind;
            continue;
        }
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        match &after[..end] {
            "" => expanded.push('$'),
            name => expanded.push_str(get(name).unwrap_or_default()),
        }
        rest = &after[end..];
    }
    expanded.push_str(rest);
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn values_refer_to_what_was_set_before() {
        let arguments: TextMap = [("CI".to_owned(), "true $x".to_owned())].into();
        let mut variables = Variables::new(&arguments, pairs(&[("PATH", "/bin")]));
        variables.declare(&["CI".to_owned(), "NONE".to_owned()]);
        variables.set(&pairs(&[("CI", "$CI"), ("NONE", "$NONE")]));
        variables.set(&pairs(&[("PATH", "/a:${PATH}:$"), ("OLD", "$PATH"), ("ELSE", "${NONE:-b}${CI:+c}")]));
        let expected = [("PATH", "/a:/bin:$"), ("CI", "true $x"), ("NONE", ""), ("OLD", "/bin"), ("ELSE", "bc")];
        assert_eq!(variables.into_set(), pairs(&expected));
    }

    #[test]
    fn commands_see_arguments_too() {
        let arguments: TextMap = [("A".to_owned(), "1".to_owned())].into();
        let mut variables = Variables::new(&arguments, Vec::new());
        variables.declare(&["A".to_owned()]);
        assert_eq!(variables.environment(), pairs(&[("A", "1")]));
    }
}
