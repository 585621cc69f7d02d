import assert from "node:assert/strict";
import { MAY_IMPORT } from "../../scripts/rules/imports.ts";
import { check, DOOR } from "./small_project.ts";

Deno.test("checkProject() finds nothing in a good project", () => {
  const found = check({
    "src/base/mod.ts": `${DOOR}export * from "./units.ts";\n`,
    "src/base/units.ts": "export const SLOT_MS = 100;\n",
    "src/plan/mod.ts": `${DOOR}import { SLOT_MS } from "../base/mod.ts";\n`,
    "main.ts": 'import "./src/plan/mod.ts";\n',
  });
  assert.deepEqual(found, []);
});

Deno.test("checkProject() finds an import against the direction", () => {
  const found = check({
    "src/base/mod.ts": `${DOOR}import type { Plan } from "../plan/mod.ts";\n`,
    "src/plan/mod.ts": DOOR,
  });
  assert.deepEqual(found, ["src/base/mod.ts:6: direction"]);
});

Deno.test("checkProject() finds what hangs beside the engine reaching into it", () => {
  for (
    const folder of [
      "transport",
      "stats",
      "metrics",
      "report",
      "screen",
      "echo",
    ]
  ) {
    for (const above of ["run", "daemon", "cli"]) {
      const found = check({
        [`src/${folder}/mod.ts`]: `${DOOR}import "../${above}/mod.ts";\n`,
        [`src/${above}/mod.ts`]: DOOR,
      });
      assert.deepEqual(found, [`src/${folder}/mod.ts:6: direction`]);
    }
  }
});

Deno.test("checkProject() finds a folder that nobody has put in the order", () => {
  const found = check({
    "src/new/mod.ts": `${DOOR}import "../base/mod.ts";\n`,
    "src/base/mod.ts": DOOR,
  });
  assert.deepEqual(found, ["src/new/mod.ts:6: direction"]);
});

Deno.test("MAY_IMPORT has no cycle: each row names only rows above it", () => {
  const above = new Set<string>();
  for (const [folder, below] of Object.entries(MAY_IMPORT)) {
    for (const each of below) {
      assert.ok(above.has(each), `${folder} stands above ${each}`);
    }
    above.add(folder);
  }
});

Deno.test("checkProject() finds an import past a door, however it is written", () => {
  const imports = [
    'import { x } from "../base/units.ts";',
    "import { x } from '../base/units.ts';",
    'import type { X } from "../base/units.ts";',
    'import "../base/units.ts";',
    'export * from "../base/units.ts";',
    'const x = await import("../base/units.ts");',
    'import {\n  x,\n} from "../base/units.ts";',
  ];
  for (const line of imports) {
    const found = check({
      "src/base/mod.ts": DOOR,
      "src/base/units.ts": "",
      "src/plan/mod.ts": DOOR,
      "src/plan/build.ts": line,
    });
    const last = line.split("\n").length;
    assert.deepEqual(found, [`src/plan/build.ts:${last}: door`], line);
  }
});

Deno.test("checkProject() takes the door of a folder inside a folder", () => {
  const project = (line: string) => ({
    "src/transport/mod.ts": DOOR,
    "src/transport/port.ts": "",
    "src/transport/http1/mod.ts": DOOR,
    "src/transport/http1/parser.ts": 'import "../port.ts";\n',
    "src/worker/mod.ts": `${DOOR}${line}\n`,
  });
  assert.deepEqual(check(project('import "../transport/http1/mod.ts";')), []);
  assert.deepEqual(check(project('import "../transport/http1/parser.ts";')), [
    "src/worker/mod.ts:6: door",
  ]);
});

Deno.test("checkProject() lets files of one folder see each other", () => {
  const found = check({
    "src/cli/mod.ts": `${DOOR}export * from "./commands/run.ts";\n`,
    "src/cli/system.ts": "",
    "src/cli/commands/run.ts": 'import "../system.ts";\n',
  });
  assert.deepEqual(found, []);
});

Deno.test("checkProject() lets tests look behind doors, and everything see generated code", () => {
  const found = check({
    "src/base/mod.ts": DOOR,
    "src/base/units.ts": "",
    "src/echo/mod.ts": `${DOOR}import "../gen/kar/v1/echo_pb.ts";\n`,
    "tests/base/units_test.ts": 'import "../../src/base/units.ts";\n',
  });
  assert.deepEqual(found, []);
});

Deno.test("checkProject() finds a folder without a door, and a door without a comment", () => {
  assert.deepEqual(check({ "src/base/units.ts": "" }), ["src/base:1: door"]);
  const door = check({ "src/base/mod.ts": "/** No module tag. */\n" });
  assert.deepEqual(door, ["src/base/mod.ts:1: door-comment"]);
  const late = check({ "src/base/mod.ts": `export {};\n${DOOR}` });
  assert.deepEqual(late, ["src/base/mod.ts:1: door-comment"]);
});

