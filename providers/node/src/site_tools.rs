//! Tools that make files for the browser, as data: how each is called in development and in a build,
//! and where its files lie.

use crate::app::NodeApp;
use crate::scripts::Invocation;
use plugpacks_sdk::Result;

/// A tool that makes a site.
#[derive(Debug)]
pub(crate) struct SiteTool {
    /// What messages call it.
    pub(crate) name: &'static str,
    /// The packages that bring it, any of them.
    pub(crate) packages: &'static [&'static str],
    /// Packages that make a server of the app all the same, any of them.
    pub(crate) servers: &'static [&'static str],
    /// A package without which it makes no site, and the command that adds it.
    pub(crate) requires: Option<(&'static str, &'static str)>,
    /// What a configuration must say besides; `None`: nothing.
    pub(crate) when: Option<Mention>,
    /// What makes the tool start a server for development.
    pub(crate) development: Calls,
    /// What makes the tool build.
    pub(crate) build: Calls,
    /// The build command of an app without a script for it.
    pub(crate) build_command: &'static str,
    pub(crate) output: Output,
    /// Whether the package alone makes a site of an app, whatever its scripts do.
    pub(crate) is_certain: bool,
}

/// A text of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mention {
    /// A glob of the files.
    pub(crate) files: &'static str,
    pub(crate) pattern: &'static str,
}

impl Mention {
    /// Whether a file says so.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(crate) fn is_found(&self, app: &NodeApp) -> Result<bool> {
        Ok(app.directory().search(self.files, self.pattern)?.is_some())
    }
}

/// Ways to call a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calls {
    pub(crate) programs: &'static [&'static str],
    pub(crate) first_argument: FirstArgument,
}

/// What the first argument that is no flag says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FirstArgument {
    /// One of these; the empty text stands for none.
    Is(&'static [&'static str]),
    /// None of these.
    IsNot(&'static [&'static str]),
    /// One of these, or one of the flags.
    IsOrFlag(&'static [&'static str], &'static [&'static str]),
}

impl Calls {
    pub(crate) fn include(&self, invocation: &Invocation) -> bool {
        let argument = invocation.operand().unwrap_or_default();
        self.programs.contains(&&*invocation.program)
            && match self.first_argument {
                FirstArgument::Is(arguments) => arguments.contains(&argument),
                FirstArgument::IsNot(arguments) => !arguments.contains(&argument),
                // `webpack-dev-server` is a server whatever it is told.
                FirstArgument::IsOrFlag(arguments, flags) => {
                    arguments.contains(&argument)
                        || flags.iter().any(|flag| invocation.has_flag(flag))
                        || invocation.program.ends_with("-dev-server")
                }
            }
    }
}

/// Where the files of a site lie.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Output {
    /// What a flag of the build command says, else a configuration, else this.
    Declared { flag: Option<&'static str>, configuration: Option<Mention>, default: &'static str },
    /// Below the folder that is the build command's argument, else the app: `docs/.vitepress/dist`.
    BelowArgument { configuration: Option<Mention>, default: &'static str },
    /// As Vite's configuration says, which may name a root, too.
    Vite,
    /// As `angular.json` says.
    Angular,
}

const fn calls(programs: &'static [&'static str], arguments: &'static [&'static str]) -> Calls {
    Calls { programs, first_argument: FirstArgument::Is(arguments) }
}

const fn calls_but(programs: &'static [&'static str], arguments: &'static [&'static str]) -> Calls {
    Calls { programs, first_argument: FirstArgument::IsNot(arguments) }
}

const fn calls_or_flags(
    programs: &'static [&'static str],
    arguments: &'static [&'static str],
    flags: &'static [&'static str],
) -> Calls {
    Calls { programs, first_argument: FirstArgument::IsOrFlag(arguments, flags) }
}

const fn fixed(default: &'static str) -> Output {
    Output::Declared { flag: None, configuration: None, default }
}

const fn flagged(flag: &'static str, default: &'static str) -> Output {
    Output::Declared { flag: Some(flag), configuration: None, default }
}

const fn configured(files: &'static str, pattern: &'static str, default: &'static str) -> Output {
    Output::Declared { flag: None, configuration: Some(Mention { files, pattern }), default }
}

