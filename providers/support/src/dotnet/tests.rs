//! Whole plans, and the rules that differ between the editions, for any language of .NET.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{Language, stem};
use plugpacks_sdk::testing::FakeApp;
use plugpacks_sdk::{
    Context, Description, Edition, ListEdit, Needs, PartialPlan, Provider, Result, RunTime, StartFile,
};

const LANGUAGE: Language = Language {
    extension: "csproj",
    variable: "CSHARP_SDK_VERSION",
    project_variable: "CSHARP_PROJECT",
    has_single_files: true,
    nixpacks_package: |_| Ok("dotnet-sdk".into()),
};

const WEB: &str = r#"<Project Sdk="Microsoft.NET.Sdk.Web"><TargetFramework>net10.0</TargetFramework></Project>"#;

/// A provider of the language.
struct CSharp;

impl Provider for CSharp {
    fn describe(edition: Edition) -> Description {
        Description::new("c#", "1", "").markers(LANGUAGE.markers(edition))
    }

    fn detect(context: &Context) -> Result<bool> {
        LANGUAGE.detect(context)
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        LANGUAGE.plan(context).map(Some)
    }
}

fn plan(app: &FakeApp) -> PartialPlan {
    app.plan::<CSharp>().unwrap().unwrap()
}

fn package(app: &FakeApp) -> ListEdit {
    plan(app).phases.into_iter().find_map(|phase| phase.nix_packages).unwrap()
}

fn start(app: &FakeApp) -> String {
    plan(app).start.unwrap().command.unwrap()
}

fn only(text: &str) -> ListEdit {
    [text].into_iter().collect()
}

