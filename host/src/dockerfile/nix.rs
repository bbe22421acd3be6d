//! Nix environments: one file for each nixpkgs commit of a plan.

use crate::config::Mirrors;
use crate::error::{Error, Result};
use crate::plan::{Phase, Plan};
use std::collections::BTreeMap;

/// The URL of a nixpkgs commit's tarball.
const NIXPKGS_URL: &str = "https://github.com/NixOS/nixpkgs/archive/{archive}.tar.gz";

/// Where nixpkgs comes from.
pub(super) struct Source<'a> {
    /// Of which places tarballs are fetched.
    pub(super) mirrors: &'a Mirrors,
    /// The commit of phases that name none, as they do in plans that were not pinned.
    pub(super) default_archive: &'a str,
    /// How the environment puts libraries on `LD_LIBRARY_PATH`.
    pub(super) library_path: LibraryPath,
}

/// How libraries get onto `LD_LIBRARY_PATH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LibraryPath {
    /// Before whatever is there, even if there are none or nothing is there (Nixpacks 1.41): an empty
    /// element is the working directory.
    Always,
    /// As far as there are some.
    WhereNeeded,
}

/// What is fetched, as plans write it: a commit or a URL, and `#sha256=` with the hash of its content if
/// that is to be checked.
struct Tarball<'a> {
    name: &'a str,
    hash: Option<&'a str>,
}

impl<'a> Tarball<'a> {
    fn parse(text: &'a str) -> Self {
        match text.split_once("#sha256=") {
            Some((name, hash)) => Self { name, hash: Some(hash) },
            None => Self { name: text, hash: None },
        }
    }

    /// What Nix's `fetchTarball` is told.
    fn argument(&self, url: &str) -> String {
        let url = escape(url);
        match self.hash {
            Some(hash) => format!("{{ url = \"{url}\"; sha256 = \"{}\"; }}", escape(hash)),
            None => format!("\"{url}\""),
        }
    }
}

/// Everything that is installed from one nixpkgs commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NixEnvironment {
    archive: Option<String>,
    packages: Vec<String>,
    libraries: Vec<String>,
    overlays: Vec<String>,
    /// App files that package expressions refer to.
    pub(super) files: Vec<String>,
    /// What it has besides.
    tools: Tools,
}

/// What an environment has besides the plan's packages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tools {
    /// Nothing.
    #[default]
    Nothing,
    /// What an image without a distribution's files needs: a shell, and the commands that scripts
    /// take for granted and time zones, as far as the package set has them.
    OfImage,
    /// What build images have besides Nix, as far as the package set has it.
    OfBuildImage,
}

impl Tools {
    /// Nix: what is appended to the list of packages.
    const fn expression(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::OfBuildImage => {
                " ++ [ bash ] ++ builtins.concatMap (name: if pkgs ? ${name} then [ pkgs.${name} ] else [ ])
    [ \"bzip2\" \"cacert\" \"coreutils\" \"curl\" \"diffutils\" \"findutils\" \"gawk\" \"git\" \"gnugrep\" \"gnumake\"
      \"gnused\" \"gnutar\" \"gzip\" \"patch\" \"perl\" \"procps\" \"tzdata\" \"unzip\" \"which\" \"xz\" ]"
            }
            Self::OfImage => {
                " ++ [ bash ] ++ builtins.concatMap (name: if pkgs ? ${name} then [ pkgs.${name} ] else [ ])
    [ \"coreutils\" \"findutils\" \"gnugrep\" \"gnused\" \"tzdata\" ]"
            }
        }
    }
}

impl NixEnvironment {
    /// The environments of a plan: phases without a commit first, then by commit.
    ///
    /// # Errors
    /// A commit cannot be part of a file's name.
    pub(super) fn of_plan(plan: &Plan) -> Result<Vec<Self>> {
        let mut by_archive = BTreeMap::<Option<&str>, Self>::new();
        for phase in plan.phases.values().filter(|phase| phase.uses_nix()) {
            let environment = by_archive.entry(phase.nixpkgs_archive.as_deref()).or_default();
            environment.archive.clone_from(&phase.nixpkgs_archive);
            let lists = [
                (&mut environment.packages, &phase.nix_packages),
                (&mut environment.libraries, &phase.nix_libraries),
                (&mut environment.overlays, &phase.nix_overlays),
                (&mut environment.files, &phase.only_include_files),
            ];
            for (own, list) in lists {
                own.extend_from_slice(Phase::elements(list));
            }
        }
        by_archive.into_values().map(Self::checked).collect()
    }

    /// The commit names a file, which must not lie elsewhere than other generated files.
    fn checked(self) -> Result<Self> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        match &self.archive {
            Some(archive) if !Tarball::parse(archive).name.chars().all(is_plain) => Err(Error::configuration(format!(
                "`{archive}` is no commit of nixpkgs"
            ))
            .hint("`nixpkgsArchive` has 40 hexadecimal digits, or the name of a tag; `#sha256=HASH` may follow")),
            _ => Ok(self),
        }
    }

