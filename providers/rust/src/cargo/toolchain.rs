//! Which toolchain.

use super::versions::{FIRST_MINOR_WITH_WASIP1, NEWEST_MINOR, OLDEST_MINOR, OLDEST_PREVIEW, SOURCES};
use crate::manifest::{Manifest, is_inherited, table, text, texts};
use crate::toolchain::{self, Toolchain};
use plugpacks_provider_support::release::Request;
use plugpacks_provider_support::version::parse_numbers;
use plugpacks_sdk::{Context, Error, Result};
use toml::Table;

/// A toolchain, and the channel it is from.
pub(super) struct Choice {
    pub(super) toolchain: Toolchain,
    channel: Channel,
}

/// The toolchain that the variable, the toolchain file or another version file names; else the
/// newest stable one, which has to be new enough for the package.
pub(super) fn choose(context: &Context, root: Option<&Manifest>, package: Option<&Manifest>) -> Result<Choice> {
    let file = toolchain::file(context)?;
    let variable = context.environment.config(SOURCES.variable);
    if let Some(request) = variable.and_then(|value| Request::new(&value, "NIXPACKS_RUST_VERSION")) {
        let channel = requested(context, &request)?;
        return Ok(Choice { toolchain: channel.toolchain().with_file(file), channel });
    }
    if let Some(path) = file {
        return of_file(context, path);
    }
    if let Some(request) = SOURCES.find(context)? {
        let channel = requested(context, &request)?;
        return Ok(Choice { toolchain: channel.toolchain(), channel });
    }
    let reason = match minimum(root, package) {
        Some(request) => {
            // What is no version is left to cargo to complain about.
            if let Some(channel) = Channel::parse(&request.text) {
                channel.check_is_not_too_new(&request)?;
            }
            format!("the newest stable one; {} asks for {} or later", request.source, request.text)
        }
        None => "the newest stable one is the default".into(),
    };
    context.diagnostics.because("Rust version", reason);
    Ok(Choice { toolchain: Toolchain::newest(), channel: Channel::Stable })
}

impl Choice {
    /// The name that this toolchain has for a WebAssembly target with system calls; `None` if the
    /// target is none of them.
    pub(super) fn wasm_target(&self, triple: &str) -> Option<&'static str> {
        match triple {
            "wasm32-wasip2" => Some("wasm32-wasip2"),
            "wasm32-wasi" | "wasm32-wasip1" => Some(match self.channel.minor() {
                Some(minor) if minor < FIRST_MINOR_WITH_WASIP1 => "wasm32-wasi",
                _ => "wasm32-wasip1",
            }),
            _ => None,
        }
    }
}

/// The channel that a variable or a version file asks for.
fn requested(context: &Context, request: &Request) -> Result<Channel> {
    let channel = Channel::parse(&request.text).ok_or_else(|| {
        Error::new(format!("Rust version {:?} in {} cannot be understood", request.text, request.source))
            .hint(format!("Write a version such as 1.{NEWEST_MINOR}, stable, beta or nightly"))
    })?;
    channel.check_is_available(context, request)?;
    context.diagnostics.because("Rust version", format!("{} from {}", request.text, request.source));
    Ok(channel)
}

/// The toolchain that the app's toolchain file describes: as TOML, or just by its channel.
fn of_file(context: &Context, path: &'static str) -> Result<Choice> {
    let content = context.app.read_text(path)?;
    let file: Option<Table> = toml::from_str(&content).ok();
    let described = file.as_ref().and_then(|file| table(file, "toolchain"));
    let channel = match described {
        Some(described) => text(described, "channel").unwrap_or_default(),
        None => content.trim(),
    };
    context.diagnostics.because("Rust version", format!("{channel:?} from {path}"));
    let request = Request { text: channel.to_owned(), source: path.to_owned() };
    // The overlay reads the file itself: it reports a channel that it does not know.
    let channel = Channel::parse(channel).unwrap_or(Channel::Stable);
    channel.check_is_available(context, &request)?;
    let targets = described.into_iter().flat_map(|described| texts(described, "targets")).map(str::to_owned);
    Ok(Choice { toolchain: Toolchain::from_file(path).with_targets(targets.collect()), channel })
}

