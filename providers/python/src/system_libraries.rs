//! What packages from PyPI need of the system: those that are compiled, that load a library which their
//! wheels do not bring, or that call a program.

use crate::app::PythonApp;
use crate::dependencies::DJANGO;
use crate::stack::{EVERY_MODULE, Stack};
use plugpacks_provider_support::native::{Native, each_once, needed};
use plugpacks_provider_support::release::{NIXPKGS_26_05, Release};

/// Where compilers find what Nix installs: the profile of the packages of all phases.
const PATHS: [(&str, &str); 3] = [
    ("CPATH", "/root/.nix-profile/include"),
    ("LIBRARY_PATH", "/root/.nix-profile/lib"),
    ("PKG_CONFIG_PATH", "/root/.nix-profile/lib/pkgconfig:/root/.nix-profile/share/pkgconfig"),
];

/// Packages that have chromedriver drive a browser.
const BY_DRIVER: &[&str] =
    &["selenium", "selenium-wire", "seleniumbase", "undetected-chromedriver", "helium", "splinter"];

/// Packages by their normalised names, and the packages of nixpkgs 26.05 that they need. Drivers of
/// PostgreSQL and MySQL are not here: settings of Django ask for them as well.
static TABLE: [Native; 29] = [
    Native { programs: &["ffmpeg-headless"], ..Native::of(&["pydub", "ffmpeg-python", "moviepy", "openai-whisper"]) },
    Native { programs: &["ffmpeg-headless"], ..Native::of(&["yt-dlp", "discord-py[voice]", "py-cord[voice]"]) },
    Native { programs: &["poppler-utils"], ..Native::of(&["pdf2image"]) },
    Native { programs: &["tesseract"], ..Native::of(&["pytesseract", "tesserocr", "ocrmypdf"]) },
    Native { programs: &["graphviz"], ..Native::of(&["graphviz", "pydot"]) },
    Native { programs: &["chromium", "chromedriver"], ..Native::of(BY_DRIVER) },
    Native {
        programs: &["chromium"],
        ..Native::of(&["pyppeteer", "nodriver", "zendriver", "pydoll-python", "playwright", "patchright", "html2image"])
    },
    Native { programs: &["ghostscript"], ..Native::of(&["camelot-py", "ocrmypdf"]) },
    Native { programs: &["git"], ..Native::of(&["gitpython"]) },
    Native { libraries: &["cairo"], ..Native::of(&["cairocffi", "cairosvg"]) },
    Native { build: &["pkg-config", "cairo.dev"], libraries: &["cairo"], ..Native::of(&["pycairo"]) },
    Native {
        libraries: &["pango", "glib", "harfbuzz", "fontconfig"],
        ..Native::of(&["weasyprint", "django-weasyprint", "flask-weasyprint"])
    },
    Native {
        libraries: &["libGL", "glib", "libxcb"],
        ..Native::of(&["opencv-python", "opencv-contrib-python", "ultralytics", "mediapipe", "easyocr", "paddleocr"])
    },
    Native { libraries: &["file"], ..Native::of(&["python-magic", "filemagic"]) },
    Native {
        build: &["openldap.dev", "cyrus_sasl.dev"],
        libraries: &["openldap", "cyrus_sasl"],
        ..Native::of(&["python-ldap", "django-auth-ldap"])
    },
    Native {
        build: &["pkg-config", "xmlsec.dev", "libxml2.dev", "libtool"],
        libraries: &["xmlsec", "libxml2"],
        ..Native::of(&["xmlsec", "python3-saml"])
    },
    Native { libraries: &["unixODBC"], ..Native::of(&["pyodbc", "aioodbc", "mssql-django", "django-mssql-backend"]) },
    Native { build: &["freetds"], libraries: &["freetds"], ..Native::of(&["pymssql"]) },
    Native { build: &["portaudio"], libraries: &["portaudio"], ..Native::of(&["pyaudio", "sounddevice"]) },
    Native { libraries: &["libsndfile"], ..Native::of(&["soundfile", "librosa"]) },
    Native { libraries: &["zbar"], ..Native::of(&["pyzbar"]) },
    Native { libraries: &["imagemagick"], ..Native::of(&["wand"]) },
    Native { libraries: &["vips", "glib"], unless: &["pyvips[binary]", "pyvips-binary"], ..Native::of(&["pyvips"]) },
    Native { build: &["cmake"], ..Native::of(&["dlib", "face-recognition"]) },
    Native { build: &["pkg-config", "graphviz"], libraries: &["graphviz"], ..Native::of(&["pygraphviz"]) },
    Native {
        build: &["pkg-config", "glib.dev", "gobject-introspection.dev", "cairo.dev"],
        libraries: &["glib", "gobject-introspection", "cairo"],
        ..Native::of(&["pygobject"])
    },
    Native { build: &["libkrb5.dev"], libraries: &["libkrb5"], ..Native::of(&["gssapi", "kerberos"]) },
    Native { build: &["gdal", "geos", "proj"], libraries: &["gdal", "geos", "proj"], ..Native::of(&["gdal"]) },
    Native { libraries: &["libopus"], ..Native::of(&["discord-py[voice]", "py-cord[voice]"]) },
];

