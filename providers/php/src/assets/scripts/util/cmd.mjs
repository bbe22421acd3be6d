import { execSync } from "node:child_process";

/** What a command prints, without its first newline. */
export function run(command) {
  return execSync(command, { encoding: "utf8" }).replace("\n", "");
}