const fn declared(flag: &'static str, files: &'static str, pattern: &'static str, default: &'static str) -> Output {
    Output::Declared { flag: Some(flag), configuration: Some(Mention { files, pattern }), default }
}

const fn mention(files: &'static str, pattern: &'static str) -> Option<Mention> {
    Some(Mention { files, pattern })
}

/// What most rows have in common.
const TOOL: SiteTool = SiteTool {
    name: "",
    packages: &[],
    servers: &[],
    requires: None,
    when: None,
    development: calls(&[], &[]),
    build: calls(&[], &[]),
    build_command: "",
    output: fixed("dist"),
    is_certain: true,
};

/// What makes a server of a React app that Vite builds.
const VITE_SERVERS: &[&str] = &[
    "@remix-run/react",
    "@react-router/node",
    "@react-router/serve",
    "@tanstack/react-start",
    "@tanstack/solid-start",
    "@solidjs/start",
    "@sveltejs/kit",
    "@builder.io/qwik-city",
    "@qwik.dev/router",
    "@redwoodjs/vite",
    "astro",
    "hono",
    "next",
    "nitro",
    "nitropack",
    "nuxt",
    "rwsdk",
    "vike",
    "vinxi",
    "waku",
];

/// More special ones stand before those that they build on.
pub(crate) const SITE_TOOLS: &[SiteTool] = &[
    SiteTool {
        name: "Next.js with output: 'export'",
        packages: &["next"],
        when: mention("next.config.{js,mjs,cjs,ts,mts}", r#"(?m)^[^/\n]*\boutput['"]?\s*:\s*['"`]export['"`]"#),
        development: calls(&["next"], &["", "dev", "start"]),
        build: calls(&["next"], &["build"]),
        build_command: "next build",
        output: configured("next.config.{js,mjs,cjs,ts,mts}", r#"\bdistDir\s*:\s*['"`]([^'"`]+)"#, "out"),
        ..TOOL
    },
    SiteTool {
        name: "React Router with ssr: false",
        packages: &["@react-router/dev"],
        when: mention("react-router.config.{js,mjs,ts,mts}", r"(?m)^[^/\n]*\bssr\s*:\s*false\b"),
        development: calls(
            &["react-router", "react-router-serve"],
            &["dev", "./build/server/index.js", "build/server/index.js"],
        ),
        build: calls(&["react-router"], &["build"]),
        build_command: "react-router build",
        output: fixed("build/client"),
        ..TOOL
    },
    SiteTool {
        name: "Remix with ssr: false",
        packages: &["@remix-run/dev"],
        when: mention("vite.config.{ts,js,mts,mjs}", r"(?m)^[^/\n]*\bssr\s*:\s*false\b"),
        development: calls(&["remix", "vite"], &["dev", "vite:dev", "preview"]),
        build: calls(&["remix"], &["vite:build"]),
        build_command: "remix vite:build",
        output: fixed("build/client"),
        ..TOOL
    },
    SiteTool {
        name: "Nuxt that is generated",
        packages: &["nuxt"],
        when: mention("package.json", r#""build"\s*:\s*"[^"]*\bnuxi?t? generate\b"#),
        development: calls(&["nuxt", "nuxi"], &["", "dev", "start", "preview"]),
        build: calls(&["nuxt", "nuxi"], &["generate"]),
        build_command: "nuxt generate",
        output: fixed(".output/public"),
        ..TOOL
    },
    SiteTool {
        name: "SvelteKit with adapter-static",
        packages: &["@sveltejs/adapter-static"],
        servers: &["@sveltejs/adapter-node"],
        development: calls(&["vite"], &["", "dev", "preview", "serve"]),
        build: calls(&["vite"], &["build"]),
        build_command: "vite build",
        output: configured("{svelte,vite}.config.{js,ts,mjs,mts}", r#"\bpages\s*:\s*['"`]([^'"`]+)"#, "build"),
        ..TOOL
    },
    SiteTool {
        name: "Qwik with its static adapter",
        packages: &["@builder.io/qwik-city", "@qwik.dev/router"],
        when: mention("adapters/static/vite.config.{ts,js,mts,mjs}", ""),
        development: calls_but(&["vite"], &["build"]),
        build: calls(&["qwik"], &["build"]),
        build_command: "qwik build",
        ..TOOL
    },
    SiteTool {
        name: "Analog without a server",
        packages: &["@analogjs/platform"],
        when: mention("vite.config.{ts,js,mts,mjs}", r"(?m)^[^/\n]*\b(?:ssr\s*:\s*false|static\s*:\s*true)\b"),
        development: calls_but(&["vite", "ng"], &["build"]),
        build: calls(&["vite", "ng"], &["build"]),
        build_command: "vite build",
        output: fixed("dist/analog/public"),
        ..TOOL
    },
    SiteTool {
        name: "Vike that prerenders",
        packages: &["vike"],
        when: mention(
            "{pages,renderer,src/pages}/+config.{ts,js,tsx,jsx,h.ts,h.js}",
            r"(?m)^[^/\n]*\bprerender\s*:\s*(?:true|\{)",
        ),
        development: calls_but(&["vike", "vite"], &["build", "prerender"]),
        build: calls(&["vike", "vite"], &["build"]),
        build_command: "vike build",
        output: fixed("dist/client"),
        ..TOOL
    },
    SiteTool {
        name: "Angular",
        packages: &["@angular/cli", "@angular/build", "@angular-devkit/build-angular"],
        servers: &["@angular/ssr"],
        development: calls(&["ng", "ionic"], &["serve", "s", "dev"]),
        build: calls(&["ng"], &["build", "b"]),
        build_command: "ng build",
        output: Output::Angular,
        ..TOOL
    },
    SiteTool {
        name: "Astro",
        packages: &["astro"],
        servers: &[
            "@astrojs/node",
            "@astrojs/cloudflare",
            "@astrojs/netlify",
            "@astrojs/vercel",
            "@deno/astro-adapter",
        ],
        development: calls(&["astro"], &["", "dev", "start", "preview"]),
        build: calls(&["astro"], &["build"]),
        build_command: "astro build",
        output: declared("--outDir", "astro.config.{mjs,js,ts,mts}", r#"\boutDir\s*:\s*['"`]([^'"`]+)"#, "dist"),
        ..TOOL
    },
    SiteTool {
        name: "Docusaurus",
        packages: &["@docusaurus/core"],
        development: calls(&["docusaurus"], &["start", "serve"]),
        build: calls(&["docusaurus"], &["build"]),
        build_command: "docusaurus build",
        output: flagged("--out-dir", "build"),
        ..TOOL
    },
    SiteTool {
        name: "VitePress",
        packages: &["vitepress"],
        development: calls(&["vitepress"], &["", "dev", "preview", "serve"]),
        build: calls(&["vitepress"], &["build"]),
        build_command: "vitepress build",
        output: Output::BelowArgument {
            configuration: mention("**/.vitepress/config.{js,mjs,cjs,ts,mts}", r#"\boutDir\s*:\s*['"`]([^'"`]+)"#),
            default: ".vitepress/dist",
        },
        is_certain: false,
        ..TOOL
    },
    SiteTool {
        name: "VuePress",
        packages: &["vuepress"],
        development: calls(&["vuepress", "vuepress-vite", "vuepress-webpack"], &["dev"]),
        build: calls(&["vuepress", "vuepress-vite", "vuepress-webpack"], &["build"]),
        build_command: "vuepress build",
        output: Output::BelowArgument { configuration: None, default: ".vuepress/dist" },
        is_certain: false,
        ..TOOL
    },
    SiteTool {
        name: "Rspress",
        packages: &["rspress", "@rspress/core"],
        development: calls(&["rspress"], &["", "dev", "preview"]),
        build: calls(&["rspress"], &["build"]),
        build_command: "rspress build",
        output: configured("rspress.config.{js,ts,mjs,mts}", r#"\boutDir\s*:\s*['"`]([^'"`]+)"#, "doc_build"),
        is_certain: false,
        ..TOOL
    },
    SiteTool {
        name: "Eleventy",
        packages: &["@11ty/eleventy"],
        development: calls_or_flags(&["eleventy", "@11ty/eleventy"], &[], &["--serve", "--watch"]),
        build: calls_but(&["eleventy", "@11ty/eleventy"], &[]),
        build_command: "eleventy",
        output: declared(
            "--output",
            "{.eleventy,eleventy.config}.{js,cjs,mjs,ts}",
            r#"(?:\boutput\s*:|setOutputDirectory\()\s*['"`]([^'"`]+)"#,
            "_site",
        ),
        ..TOOL
    },
    SiteTool {
        name: "Gatsby",
        packages: &["gatsby"],
        development: calls(&["gatsby"], &["develop", "serve", "start"]),
        build: calls(&["gatsby"], &["build"]),
        build_command: "gatsby build",
        output: fixed("public"),
        ..TOOL
    },
    SiteTool {
        name: "Expo for the web",
        packages: &["expo"],
        servers: &["expo-server"],
        requires: Some(("react-native-web", "npx expo install react-dom react-native-web")),
        development: calls(&["expo"], &["", "start"]),
        build: calls(&["expo"], &["export", "export:web"]),
        build_command: "expo export -p web",
        output: flagged("--output-dir", "dist"),
        ..TOOL
    },
    SiteTool {
        name: "Create React App",
        packages: &["react-scripts", "react-app-rewired", "@craco/craco"],
        development: calls(&["react-scripts", "react-app-rewired", "craco", "ionic"], &["start", "serve"]),
        build: calls(&["react-scripts", "react-app-rewired", "craco"], &["build"]),
        build_command: "react-scripts build",
        output: fixed("build"),
        ..TOOL
    },
    SiteTool {
        name: "Vue CLI",
        packages: &["@vue/cli-service"],
        development: calls(&["vue-cli-service", "ionic"], &["", "serve"]),
        build: calls(&["vue-cli-service"], &["build"]),
        build_command: "vue-cli-service build",
        output: declared("--dest", "vue.config.{js,cjs,mjs,ts}", r#"\boutputDir\s*:\s*['"`]([^'"`]+)"#, "dist"),
        ..TOOL
    },
    SiteTool {
        name: "Quasar for a progressive web app",
        packages: &["@quasar/app-vite", "@quasar/app-webpack"],
        when: mention("package.json", r#"\bquasar build [^"]*(?:-m|--mode)[ =]pwa\b"#),
        development: calls(&["quasar"], &["dev", "serve"]),
        build: calls(&["quasar"], &["build"]),
        build_command: "quasar build -m pwa",
        output: fixed("dist/pwa"),
        ..TOOL
    },
    SiteTool {
        name: "Quasar",
        packages: &["@quasar/app-vite", "@quasar/app-webpack"],
        development: calls(&["quasar"], &["dev", "serve"]),
        build: calls(&["quasar"], &["build"]),
        build_command: "quasar build",
        output: fixed("dist/spa"),
        ..TOOL
    },
    SiteTool {
        name: "Ember",
        packages: &["ember-cli"],
        development: calls(&["ember"], &["serve", "server", "s"]),
        build: calls(&["ember"], &["build", "b"]),
        build_command: "ember build --environment=production",
        output: flagged("--output-path", "dist"),
        ..TOOL
    },
    SiteTool {
        name: "Hexo",
        packages: &["hexo"],
        development: calls(&["hexo"], &["server", "s"]),
        build: calls(&["hexo"], &["generate", "g"]),
        build_command: "hexo generate",
        output: fixed("public"),
        ..TOOL
    },
    SiteTool {
        name: "Slidev",
        packages: &["@slidev/cli"],
        development: calls_but(&["slidev"], &["build", "export"]),
        build: calls(&["slidev"], &["build"]),
        build_command: "slidev build",
        output: flagged("--out", "dist"),
        ..TOOL
    },
    SiteTool {
        name: "Umi",
        packages: &["umi", "@umijs/max"],
        development: calls(&["umi", "max"], &["", "dev", "preview"]),
        build: calls(&["umi", "max"], &["build"]),
        build_command: "umi build",
        output: configured("{.umirc,config/config}.{ts,js}", r#"\boutputPath\s*:\s*['"`]([^'"`]+)"#, "dist"),
        ..TOOL
    },
    SiteTool {
        name: "Aurelia",
        packages: &["aurelia-cli"],
        development: calls(&["au"], &["run", "start"]),
        build: calls(&["au"], &["build"]),
        build_command: "au build --env prod",
        output: fixed("dist"),
        ..TOOL
    },
    SiteTool {
        name: "Preact CLI",
        packages: &["preact-cli"],
        development: calls(&["preact"], &["watch", "serve"]),
        build: calls(&["preact"], &["build"]),
        build_command: "preact build",
        output: flagged("--dest", "build"),
        ..TOOL
    },
    SiteTool {
        name: "Snowpack",
        packages: &["snowpack"],
        development: calls(&["snowpack"], &["", "dev"]),
        build: calls(&["snowpack"], &["build"]),
        build_command: "snowpack build",
        output: configured("snowpack.config.{js,mjs,cjs,json}", r#"\bout['"]?\s*:\s*['"`]([^'"`]+)"#, "build"),
        ..TOOL
    },
    SiteTool {
        name: "Create Elm App",
        packages: &["create-elm-app"],
        development: calls(&["elm-app"], &["start"]),
        build: calls(&["elm-app"], &["build"]),
        build_command: "elm-app build",
        output: fixed("build"),
        ..TOOL
    },
    SiteTool {
        name: "Stencil",
        packages: &["@stencil/core"],
        development: calls_or_flags(&["stencil"], &["serve"], &["--serve", "--watch", "--dev"]),
        build: calls(&["stencil"], &["build"]),
        build_command: "stencil build",
        output: configured(
            "stencil.config.{ts,js}",
            r#"(?s)\btype\s*:\s*['"]www['"][^}]*?\bdir\s*:\s*['"`]([^'"`]+)"#,
            "www",
        ),
        is_certain: false,
        ..TOOL
    },
    SiteTool {
        name: "Gridsome",
        packages: &["gridsome"],
        development: calls(&["gridsome"], &["develop", "explore"]),
        build: calls(&["gridsome"], &["build"]),
        build_command: "gridsome build",
        output: fixed("dist"),
        ..TOOL
    },
    SiteTool {
        name: "Observable Framework",
        packages: &["@observablehq/framework"],
        development: calls(&["observable"], &["preview", "dev"]),
        build: calls(&["observable"], &["build"]),
        build_command: "observable build",
        output: configured("observablehq.config.{js,ts}", r#"\boutput\s*:\s*['"`]([^'"`]+)"#, "dist"),
        ..TOOL
    },
    SiteTool {
        name: "Evidence",
        packages: &["@evidence-dev/evidence"],
        development: calls(&["evidence"], &["dev", "preview"]),
        build: calls(&["evidence"], &["build", "build:strict"]),
        build_command: "evidence build",
        output: fixed("build"),
        ..TOOL
    },
    SiteTool {
        name: "Greenwood",
        packages: &["@greenwood/cli"],
        development: calls(&["greenwood"], &["develop", "serve"]),
        build: calls(&["greenwood"], &["build"]),
        build_command: "greenwood build",
        output: fixed("public"),
        ..TOOL
    },
    SiteTool {
        name: "Hugo",
        packages: &["hugo-bin", "hugo-extended"],
        development: calls(&["hugo"], &["server", "serve"]),
        build: calls(&["hugo"], &["", "build"]),
        build_command: "hugo --gc --minify",
        output: flagged("--destination", "public"),
        ..TOOL
    },
    SiteTool {
        name: "Ladle",
        packages: &["@ladle/react"],
        development: calls(&["ladle"], &["serve", "dev", "preview"]),
        build: calls(&["ladle"], &["build"]),
        build_command: "ladle build",
        output: flagged("--out", "build"),
        is_certain: false,
        ..TOOL
    },
    SiteTool {
        name: "Histoire",
        packages: &["histoire"],
        development: calls(&["histoire"], &["dev", "preview"]),
        build: calls(&["histoire"], &["build"]),
        build_command: "histoire build",
        output: fixed(".histoire/dist"),
        is_certain: false,
        ..TOOL
    },
    SiteTool {
        name: "Rsbuild",
        packages: &["@rsbuild/core"],
        development: calls(&["rsbuild"], &["", "dev", "preview"]),
        build: calls(&["rsbuild"], &["build"]),
        build_command: "rsbuild build",
        output: configured(
            "rsbuild.config.{js,ts,mjs,mts,cjs}",
            r#"\bdistPath\s*:\s*\{\s*root\s*:\s*['"`]([^'"`]+)"#,
            "dist",
        ),
        ..TOOL
    },
    SiteTool {
        name: "Farm",
        packages: &["@farmfe/core", "@farmfe/cli"],
        development: calls(&["farm"], &["", "start", "dev", "preview", "watch"]),
        build: calls(&["farm"], &["build"]),
        build_command: "farm build",
        output: configured(
            "farm.config.{js,ts,mjs,mts,cjs}",
            r#"(?s)\boutput\s*:\s*\{.*?\bpath\s*:\s*['"`]([^'"`]+)"#,
            "dist",
        ),
        ..TOOL
    },
    SiteTool {
        name: "Rspack",
        packages: &["@rspack/cli"],
        development: calls(&["rspack"], &["dev", "serve", "preview"]),
        build: calls(&["rspack"], &["", "build"]),
        build_command: "rspack build",
        output: configured("rspack.config.{js,ts,mjs,mts,cjs}", WEBPACK_OUTPUT, "dist"),
        is_certain: false,
        ..TOOL
    },
    SiteTool {
        name: "Vite",
        packages: &["vite"],
        servers: VITE_SERVERS,
        development: calls_but(&["vite", "ionic"], &["build", "optimize"]),
        build: calls(&["vite"], &["build"]),
        build_command: "vite build",
        output: Output::Vite,
        ..TOOL
    },
    SiteTool {
        name: "Parcel",
        packages: &["parcel", "parcel-bundler"],
        development: calls_but(&["parcel"], &["build"]),
        build: calls(&["parcel"], &["build"]),
        build_command: "parcel build",
        output: flagged("--dist-dir", "dist"),
        is_certain: false,
        ..TOOL
    },
    SiteTool {
        name: "webpack",
        packages: &["webpack"],
        development: calls_or_flags(
            &["webpack", "webpack-dev-server", "webpack-cli"],
            &["serve", "server", "s", "watch", "w"],
            &["--watch", "-w"],
        ),
        build: calls_but(&["webpack", "webpack-cli"], &["serve", "server", "s", "watch", "w", "init", "info", "help"]),
        build_command: "webpack --mode production",
        output: declared("--output-path", "webpack{,.*}.{js,ts,mjs,cjs}", WEBPACK_OUTPUT, "dist"),
        is_certain: false,
        ..TOOL
    },
    SiteTool {
        name: "Rollup",
        packages: &["rollup"],
        development: calls_but(&["web-dev-server", "wds", "es-dev-server"], &[]),
        build: calls(&["rollup"], &[""]),
        build_command: "rollup -c",
        output: declared("--dir", "rollup.config.{js,mjs,ts,cjs}", r#"\bdir\s*:\s*['"`]([^'"`]+)"#, "dist"),
        is_certain: false,
        ..TOOL
    },
    SiteTool {
        name: "Storybook",
        packages: &["storybook", "@storybook/react", "@storybook/vue3", "@storybook/html"],
        development: calls_but(&["storybook", "start-storybook"], &["build", "init", "upgrade", "test"]),
        build: Calls { programs: &["storybook", "build-storybook"], first_argument: FirstArgument::Is(&["", "build"]) },
        build_command: "storybook build",
        output: flagged("--output-dir", "storybook-static"),
        ..TOOL
    },
];

/// `path: path.resolve(__dirname, 'public')`, `path: __dirname + '/public'`.
const WEBPACK_OUTPUT: &str = r#"(?s)\boutput\s*:\s*\{.*?\bpath\s*:[^,}'"`]*(?:\([^'"`)]*)?['"`]/?([^'"`]+)"#;

/// Programs of development that serve a folder as it is: their argument.
pub(crate) const FOLDER_SERVERS: &[&str] = &["live-server", "lite-server", "sirv", "browser-sync"];