Deno.test("checkProject() finds what a pure folder must not touch", () => {
  const impure = [
    "const t = Date.now();",
    "const d = new Date(0);",
    "function f(at: Date) {}",
    "Deno.env.get('X');",
    "performance.now();",
    "Math.random();",
    "Math . random();",
    "setTimeout(f, 1);",
    "await fetch(url);",
    "const now = Temporal.Now.instant();",
    "crypto.randomUUID();",
    'import { readFile } from "node:fs/promises";',
    'import process from "node:process";',
    "`${Date.now()}`;",
  ];
  for (const line of impure) {
    for (
      const folder of [
        "base",
        "request",
        "config",
        "pattern",
        "plan",
        "arrivals",
        "stats",
      ]
    ) {
      const found = check({
        [`src/${folder}/mod.ts`]: DOOR,
        [`src/${folder}/file.ts`]: `\n${line}\n`,
      });
      const places = [...new Set(found)];
      assert.deepEqual(places, [`src/${folder}/file.ts:2: pure`], line);
    }
  }
});

Deno.test("checkProject() takes a word for what it is, not for how it is spelt", () => {
  const pure = [
    "// Date.now() would be wrong here.",
    "/* Deno.env */",
    'const client = "fetch";',
    "const text = `Deno ${name} performance`;",
    "const reg = /Date|'/; const after = 'fetch()';",
    "const limits = { fetch: 5, connect: 2 };",
    "interface Costs { readonly fetch?: number }",
    "transport.fetch(url);",
    "this.#fetch();",
    "const isUpToDate = updateDate(x);",
    "Temporal.Instant.from(x);",
    'import { join } from "node:path";',
    'import { createHash } from "node:crypto";',
  ];
  for (const line of pure) {
    const found = check({ "src/base/mod.ts": DOOR, "src/base/x.ts": line });
    assert.deepEqual(found, [], line);
  }
});

Deno.test("checkProject() lets other folders touch the system", () => {
  const found = check({
    "src/worker/mod.ts": `${DOOR}setTimeout(f, Date.now());\n`,
  });
  assert.deepEqual(found, []);
});

const filler = (lines: number) => "  x();\n".repeat(lines);

/** Functions of 71 lines in every form, and where each begins. */
const LONG_FUNCTIONS: readonly string[] = [
  `function f() {\n${filler(69)}}\n`,
  `async function* f<T>(a: T): AsyncGenerator<T> {\n${filler(69)}}\n`,
  `function f({ a }: { a: number }): { b: string } {\n${filler(69)}}\n`,
  `function f(x: unknown): x is { b: string } {\n${filler(69)}}\n`,
  `const f = () => {\n${filler(69)}};\n`,
  `const f = (a: number): void => {\n${filler(69)}};\n`,
  `test("name", async () => {\n${filler(69)}});\n`,
  `class A {\n  get b(): number {\n${filler(69)}  }\n}\n`,
  `class A {\n  async #b(c: () => void): Promise<void> {\n${
    filler(69)
  }  }\n}\n`,
];

Deno.test("checkProject() finds a function of more than 70 lines in every form", () => {
  for (const source of LONG_FUNCTIONS) {
    const found = check({ "src/base/mod.ts": DOOR, "src/base/x.ts": source });
    assert.equal(found.length, 1, source);
    assert.match(found[0]!, /^src\/base\/x\.ts:[12]: function-size$/);
    const shorter = source.replace("  x();\n", "");
    assert.deepEqual(
      check({ "src/base/mod.ts": DOOR, "src/base/x.ts": shorter }),
      [],
    );
  }
});

Deno.test("checkProject() counts no braces in strings, comments and regular expressions", () => {
  const source =
    `function f() {\n  return "{" + '{' + \`{\${g({})}\` + /[/{]/.source; // {\n}\n`;
  const project = {
    "src/base/mod.ts": DOOR,
    "src/base/x.ts": source + filler(90),
  };
  assert.deepEqual(check(project), []);
});

Deno.test("checkProject() takes a loop or a literal of any length", () => {
  const source = `for (const x of y) {\n${filler(80)}}\nconst a = {\n${
    "  b: 1,\n".repeat(80)
  }};\n`;
  assert.deepEqual(
    check({ "src/base/mod.ts": DOOR, "src/base/x.ts": source }),
    [],
  );
});

Deno.test("checkProject() finds a package that stands behind a port, imported past it", () => {
  const line = 'const x = await import("@nats-io/jetstream");\n';
  const found = check({
    "src/nats/mod.ts": DOOR + line,
    "src/cli/mod.ts": DOOR + line,
  });
  assert.deepEqual(found, ["src/cli/mod.ts:6: direction"]);
});

Deno.test("checkProject() finds a protocol that is compared by its name outside of the table", () => {
  const compared = 'if (target.protocol === "grpc") {}\n';
  const found = check({
    "src/base/mod.ts": `${DOOR}${compared}// protocol === "grpc"\n`,
    "src/protocol/mod.ts": `${DOOR}${compared}`,
    "src/plan/mod.ts": `${DOOR}const is = "http2" !== protocol;\n`,
  });
  assert.deepEqual(found, [
    "src/base/mod.ts:6: protocol",
    "src/plan/mod.ts:6: protocol",
  ]);
});
