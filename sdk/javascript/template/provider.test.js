import assert from "node:assert/strict";
import { test } from "node:test";
import { MAIN_FILE, provider } from "./provider.js";
import { fakeApp } from "./sdk/testing.js";

test("an app is recognised", () => {
  assert.equal(fakeApp(provider, { [MAIN_FILE]: "" }).detect(), true);
  assert.equal(fakeApp(provider, { other: "" }).detect(), false);
});

test("the main file is started", () => {
  assert.equal(fakeApp(provider, { [MAIN_FILE]: "" }).plan().start.command, `newlang ${MAIN_FILE}`);
});
