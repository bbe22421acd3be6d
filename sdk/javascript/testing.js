// A fake app for unit tests of providers: files, variables and edition in memory.

import { guest } from "./plugpacks.js";

/** What an app of these files is for a provider: `detect()` as the host decides it, and `plan()`. */
export function fakeApp(provider, files, { variables = {}, edition = "2026.11", plans = {} } = {}) {
  const warnings = [];
  const reasons = [];
  const host = {
    app: appOf(files),
    environment: { get: (name) => variables[name] ?? null, edition: () => edition, architecture: () => "x86_64" },
    diagnostics: {
      warn: (message) => warnings.includes(message) || warnings.push(message),
      because: (decision, reason) => reasons.push([decision, reason]),
    },
    catalog: {
      planOf(name) {
        if (!(name in plans)) throw { message: `Provider ${name} not found`, causes: [] };
        return plans[name];
      },
    },
  };
  const exported = guest(provider, host);
  const matches = ({ tag, val }) => (tag === "anywhere" ? host.app.findFiles(val).length > 0 : host.app.entry(val) === tag);
  return {
    detect: () => exported.describe(edition).markers.some(matches) && exported.detect(),
    plan: () => exported.plan(),
    warnings,
    reasons,
  };
}

function appOf(files) {
  const directories = new Set(Object.keys(files).flatMap((path) => ancestors(path)));
  const paths = (all, glob) => [...all].filter((path) => expressionOf(glob).test(path)).sort(byComponents);
  return {
    name: () => "app",
    entry: (path) => (path in files ? "file" : directories.has(path) ? "directory" : "missing"),
    isExecutable: () => false,
    readText(path) {
      if (path in files) return files[path];
      throw { tag: directories.has(path) ? "not-a-file" : "missing" };
    },
    findFiles: (glob) => paths(Object.keys(files), glob),
    findDirectories: (glob) => paths(directories, glob),
    search(glob, pattern) {
      for (const path of paths(Object.keys(files), glob)) {
        const found = new RegExp(pattern).exec(files[path]);
        if (found) return { path, groups: [...found].map((group) => group ?? null) };
      }
      return null;
    },
  };
}

const ancestors = (path) => path.split("/").slice(0, -1).map((_, at, all) => all.slice(0, at + 1).join("/"));

function byComponents(a, b) {
  const [left, right] = [a.split("/"), b.split("/")];
  const at = left.findIndex((component, index) => component !== right[index]);
  return at < 0 || left[at] < (right[at] ?? "") ? -1 : 1;
}

const GLOB_PARTS = [
  [/^\*\*\//, () => "(?:[^/]+/)*"],
  [/^\*\*/, () => ".*"],
  [/^\*/, () => "[^/]*"],
  [/^\?/, () => "[^/]"],
  [/^\{([^}]*)\}/, (_, alternatives) => `(?:${alternatives.split(",").map((one) => sourceOf(one)).join("|")})`],
  [/^\[(!?)([^\]]+)\]/, (_, negated, characters) => `[${negated && "^"}${characters}]`],
  [/^./su, (character) => character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&")],
];

function sourceOf(glob) {
  let source = "";
  for (let rest = glob; rest !== ""; ) {
    const [pattern, replace] = GLOB_PARTS.find(([pattern]) => pattern.test(rest));
    const found = pattern.exec(rest);
    source += replace(...found);
    rest = rest.slice(found[0].length);
  }
  return source;
}

const expressionOf = (glob) => new RegExp(`^${sourceOf(glob)}$`, "u");
