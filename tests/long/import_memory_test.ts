import assert from "node:assert/strict";
import { V8_FLAGS } from "../../src/base/mod.ts";

/*
 * What the largest files that are taken cost, and that larger ones are refused:
 * importers hold what they read, so a bound of bytes is one of memory.
 */

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const MEMORY_MB_MAX = 300;
const LOOK_MS = 5;

interface Case {
  readonly kind: "har" | "openapi" | "k6";
  readonly name: string;
  readonly head: string;
  readonly item: (i: number) => string;
  readonly between: string;
  readonly tail: string;
  readonly megabytes: number;
  readonly code: number;
}

const HAR = {
  head: '{"log":{"version":"1.2","entries":[',
  item: (i: number) =>
    JSON.stringify({
      startedDateTime: new Date(1.7e12 + i * 1000).toISOString(),
      time: 10,
      request: { method: "GET", url: `http://localhost/p${i}`, headers: [] },
      response: { status: 200, content: { text: "x".repeat(20_000) } },
    }),
  between: ",",
  tail: "]}}",
};

const OPENAPI = {
  head: '{"openapi":"3.0.0","servers":[{"url":"http://localhost"}],"paths":{',
  item: (i: number) =>
    `"/p${i}":{"get":{"parameters":[{"name":"a","in":"query","schema":{"type":"string"}}]}}`,
  between: ",",
  tail: "}}",
};

const YAML = {
  head: "openapi: 3.0.0\nservers: [{ url: http://localhost }]\npaths:\n",
  item: (i: number) =>
    `  /p${i}:\n    get:\n      parameters:\n        - { name: a, in: query }\n`,
  between: "",
  tail: "",
};

const K6 = {
  head: 'import http from "k6/http";\nexport default function () {\n',
  item: (i: number) => `  http.get("http://localhost:8080/a${i}");\n`,
  between: "",
  tail: "}\n",
};

const CASES: readonly Case[] = [
  { kind: "har", name: "HAR", ...HAR, megabytes: 32, code: 0 },
  { kind: "har", name: "HAR", ...HAR, megabytes: 100, code: 3 },
  { kind: "openapi", name: "JSON", ...OPENAPI, megabytes: 15.5, code: 0 },
  { kind: "openapi", name: "JSON", ...OPENAPI, megabytes: 100, code: 3 },
  { kind: "openapi", name: "YAML", ...YAML, megabytes: 0.9, code: 0 },
  { kind: "openapi", name: "YAML", ...YAML, megabytes: 30, code: 3 },
  { kind: "k6", name: "script", ...K6, megabytes: 32, code: 0 },
  { kind: "k6", name: "script", ...K6, megabytes: 100, code: 3 },
];

async function writeCase(path: string, each: Case): Promise<void> {
  using file = await Deno.create(path);
  const encoder = new TextEncoder();
  let bytes = 0;
  const write = async (text: string) => {
    const chunk = encoder.encode(text);
    bytes += chunk.length;
    for (let at = 0; at < chunk.length;) {
      at += await file.write(chunk.subarray(at));
    }
  };
  await write(each.head);
  const room = each.megabytes * 1e6 - each.tail.length;
  for (let i = 0; bytes < room;) {
    const items = Array.from({ length: 50 }, () => each.item(i++));
    await write((i > 50 ? each.between : "") + items.join(each.between));
  }
  await write(each.tail);
}

/** How `kar import` ends, what it says, and the most memory that it had. */
async function importOf(kind: string, path: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", V8_FLAGS, MAIN, "import", kind, path],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let megabytes = 0;
  const timer = setInterval(() => {
    try {
      const text = Deno.readTextFileSync(`/proc/${child.pid}/status`);
      const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(text)?.[1] ?? 0);
      megabytes = Math.max(megabytes, kilobytes / 1000);
    } catch {
      // It has ended.
    }
  }, LOOK_MS);
  const { code, stderr } = await child.output();
  clearInterval(timer);
  return { code, megabytes, said: new TextDecoder().decode(stderr) };
}

for (const each of CASES) {
  const { kind, name, megabytes, code } = each;
  Deno.test({
    name: `kar import ${kind} ${
      code === 0 ? "takes" : "refuses"
    } ${megabytes} MB of ${name} within ${MEMORY_MB_MAX} MB`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const path = await Deno.makeTempFile({ prefix: "kar-import-" });
      try {
        await writeCase(path, each);
        const ended = await importOf(kind, path);
        console.log(`${ended.megabytes.toFixed(0)} MB`);
        assert.equal(ended.code, code, ended.said);
        assert.ok(ended.megabytes > 0 && ended.megabytes < MEMORY_MB_MAX);
        if (code !== 0) {
          assert.match(ended.said, /^kar: .*\b(MiB|YAML|JSON)\b.*\n$/);
        }
      } finally {
        await Deno.remove(path);
      }
    },
  });
}