    /// The environments that are needed at run time: of each nixpkgs commit the packages that `start`
    /// names, and in the first one the tools that every image has. None if `start` names no packages.
    /// A plan without packages has them from `default_archive`.
    pub(super) fn at_run_time(plan: &Plan, environments: &[Self], default_archive: &str) -> Vec<Self> {
        let (Some(start), Some(wanted)) = (&plan.start, plan.packages_at_run_time()) else { return Vec::new() };
        let is_wanted = |name: &&String| wanted.contains(name);
        let is_library = |name: &&String| start.nix_libraries.as_ref().is_none_or(|libraries| libraries.contains(name));
        let part = |environment: &Self| Self {
            packages: environment.packages.iter().filter(is_wanted).cloned().collect(),
            libraries: environment.libraries.iter().filter(is_library).cloned().collect(),
            files: Vec::new(),
            ..environment.clone()
        };
        let mut parts: Vec<_> = environments.iter().map(part).collect();
        if parts.is_empty() {
            parts.push(Self { archive: Some(default_archive.to_owned()), ..Self::default() });
        }
        // Packages that no phase has are of the first commit.
        let elsewhere = |name: &&String| !environments.iter().any(|other| other.packages.contains(name));
        parts[0].packages.extend(wanted.iter().filter(elsewhere).cloned());
        parts[0].tools = Tools::OfImage;
        let has_content =
            |part: &Self| part.tools == Tools::OfImage || !part.packages.is_empty() || !part.libraries.is_empty();
        parts.retain(has_content);
        parts
    }

    /// What stands in for a build image: its programs, of the first commit.
    pub(super) fn of_base(environments: &[Self], default_archive: &str) -> Self {
        let archive = environments.first().and_then(|environment| environment.archive.clone());
        let archive = archive.unwrap_or_else(|| default_archive.to_owned());
        Self { archive: Some(archive), tools: Tools::OfBuildImage, ..Self::default() }
    }

    /// The file's name below the directory of generated files.
    pub(super) fn file_name(&self) -> String {
        match &self.archive {
            Some(archive) => format!("nixpkgs-{}.nix", Tarball::parse(archive).name),
            None => "nixpkgs.nix".to_owned(),
        }
    }

    /// The name of the file of the packages needed at run time.
    pub(super) fn runtime_file_name(&self) -> String {
        format!("runtime-{}", self.file_name())
    }

    /// The file: a function that gives one environment with all packages, and with a profile script
    /// that puts the libraries on `LD_LIBRARY_PATH`.
    pub(super) fn to_nix(&self, source: &Source<'_>) -> String {
        self.document(source, "env")
    }

    /// The file of packages needed at run time.
    pub(super) fn to_runtime_nix(&self, source: &Source<'_>) -> String {
        self.document(source, "runtime")
    }

    /// The file of what stands in for a build image.
    pub(super) fn to_base_nix(&self, source: &Source<'_>) -> String {
        self.document(source, "base")
    }

    fn document(&self, source: &Source<'_>, suffix: &str) -> String {
        let archive = Tarball::parse(self.archive.as_deref().unwrap_or(source.default_archive));
        let url = source.mirrors.nixpkgs_url.as_deref().unwrap_or(NIXPKGS_URL).replace("{archive}", archive.name);
        let name = escape(&format!("{}-{suffix}", archive.name));
        let overlays: Vec<_> = self
            .overlays
            .iter()
            .map(|url| Tarball::parse(url))
            .map(|overlay| format!("      (import (builtins.fetchTarball {}))\n", overlay.argument(overlay.name)))
            .collect();
        format!(
            r#"{{ }}:

let
  pkgs = import (fetchTarball {nixpkgs}) {{
    overlays = [
{overlays}    ];
  }};
in
with pkgs;
let
  libraryPath = "${{lib.makeLibraryPath [ {libraries} ]}}";
  libraries = writeText "libraries" ''
{library_path}{openssl}  '';
in
buildEnv {{
  name = "{name}";
  paths = [
    (runCommand "{name}" {{ }} ''
      mkdir -p $out/etc/profile.d
      cp ${{libraries}} $out/etc/profile.d/{name}.sh
    '')
    {packages}
  ]{tools};
}}
"#,
            nixpkgs = archive.argument(&url),
            overlays = overlays.concat(),
            libraries = sorted(&self.libraries).join(" "),
            library_path = self.library_path_export(source.library_path),
            openssl = self.openssl_exports(suffix),
            packages = sorted(&self.packages).join(" "),
            tools = self.tools.expression(),
        )
    }

    /// The line of the profile script that a dynamic linker reads.
    fn library_path_export(&self, rule: LibraryPath) -> &'static str {
        match rule {
            LibraryPath::Always => "    export LD_LIBRARY_PATH=\"${libraryPath}:$LD_LIBRARY_PATH\"\n",
            LibraryPath::WhereNeeded if self.libraries.is_empty() => "",
            LibraryPath::WhereNeeded => {
                "    export LD_LIBRARY_PATH=\"${libraryPath}''${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}\"\n"
            }
        }
    }

    /// What crates and gems that compile against OpenSSL look at; of the first such library.
    fn openssl_exports(&self, suffix: &str) -> String {
        let openssl = self.libraries.iter().find(|library| suffix == "env" && library.contains("openssl"));
        openssl.map_or_else(String::new, |library| {
            format!(
                "    export OPENSSL_DIR=\"${{{library}.dev}}\"\n    export OPENSSL_LIB_DIR=\"${{{library}.out}}/lib\"\n"
            )
        })
    }
}

/// In byte order (Nixpacks 1.41), so that the order of sources does not change the file.
fn sorted(elements: &[String]) -> Vec<&str> {
    let mut sorted: Vec<_> = elements.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    sorted
}

/// A text within a Nix string.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "\\${")
}
