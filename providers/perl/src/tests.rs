//! Whole plans, detection, versions and start commands.

use crate::Perl;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
use plugpacks_sdk::{ListEdit, PartialPlan};

fn is_app(app: &FakeApp) -> bool {
    app.detect::<Perl>().unwrap()
}

fn plan(app: &FakeApp) -> PartialPlan {
    app.plan::<Perl>().unwrap().unwrap()
}

fn start(app: &FakeApp) -> Option<String> {
    plan(app).start.and_then(|start| start.command)
}

fn cpanfile(text: &str) -> FakeApp {
    FakeApp::new().file("cpanfile", text)
}

/// The app whose whole plan is in a snapshot; others are compared with it.
fn mojolicious() -> FakeApp {
    cpanfile("requires 'Mojolicious', '>= 9.0';\n")
        .file("script/relay", "use Mojolicious::Commands;\nMojolicious::Commands->start_app('Relay');\n")
}

#[test]
fn the_page_names_everything() {
    assert_page_matches::<Perl>(include_str!("../README.md"));
}

#[test]
fn a_manifest_or_a_psgi_file_makes_an_app() {
    for file in ["cpanfile", "app.psgi", "Makefile.PL", "Build.PL"] {
        assert!(is_app(&FakeApp::new().file(file, "").directory("public")));
        assert!(!is_app(&FakeApp::nixpacks().file(file, "")));
        assert!(!is_app(&FakeApp::new().file(file, "").file("index.html", "")));
    }
    assert!(!is_app(&FakeApp::new().file("main.pl", "")), "it could be Prolog");
}

