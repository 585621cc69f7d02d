import assert from "node:assert/strict";
import { readSources } from "../../scripts/packaging/program.ts";
import {
  findWorkers,
  type ProgramFile,
  rewireWorkers,
} from "../../scripts/packaging/workers.ts";

const START = (written: string) =>
  `const w = new Worker(new URL("${written}", import.meta.url).href, {
    type: "module",
  });`;

function file(path: string, source: string): ProgramFile {
  return { path, source };
}

Deno.test("findWorkers() can follow every worker that kar starts", async () => {
  const paths = findWorkers(await readSources()).map(({ path }) => path);
  assert.deepEqual(paths, [
    "src/cli/page/thread/page_entry.ts",
    "src/echo/worker.ts",
    "src/record/write/record_entry.ts",
    "src/script/host/process_entry.ts",
    "src/script/host/script_entry.ts",
    "src/worker/entry.ts",
    "src/worker/keeper_entry.ts",
  ]);
});

Deno.test("findWorkers() names each script once, from the project's root", () => {
  const found = findWorkers([
    file("src/b/y.ts", START("../c/other.ts")),
    file("src/a/x.ts", START("./entry.ts")),
    file("src/a/z.ts", START("./entry.ts")),
    file("src/d.ts", "new WorkerPool();"),
  ]);
  assert.deepEqual(found, [
    { path: "src/a/entry.ts", written: "./entry.ts" },
    { path: "src/c/other.ts", written: "../c/other.ts" },
  ]);
});

const REFUSED: Readonly<Record<string, readonly [source: string, RegExp]>> = {
  "an address that is computed": [
    "new Worker(new URL(name, import.meta.url).href, options)",
    /^src\/a\.ts: a bundle cannot follow this worker; write new Worker\(/,
  ],
  "an address without href": [
    'new Worker(new URL("./entry.ts", import.meta.url), options)',
    /a bundle cannot follow this worker/,
  ],
  "a worker out of a text": [
    'new Worker("data:text/javascript,0", options)',
    /a bundle cannot follow this worker/,
  ],
  "a file beside the code": [
    'Deno.readTextFileSync(new URL("./table.json", import.meta.url))',
    /^src\/a\.ts: uses import\.meta for something else than a worker/,
  ],
};

for (const [what, [source, message]] of Object.entries(REFUSED)) {
  Deno.test(`findWorkers() refuses ${what}`, () => {
    assert.throws(() => findWorkers([file("src/a.ts", source)]), { message });
  });
}

Deno.test("findWorkers() refuses two scripts that are written alike", () => {
  const files = [
    file("src/a/x.ts", START("./entry.ts")),
    file("src/b/y.ts", START("./entry.ts")),
  ];
  assert.throws(() => findWorkers(files), {
    message:
      "src/a/entry.ts and src/b/entry.ts are both started as ./entry.ts: rename one",
  });
});

Deno.test("findWorkers() takes no comment and no text for a worker", () => {
  const source = "// new Worker(x)\nconst text = 'new Worker(import.meta)';";
  assert.deepEqual(findWorkers([file("src/a.ts", source)]), []);
});

const ENTRIES = [{ path: "src/a/entry.ts", written: "./entry.ts" }];

Deno.test("rewireWorkers() points each address at the bundled script", () => {
  const address = 'new URL("./entry.ts", import.meta.url)';
  const other = 'new URL("./table.ts", import.meta.url)';
  const rewired = rewireWorkers([
    file("chunk-X.js", `start(${address}, ${other})`),
    file("src/b/worker.js", `again(${address})`),
  ], ENTRIES);
  assert.deepEqual(rewired.map(({ source }) => source), [
    `start(new URL("./src/a/entry.js", import.meta.url), ${other})`,
    'again(new URL("./../a/entry.js", import.meta.url))',
  ]);
});

Deno.test("rewireWorkers() misses a worker that the bundle starts nowhere", () => {
  assert.throws(() => rewireWorkers([file("main.js", "0")], ENTRIES), {
    message: "src/a/entry.ts: the bundle starts no worker with this script",
  });
});
