//! Nix environments: one file for each nixpkgs commit of a plan.

use crate::config::Mirrors;
use crate::plan::{Phase, Plan};
use std::collections::BTreeMap;

/// The URL of a nixpkgs commit's tarball.
const NIXPKGS_URL: &str = "https://github.com/NixOS/nixpkgs/archive/{archive}.tar.gz";

/// The commit of phases that name none; only plans that were never pinned have such phases.
const DEFAULT_ARCHIVE: &str = "5148520bfab61f99fd25fb9ff7bfbb50dad3c9db";

/// Everything that is installed from one nixpkgs commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Environment {
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
    /// take for granted, as far as the package set has them.
    OfImage,
}

impl Tools {
    /// Nix: what is appended to the list of packages.
    const fn expression(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::OfImage => {
                " ++ [ bash ] ++ builtins.concatMap (name: if pkgs ? ${name} then [ pkgs.${name} ] else [ ])
    [ \"coreutils\" \"findutils\" \"gnugrep\" \"gnused\" ]"
            }
        }
    }
}

impl Environment {
    /// The environments of a plan: phases without a commit first, then by commit.
    pub(super) fn of_plan(plan: &Plan) -> Vec<Self> {
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
        by_archive.into_values().collect()
    }

    /// The environments that are needed at run time: of each nixpkgs commit the packages that `start`
    /// names, and in the first one the tools that every image has. None if `start` names no packages.
    pub(super) fn at_run_time(plan: &Plan, environments: &[Self]) -> Vec<Self> {
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
            parts.push(Self::default());
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

    /// The file's name below the directory of generated files.
    pub(super) fn file_name(&self) -> String {
        match &self.archive {
            Some(archive) => format!("nixpkgs-{archive}.nix"),
            None => "nixpkgs.nix".to_owned(),
        }
    }

    /// The name of the file of the packages needed at run time.
    pub(super) fn runtime_file_name(&self) -> String {
        format!("runtime-{}", self.file_name())
    }

    /// The file: a function that gives one environment with all packages, and with a profile script
    /// that puts the libraries on `LD_LIBRARY_PATH`.
    pub(super) fn to_nix(&self, mirrors: &Mirrors) -> String {
        self.document(mirrors, "env")
    }

    /// The file of packages needed at run time.
    pub(super) fn to_runtime_nix(&self, mirrors: &Mirrors) -> String {
        self.document(mirrors, "runtime")
    }

    fn document(&self, mirrors: &Mirrors, suffix: &str) -> String {
        let archive = self.archive.as_deref().unwrap_or(DEFAULT_ARCHIVE);
        let url = mirrors.nixpkgs_url.as_deref().unwrap_or(NIXPKGS_URL).replace("{archive}", archive);
        let name = escape(&format!("{archive}-{suffix}"));
        let overlays: Vec<_> = self
            .overlays
            .iter()
            .map(|url| format!("      (import (builtins.fetchTarball \"{}\"))\n", escape(url)))
            .collect();
        format!(
            r#"{{ }}:

let
  pkgs = import (fetchTarball "{url}") {{
    overlays = [
{overlays}    ];
  }};
in
with pkgs;
let
  libraryPath = "${{lib.makeLibraryPath [ {libraries} ]}}";
  libraries = writeText "libraries" ''
    export LD_LIBRARY_PATH="${{libraryPath}}:$LD_LIBRARY_PATH"
{openssl}  '';
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
            url = escape(&url),
            overlays = overlays.concat(),
            libraries = sorted(&self.libraries).join(" "),
            openssl = self.openssl_exports(suffix),
            packages = sorted(&self.packages).join(" "),
            tools = self.tools.expression(),
        )
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
