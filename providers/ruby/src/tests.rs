//! Whole plans, and what crosses modules.

use crate::Ruby;
use plugpacks_provider_support::javascript::elements;
use plugpacks_sdk::testing::{FakeApp, assert_page_matches};
use plugpacks_sdk::{Edition, Needs, PartialPlan, Phase, RunTime, StartFile};

const LOCKFILE: &str = "RUBY VERSION\n   ruby 3.2.2p53\n\nBUNDLED WITH\n   2.5.10\n";

fn rails(app: FakeApp) -> FakeApp {
    app.file("Gemfile", "gem 'rails'\ngem 'pg'\ngem 'propshaft'\ngem 'bootsnap', require: false\n")
        .file("Gemfile.lock", LOCKFILE)
        .file("config/application.rb", "class Application < Rails::Application\nend\n")
}

fn node() -> PartialPlan {
    PartialPlan::new()
        .variable("NODE_ENV", "production")
        .phase(Phase::setup(["nodejs_24"]))
        .phase(Phase::install().command("npm ci"))
        .phase(Phase::build().command("npm run build"))
}

fn plan(app: &FakeApp) -> PartialPlan {
    app.plan::<Ruby>().unwrap().unwrap()
}

fn phase<'p>(plan: &'p PartialPlan, name: &str) -> &'p Phase {
    plan.phases.iter().find(|phase| phase.name == name).unwrap()
}

#[test]
fn the_page_names_what_the_provider_reads() {
    assert_page_matches::<Ruby>(include_str!("../README.md"));
}

#[test]
fn a_gemfile_makes_the_app_ours() {
    assert_eq!(FakeApp::new().file("Gemfile", "").detect::<Ruby>(), Ok(true));
    assert_eq!(FakeApp::new().file("gems.rb", "").directory("Gemfile").detect::<Ruby>(), Ok(false));
}

