import assert from "node:assert/strict";
import { check, DOOR } from "./small_project.ts";

Deno.test("checkProject() finds a file of more than 300 lines", () => {
  const project = (lines: number) => ({
    "src/base/mod.ts": DOOR,
    "src/base/x.ts": "x();\n".repeat(lines),
  });
  assert.deepEqual(check(project(300)), []);
  assert.deepEqual(check(project(301)), ["src/base/x.ts:1: file-size"]);
});

Deno.test("checkProject() finds work left undone in comments only", () => {
  const mark = "TO" + "DO";
  const project = (line: string) => ({
    "src/base/mod.ts": DOOR,
    "src/base/x.ts": line,
  });
  assert.deepEqual(check(project(`\n// ${mark}: later\n`)), [
    "src/base/x.ts:2: word",
  ]);
  assert.deepEqual(check(project(`/** ${mark} */`)), ["src/base/x.ts:1: word"]);
  assert.deepEqual(check(project(`const x = "${mark}";`)), []);
});

Deno.test("checkProject() finds a stale word in comments only", () => {
  const word = "DES" + "IGN";
  const project = (line: string) => ({
    "src/base/mod.ts": DOOR,
    "src/base/x.ts": line,
  });
  assert.deepEqual(check(project(`// See ${word}.\n`)), [
    "src/base/x.ts:1: word",
  ]);
  assert.deepEqual(check(project(`const x = "${word}";`)), []);
});

Deno.test("checkProject() finds a function of more than three parameters", () => {
  const project = (list: string) => ({
    "src/base/mod.ts": DOOR,
    "src/base/x.ts": `export function f(${list}): void {\n}\n`,
  });
  const types = "a: Map<string, number>, b: (x: 1, y: 2) => void, c: [1, 2],";
  assert.deepEqual(check(project("")), []);
  assert.deepEqual(check(project(types)), []);
  assert.deepEqual(check(project(`${types} { d, e }: X`)), [
    "src/base/x.ts:1: parameters",
  ]);
});

Deno.test("checkProject() finds a folder of more than twelve files", () => {
  const project = (files: number) => ({
    "src/base/mod.ts": DOOR,
    "src/base/more/mod.ts": DOOR,
    ...Object.fromEntries(
      Array.from({ length: files - 1 }, (_, i) => [`src/base/f${i}.ts`, ""]),
    ),
  });
  assert.deepEqual(check(project(12)), []);
  assert.deepEqual(check(project(13)), ["src/base/mod.ts:1: folder-size"]);
});

Deno.test("checkProject() finds a type name that stands for two things", () => {
  const found = check({
    "src/base/mod.ts": DOOR,
    "src/base/clock.ts": "export interface Reading {}\ntype Own = 1;\n",
    "src/plan/mod.ts": DOOR,
    "src/plan/plan.ts": "type Own = 2;\n\nexport class Reading {}\n",
    "tests/plan/reading.ts": "export type Reading = 3;\n",
  });
  assert.deepEqual(found, [
    "src/base/clock.ts:1: type-name",
    "src/plan/plan.ts:3: type-name",
  ]);
});

Deno.test("checkProject() finds a private type with the name of an exported one", () => {
  const found = check({
    "src/base/mod.ts": DOOR,
    "src/base/clock.ts": "export interface Line {}\n",
    "src/base/other.ts": "x();\ntype Line = 2;\n",
  });
  assert.deepEqual(found, [
    "src/base/clock.ts:1: type-name",
    "src/base/other.ts:2: type-name",
  ]);
});

Deno.test("checkProject() lets client and sample server share the words of HTTP/2", () => {
  const found = check({
    "src/echo/mod.ts": DOOR,
    "src/echo/frames.ts": "export interface Frame {}\n",
    "src/transport/mod.ts": DOOR,
    "src/transport/frames.ts": "export interface Frame {}\n",
  });
  assert.deepEqual(found, []);
});