/// The `rust-version` of the package that is built, or else of the one in the app directory; what is
/// left to the workspace is looked up there.
fn minimum(root: Option<&Manifest>, package: Option<&Manifest>) -> Option<Request> {
    let value = package.or(root)?.package()?.get("rust-version")?;
    if is_inherited(value) {
        let template = table(root?.workspace()?, "package")?;
        return Request::new(text(template, "rust-version")?, "rust-version of the workspace");
    }
    Request::new(value.as_str()?, "rust-version of the package")
}

/// A toolchain in rustup's words.
#[derive(Debug, PartialEq, Eq)]
enum Channel {
    Stable,
    /// A version of two or three numbers.
    Version(Vec<u64>),
    /// `beta` or `nightly`, maybe of a certain day.
    Preview(String),
}

impl Channel {
    /// `None` if rustup would not know the text as a channel either.
    fn parse(text: &str) -> Option<Self> {
        if ["stable", "latest"].contains(&text) {
            return Some(Self::Stable);
        }
        if let Some(rest) = text.strip_prefix("beta").or_else(|| text.strip_prefix("nightly")) {
            let is_day = rest.len() == "-2026-11-01".len() && rest.starts_with('-');
            return (rest.is_empty() || is_day).then(|| Self::Preview(text.to_owned()));
        }
        let numbers = parse_numbers(text.strip_prefix('v').unwrap_or(text))?;
        [2, 3].contains(&numbers.len()).then_some(Self::Version(numbers))
    }

    fn toolchain(&self) -> Toolchain {
        match self {
            Self::Stable => Toolchain::newest(),
            Self::Version(numbers) => match numbers[..] {
                [major, minor, patch] => Toolchain::stable(&format!("{major}.{minor}.{patch}")),
                // Its last patch release, which the overlay knows.
                _ => Toolchain::of_channel(&join(numbers)),
            },
            Self::Preview(name) => Toolchain::of_channel(name),
        }
    }

    fn minor(&self) -> Option<u64> {
        match self {
            Self::Version(numbers) => numbers.get(1).copied(),
            Self::Stable | Self::Preview(_) => None,
        }
    }

    fn check_is_available(&self, context: &Context, request: &Request) -> Result<()> {
        match self {
            Self::Version(numbers) if *numbers < vec![1, OLDEST_MINOR] => Err(unavailable(request)),
            Self::Preview(name) if name.split_once('-').is_some_and(|(_, day)| day < OLDEST_PREVIEW) => {
                context.diagnostics.warn(format!(
                    "Rust {name}, asked for by {}, may be gone: the Rust overlay keeps previews since {OLDEST_PREVIEW}",
                    request.source
                ));
                Ok(())
            }
            _ => self.check_is_not_too_new(request),
        }
    }

    fn check_is_not_too_new(&self, request: &Request) -> Result<()> {
        match self {
            Self::Version(numbers) if *numbers >= vec![1, NEWEST_MINOR + 1] => Err(unavailable(request)),
            _ => Ok(()),
        }
    }
}