#[test]
fn rails_under_nixpacks() {
    insta::assert_snapshot!(rails(FakeApp::nixpacks()).plan_text::<Ruby>(), @r#"
    {
      "phases": {
        "build": {
          "cmds": [
            "bundle exec rake assets:precompile",
            "bundle exec bootsnap precompile app/ lib/"
          ],
          "dependsOn": [
            "install"
          ]
        },
        "install": {
          "cacheDirectories": [
            "/root/.bundle/cache"
          ],
          "cmds": [
            "bundle install",
            "bundle exec bootsnap precompile --gemfile"
          ],
          "dependsOn": [
            "setup"
          ],
          "onlyIncludeFiles": [
            "Gemfile",
            "Gemfile.lock"
          ],
          "paths": [
            "/usr/local/rvm/rubies/ruby-3.2.2/bin",
            "/usr/local/rvm/gems/ruby-3.2.2/bin",
            "/usr/local/rvm/gems/ruby-3.2.2@global/bin"
          ]
        },
        "setup": {
          "aptPkgs": [
            "procps",
            "libpq-dev",
            "git",
            "curl",
            "autoconf",
            "bison",
            "build-essential",
            "libssl-dev",
            "libyaml-dev",
            "libreadline6-dev",
            "zlib1g-dev",
            "libncurses5-dev",
            "libffi-dev",
            "libgdbm6",
            "libgdbm-dev",
            "libdb-dev"
          ],
          "cmds": [
            "curl -fsSL https://github.com/rbenv/rbenv-installer/raw/HEAD/bin/rbenv-installer | bash -s stable && printf '\\neval \"$(~/.rbenv/bin/rbenv init -)\"' >> /root/.profile && . /root/.profile && rbenv install 3.2.2 && rbenv global 3.2.2 && gem install bundler:2.5.10"
          ],
          "nixOverlays": [],
          "nixPkgs": [
            "rustc"
          ],
          "onlyIncludeFiles": [],
          "paths": [
            "$HOME/.rbenv/bin"
          ]
        }
      },
      "start": {
        "cmd": "bundle exec bin/rails server -b 0.0.0.0 -p ${PORT:-3000} -e $RAILS_ENV"
      },
      "variables": {
        "BUNDLE_GEMFILE": "/app/Gemfile",
        "GEM_HOME": "/usr/local/rvm/gems/ruby-3.2.2",
        "GEM_PATH": "/usr/local/rvm/gems/ruby-3.2.2:/usr/local/rvm/gems/ruby-3.2.2@global",
        "MALLOC_ARENA_MAX": "2",
        "RAILS_LOG_TO_STDOUT": "enabled",
        "RAILS_SERVE_STATIC_FILES": "1"
      }
    }
    "#);
}

#[test]
fn rails_under_2026_11() {
    insta::assert_snapshot!(rails(FakeApp::new()).changes_since_nixpacks::<Ruby>(), @r#"
    phases.build.cmds: ["bundle exec rake assets:precompile","bundle exec bootsnap precompile app/ lib/"] -> ["SECRET_KEY_BASE_DUMMY=1 bundle exec rake assets:precompile","bundle exec bootsnap precompile app/ lib/"]
    phases.install.onlyVariables: nothing -> ["BUNDLE_*","GEM_*","RUBY*","BOOTSNAP_*","PKG_CONFIG_PATH","MALLOC_ARENA_MAX","CFLAGS","CPPFLAGS","LDFLAGS","MAKE*","HTTP_PROXY","HTTPS_PROXY","NO_PROXY"]
    phases.install.paths: ["/usr/local/rvm/rubies/ruby-3.2.2/bin","/usr/local/rvm/gems/ruby-3.2.2/bin","/usr/local/rvm/gems/ruby-3.2.2@global/bin"] -> ["/usr/local/bundle/bin","/opt/ruby/bin"]
    phases.setup.cmds: ["curl -fsSL https://github.com/rbenv/rbenv-installer/raw/HEAD/bin/rbenv-installer | bash -s stable && printf '\\neval \"$(~/.rbenv/bin/rbenv init -)\"' >> /root/.profile && . /root/.profile && rbenv install 3.2.2 && rbenv global 3.2.2 && gem install bundler:2.5.10"] -> ["git clone -q --depth 1 --branch v20260714 https://github.com/rbenv/ruby-build /opt/ruby-build && { [ -e /opt/ruby-build/share/ruby-build/3.2.2 ] || git -C /opt/ruby-build fetch -q --depth 1 origin HEAD && git -C /opt/ruby-build checkout -q FETCH_HEAD; } && /opt/ruby-build/bin/ruby-build 3.2.2 /opt/ruby && /opt/ruby/bin/gem install bundler:2.5.10"]
    phases.setup.nixpkgsArchive: nothing -> "b25309931cfda5f0b8805f462a29897eeae50168"
    phases.setup.onlyVariables: nothing -> ["RUBY_*","CFLAGS","CPPFLAGS","LDFLAGS","MAKE*","GIT_*","HTTP_PROXY","HTTPS_PROXY","NO_PROXY"]
    phases.setup.paths: ["$HOME/.rbenv/bin"] -> nothing
    start.cmd: "bundle exec bin/rails server -b 0.0.0.0 -p ${PORT:-3000} -e $RAILS_ENV" -> "bundle exec bin/rails server -b 0.0.0.0 -p ${PORT:-3000} -e ${RAILS_ENV:-production}"
    variables.GEM_HOME: "/usr/local/rvm/gems/ruby-3.2.2" -> "/usr/local/bundle"
    variables.GEM_PATH: "/usr/local/rvm/gems/ruby-3.2.2:/usr/local/rvm/gems/ruby-3.2.2@global" -> nothing
    variables.RACK_ENV: nothing -> "production"
    variables.RAILS_ENV: nothing -> "production"
    "#);
}

#[test]
fn a_packaged_ruby() {
    let app = FakeApp::new().file("Gemfile", "gem 'rackup'\ngem 'pg'\n").file("config.ru", "");
    insta::assert_snapshot!(app.plan_text::<Ruby>(), @r#"
    {
      "phases": {
        "build": {
          "dependsOn": [
            "install"
          ]
        },
        "install": {
          "cacheDirectories": [
            "/root/.bundle/cache"
          ],
          "cmds": [
            "bundle install"
          ],
          "dependsOn": [
            "setup"
          ],
          "onlyIncludeFiles": [
            "Gemfile"
          ],
          "onlyVariables": [
            "BUNDLE_*",
            "GEM_*",
            "RUBY*",
            "BOOTSNAP_*",
            "PKG_CONFIG_PATH",
            "MALLOC_ARENA_MAX",
            "CFLAGS",
            "CPPFLAGS",
            "LDFLAGS",
            "MAKE*",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY"
          ],
          "paths": [
            "/usr/local/bundle/bin"
          ]
        },
        "setup": {
          "aptPkgs": [
            "procps",
            "git"
          ],
          "nixLibs": [
            "libpq",
            "zlib",
            "stdenv.cc.cc.lib"
          ],
          "nixOverlays": [],
          "nixPkgs": [
            "ruby_3_4",
            "gcc",
            "gnumake",
            "pkg-config",
            "libyaml",
            "libyaml.dev",
            "openssl.dev",
            "zlib.dev",
            "libffi.dev",
            "libpq",
            "libpq.dev",
            "libpq.pg_config"
          ],
          "nixpkgsArchive": "b25309931cfda5f0b8805f462a29897eeae50168",
          "onlyIncludeFiles": []
        }
      },
      "start": {
        "aptPkgs": [],
        "cmd": "bundle exec rackup config.ru -o 0.0.0.0 -p ${PORT:-3000}",
        "nixPkgs": [
          "ruby_3_4"
        ],
        "onlyIncludeFiles": [
          "/app/",
          "/usr/local/bundle"
        ]
      },
      "variables": {
        "BUNDLE_GEMFILE": "/app/Gemfile",
        "GEM_HOME": "/usr/local/bundle",
        "MALLOC_ARENA_MAX": "2",
        "PKG_CONFIG_PATH": "/root/.nix-profile/lib/pkgconfig:/root/.nix-profile/share/pkgconfig",
        "RACK_ENV": "production"
      }
    }
    "#);
}

#[test]
fn nixpacks_wants_a_version() {
    insta::assert_snapshot!(FakeApp::nixpacks().file("Gemfile", "").plan_text::<Ruby>(), @r#"
    {
      "causes": [],
      "error": "Please specify ruby's version in .ruby-version file",
      "hint": "Write a version such as 3.4.1 into it, or use the edition 2026.11, which has a default"
    }
    "#);
}

#[test]
fn node_comes_with_what_it_waits_for() {
    let dependencies = |edition| {
        let app = rails(FakeApp::new().edition(edition)).file("package.json", "{}").plan_of("node", node());
        let plan = plan(&app);
        let of = |name| elements(phase(&plan, name).depends_on.as_ref()).to_vec();
        assert_eq!(elements(phase(&plan, "node:setup").nix_packages.as_ref()), ["nodejs_24"]);
        (of("build"), of("node:install"))
    };
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let build = texts(&["install", "node:install"]);
    assert_eq!(dependencies(Edition::NIXPACKS), (build.clone(), texts(&["setup"])));
    assert_eq!(dependencies(Edition::E2026_11), (build, texts(&["node:setup"])));
}

#[test]
fn a_compiled_ruby_keeps_the_build() {
    let packages = |app: FakeApp| {
        let start = plan(&app.file("Gemfile", "gem 'mini_magick'\ngem 'execjs'").plan_of("node", node())).start;
        start.and_then(|start| start.run_time.needs().map(|needs| needs.nix_packages.clone()))
    };
    let known = ["ruby_3_4", "imagemagick", "nodejs_24"].map(str::to_owned).to_vec();
    assert_eq!(packages(FakeApp::new()), Some(known));
    assert_eq!(packages(FakeApp::new().file(".ruby-version", "3.4.1")), None);
    assert_eq!(packages(FakeApp::nixpacks().file(".ruby-version", "3.4.1")), None);
}

#[test]
fn javascript_in_ruby_needs_node() {
    let app = FakeApp::new().file("Gemfile", "gem 'execjs'").plan_of("node", node());
    assert!(plan(&app).phases.iter().any(|phase| phase.name == "node:setup"));
}

#[test]
fn a_gemfile_that_reads_the_app_gets_all_of_it() {
    let files = |gemfile: &str| {
        let app = FakeApp::new().file("Gemfile", gemfile).file(".ruby-version", "3.4").directory("vendor/cache");
        let plan = plan(&app);
        phase(&plan, "install").only_include_files.as_ref().map(|files| elements(Some(files)).to_vec())
    };
    let named = ["Gemfile", ".ruby-version", "vendor/cache"].map(str::to_owned).to_vec();
    assert_eq!(files("gem 'rack', require: false\n"), Some(named));
    for gemfile in ["gemspec", "gem 'x', path: 'lib/x'", "eval_gemfile 'a'", "gem 'x', File.read('v')"] {
        assert_eq!(files(gemfile), None, "{gemfile}");
    }
}

#[test]
fn production_is_the_default_whatever_a_procfile_says() {
    let app = rails(FakeApp::new()).file("Procfile", "web: puma -e ${RACK_ENV:-development}\n");
    let variables = plan(&app).variables;
    for name in ["RACK_ENV", "RAILS_ENV"] {
        assert!(variables.contains(&(name.to_owned(), "production".to_owned())), "{name}");
    }
    let is_said =
        |app: &FakeApp| app.warnings().iter().any(|text| text.starts_with("Rails does not start in production"));
    assert!(is_said(&app));
    let app = rails(FakeApp::new()).variable("SECRET_KEY_BASE", "x");
    plan(&app);
    assert!(!is_said(&app));
}

#[test]
fn scripts_and_servers_without_rackup() {
    let start = |app: FakeApp| plan(&app).start.and_then(|start| start.command).unwrap_or_default();
    let sinatra = FakeApp::new().file("Gemfile", "gem 'sinatra'").file("app.rb", "require \"sinatra\"\n");
    assert_eq!(start(sinatra), "bundle exec ruby app.rb -o 0.0.0.0 -p ${PORT:-4567}");
    let script = FakeApp::new().file("Gemfile", "").file("bot.rb", "").file("Rakefile", "");
    assert_eq!(start(script), "bundle exec ruby bot.rb");
    let puma = FakeApp::new().file("Gemfile", "").file("config.ru", "").file("Gemfile.lock", "GEM\n    puma (7.1.0)\n");
    assert_eq!(start(puma), "bundle exec puma -p ${PORT:-3000}");
    let rack = |gemfile: &str| FakeApp::new().file("Gemfile", gemfile).file("config.ru", "");
    assert_eq!(start(rack("gem 'falcon'")), "bundle exec falcon serve --bind http://0.0.0.0:${PORT:-3000}");
    assert_eq!(start(rack("gem 'puma'\ngem 'rackup'")), "bundle exec rackup config.ru -o 0.0.0.0 -p ${PORT:-3000}");
}

#[test]
fn hanami_is_in_production_and_compiles_its_assets() {
    let app = FakeApp::new().file("Gemfile", "gem 'hanami'\ngem 'hanami-assets'\ngem 'puma'").file("config.ru", "");
    let plan = plan(&app);
    assert_eq!(elements(phase(&plan, "build").commands.as_ref()), ["bundle exec hanami assets compile"]);
    assert!(plan.variables.contains(&("HANAMI_ENV".to_owned(), "production".to_owned())));
}

#[test]
fn a_gem_that_makes_a_site() {
    let app = FakeApp::new().file("Gemfile", "gem 'jekyll'").file("_config.yml", "destination: ./public\n");
    let plan = plan(&app);
    let commands = elements(phase(&plan, "build").commands.as_ref());
    assert_eq!(commands, ["JEKYLL_ENV=production bundle exec jekyll build"]);
    let start = plan.start.unwrap();
    assert!(start.command.unwrap().starts_with("exec caddy run "));
    assert_eq!(start.files, [StartFile::App("public".into())]);
}

#[test]
fn a_gem_of_the_app_that_asks_git_gets_it() {
    let packages = |gemspec: &str| {
        let app = FakeApp::new().file("Gemfile", "gem 'tally', path: 'gems/tally'").file("config.ru", "");
        plan(&app.file("gems/tally/tally.gemspec", gemspec)).start.unwrap().run_time
    };
    assert_eq!(
        packages("spec.files = IO.popen(%w[git ls-files -z])"),
        RunTime::Only(Needs::packages(["ruby_3_4", "git"]).no_apt_packages())
    );
    assert_eq!(
        packages("spec.files = `git ls-files`.split"),
        RunTime::Only(Needs::packages(["ruby_3_4", "git"]).no_apt_packages())
    );
    assert_eq!(
        packages("spec.files = Dir['lib/**/*']"),
        RunTime::Only(Needs::packages(["ruby_3_4"]).no_apt_packages())
    );
}

#[test]
fn the_first_kind_of_app_that_fits_starts() {
    let start = |app: FakeApp| plan(&app).start.and_then(|start| start.command).unwrap_or_default();
    let app = || FakeApp::new().file("Gemfile", "");
    assert_eq!(start(app()), "");
    assert_eq!(start(app().file("Rakefile", "")), "bundle exec rake");
    let rack = || app().file("Rakefile", "").file("config.ru", "");
    assert_eq!(start(rack()), "bundle exec rackup config.ru -o 0.0.0.0 -p ${PORT:-3000}");
    let script = rack().file("config/environment.rb", "").directory("script");
    assert_eq!(start(script), "bundle exec ruby script/server -p ${PORT:-3000}");
    assert!(start(rails(rack())).ends_with("-e ${RAILS_ENV:-production}"));
    assert_eq!(start(rails(rack()).file("rails", "")), "bundle exec rails server -b 0.0.0.0 -p ${PORT:-3000}");
}

#[test]
fn a_version_file_of_several_lines_is_refused_under_nixpacks() {
    let app = FakeApp::nixpacks().file("Gemfile", "").file(".ruby-version", "3.4.1\n3.4.2\n");
    let error = app.plan::<Ruby>().unwrap_err();
    assert_eq!(error.message(), "Ruby version \"3.4.1\\n3.4.2\" in .ruby-version has more than one line");
}
