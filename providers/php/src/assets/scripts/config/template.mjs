// The template language of nginx.template.conf:
//   $if(NAME) ( A ) else ( B )   A if the variable is set and not empty, else B
//   ${NAME}                      the variable's value
//   $!{PROGRAM}                  the folder of the Nix package that has the program
import { readFile, writeFile } from "node:fs/promises";
import { packageFolder } from "../util/nix.mjs";

// A ends at the first `)` that `else (` follows, B at the first `)`.
const CONDITION = /\$if\s*\((\w+)\)\s*\(([\s\S]*?)\)\s*else\s*\(([^)]*)\)/g;

/** Replaces everything of the template language in a text. */
export function expand(text, env) {
  const chosen = choose(text, env);
  const valued = chosen.replaceAll(/\$\{(\w+)\}/g, (_, name) => env[name] ?? "");
  return valued.replaceAll(/\$!\{([^}]+)\}/g, (_, program) => packageFolder(program));
}

function choose(text, env) {
  return text.replaceAll(CONDITION, (_, name, whenSet, otherwise) => choose(env[name] ? whenSet : otherwise, env));
}

/** Expands a template file into another file. */
export async function compileTemplate(template, output, env) {
  await writeFile(output, expand(await readFile(template, "utf8"), env));
}
