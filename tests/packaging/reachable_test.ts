import assert from "node:assert/strict";
import { reachable } from "../../scripts/packaging/reachable.ts";

const FILES = [
  {
    path: "chunk-A.js",
    source: 'export const url = new URL("./src/w/entry.js", import.meta.url)',
  },
  { path: "chunk-LOST.js", source: 'import "./chunk-A.js";' },
  { path: "lazy.js", source: 'import "./main.js";' },
  {
    path: "main.js",
    source: 'import{a}from"./chunk-A.js";import("./lazy.js")',
  },
  { path: "src/w/entry.js", source: 'import "../../shared.js";' },
  { path: "shared.js", source: 'import "./not-there.js";' },
];

Deno.test("reachable() follows imports, lazy imports and workers, in circles too", () => {
  assert.deepEqual(reachable(FILES, "main.js").map(({ path }) => path), [
    "chunk-A.js",
    "lazy.js",
    "main.js",
    "src/w/entry.js",
    "shared.js",
  ]);
});
