// What the author of a Plugpacks provider uses, in JavaScript.

/** What is shown to the person who builds the app: one line, the reasons behind it, what to do about it. */
export class Failure extends Error {
  constructor(message, { causes = [], hint } = {}) {
    super(message);
    this.causes = causes;
    this.hint = hint;
  }
}

/** A file marker: a regular file with this path. */
export const file = (path) => ({ tag: "file", val: path });

/** A directory marker. */
export const directory = (path) => ({ tag: "directory", val: path });

/** A marker for a regular file anywhere in the app that matches this glob. */
export const anywhere = (glob) => ({ tag: "anywhere", val: glob });

/** What a component exports: a provider over the interfaces that the host gives it. */
export function guest(provider, host) {
  const context = contextOf(host);
  return {
    describe: (edition) => ({ markers: [], variables: [], generated: [], lastResort: false, ...provider.describe(edition) }),
    detect: () => guarded(() => Boolean(provider.detect(context))),
    plan: () => guarded(() => lowerPlan(provider.plan(context))),
  };
}

/** What a provider is given for one app: the host's interfaces, whose refusals are failures that name the path. */
export function contextOf({ app, environment, diagnostics, catalog }) {
  const about = (path, ask) => {
    try {
      return ask();
    } catch (error) {
      throw accessFailure(path, error);
    }
  };
  return {
    app: {
      name: () => app.name(),
      entry: (path) => about(path, () => app.entry(path)),
      hasFile: (path) => about(path, () => app.entry(path)) === "file",
      hasDirectory: (path) => about(path, () => app.entry(path)) === "directory",
      isExecutable: (path) => about(path, () => app.isExecutable(path)),
      readText: (path) => about(path, () => app.readText(path)),
      findFiles: (glob) => about(glob, () => app.findFiles(glob)),
      findDirectories: (glob) => about(glob, () => app.findDirectories(glob)),
      search: (glob, pattern) => about(glob, () => app.search(glob, pattern)),
    },
    environment,
    diagnostics,
    catalog: { planOf: (name) => liftPlan(asked(() => catalog.planOf(name))) },
  };
}

const ACCESS_ERRORS = {
  missing: "No such file or directory (os error 2)",
  "not-a-file": "not a regular file",
  "outside-app": "the path leaves the app directory",
  "not-text": "stream did not contain valid UTF-8",
};

/** The failure for an access error or a search error of the host. */
function accessFailure(path, thrown) {
  const told = payload(thrown);
  const [place, error] = told?.error ? [told.path ?? path, told.error] : [path, told];
  if (error?.tag === undefined) return thrown;
  if (error.tag === "invalid-pattern") return new Failure(error.val);
  const reason = ACCESS_ERRORS[error.tag] ?? (error.tag === "too-large" ? `the file is larger than ${error.val} bytes` : error.val);
  return new Failure(`Error reading ${place}`, { causes: [reason] });
}

/** What an import threw; some tools wrap it. */
const payload = (thrown) => thrown?.payload ?? thrown;

/** Calls what answers with a failure of another provider's. */
function asked(call) {
  try {
    return call();
  } catch (thrown) {
    const { message, causes, hint } = payload(thrown);
    throw new Failure(message, { causes, hint });
  }
}

/** Calls into the provider; whatever it throws becomes a failure. */
function guarded(call) {
  try {
    return call();
  } catch (error) {
    throw failureOf(error);
  }
}

/** The failure that the host is told of: an error that is no `Failure` comes with its place. */
function failureOf(error) {
  if (error instanceof Failure) return { message: error.message, causes: error.causes, hint: error.hint ?? null };
  const place = String(error?.stack ?? "").split("\n").map((line) => line.trim()).find((line) => line.startsWith("at "));
  const causes = place === undefined ? [] : [place];
  return { message: `The provider threw ${error}`, causes, hint: "Tell the provider's author" };
}

const LISTS = [
  "dependsOn", "nixPackages", "nixLibraries", "nixOverlays", "aptPackages", "commands", "onlyIncludeFiles", "excludeFiles",
  "cacheDirectories", "paths", "onlyVariables",
];

/** An array replaces the lower list; `{ before, after }` stands around it. */
function lowerList(list) {
  if (list === undefined || list === null) return null;
  if (Array.isArray(list)) return { tag: "replace", val: list };
  return { tag: "extend", val: { before: [], after: [], ...list } };
}

const liftList = (list) => (list === null || list === undefined ? undefined : list.val);

const eachList = (phase, change) => Object.fromEntries(LISTS.map((name) => [name, change(phase[name])]));

const lowerPhase = (phase) => ({ name: phase.name, nixpkgsArchive: phase.nixpkgsArchive ?? null, ...eachList(phase, lowerList) });

function lowerStart({ command, user, runTime, files }) {
  return {
    command: command ?? null,
    user: user ?? null,
    runTime: runTime ?? { tag: "whole-build" },
    files: files ?? [{ tag: "whole-app" }],
  };
}

function lowerPlan(plan) {
  if (plan === undefined || plan === null) return null;
  return {
    buildImage: plan.buildImage ?? null,
    variables: Object.entries(plan.variables ?? {}),
    staticAssets: Object.entries(plan.staticAssets ?? {}),
    phases: (plan.phases ?? []).map(lowerPhase),
    start: plan.start ? lowerStart(plan.start) : null,
    labels: plan.labels ?? [],
  };
}

function liftPlan(plan) {
  if (plan === null || plan === undefined) return null;
  return {
    ...plan,
    variables: Object.fromEntries(plan.variables),
    staticAssets: Object.fromEntries(plan.staticAssets),
    phases: plan.phases.map((phase) => ({ ...phase, ...eachList(phase, liftList) })),
  };
}