#[test]
fn a_web_app_under_nixpacks() {
    let app = FakeApp::nixpacks().file("Shop.csproj", WEB);
    assert!(app.detect::<CSharp>().unwrap());
    insta::assert_snapshot!(app.plan_text::<CSharp>(), @r#"
    {
      "phases": {
        "build": {
          "cmds": [
            "dotnet publish --no-restore -c Release -o out"
          ],
          "dependsOn": [
            "install"
          ]
        },
        "install": {
          "cmds": [
            "dotnet restore"
          ],
          "dependsOn": [
            "setup"
          ]
        },
        "setup": {
          "nixOverlays": [],
          "nixPkgs": [
            "dotnet-sdk"
          ]
        }
      },
      "start": {
        "cmd": "./out/Shop"
      },
      "variables": {
        "ASPNETCORE_ENVIRONMENT": "Production",
        "ASPNETCORE_URLS": "http://0.0.0.0:3000",
        "DOTNET_ROOT": "/nix/var/nix/profiles/default/"
      }
    }
    "#);
}

#[test]
fn a_web_app_under_2026_11() {
    let app = FakeApp::new().file("Shop.csproj", WEB);
    assert!(app.detect::<CSharp>().unwrap());
    insta::assert_snapshot!(app.changes_since_nixpacks::<CSharp>(), @r#"
    phases.install.excludeFiles: nothing -> ["**/obj"]
    phases.install.onlyIncludeFiles: nothing -> ["Shop.csproj"]
    phases.install.onlyVariables: nothing -> ["DOTNET_*","NUGET_*","MSBUILD*","HTTP_PROXY","HTTPS_PROXY","NO_PROXY"]
    phases.setup.nixPkgs: ["dotnet-sdk"] -> ["dotnet-sdk_10"]
    phases.setup.nixpkgsArchive: nothing -> "b25309931cfda5f0b8805f462a29897eeae50168"
    start.cmd: "./out/Shop" -> "${PORT:+env ASPNETCORE_URLS=http://0.0.0.0:$PORT} dotnet ./out/Shop.dll"
    start.nixPkgs: nothing -> ["dotnet-aspnetcore_10"]
    variables.DOTNET_ROOT: "/nix/var/nix/profiles/default/" -> "/root/.nix-profile/share/dotnet"
    "#);
    assert_eq!(app.warnings(), [] as [&str; 0]);
}

#[test]
fn an_app_named_so_without_a_project_is_an_error() {
    for app in [FakeApp::nixpacks(), FakeApp::new()] {
        assert_eq!(app.plan::<CSharp>().unwrap_err().message(), "There is no .csproj file");
    }
}

#[test]
fn the_first_project_is_started_under_nixpacks() {
    let app = FakeApp::nixpacks().file("sub/My.Test.csproj", "").file("zeta.csproj", WEB);
    assert_eq!(start(&app), "./out/My.Test");
}

#[test]
fn the_program_is_started_under_2026_11() {
    let app = FakeApp::new()
        .file("Shop.sln", "")
        .file("lib/Shop.Core.csproj", r#"<Project Sdk="Microsoft.NET.Sdk">"#)
        .file("src/Shop Web.csproj", WEB)
        .file(
            "test/Shop.Tests.csproj",
            r#"<OutputType>Exe</OutputType><PackageReference Include="Microsoft.NET.Test.Sdk"/>"#,
        );
    assert!(start(&app).ends_with(" dotnet './out/Shop Web.dll'"));
    let text = app.plan_text::<CSharp>();
    assert!(text.contains("\"dotnet restore 'src/Shop Web.csproj'\""), "{text}");
    assert!(text.contains("\"dotnet publish 'src/Shop Web.csproj' --no-restore -c Release -o out\""), "{text}");
}

#[test]
fn several_programs_are_a_warning() {
    let app = FakeApp::new().file("api/Api.csproj", WEB).file("web/Web.csproj", WEB);
    assert!(start(&app).ends_with("./out/Web.dll"));
    let expected =
        "web/Web.csproj is started; there are also api/Api.csproj: name another one in NIXPACKS_CSHARP_PROJECT";
    assert_eq!(app.warnings(), [expected]);
}

#[test]
fn an_assembly_may_have_another_name() {
    let app = FakeApp::new().file("a.csproj", "<OutputType>Exe</OutputType><AssemblyName>shop</AssemblyName>");
    assert!(start(&app).ends_with("./out/shop.dll"));
}

#[test]
fn an_address_of_the_build_stays() {
    let app = FakeApp::new().file("a.csproj", WEB).variable("ASPNETCORE_URLS", "http://*:80");
    assert_eq!(start(&app), "dotnet ./out/a.dll");
}

#[test]
fn the_runtime_alone_does_unless_the_program_may_bring_its_own() {
    let needed = |app: &FakeApp| plan(app).start.unwrap().run_time;
    let app = || FakeApp::new().file("a.csproj", WEB);
    assert_eq!(needed(&app()), RunTime::Only(Needs::packages(["dotnet-aspnetcore_10"])));
    let own = app().file("Directory.Build.props", "<PublishSingleFile>true</PublishSingleFile>");
    assert_eq!(needed(&own), RunTime::WholeBuild);
    assert!(start(&own).ends_with(" ./out/a"));
    let old = FakeApp::new().file("a.csproj", "<TargetFramework>net6.0</TargetFramework>");
    assert_eq!(needed(&old), RunTime::WholeBuild);
    assert!(old.plan_text::<CSharp>().contains("/nix/var/nix/profiles/default/"));
}

#[test]
fn the_sdk_under_2026_11() {
    let project =
        |framework: &str| FakeApp::new().file("a.csproj", format!("<TargetFramework>{framework}</TargetFramework>"));
    assert_eq!(package(&project("net11.0")), only("dotnet-sdk_11"));
    assert_eq!(package(&project("netcoreapp3.1")), only("dotnet-sdk"));
    assert_eq!(package(&project("$(Common)")), only("dotnet-sdk_10"));
    let app = project("net8.0");
    assert_eq!(package(&app), only("dotnet-sdk_8"));
    assert_eq!(app.warnings(), [".NET SDK 8 gets no security fixes since 2026-11-10; move to 10"]);
    let app = app.file("global.json", "// why\n{\"sdk\": {\"version\": \"10.0.100\"}}");
    assert_eq!(package(&app), only("dotnetCorePackages.sdk_10_0_1xx"));
    assert!(app.plan_text::<CSharp>().contains(r#""DOTNET_ROLL_FORWARD": "Major""#));
    let app = app.file("global.json", r#"{"sdk": {"version": "5.0.1", "rollForward": "latestMajor"}}"#);
    assert_eq!(package(&app), only("dotnet-sdk_10"));
    let app = app.variable("NIXPACKS_CSHARP_SDK_VERSION", "5");
    insta::assert_snapshot!(app.plan_text::<CSharp>(), @r#"
    {
      "causes": [],
      "error": ".NET SDK \"5\", asked for by NIXPACKS_CSHARP_SDK_VERSION, is not available",
      "hint": "Available versions: 6, 7, 8, 9, 10, 11"
    }
    "#);
}

#[test]
fn a_broken_global_json_is_a_warning_under_2026_11() {
    let app = FakeApp::new().file("a.csproj", WEB).file("global.json", "{");
    assert_eq!(package(&app), only("dotnet-sdk_10"));
    assert!(app.warnings()[0].starts_with("global.json is not looked at"), "{:?}", app.warnings());
}

#[test]
fn a_framework_may_stand_in_the_common_properties() {
    let app = FakeApp::new()
        .file("a.csproj", r#"<Project Sdk="Microsoft.NET.Sdk.Web">"#)
        .file("Directory.Build.props", "<TargetFramework>net9.0</TargetFramework>");
    assert_eq!(package(&app), only("dotnet-sdk_9"));
}

#[test]
fn the_name_of_a_project() {
    assert_eq!(stem("a/My.App.csproj").unwrap(), "My.App");
    assert_eq!(stem(".csproj").unwrap(), ".csproj");
    assert_eq!(stem("a/..csproj").unwrap_err().message(), "Invalid file_name");
}

#[test]
fn a_pin_that_no_sdk_satisfies_is_said() {
    let app = FakeApp::new().file("a.csproj", WEB).file("global.json", r#"{"sdk": {"version": "10.0.702"}}"#);
    assert_eq!(package(&app), only("dotnet-sdk_10"));
    assert!(app.warnings()[0].contains("feature band 7xx"), "{:?}", app.warnings());
    let rolling = r#"{"sdk": {"version": "10.0.702", "rollForward": "latestFeature"}}"#;
    let app = FakeApp::new().file("a.csproj", WEB).file("global.json", rolling);
    assert_eq!(package(&app), only("dotnet-sdk_10"));
    assert_eq!(app.warnings(), [""; 0]);
}

#[test]
fn an_app_for_the_browser_is_served_as_files() {
    let project =
        r#"<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly"><TargetFramework>net10.0</TargetFramework></Project>"#;
    let app = FakeApp::new().file("Tide.csproj", project);
    let start_of = |app: &FakeApp| plan(app).start.unwrap();
    assert!(start_of(&app).command.unwrap().starts_with("exec caddy run "));
    assert_eq!(start_of(&app).files, [StartFile::App("out/wwwroot".into())]);
    let hosted = app.file("Server/Server.csproj", WEB);
    assert!(start(&hosted).ends_with("dotnet ./out/Server.dll"));
}

#[test]
fn machine_code_takes_a_linker() {
    let project = WEB.replace("</Project>", "<PublishAot>true</PublishAot></Project>");
    let text = FakeApp::new().file("a.csproj", project).plan_text::<CSharp>();
    assert!(text.contains("\"clang\"") && text.contains("./out/a\""), "{text}");
}

const FILE: &str = "#:sdk Microsoft.NET.Sdk.Web\nvar app = WebApplication.Create(args);\napp.Run();\n";

#[test]
fn a_file_with_directives_is_a_program() {
    let app = FakeApp::new().file("server.cs", FILE);
    assert!(app.detect::<CSharp>().unwrap());
    assert!(start(&app).ends_with("dotnet ./out/server.dll"));
    let text = app.plan_text::<CSharp>();
    assert!(text.contains("dotnet publish server.cs -c Release -o out -p:PublishAot=false"), "{text}");
    assert!(!text.contains("dotnet restore"), "{text}");
    assert!(!FakeApp::new().file("server.cs", "class A {}").detect::<CSharp>().unwrap());
    assert!(!FakeApp::nixpacks().file("server.cs", FILE).detect::<CSharp>().unwrap());
}

#[test]
fn of_several_services_the_one_that_is_named_like_a_server_is_started() {
    let app = || FakeApp::new().file("src/Admin/Admin.csproj", WEB).file("src/Shop.Web/Shop.Web.csproj", WEB);
    let warned = app();
    assert!(start(&warned).ends_with("./out/Shop.Web.dll"));
    assert!(warned.warnings()[0].contains("name another one in NIXPACKS_CSHARP_PROJECT"), "{:?}", warned.warnings());
    for name in ["Admin", "src/Admin", "./src/Admin/Admin.csproj"] {
        let app = app().variable("NIXPACKS_CSHARP_PROJECT", name);
        assert!(start(&app).ends_with("./out/Admin.dll"), "{name}");
        assert_eq!(app.warnings(), [""; 0]);
    }
    assert!(start(&app().file("Procfile", "web: cd out && dotnet Admin.dll\n")).ends_with("./out/Admin.dll"));
    let unknown = app().variable("NIXPACKS_CSHARP_PROJECT", "Shop");
    assert!(unknown.plan::<CSharp>().unwrap_err().message().contains("\"Shop\""));
}

#[test]
fn a_front_end_that_publishing_builds_has_node() {
    let project = WEB.replace("</Project>", r#"<Exec Command="npm install" /></Project>"#);
    let text = FakeApp::new().file("a.csproj", project).plan_text::<CSharp>();
    assert!(text.contains("\"node:setup\""), "{text}");
    assert!(!FakeApp::new().file("a.csproj", WEB).plan_text::<CSharp>().contains("node:setup"));
}

#[test]
fn an_endpoint_of_the_configuration_is_overridden() {
    let settings = r#"{ "Kestrel": { "Endpoints": { "Web": { "Url": "http://localhost:5000" } } } }"#;
    let app = FakeApp::new().file("a.csproj", WEB).file("appsettings.json", settings);
    assert!(start(&app).starts_with("env Kestrel__Endpoints__Web__Url=http://0.0.0.0:${PORT:-3000} ${PORT:+env "));
}

#[test]
fn code_that_listens_on_a_place_of_its_own_is_said() {
    let warnings = |code: &str| {
        let app = FakeApp::new().file("a.csproj", WEB).file("Program.cs", code);
        start(&app);
        app.warnings().len()
    };
    for code in ["app.Run(\"http://localhost:5000\");", "options.ListenLocalhost(5000);", "options.ListenAnyIP(5000);"]
    {
        assert_eq!(warnings(code), 1, "{code}");
    }
    for code in ["app.Run();", "app.Run(async context => context.Response.StatusCode = 404);"] {
        assert_eq!(warnings(code), 0, "{code}");
    }
}
