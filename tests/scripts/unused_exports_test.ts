import assert from "node:assert/strict";
import { checkUnusedExports } from "../../scripts/rules/unused_exports.ts";

/** What nobody imports in a small project in memory, each as `file:line: text`. */
function check(sources: Readonly<Record<string, string>>): string[] {
  const files = Object.entries(sources)
    .map(([path, source]) => ({ path, source }));
  return checkUnusedExports(files).map(({ file, line, text }) =>
    `${file}:${line}: ${text}`
  );
}

Deno.test("checkUnusedExports() finds what no other file imports", () => {
  const found = check({
    "src/base/units.ts":
      "export const SLOT_MS = 100;\n\nexport function slots(ms: number) {\n  return ms / SLOT_MS;\n}\n",
    "src/base/clock.ts": 'import { slots } from "./units.ts";\n',
  });
  assert.deepEqual(found, [
    "src/base/units.ts:1: no other file imports SLOT_MS",
  ]);
});

Deno.test("checkUnusedExports() follows names through doors, whatever they are called there", () => {
  const found = check({
    "src/base/mod.ts":
      'export { slots as slotsOf } from "./units.ts";\nexport * from "./clock.ts";\n',
    "src/base/units.ts": "export function slots() {}\n",
    "src/base/clock.ts": "export class Clock {}\nexport class Watch {}\n",
    "src/plan/mod.ts": 'import { Clock, slotsOf } from "../base/mod.ts";\n',
  });
  assert.deepEqual(found, ["src/base/clock.ts:2: no other file imports Watch"]);
});

Deno.test("checkUnusedExports() finds what a door exports again for nobody", () => {
  const found = check({
    "src/base/mod.ts":
      '/** Why. */\nexport { type Clock, now } from "./clock.ts";\n',
    "src/base/clock.ts": "export interface Clock {}\nexport const now = 1;\n",
    "src/base/watch.ts": 'import type { Clock } from "./clock.ts";\n',
    "main.ts": 'import { now } from "./src/base/mod.ts";\n',
  });
  assert.deepEqual(found, ["src/base/mod.ts:2: no other file imports Clock"]);
});

Deno.test("checkUnusedExports() leaves types of exported functions, and what tests or import() use", () => {
  const found = check({
    "src/base/clock.ts":
      "export interface ClockOptions {}\nexport interface Unused {}\nexport function open(options: ClockOptions) {}\n",
    "src/base/units.ts": "export const SLOT_MS = 100;\n",
    "src/base/late.ts": "export const a = 1;\nexport const b = 1;\n",
    "src/base/whole.ts": "export const a = 1;\n",
    "tests/base/units_test.ts":
      'import { SLOT_MS } from "../../src/base/units.ts";\n',
    "main.ts":
      'const { a } = await import("./src/base/late.ts");\nconst all = await import("./src/base/whole.ts");\n',
    "src/base/open.ts": 'import { open } from "./clock.ts";\n',
  });
  assert.deepEqual(found, [
    "src/base/clock.ts:2: no other file imports Unused",
    "src/base/late.ts:2: no other file imports b",
  ]);
});
