//! Programs that come from their npm package: nixpkgs has one version of each, and the app asks for
//! another, or nixpkgs has none.

use plugpacks_sdk::shell;

/// A program in a folder of its own, which the image's last stage takes where the app is started by it.
///
/// npm checks what it downloads against the registry's digest, and its cache keeps it between builds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NpmProgram {
    name: &'static str,
    package: &'static str,
    /// A version, or a range of which npm takes the newest.
    version: String,
    form: Form,
}

/// What the package is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Files that Node.js runs.
    Scripts,
    /// One binary, which a script of the package fetches; headers and the like lie beside it.
    Binary { more_names: &'static [&'static str] },
    /// Node.js: such a binary, and npm of this version in the same folder, so that it runs by this binary.
    Node { npm: &'static str },
}

impl NpmProgram {
    /// Node.js itself, and the version of npm that comes with it.
    pub(crate) fn node(version: impl Into<String>, npm: &'static str) -> Self {
        Self { name: "node", package: "node", version: version.into(), form: Form::Node { npm } }
    }

    /// Bun.
    pub(crate) fn bun(version: impl Into<String>) -> Self {
        Self { name: "bun", package: "bun", version: version.into(), form: Form::Binary { more_names: &["bunx"] } }
    }

    /// A program that Node.js runs: its name and its package.
    pub(crate) fn scripts(name: &'static str, package: &'static str, version: impl Into<String>) -> Self {
        Self { name, package, version: version.into(), form: Form::Scripts }
    }

    /// The folder that has all of it.
    pub(crate) fn folder(&self) -> String {
        format!("/opt/{}", self.name)
    }

    /// The folder for `PATH`.
    pub(crate) fn path(&self) -> String {
        format!("/opt/{}/bin", self.name)
    }

    /// `pnpm 10.33.0`.
    #[cfg(test)]
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    /// The command that brings it. npm 12 runs no script of a package that is not allowed to have any.
    pub(crate) fn command(&self) -> String {
        let Self { name, package, version, form } = self;
        let package = shell::quoted(&format!("{package}@{version}"));
        match form {
            Form::Scripts => format!("npm install -g --prefix /opt/{name} {package}"),
            Form::Binary { more_names } => {
                let links = more_names.iter().map(|other| format!(" && ln -s {name} /opt/{name}/bin/{other}"));
                format!("{}{}", binary(name, &package), links.collect::<String>())
            }
            Form::Node { npm } => {
                format!("{} && npm install -g --prefix /opt/{name} npm@{npm}", binary(name, &package))
            }
        }
    }
}

/// The command that takes a program out of its package.
fn binary(name: &str, package: &str) -> String {
    let folder = format!("/tmp/{name}");
    format!(
        "npm install -g --allow-scripts={name} --prefix {folder} {package} && install -D \
         \"$(readlink -f {folder}/bin/{name})\" /opt/{name}/bin/{name} && rm -r {folder}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_stay_where_npm_puts_them_and_binaries_are_taken_out() {
        let yarn = NpmProgram::scripts("yarn", "@yarnpkg/cli-dist", "4.9.2");
        assert_eq!(yarn.command(), "npm install -g --prefix /opt/yarn @yarnpkg/cli-dist@4.9.2");
        assert_eq!((yarn.folder(), yarn.path()), ("/opt/yarn".to_owned(), "/opt/yarn/bin".to_owned()));
        assert_eq!(
            NpmProgram::bun("1.4.5").command(),
            "npm install -g --allow-scripts=bun --prefix /tmp/bun bun@1.4.5 && install -D \"$(readlink -f \
             /tmp/bun/bin/bun)\" /opt/bun/bin/bun && rm -r /tmp/bun && ln -s bun /opt/bun/bin/bunx"
        );
        let node = NpmProgram::node("~22.11.0", "10.9.9").command();
        assert!(node.contains(" 'node@~22.11.0' "), "{node}");
        assert!(node.ends_with(" && npm install -g --prefix /opt/node npm@10.9.9"), "{node}");
    }
}
