//! Names, paths, packages and the like with a sign that none of them has: it would end a line, move a cursor or turn
//! the direction of reading wherever the value is written. Commands and the values of variables may have any sign.

use super::{Item, ListEdit, PartialPhase, PartialPlan, PartialStart, Setting, SettingMap};
use crate::text::{is_control, one_line};
use std::fmt;

/// A value that nothing can be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The phase it belongs to, if it belongs to one.
    pub phase: Option<String>,
    /// Its key, such as `aptPkgs` or `start.user`.
    pub key: &'static str,
    /// The value.
    pub value: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let beginning: String = self.value.chars().take(80).collect();
        let rest = if beginning.len() < self.value.len() { "…" } else { "" };
        write!(f, "`{}{rest}` in `{}`", one_line(&beginning), self.key)?;
        self.phase.as_ref().map_or(Ok(()), |phase| write!(f, " of phase {}", one_line(phase)))
    }
}

/// Whether a value has such a sign; blanks of any width do no harm.
fn is_misfit(value: &str) -> bool {
    value.contains(|c: char| is_control(c) && c != '\t')
}

/// Whether a package has such a sign, unless it is an expression, which may have several lines.
fn is_misfit_of_nix(value: &str) -> bool {
    if value.trim_start().starts_with('(') {
        value.contains(|c: char| is_control(c) && !matches!(c, '\t' | '\n' | '\r'))
    } else {
        is_misfit(value)
    }
}

pub(super) type Found<'a> = Option<(&'static str, &'a str)>;

impl PartialPlan {
    /// The first value that nothing can be called, if there is one.
    pub fn misfit(&self) -> Option<Misfit> {
        let of_plan = self.misfit_of_plan().or_else(|| self.start.as_ref().and_then(of_start));
        let of_plan = of_plan.map(|(key, value)| Misfit { phase: None, key, value: value.to_owned() });
        let mut phases = self.phases.iter().flatten();
        of_plan.or_else(|| {
            phases.find_map(|(name, phase)| {
                if is_misfit(name) {
                    return Some(Misfit { phase: None, key: "phases", value: name.clone() });
                }
                let (key, value) = of_phase(phase)?;
                Some(Misfit { phase: Some(name.clone()), key, value: value.to_owned() })
            })
        })
    }

    fn misfit_of_plan(&self) -> Found<'_> {
        list("providers", &self.providers)
            .or_else(|| setting("buildImage", &self.build_image))
            .or_else(|| names("variables", &self.variables))
            .or_else(|| names("staticAssets", &self.static_assets))
            .or_else(|| names("processes", &self.processes))
            .or_else(|| list("secrets", &self.secrets))
            .or_else(|| self.image.as_ref()?.misfit())
    }
}

fn of_start(start: &PartialStart) -> Found<'_> {
    setting("start.runImage", &start.run_image)
        .or_else(|| setting("start.user", &start.user))
        .or_else(|| list("start.onlyIncludeFiles", &start.only_include_files))
        .or_else(|| list("start.aptPkgs", &start.apt_packages))
        .or_else(|| list("start.nixLibs", &start.nix_libraries))
        .or_else(|| expressions("start.nixPkgs", &start.nix_packages))
}

fn of_phase(phase: &PartialPhase) -> Found<'_> {
    list("dependsOn", &phase.depends_on)
        .or_else(|| expressions("nixPkgs", &phase.nix_packages))
        .or_else(|| expressions("nixLibs", &phase.nix_libraries))
        .or_else(|| list("nixOverlays", &phase.nix_overlays))
        .or_else(|| setting("nixpkgsArchive", &phase.nixpkgs_archive))
        .or_else(|| list("aptPkgs", &phase.apt_packages))
        .or_else(|| list("onlyIncludeFiles", &phase.only_include_files))
        .or_else(|| list("excludeFiles", &phase.exclude_files))
        .or_else(|| list("cacheDirectories", &phase.cache_directories))
        .or_else(|| list("paths", &phase.paths))
        .or_else(|| list("onlyVariables", &phase.only_variables))
        .or_else(|| list("secrets", &phase.secrets))
}

fn list<'a>(key: &'static str, list: &'a Option<ListEdit>) -> Found<'a> {
    first(key, list, is_misfit)
}

fn expressions<'a>(key: &'static str, list: &'a Option<ListEdit>) -> Found<'a> {
    first(key, list, is_misfit_of_nix)
}

fn first<'a>(key: &'static str, list: &'a Option<ListEdit>, is_misfit: fn(&str) -> bool) -> Found<'a> {
    list.iter().flat_map(|list| &list.0).find_map(|item| match item {
        Item::Value(value) if is_misfit(value) => Some((key, value.as_str())),
        _ => None,
    })
}

fn setting<'a>(key: &'static str, setting: &'a Option<Setting>) -> Found<'a> {
    text(key, setting.as_ref()?.value()?)
}

/// A text under a key, if nothing can be called so.
pub(super) fn text<'a>(key: &'static str, text: &'a str) -> Found<'a> {
    is_misfit(text).then_some((key, text))
}

