//! What dependencies need of the system, as data: each language has a table of these.

/// Dependencies that need the same of the system. Packages are those of nixpkgs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Native {
    /// The dependencies, by their names in the language's registry.
    pub names: &'static [&'static str],
    /// Dependencies that bring the same themselves: beside one of them nothing is needed.
    pub unless: &'static [&'static str],
    /// What building needs: programs, headers, libraries to link with.
    pub build: &'static [&'static str],
    /// What the running app loads.
    pub libraries: &'static [&'static str],
    /// What the running app calls.
    pub programs: &'static [&'static str],
}

impl Native {
    /// The dependencies of these names, with nothing that they need: for `..` in a table.
    pub const fn of(names: &'static [&'static str]) -> Self {
        Self { names, unless: &[], build: &[], libraries: &[], programs: &[] }
    }

    /// The dependencies of these names, which link a library: what compiles against it, and what the running app loads.
    pub const fn library(
        names: &'static [&'static str],
        build: &'static [&'static str],
        libraries: &'static [&'static str],
    ) -> Self {
        Self { build, libraries, ..Self::of(names) }
    }

    /// Every package of the row.
    pub fn packages(&self) -> impl Iterator<Item = &'static str> {
        [self.build, self.libraries, self.programs].into_iter().flatten().copied()
    }
}

/// The rows of a table that an app needs, in the table's order.
///
/// # Arguments
/// * `has` - whether the app has a dependency of this name
pub fn needed(table: &'static [Native], has: impl Fn(&str) -> bool) -> Vec<&'static Native> {
    let any = |names: &[&str]| names.iter().any(|name| has(name));
    table.iter().filter(|row| any(row.names) && !any(row.unless)).collect()
}

/// The packages that several rows have in one of their lists, each once.
pub fn each_once(
    rows: &[&'static Native],
    list: impl Fn(&'static Native) -> &'static [&'static str],
) -> Vec<&'static str> {
    let mut packages = Vec::new();
    for package in rows.iter().flat_map(|row| list(row)).copied() {
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    packages
}

/// The attributes of nixpkgs 26.05 that tables may name, one a line.
#[cfg(any(test, feature = "testing"))]
const NAMES: &str = include_str!("native/names.txt");

/// Panics unless every package of a table is spelled as nixpkgs spells it.
///
/// # Panics
/// A package, without its output (`.dev`, `.lib`), is not among the known names.
#[cfg(any(test, feature = "testing"))]
pub fn assert_names(table: &[Native]) {
    for package in table.iter().flat_map(Native::packages) {
        assert!(NAMES.lines().any(|name| name == attribute(package)), "nixpkgs has no {package}, as far as known here");
    }
}

/// A package's attribute, without the output that is taken of it.
#[cfg(any(test, feature = "testing"))]
fn attribute(package: &str) -> &str {
    const OUTPUTS: [&str; 5] = [".dev", ".lib", ".out", ".bin", ".pg_config"];
    if package == "stdenv.cc.cc.lib" {
        return package;
    }
    OUTPUTS.into_iter().find_map(|output| package.strip_suffix(output)).unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    static TABLE: [Native; 2] = [
        Native { unless: &["pq-src"], build: &["libpq.dev"], libraries: &["libpq"], ..Native::of(&["pq-sys"]) },
        Native { build: &["cmake"], ..Native::of(&["cmake", "prost"]) },
    ];

    #[test]
    fn a_row_is_needed_unless_the_app_brings_the_same() {
        let needed = |names: &[&str]| needed(&TABLE, |name| names.contains(&name)).len();
        assert_eq!(needed(&["pq-sys", "prost"]), 2);
        assert_eq!(needed(&["pq-sys", "pq-src"]), 0);
    }

    #[test]
    fn a_package_is_listed_once() {
        let rows: Vec<_> = TABLE.iter().chain(&TABLE).collect();
        assert_eq!(each_once(&rows, |row| row.build), ["libpq.dev", "cmake"]);
        assert_names(&TABLE);
    }

    #[test]
    fn names_are_sorted() {
        assert!(NAMES.lines().is_sorted());
    }
}
