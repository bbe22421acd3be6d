//! The Ruby that the app asks for: a series comes from Nix, an exact version is compiled.
//!
//! Bundler accepts no other patch than the one a Gemfile pins, and nixpkgs has one patch of each
//! series: so only what asks for a series, or for nothing, can have the packaged Ruby.

use crate::app::RubyApp;
use crate::toolchain::{Toolchain, apt_packages, bundler_gem};
use crate::versions::{COMPILED, RELEASES, RUBY_BUILD};
use plugpacks_provider_support::release::{NIXPKGS_26_05, Release, Sources};
use plugpacks_provider_support::requirement;
use plugpacks_provider_support::version::{Interval, Version, parse_numbers};
use plugpacks_sdk::{Phase, Result};

const SOURCES: Sources = Sources { variable: "RUBY_VERSION", files: &[".ruby-version"], tools: &["ruby"] };

/// Where gems are installed.
pub(crate) const GEM_HOME: &str = "/usr/local/bundle";

/// Where a compiled Ruby is installed.
const PREFIX: &str = "/opt/ruby";

/// Compiles native gems, and what the usual ones are compiled with.
const COMPILER: [&str; 8] =
    ["gcc", "gnumake", "pkg-config", "libyaml", "libyaml.dev", "openssl.dev", "zlib.dev", "libffi.dev"];

/// Where pkg-config finds those.
const PKG_CONFIG_PATH: &str = "/root/.nix-profile/lib/pkgconfig:/root/.nix-profile/share/pkgconfig";

/// The first Ruby whose just-in-time compiler is compiled by Rust.
const FIRST_WITH_RUST: Version = Version::new(3, 1, 0);

