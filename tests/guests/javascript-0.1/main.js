// A provider as somebody built it for version 0.1 of the contract, without an SDK.
import { entry } from "plugpacks:provider/app@0.1.0";
import { planOf } from "plugpacks:provider/catalog@0.1.0";

export const providerGuest = {
  describe: () => ({
    name: "veteran",
    version: "0.1.0",
    summary: "Apps with a veteran.txt",
    markers: [{ tag: "file", val: "veteran.txt" }],
    variables: [],
    generated: ["old-build"],
    lastResort: false,
  }),
  detect: () => entry("veteran.txt") === "file",
  plan() {
    const plan = planOf("node");
    return plan && { ...plan, start: { ...plan.start, command: "run veteran.js" } };
  },
};
