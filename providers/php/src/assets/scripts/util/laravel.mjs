import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Logger } from "./logger.mjs";

const log = new Logger("laravel");

// A call of env() with a name and nothing else.
const WITHOUT_DEFAULT = /\benv\(\s*(["'])([^"']+)\1\s*\)/g;

const HINTS = { APP_ENV: "; it should probably be production" };

/** Warns of variables that the configuration of a Laravel app needs and the container does not set. */
export async function checkEnvironment(app, env) {
  const folder = join(app, "config");
  const names = new Set();
  for (const file of await readdir(folder).catch(() => [])) {
    if (!file.endsWith(".php")) continue;
    const text = await readFile(join(folder, file), "utf8");
    for (const [, , name] of text.matchAll(WITHOUT_DEFAULT)) names.add(name);
  }
  for (const name of [...names].sort()) {
    if (name !== "APP_KEY" && !env[name]) log.warn(`Your app configuration references ${name}, which is not set${HINTS[name] ?? ""}`);
  }
  if (!env.APP_KEY) {
    log.warn("APP_KEY is not set. Set it to a random value of 32 characters, such as that of `openssl rand -hex 16`");
  }
}
