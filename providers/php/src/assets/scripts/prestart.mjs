#!/usr/bin/env node
// Prepares the container: settings, Laravel's checks and folders, nginx's configuration.
import { chmod, chown, lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { compileTemplate } from "./config/template.mjs";
import { run } from "./util/cmd.mjs";
import { checkEnvironment } from "./util/laravel.mjs";
import { Logger } from "./util/logger.mjs";

const log = new Logger("prestart");

/** Fills in what the container does not set. */
function settings(env) {
  const defaults = { PORT: "8080", NIXPACKS_PHP_MAX_BODY_SIZE: "8m", NIXPACKS_PHP_FRAME_OPTIONS: "SAMEORIGIN" };
  const complete = { ...defaults, ...env };
  if (complete.NIXPACKS_PHP_FRAME_OPTIONS === "off") complete.NIXPACKS_PHP_FRAME_OPTIONS = "";
  // The script that answers what is no file: nginx takes one `location /` only.
  complete.FRONT_CONTROLLER = env.NIXPACKS_PHP_FALLBACK_PATH || (env.IS_LARAVEL ? "/index.php" : "");
  return complete;
}

/** Gives a folder and all in it to a user, who may then read and write it. */
async function giveTo(uid, path) {
  const entry = await lstat(path);
  if (entry.isSymbolicLink()) return;
  await chown(path, uid, entry.gid);
  await chmod(path, entry.mode | (entry.isDirectory() ? 0o700 : 0o600));
  if (!entry.isDirectory()) return;
  for (const name of await readdir(path)) await giveTo(uid, join(path, name));
}

/** Lets PHP, which runs as nobody, write where Laravel keeps its files. */
async function prepareStorage(path) {
  const exists = await lstat(path).then((entry) => entry.isDirectory(), () => false);
  // Whoever is not root runs PHP too, and can give nothing away.
  if (!exists || process.getuid() !== 0) return;
  try {
    await giveTo(Number(run("id -u nobody")), path);
  } catch (error) {
    // A mounted volume may have owners of its own.
    log.error(`${path} could not be made writable: ${error.message}`);
  }
}

const [template, output] = process.argv.slice(2);
if (!template || !output) {
  log.error("Usage: prestart.mjs TEMPLATE OUTPUT");
  process.exit(1);
}

const env = settings(process.env);
try {
  await Promise.all([
    env.IS_LARAVEL ? checkEnvironment("/app", env) : undefined,
    prepareStorage("/app/storage"),
    env.IS_LARAVEL ? prepareStorage("/app/bootstrap/cache") : undefined,
    compileTemplate(template, output, env),
  ]);
} catch (error) {
  log.error(error.message);
  process.exit(1);
}
log.info(`Server starting on port ${env.PORT}`);
