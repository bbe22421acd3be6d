// A Plugpacks provider: newlang.

import { file } from "./sdk/plugpacks.js";

/** What makes an app this provider's. */
export const MAIN_FILE = "main.newlang";

export const provider = {
  describe: (edition) => ({
    name: "newlang",
    version: "0.1.0",
    summary: "Scripts in newlang",
    markers: [file(MAIN_FILE)],
  }),

  detect: ({ app }) => app.hasFile(MAIN_FILE),

  plan: ({ app, environment, diagnostics }) => ({
    phases: [{ name: "setup", aptPackages: ["newlang"] }],
    start: { command: `newlang ${MAIN_FILE}` },
  }),
};