/// What the settings of a Django project with geographic data need.
static GEOGRAPHY: Native = Native { libraries: &["gdal", "geos", "proj"], ..Native::of(&[]) };

/// What fetches a dependency from a repository.
static GIT: Native = Native { build: &["git"], ..Native::of(&[]) };

/// What is called otherwise in older nixpkgs.
const FORMER_NAMES: [(&str, &str); 3] =
    [("poppler-utils", "poppler_utils"), ("libxcb", "xorg.libxcb"), ("chromedriver", "chromium")];

/// The rows of the table that an app needs.
pub(crate) struct SystemLibraries {
    rows: Vec<&'static Native>,
    is_current: bool,
}

impl SystemLibraries {
    /// Looks the app's dependencies up.
    pub(crate) fn of(app: &PythonApp, python: &Release, stack: &Stack) -> Self {
        let mut rows = needed(&TABLE, |name| app.dependencies.names(name));
        let is_geographic = stack.project.as_ref().is_some_and(|project| project.mentions("django.contrib.gis"));
        if is_geographic && app.dependencies.uses(&DJANGO) {
            rows.push(&GEOGRAPHY);
        }
        if app.manifests.name_repositories() {
            rows.push(&GIT);
        }
        if app.dependencies.installs(&["playwright"]) {
            warn_of_browsers(app);
        }
        Self { rows, is_current: python.archive == NIXPKGS_26_05 }
    }

    /// What is there while the app is built: tools and headers.
    pub(crate) fn build(&self) -> Vec<&'static str> {
        self.each(|row| row.build)
    }

    /// What the app loads.
    pub(crate) fn libraries(&self) -> Vec<&'static str> {
        self.each(|row| row.libraries)
    }

    /// What the app calls.
    pub(crate) fn programs(&self) -> Vec<&'static str> {
        self.each(|row| row.programs)
    }

    /// The variables that lead compilers to the headers and libraries.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let compiles = self.build().iter().any(|package| package.ends_with(".dev"))
            || self.rows.iter().any(|row| !row.build.is_empty() && !row.libraries.is_empty());
        PATHS.into_iter().filter(move |_| compiles)
    }

    fn each(&self, list: impl Fn(&'static Native) -> &'static [&'static str]) -> Vec<&'static str> {
        let mut packages = each_once(&self.rows, list);
        if !self.is_current {
            let former = |name: &str| FORMER_NAMES.into_iter().find(|(now, _)| *now == name).map(|(_, former)| former);
            packages.iter_mut().for_each(|package| *package = former(package).unwrap_or(package));
        }
        packages
    }
}

/// Says that Playwright looks for a browser where it would have put one, unless it is told another.
fn warn_of_browsers(app: &PythonApp) {
    let is_told = app.context.app.search(EVERY_MODULE, "executable_path|PLAYWRIGHT_BROWSERS_PATH");
    if matches!(is_told, Ok(None)) {
        app.context.diagnostics.warn(
            "Playwright starts only browsers that `playwright install` has fetched, whose libraries are not in the image. \
             Nix's Chromium is: write launch(executable_path=os.environ.get('CHROMIUM', '/root/.nix-profile/bin/chromium'))",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Python;
    use plugpacks_provider_support::native::assert_names;
    use plugpacks_sdk::testing::FakeApp;

    #[test]
    fn packages_are_spelled_as_nixpkgs_spells_them() {
        assert_names(&TABLE);
    }

    #[test]
    fn libraries_that_wheels_do_not_bring_are_there_when_the_app_runs() {
        let plan = |requirements: &str| FakeApp::new().file("requirements.txt", requirements).plan_text::<Python>();
        let weasyprint = plan("WeasyPrint\n");
        assert!(weasyprint.contains("\"pango\"") && weasyprint.contains("\"glib\""), "{weasyprint}");
        assert!(!weasyprint.contains("CPATH"), "{weasyprint}");
        let ldap = plan("python-ldap\n");
        assert!(ldap.contains("\"openldap.dev\"") && ldap.contains("CPATH"), "{ldap}");
        assert!(plan("x @ git+https://example.org/x.git\n").contains("\"git\""));
        assert!(!plan("flask\n").contains("\"git\""));
    }
}
