//! How the app's modules are installed.

use crate::cpanfile::{self, Cpanfile};
use plugpacks_sdk::{Context, Phase, Result};

/// The file in which Carton keeps the exact versions.
const SNAPSHOT: &str = "cpanfile.snapshot";

/// What modules written in C are compiled with. `libxcrypt` has a header that Perl's own headers include.
const COMPILER: [&str; 3] = ["gcc", "gnumake", "libxcrypt"];

/// Where the compiler finds the headers and libraries of packages. The base image names the profile by `~`,
/// which the compiler does not understand.
pub(crate) const PATHS: [(&str, &str); 2] =
    [("CPATH", "/root/.nix-profile/include"), ("LIBRARY_PATH", "/root/.nix-profile/lib")];

/// The variables that installers, compiler and build scripts of modules heed.
const VARIABLES: [&str; 7] = ["PERL5LIB", "PERL_*", "OPENSSL_*", "CPATH", "LIBRARY_PATH", "CFLAGS", "LDFLAGS"];

/// What installs the app's modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Installer {
    /// Carton, the exact versions of its snapshot.
    Carton,
    /// cpanm, the newest versions that the `cpanfile` allows.
    Cpanm,
    /// cpanm, the modules that a distribution's own build script asks for.
    CpanmOfDistribution,
    /// Nothing: the app needs no modules.
    Nothing,
}

impl Installer {
    /// The installer by the files that are there.
    pub(crate) fn find(context: &Context, cpanfile: &Cpanfile) -> Result<Self> {
        let (installer, reason) = if cpanfile.exists && context.app.has_file(SNAPSHOT)? {
            (Self::Carton, "Carton, because of cpanfile.snapshot")
        } else if cpanfile.needs_modules() {
            (Self::Cpanm, "cpanm, because of cpanfile")
        } else if !cpanfile.exists && context.app.first_file(&["Makefile.PL", "Build.PL"])?.is_some() {
            (Self::CpanmOfDistribution, "cpanm, because of Makefile.PL or Build.PL")
        } else {
            (Self::Nothing, "none: no modules are required")
        };
        context.diagnostics.because("installer", reason);
        Ok(installer)
    }

    /// Its packages, and those of what it calls.
    pub(crate) fn packages(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            // Perl itself cannot fetch from https addresses, so Carton looks for curl.
            Self::Carton => &["perlPackages.Carton", "curl"],
            Self::Cpanm | Self::CpanmOfDistribution => &["perlPackages.Appcpanminus"],
            Self::Nothing => return Vec::new(),
        };
        own.iter().copied().chain(COMPILER).collect()
    }

    /// The phase that installs into `local`. It runs again only when one of the files changes that name modules.
    pub(crate) fn phase(self) -> Option<Phase> {
        let phase = Phase::install().paths(["/app/local/bin"]);
        let cpanm = "cpanm --notest --local-lib-contained local --installdeps .";
        Some(match self {
            Self::Carton => phase
                .only_include_files([cpanfile::FILE, SNAPSHOT])
                .only_variables_and_proxies(VARIABLES)
                .command("carton install --deployment --without develop"),
            Self::Cpanm => {
                phase.only_include_files([cpanfile::FILE]).only_variables_and_proxies(VARIABLES).command(cpanm)
            }
            // The build script may read any file of the distribution, and any variable.
            Self::CpanmOfDistribution => phase.command(cpanm),
            Self::Nothing => return None,
        })
    }
}