#[test]
fn a_mojolicious_app() {
    let app = mojolicious();
    insta::assert_snapshot!(app.plan_text::<Perl>(), @r#"
    {
      "phases": {
        "install": {
          "cmds": [
            "cpanm --notest --local-lib-contained local --installdeps ."
          ],
          "dependsOn": [
            "setup"
          ],
          "onlyIncludeFiles": [
            "cpanfile"
          ],
          "onlyVariables": [
            "PERL5LIB",
            "PERL_*",
            "OPENSSL_*",
            "CPATH",
            "LIBRARY_PATH",
            "CFLAGS",
            "LDFLAGS",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY"
          ],
          "paths": [
            "/app/local/bin"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "perl",
            "perlPackages.Appcpanminus",
            "gcc",
            "gnumake",
            "libxcrypt"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "perl script/relay prefork --mode production --listen \"http://*:${PORT:-3000}\"",
        "nixPkgs": [
          "perl"
        ]
      },
      "variables": {
        "CPATH": "/root/.nix-profile/include",
        "LIBRARY_PATH": "/root/.nix-profile/lib",
        "PERL5LIB": "/app/lib:/app/local/lib/perl5"
      }
    }
    "#);
    assert_eq!(
        app.reasons(),
        [
            "Perl version: 5.42, the default: nothing asks for one",
            "installer: cpanm, because of cpanfile",
            "start command: script/relay starts Mojolicious",
        ]
    );
}

#[test]
fn a_dancer_app_with_a_snapshot() {
    let app =
        cpanfile("requires 'Dancer2';\nrequires 'Starman';\n").file("cpanfile.snapshot", "").file("bin/app.psgi", "");
    insta::assert_snapshot!(app.changes_since::<Perl>(&mojolicious()), @r#"
    phases.install.cmds: ["cpanm --notest --local-lib-contained local --installdeps ."] -> ["carton install --deployment --without develop"]
    phases.install.onlyIncludeFiles: ["cpanfile"] -> ["cpanfile","cpanfile.snapshot"]
    phases.setup.nixPkgs: ["perl","perlPackages.Appcpanminus","gcc","gnumake","libxcrypt"] -> ["perl","perlPackages.Carton","curl","gcc","gnumake","libxcrypt"]
    start.cmd: "perl script/relay prefork --mode production --listen \"http://*:${PORT:-3000}\"" -> "plackup --server Starman --env production --host 0.0.0.0 --port ${PORT:-3000} bin/app.psgi"
    "#);
}

#[test]
fn an_app_without_modules() {
    let app = cpanfile("requires 'perl', '5.036';\n").file("app.pl", "");
    insta::assert_snapshot!(app.plan_text::<Perl>(), @r#"
    {
      "phases": {
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "perl"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168"
        }
      },
      "start": {
        "cmd": "perl app.pl",
        "nixPkgs": [
          "perl"
        ]
      },
      "variables": {
        "PERL5LIB": "/app/lib:/app/local/lib/perl5"
      }
    }
    "#);
}

#[test]
fn under_nixpacks_there_is_no_such_provider() {
    insta::assert_snapshot!(FakeApp::nixpacks().file("cpanfile", "").plan_text::<Perl>(), @r#"
    {
      "causes": [],
      "error": "Provider perl not found",
      "hint": "It is known from edition 2026.11 on; this is edition nixpacks"
    }
    "#);
}

#[test]
fn a_distribution_is_asked_for_its_modules() {
    let app = FakeApp::new().file("Makefile.PL", "").file("bin/app.pl", "");
    let install = plan(&app).phases.into_iter().find(|phase| phase.name == "install").unwrap();
    assert_eq!(install.only_include_files, None);
    let expected = "cpanm --notest --local-lib-contained local --installdeps .";
    assert_eq!(install.commands, Some(ListEdit::Replace(vec![expected.into()])));
}

#[test]
fn the_start_command_goes_by_framework_and_files() {
    for (app, expected) in [
        (cpanfile("").file("app.psgi", ""), "plackup --env production --host 0.0.0.0 --port ${PORT:-3000} app.psgi"),
        (
            cpanfile("requires 'Twiggy';").file("my shop.psgi", ""),
            "plackup --server Twiggy --env production --host 0.0.0.0 --port ${PORT:-3000} 'my shop.psgi'",
        ),
        (
            cpanfile("requires 'Mojolicious';").file("a.pl", "1;").file("b.pl", "use Mojolicious::Lite -signatures;"),
            "perl b.pl prefork --mode production --listen \"http://*:${PORT:-3000}\"",
        ),
        (cpanfile("requires 'Mojolicious';").file("app.pl", "use Mojo::UserAgent;"), "perl app.pl"),
        (
            cpanfile("requires 'Dancer';").file("bin/app.pl", ""),
            "perl bin/app.pl --environment production --port ${PORT:-3000}",
        ),
        (cpanfile("").file("server.pl", "").file("main.pl", ""), "perl main.pl"),
    ] {
        assert_eq!(start(&app).unwrap(), expected);
    }
}

#[test]
fn a_library_has_no_start_command() {
    let app = cpanfile("").file("lib/Relay.pm", "");
    assert_eq!(start(&app), None);
    assert!(app.warnings()[0].starts_with("There is no app.psgi and no script"));
}

#[test]
fn the_version_is_checked() {
    assert!(cpanfile("requires 'perl', '5.036001';").plan::<Perl>().is_ok());
    let message = |app: FakeApp| app.plan::<Perl>().unwrap_err().message().to_owned();
    assert_eq!(
        message(cpanfile("requires 'perl', 'v5.44';")),
        "Perl \"v5.44\", asked for by cpanfile, is not available"
    );
    assert_eq!(
        message(cpanfile("").file(".perl-version", "5.36.3\n")),
        "Perl \"5.36.3\", asked for by .perl-version, is not available"
    );
    assert_eq!(
        message(cpanfile("").file(".tool-versions", "perl newest\n")),
        "Perl version \"newest\" in .tool-versions cannot be understood"
    );
    assert_eq!(message(cpanfile("requires 'perl', 'new';")), "Perl version \"new\" in cpanfile cannot be understood");
    assert!(cpanfile("").file("mise.toml", "[tools]\nperl = \"5.42\"\n").plan::<Perl>().is_ok());
}
