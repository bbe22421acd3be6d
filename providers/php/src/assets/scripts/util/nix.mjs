import { realpathSync } from "node:fs";
import { run } from "./cmd.mjs";

/** The folder in the Nix store of the package that has a program. */
export function packageFolder(program) {
  const path = realpathSync(run(`command -v ${program}`));
  const folder = /^\/nix\/store\/[^/]+/.exec(path);
  if (!folder) throw new Error(`${program} (${path}) is not in the Nix store`);
  return folder[0];
}