fn join(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

fn unavailable(request: &Request) -> Error {
    Error::new(format!("Rust {:?}, asked for by {}, is not available", request.text, request.source))
        .hint(format!("Available versions: 1.{OLDEST_MINOR} to 1.{NEWEST_MINOR}, beta, nightly"))
}

#[cfg(test)]
mod tests {
    use super::Channel;
    use crate::Rust;
    use plugpacks_sdk::testing::FakeApp;

    fn package(more: &str) -> FakeApp {
        FakeApp::new()
            .file("Cargo.toml", format!("[package]\nname = \"shop\"\n{more}"))
            .file("src/main.rs", "")
            .variable("NIXPACKS_NO_MUSL", "1")
    }

    /// The toolchain's expression, or the error.
    fn chosen(app: &FakeApp) -> String {
        match app.plan::<Rust>() {
            Ok(_) => {
                let plan = app.plan_text::<Rust>().replace("\\\"", "'");
                let line = plan.lines().find(|line| line.contains("rust-bin")).unwrap_or_default();
                line.trim().trim_matches(['"', ',']).into()
            }
            Err(error) => error.to_string(),
        }
    }

    const NEWEST: &str = "rust-bin.stable.latest.default";

    #[test]
    fn the_rust_version_of_a_manifest_is_a_minimum() {
        assert_eq!(chosen(&package("rust-version = \"1.74\"\n")), NEWEST);
        assert_eq!(chosen(&package("rust-version.workspace = true\n")), NEWEST);
        assert_eq!(chosen(&package("rust-version = 1.74\n")), NEWEST);
        assert_eq!(
            chosen(&package("rust-version = \"1.99\"\n")),
            "Rust \"1.99\", asked for by rust-version of the package, is not available"
        );
        let workspace = "rust-version.workspace = true\n[workspace]\npackage.rust-version = \"2.0\"\n";
        assert_eq!(
            chosen(&package(workspace)),
            "Rust \"2.0\", asked for by rust-version of the workspace, is not available"
        );
    }

    #[test]
    fn version_files_are_exact() {
        let app = package("rust-version = \"1.74\"\n").file(".tool-versions", "rust 1.88.0\n");
        assert_eq!(chosen(&app), "rust-bin.stable.'1.88.0'.default");
        let app = app.file(".rust-version", "1.87\n");
        assert_eq!(chosen(&app), "(rust-bin.fromRustupToolchain { channel = '1.87'; })");
        let app = app.file("rust-toolchain", "1.71.0\n");
        assert_eq!(chosen(&app), "(rust-bin.fromRustupToolchainFile ../rust-toolchain)");
        let app = app.variable("NIXPACKS_RUST_VERSION", "nightly-2026-09-01");
        assert_eq!(chosen(&app), "(rust-bin.fromRustupToolchain { channel = 'nightly-2026-09-01'; })");
        assert!(app.plan_text::<Rust>().contains("onlyIncludeFiles"));
    }

    #[test]
    fn a_version_that_is_not_there_is_an_error() {
        let app = package("").variable("NIXPACKS_RUST_VERSION", "1.120.0");
        insta::assert_snapshot!(app.plan_text::<Rust>(), @r#"
        {
          "causes": [],
          "error": "Rust \"1.120.0\", asked for by NIXPACKS_RUST_VERSION, is not available",
          "hint": "Available versions: 1.29 to 1.98, beta, nightly"
        }
        "#);
        let app = package("").file("rust-toolchain.toml", "[toolchain]\nchannel = \"1.28\"\n");
        assert_eq!(chosen(&app), "Rust \"1.28\", asked for by rust-toolchain.toml, is not available");
        let app = package("").file(".rust-version", "one\n");
        assert_eq!(chosen(&app), "Rust version \"one\" in .rust-version cannot be understood");
    }

    #[test]
    fn an_old_preview_is_a_warning() {
        let app = package("").file("rust-toolchain.toml", "[toolchain]\nchannel = \"nightly-2024-08-12\"\n");
        assert_eq!(chosen(&app), "(rust-bin.fromRustupToolchainFile ../rust-toolchain.toml)");
        assert_eq!(
            app.warnings(),
            ["Rust nightly-2024-08-12, asked for by rust-toolchain.toml, may be gone: \
              the Rust overlay keeps previews since 2025-01-01"]
        );
    }

    #[test]
    fn channels() {
        for (text, expected) in [
            ("stable", Channel::Stable),
            ("1.74", Channel::Version(vec![1, 74])),
            ("v1.74.1", Channel::Version(vec![1, 74, 1])),
            ("beta-2026-01-02", Channel::Preview("beta-2026-01-02".into())),
        ] {
            assert_eq!(Channel::parse(text), Some(expected), "{text}");
        }
        for text in ["", "1", "1.2.3.4", "nightly-x", "1.74.0-x86_64", "'; rm", "nightlyx2026-01-01"] {
            assert_eq!(Channel::parse(text), None, "{text}");
        }
    }
}
