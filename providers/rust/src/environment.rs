//! Variables that crates read when they are built or when the program runs, and the start's arguments.

use crate::manifest::Manifest;
use plugpacks_sdk::{Context, Result, Start};

/// What a framework's program is started with, so that it listens on `$PORT`, on all addresses.
struct Framework {
    name: &'static str,
    /// Stands in front of the program.
    variables: &'static str,
    /// Stands behind it.
    arguments: &'static str,
}

/// Frameworks whose programs do not ask for `PORT` themselves.
static FRAMEWORKS: [Framework; 2] = [
    Framework { name: "rocket", variables: "ROCKET_PORT=${PORT:-8000} ", arguments: "" },
    Framework {
        name: "loco-rs",
        variables: "LOCO_ENV=${LOCO_ENV:-production} ",
        arguments: " start --binding 0.0.0.0 --port ${PORT:-5150}",
    },
];

/// The framework that has to be told where to listen.
fn framework(manifests: &[Manifest]) -> Option<&'static Framework> {
    let used = |framework: &&Framework| manifests.iter().any(|manifest| manifest.depends_on(framework.name));
    FRAMEWORKS.iter().find(used)
}

/// Whether the start command tells the program where to listen.
pub(crate) fn is_told(manifests: &[Manifest]) -> bool {
    framework(manifests).is_some()
}

/// A program's start as its framework wants it.
pub(crate) fn started(context: &Context, manifests: &[Manifest], start: Start) -> Start {
    let Some(Framework { name, variables, arguments }) = framework(manifests) else { return start };
    context.diagnostics.because("port", format!("told as {name} wants it"));
    let command = start.command.as_ref().map(|program| format!("{variables}{program}{arguments}"));
    Start { command, ..start }
}

/// What SQLx checked queries against, in the app or in one of its packages.
const SQLX: &str = "{.sqlx,*/.sqlx,*/*/.sqlx}/query-*.json";

/// The older form of the same.
const OLD_SQLX: &str = "sqlx-data.json";

/// The variables of the build: SQLx does not ask a database, which is not there, where the app has what
/// it needs to know of it.
///
/// # Errors
/// The app cannot be searched.
pub(crate) fn variables(context: &Context) -> Result<Option<(&'static str, &'static str)>> {
    let is_prepared = context.app.has_match(SQLX)? || context.app.has_file(OLD_SQLX)?;
    Ok(is_prepared.then_some(("SQLX_OFFLINE", "true")))
}

/// The features that the user asks for, as an argument of cargo: `NIXPACKS_CARGO_FEATURES`, names
/// separated by commas or blanks.
pub(crate) fn features(context: &Context) -> Vec<String> {
    let wanted = context.environment.config("CARGO_FEATURES").unwrap_or_default();
    let names = wanted.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty());
    let (known, others): (Vec<_>, Vec<_>) = names.partition(|name| name.chars().all(is_feature_sign));
    if !others.is_empty() {
        context.diagnostics.warn(format!(
            "NIXPACKS_CARGO_FEATURES has {}, which cannot be the name of a feature: it is passed over",
            others.join(", ")
        ));
    }
    known.into_iter().map(str::to_owned).collect()
}

/// Signs of the names of features, of which a `/` separates a package's name.
fn is_feature_sign(sign: char) -> bool {
    sign.is_alphanumeric() || "_-+./".contains(sign)
}

#[cfg(test)]
mod tests {
    use crate::Rust;
    use plugpacks_sdk::testing::FakeApp;

    fn app(more: &str) -> FakeApp {
        let manifest = format!("[package]\nname = \"shop\"\nedition = \"2024\"\n{more}");
        FakeApp::new().file("Cargo.toml", manifest).file("src/main.rs", "")
    }

    fn start(app: &FakeApp) -> String {
        app.plan::<Rust>().unwrap().unwrap().start.unwrap().command.unwrap()
    }

    #[test]
    fn frameworks_are_told_the_port() {
        assert_eq!(start(&app("[dependencies]\nrocket = \"0.5\"\n")), "ROCKET_PORT=${PORT:-8000} ./bin/shop");
        let loco = start(&app("[dependencies]\nloco-rs = \"0.16\"\n"));
        assert!(loco.ends_with("./bin/shop start --binding 0.0.0.0 --port ${PORT:-5150}"), "{loco}");
        assert_eq!(start(&app("[dependencies]\naxum = \"0.8\"\n")), "./bin/shop");
    }

    #[test]
    fn sqlx_asks_no_database_where_its_queries_are_prepared() {
        for file in [".sqlx/query-1.json", "api/.sqlx/query-1.json", "sqlx-data.json"] {
            let plan = app("").file(file, "{}").plan_text::<Rust>();
            assert!(plan.contains("\"SQLX_OFFLINE\": \"true\""), "{file}");
        }
        assert!(!app("").plan_text::<Rust>().contains("SQLX_OFFLINE"));
    }

    #[test]
    fn features_are_chosen_by_a_variable() {
        let bin =
            "[features]\nadmin = []\n[[bin]]\nname = \"admin\"\npath = \"a.rs\"\nrequired-features = [\"admin\"]\n";
        let app = app(bin).variable("NIXPACKS_CARGO_FEATURES", "sqlite, shop/admin;x,admin");
        let plan = app.plan_text::<Rust>();
        assert!(plan.contains("cargo build --release --features sqlite,admin "), "{plan}");
        assert!(plan.contains("release/admin bin"), "{plan}");
        assert_eq!(
            app.warnings(),
            ["NIXPACKS_CARGO_FEATURES has shop/admin;x, which cannot be the name of a feature: it is passed over"]
        );
    }
}