/// Which Ruby the app gets.
#[derive(Debug, PartialEq, Eq)]
enum Ruby {
    /// A package of nixpkgs.
    Packaged(&'static Release),
    /// This very definition of ruby-build.
    Compiled(String),
    /// The newest patch of a series that is not maintained any more.
    NewestOf(&'static Release),
}

/// Installs the wanted Ruby.
pub(crate) fn toolchain(app: &RubyApp) -> Result<Toolchain> {
    let bundler = app.bundle.bundler().filter(|version| is_definition(version));
    let mut paths = vec![format!("{GEM_HOME}/bin")];
    let mut variables = vec![("GEM_HOME", GEM_HOME.to_owned())];
    let mut run_time = None;
    let setup = match choose(app)? {
        Ruby::Packaged(release) => {
            let programs = app.needs().flat_map(|gem| gem.native.programs).copied();
            let git = calls_git(app)?.then_some("git");
            run_time = Some([release.package].into_iter().chain(programs).chain(git).collect());
            variables.push(("PKG_CONFIG_PATH", PKG_CONFIG_PATH.to_owned()));
            packaged(app, release, bundler)
        }
        Ruby::Compiled(definition) => {
            paths.push(format!("{PREFIX}/bin"));
            compiled(app, yjit_compiler(&definition), &exact_build(&definition), bundler)
        }
        Ruby::NewestOf(release) => {
            paths.push(format!("{PREFIX}/bin"));
            compiled(app, yjit_compiler(release.version), &newest_build(release), bundler)
        }
    };
    Ok(Toolchain { setup: setup.only_include_files([""; 0]), paths, variables, run_time })
}

/// Whether a gem in the app asks Git for its files, as `bundle gem` makes them: Bundler runs that
/// whenever the app starts.
fn calls_git(app: &RubyApp) -> Result<bool> {
    if !["path", "gemspec"].iter().any(|word| app.bundle.gemfile.contains(word)) {
        return Ok(false);
    }
    let calls = app.context.app.search("**/*.gemspec", r#"\bgit\b["', ]+ls-files"#)?;
    if let Some(gemspec) = &calls {
        app.context.diagnostics.because("Git", format!("{} calls it whenever Bundler starts", gemspec.path));
    }
    Ok(calls.is_some())
}

/// The order of [`Sources`], then the Gemfile and its lock.
fn choose(app: &RubyApp) -> Result<Ruby> {
    let context = app.context;
    let releases = RELEASES.at(context);
    let gemfile = app.bundle.gemfile_request();
    let request = match SOURCES.find(context)? {
        Some(request) => Some(request),
        None => gemfile.clone().or_else(|| app.bundle.lockfile_request()),
    };
    let Some(request) = request else { return Ok(Ruby::Packaged(releases.choose_default(context))) };
    let version = plain(&request.text);
    if let Some(pinned) = gemfile.as_ref().map(|request| plain(&request.text))
        && requirement::is_exact(pinned)
        && pinned != version
    {
        let source = &request.source;
        context.diagnostics.warn(format!(
            "{source} asks for Ruby {version}, but the Gemfile for {pinned}: Bundler will not accept another one"
        ));
    }
    let is_other = version.starts_with(|c: char| c.is_ascii_alphabetic()) && version.contains('-');
    if (is_other || requirement::is_exact(version)) && is_definition(version) {
        let reason = format!("{version}, compiled, because {} asks for just this one", request.source);
        context.diagnostics.because("Ruby version", reason);
        if let Some(release) = releases.all.iter().find(|release| is_in_series(version, release)) {
            releases.warn_if_ended(context, release);
        }
        return Ok(Ruby::Compiled(version.to_owned()));
    }
    let range = match requirement::all(version.split(',')) {
        Some(range) => range,
        None => releases.range(&request)?,
    };
    let release = releases.select(context, &request, &range)?;
    Ok(if release.package == COMPILED { Ruby::NewestOf(release) } else { Ruby::Packaged(release) })
}

/// A version without rbenv's and RVM's decoration: `ruby-3.4.1@shop`, `= 3.4.1`.
fn plain(text: &str) -> &str {
    let text = text.split('@').next().unwrap_or(text).trim();
    let text = text.strip_prefix("ruby-").unwrap_or(text);
    text.strip_prefix('=').map_or(text, str::trim_start)
}

/// Whether a text may be the name of a definition of ruby-build or a gem's version; nothing else is
/// put into a command.
fn is_definition(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'))
}

fn is_in_series(version: &str, release: &Release) -> bool {
    requirement::interval(version).is_some_and(|interval| interval.intersect(&release.interval()).is_some())
}

fn is_at_least(version: &str, least: &Version) -> bool {
    let release = version.split('-').next().and_then(parse_numbers);
    let at_least = Interval::at_least(least.clone());
    release.is_some_and(|numbers| Interval::series(&numbers).intersect(&at_least).is_some())
}

/// The package of the compiler that Ruby's own just-in-time compiler is written for, if it has one.
fn yjit_compiler(version: &str) -> Option<&'static str> {
    is_at_least(version, &FIRST_WITH_RUST).then_some("rustc")
}

/// Installs a Ruby of nixpkgs. It brings Bundler; one that the lockfile names is installed beside it.
fn packaged(app: &RubyApp, ruby: &Release, bundler: Option<&str>) -> Phase {
    let programs = app.needs().flat_map(|gem| gem.native.programs).copied();
    let native = app.needs().flat_map(|gem| gem.native.build).copied();
    let libraries = app.needs().flat_map(|gem| gem.native.libraries).copied();
    Phase::setup([ruby.package])
        .packages(COMPILER)
        .packages(programs)
        .packages(native)
        .libraries(libraries.chain(["zlib", "stdenv.cc.cc.lib"]))
        .archive(ruby.archive)
        .apt_packages(["procps", "git"])
        .commands(bundler.map(|version| format!("gem install bundler:{version}")))
}

/// Compiles a Ruby with Ubuntu's compiler and libraries.
fn compiled(app: &RubyApp, yjit_compiler: Option<&str>, build: &str, bundler: Option<&str>) -> Phase {
    let programs = app.needs().flat_map(|gem| gem.native.programs).copied();
    let command = format!(
        "git clone -q --depth 1 --branch {RUBY_BUILD} https://github.com/rbenv/ruby-build /opt/ruby-build && {build} && \
         {PREFIX}/bin/gem install {}",
        bundler_gem(bundler)
    );
    let packages: Vec<_> = programs.chain(yjit_compiler).collect();
    let has_packages = !packages.is_empty();
    let setup = Phase::setup(packages)
        .apt_packages(apt_packages(app.needs().flat_map(|gem| gem.apt_packages)))
        .command(command)
        .only_variables_and_proxies(["RUBY_*", "CFLAGS", "CPPFLAGS", "LDFLAGS", "MAKE*", "GIT_*"]);
    if has_packages { setup.archive(NIXPKGS_26_05) } else { setup }
}

/// Builds one definition; the newest ruby-build is fetched if the pinned one does not know it.
fn exact_build(definition: &str) -> String {
    format!(
        "{{ [ -e /opt/ruby-build/share/ruby-build/{definition} ] || git -C /opt/ruby-build fetch -q --depth 1 origin \
         HEAD && git -C /opt/ruby-build checkout -q FETCH_HEAD; }} && /opt/ruby-build/bin/ruby-build {definition} {PREFIX}"
    )
}

/// Builds the newest patch of a series.
fn newest_build(release: &Release) -> String {
    let pattern = release.version.replace('.', "\\.");
    format!(
        "/opt/ruby-build/bin/ruby-build \"$(/opt/ruby-build/bin/ruby-build --definitions | \
         grep -E '^{pattern}\\.[0-9]+$' | sort -V | tail -n 1)\" {PREFIX}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugpacks_sdk::Error;
    use plugpacks_sdk::testing::FakeApp;

    /// The chosen Ruby: an attribute, a definition, the series whose newest patch is built, or the error.
    fn ruby(app: &FakeApp) -> String {
        let chosen = app.with(|context| choose(&RubyApp::read(context)));
        match chosen.map_err(|error: Error| error.to_string()) {
            Ok(Ruby::Packaged(release)) => release.package.to_owned(),
            Ok(Ruby::Compiled(definition)) => definition,
            Ok(Ruby::NewestOf(release)) => format!("newest {}", release.version),
            Err(error) => error,
        }
    }

    fn version_file(text: &str) -> String {
        ruby(&FakeApp::new().file(".ruby-version", text))
    }

    #[test]
    fn a_series_is_packaged_and_a_patch_is_compiled() {
        for (text, expected) in [
            ("3.4\n", "ruby_3_4"),
            ("ruby-3.3", "ruby_3_3"),
            ("4", "ruby_4_0"),
            ("3.4.1", "3.4.1"),
            ("ruby-3.2.2@shop", "3.2.2"),
            ("3.5.0-preview1", "3.5.0-preview1"),
            ("jruby-9.4.7.0", "jruby-9.4.7.0"),
            ("3.1", "newest 3.1"),
            ("latest", "ruby_3_4"),
            ("5.1", "Ruby \"5.1\", asked for by .ruby-version, is not available"),
            ("3.4.1; reboot", "Ruby version \"3.4.1; reboot\" in .ruby-version cannot be understood"),
            ("jruby-$(reboot)", "Ruby version \"jruby-$(reboot)\" in .ruby-version cannot be understood"),
        ] {
            assert_eq!(version_file(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_gemfile_has_requirements() {
        let gemfile = |line: &str| ruby(&FakeApp::new().file("Gemfile", format!("source 'x'\n{line}")));
        for (line, expected) in [
            ("", "ruby_3_4"),
            ("ruby '~> 3.1'", "ruby_3_4"),
            ("ruby '~> 3.3.0'", "ruby_3_3"),
            ("ruby '>= 3.1', '< 3.4'", "ruby_3_3"),
            ("ruby '~> 3.1.2'", "newest 3.1"),
            ("ruby '= 3.3.1'", "3.3.1"),
        ] {
            assert_eq!(gemfile(line), expected, "{line:?}");
        }
    }

    #[test]
    fn sources_have_one_order() {
        let app = || FakeApp::new().file("Gemfile.lock", "RUBY VERSION\n   ruby 3.1.4p223\n");
        assert_eq!(ruby(&app()), "3.1.4");
        let app = || app().file("Gemfile", "ruby '3.3'\n");
        assert_eq!(ruby(&app()), "ruby_3_3");
        let app = || app().file(".tool-versions", "ruby 3.2.1\n");
        assert_eq!(ruby(&app()), "3.2.1");
        let app = || app().file(".ruby-version", "3.3.4\n");
        assert_eq!(ruby(&app()), "3.3.4");
        assert_eq!(ruby(&app().variable("NIXPACKS_RUBY_VERSION", "4.0")), "ruby_4_0");
    }

    #[test]
    fn what_will_not_work_or_is_old_comes_with_a_warning() {
        let app = FakeApp::new().file("Gemfile", "ruby '3.3.1'").file(".ruby-version", "3.2.2");
        assert_eq!(ruby(&app), "3.2.2");
        let warnings = app.warnings();
        assert!(warnings[0].contains("the Gemfile for 3.3.1"));
        assert!(warnings[1].starts_with("Ruby 3.2 gets no security fixes since 2026-03-31"));
        let app = FakeApp::new().file("Gemfile", "ruby '3.3.1'").file(".ruby-version", "ruby-3.3.1");
        ruby(&app);
        assert_eq!(app.warnings(), [""; 0]);
    }

    #[test]
    fn rust_compiles_the_just_in_time_compiler() {
        let with_rust = |version| yjit_compiler(version).is_some();
        assert!(with_rust("3.1") && with_rust("3.2.2") && with_rust("4.0.0") && with_rust("4.1.0-preview1"));
        assert!(!with_rust("3.0") && !with_rust("2.7.8") && !with_rust("jruby-9.4.7.0"));
    }
}