fn names<'a>(key: &'static str, map: &'a Option<SettingMap>) -> Found<'a> {
    map.iter().flatten().map(|(name, _)| name.as_str()).find(|name| is_misfit(name)).map(|name| (key, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts a value into a field of a plan.
    type Put = fn(&mut PartialPlan, Setting);

    fn of_list(value: Setting) -> Option<ListEdit> {
        Some(ListEdit(value.into_value().map(Item::Value).into_iter().collect()))
    }

    fn of_map(value: Setting) -> Option<SettingMap> {
        Some([(value.into_value().unwrap(), Setting::Unset)].into())
    }

    const FIELDS: &[(&str, Put)] = &[
        ("`providers`", |plan, value| plan.providers = of_list(value)),
        ("`buildImage`", |plan, value| plan.build_image = Some(value)),
        ("`variables`", |plan, value| plan.variables = of_map(value)),
        ("`staticAssets`", |plan, value| plan.static_assets = of_map(value)),
        ("`processes`", |plan, value| plan.processes = of_map(value)),
        ("`secrets`", |plan, value| plan.secrets = of_list(value)),
        ("`image.healthCheck`", |plan, value| plan.image.get_or_insert_default().health_check = Some(value)),
        ("`image.process`", |plan, value| plan.image.get_or_insert_default().process = Some(value)),
        ("`phases`", |plan, value| {
            plan.phase_mut(value.value().unwrap());
        }),
        ("`dependsOn` of phase a", |plan, value| plan.phase_mut("a").depends_on = of_list(value)),
        ("`nixPkgs` of phase a", |plan, value| plan.phase_mut("a").nix_packages = of_list(value)),
        ("`nixLibs` of phase a", |plan, value| plan.phase_mut("a").nix_libraries = of_list(value)),
        ("`nixOverlays` of phase a", |plan, value| plan.phase_mut("a").nix_overlays = of_list(value)),
        ("`nixpkgsArchive` of phase a", |plan, value| plan.phase_mut("a").nixpkgs_archive = Some(value)),
        ("`aptPkgs` of phase a", |plan, value| plan.phase_mut("a").apt_packages = of_list(value)),
        ("`onlyIncludeFiles` of phase a", |plan, value| plan.phase_mut("a").only_include_files = of_list(value)),
        ("`excludeFiles` of phase a", |plan, value| plan.phase_mut("a").exclude_files = of_list(value)),
        ("`cacheDirectories` of phase a", |plan, value| plan.phase_mut("a").cache_directories = of_list(value)),
        ("`paths` of phase a", |plan, value| plan.phase_mut("a").paths = of_list(value)),
        ("`onlyVariables` of phase a", |plan, value| plan.phase_mut("a").only_variables = of_list(value)),
        ("`secrets` of phase a", |plan, value| plan.phase_mut("a").secrets = of_list(value)),
        ("`start.runImage`", |plan, value| plan.start.get_or_insert_default().run_image = Some(value)),
        ("`start.user`", |plan, value| plan.start.get_or_insert_default().user = Some(value)),
        ("`start.onlyIncludeFiles`", |plan, value| {
            plan.start.get_or_insert_default().only_include_files = of_list(value);
        }),
        ("`start.aptPkgs`", |plan, value| plan.start.get_or_insert_default().apt_packages = of_list(value)),
        ("`start.nixLibs`", |plan, value| plan.start.get_or_insert_default().nix_libraries = of_list(value)),
        ("`start.nixPkgs`", |plan, value| plan.start.get_or_insert_default().nix_packages = of_list(value)),
    ];

    const PAYLOADS: &[&str] = &[
        "\n",
        "\r",
        "\r\n",
        "\0",
        "\u{1b}[2J",
        "\u{7f}",
        "\u{85}",
        "\u{9b}",
        "\u{2028}",
        "\u{2029}",
        "\u{202e}",
        "\u{2066}",
        "\u{200f}",
    ];

    #[test]
    fn no_name_has_a_sign_that_does_something() {
        for (field, put) in FIELDS {
            for payload in PAYLOADS {
                let mut plan = PartialPlan::default();
                put(&mut plan, format!("x{payload}RUN evil").as_str().into());
                let misfit = plan.misfit().unwrap_or_else(|| panic!("{field} {payload:?}")).to_string();
                assert!(misfit.ends_with(field) && !misfit.contains(is_control), "{field} {payload:?}: {misfit}");
            }
            let mut plan = PartialPlan::default();
            put(&mut plan, "plain é 東京\t👩‍💻".into());
            assert_eq!(plan.misfit(), None, "{field}");
        }
    }

    #[test]
    fn commands_values_and_expressions_may_have_several_lines() {
        let variables = Some([("A".to_owned(), "a\nb".into())].into());
        let mut plan = PartialPlan { variables, ..PartialPlan::default() };
        plan.phase_mut("setup").nix_packages = of_list("(python3.withPackages\n(p: [p.pip]))".into());
        plan.phase_mut("build").commands = of_list("a\nb\u{202e}".into());
        plan.start = Some(PartialStart::with_command("a\nb"));
        assert_eq!(plan.misfit(), None);
        plan.phase_mut("setup").nix_packages = of_list("(a\u{1b})".into());
        assert!(plan.misfit().is_some());
    }
}
