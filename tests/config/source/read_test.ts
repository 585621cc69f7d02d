import assert from "node:assert/strict";
import fc from "fast-check";
import type { Problem } from "../../../src/config/mod.ts";
import { stringify } from "yaml";
import { findRefusal } from "../../../src/config/source/bounds.ts";
import { config, MINIMAL, parse, problems } from "../support.ts";

const RUNS = { seed: 98, numRuns: 300 };

Deno.test("parseConfig() tells broken YAML with its place", () => {
  const cases: [text: string, problem: string][] = [
    [
      "",
      "kar.yaml:1:1: is empty, must at least have targets with a name and a url",
    ],
    [
      "~",
      "kar.yaml:1:1: is empty, must at least have targets with a name and a url",
    ],
    ["[1]", "kar.yaml:1:1: must be a mapping of keys to values"],
    [
      "targets:\n\t- name: a\n",
      "kar.yaml:2:1: not valid YAML: Tabs are not allowed as indentation",
    ],
    [
      'targets: "a\n',
      'kar.yaml:2:1: not valid YAML: Missing closing "quote',
    ],
    [
      `targets: ${"[".repeat(40)}${"]".repeat(40)}`,
      "kar.yaml:1:42: is nested deeper than 32 levels",
    ],
    [
      `targets: [${"x,".repeat(20_001)}]`,
      "kar.yaml:1:40005: holds more than 20000 values, counting each use of an alias",
    ],
    [
      "seed: 1\ncontroller: { base_tps: ${KAR_NUMBER} }",
      'kar.yaml:2:25: not valid YAML: inside { } and [ ] it must be in quotes, "${NAME}"',
    ],
    [`${MINIMAL}? [a]\n: b`, "kar.yaml:2:3: must have text as a key"],
  ];
  for (const [text, problem] of cases) {
    assert.equal(problems(text)[0], problem, JSON.stringify(text.slice(0, 40)));
  }
});

Deno.test("parseConfig() keeps its messages short and free of control characters", () => {
  const long = "k".repeat(1000);
  const cases: [text: string, problem: RegExp][] = [
    [`${long}: 1`, /: k{60}…: unknown key/],
    [`seed: ${long}`, /, got "k{59}…$/],
    [`seed: *${long}`, /: \*k{60}… has no anchor/],
    [`seed: !${long} 1`, /not valid YAML: Unresolved tag: !k+$/],
    ['"\\e[2Jx": 1', /: "\\u001b\[2Jx": unknown key/],
    ['seed: "\\e[2J"', /, got "\\u001b\[2J"$/],
  ];
  for (const [text, problem] of cases) {
    const told = problems(text).filter((line) => !line.includes("required"));
    assert.match(told[0]!, problem);
    assert.ok(told[0]!.length < 500);
  }
});

Deno.test("parseConfig() ends hostile nesting without a stack overflow", () => {
  for (const piece of ["[", "{a: ", "- ", "? ", "&a ", "!a "]) {
    const parsed = parse(piece.repeat(5000));
    assert.equal(parsed.config, null);
    assert.ok(parsed.problems.length > 0);
  }
});

Deno.test("parseConfig() reads aliases, and keeps their uses apart", () => {
  const { targets } = config(`
targets:
  - name: a
    url: http://localhost/
    headers: &shared { x-token: "\${KAR_SECRET}" }
  - { name: b, url: http://localhost/, headers: *shared }
`);
  assert.deepEqual(targets[1]!.headers, { "x-token": "${KAR_SECRET}" });
});

Deno.test("parseConfig() reads YAML 1.2, whatever a directive says", () => {
  const text = `%YAML 1.1\n---\n${MINIMAL}metrics: { enabled: yes }\n`;
  assert.deepEqual(problems(text), [
    'kar.yaml:4:21: metrics.enabled: must be true or false, got "yes"',
  ]);
});

Deno.test("parseConfig() never throws, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), assertTotal),
    RUNS,
  );
  const signs = fc.constantFrom(
    ..."-?:,[]{}#&*!|>'\"%@`\t\n ~0.\\$".split(""),
    "targets",
    "a",
    "${",
    "&x ",
    "*x",
    "<<",
    "!!map",
    "---\n",
    "\n  ",
    ": ",
  );
  const yaml = fc.array(signs, { maxLength: 60 }).map((part) => part.join(""));
  fc.assert(fc.property(yaml, assertTotal), { ...RUNS, numRuns: 1500 });
});

Deno.test("parseConfig() never throws, whatever stands at a key", () => {
  const key = fc.constantFrom(
    "targets.0.url",
    "targets.0.headers",
    "targets.0.ok",
    "targets.0.tls",
    "targets.0.grpc",
    "controller",
    "controller.schedule",
    "pattern",
    "pattern.poisson",
    "pattern.poisson.interval",
    "worker",
    "timezone",
    "seed",
    "preset",
  );
  fc.assert(
    fc.property(key, fc.jsonValue({ maxDepth: 3 }), (path, value) => {
      const preset = "preset: gentle\n";
      const text = JSON.stringify(value);
      assertTotalResult(
        parse(MINIMAL + preset, "kar.yaml", [[path, text]]).problems,
      );
    }),
    RUNS,
  );
});

function assertTotal(text: string): void {
  assertTotalResult(parse(text).problems);
}

function assertTotalResult(problems: readonly Problem[]): void {
  for (const problem of problems) {
    assert.notEqual(problem.message, "");
    assert.ok(!problem.message.includes("undefined"), problem.message);
    assert.ok(!problem.message.includes("Invalid input"), problem.message);
  }
}

/** What fills a mebibyte, each a kind of its own. */
const HOSTILE: Readonly<Record<string, (bytes: number) => string>> = {
  "[": (bytes) => "[".repeat(bytes),
  "{": (bytes) => "{".repeat(bytes),
  "[{": (bytes) => "[{".repeat(bytes / 2),
  "]": (bytes) => "]".repeat(bytes),
  "balanced []": (bytes) => "[".repeat(bytes / 2) + "]".repeat(bytes / 2),
  "- ": (bytes) => "- ".repeat(bytes / 2),
  "? ": (bytes) => "? ".repeat(bytes / 2),
  "a: ": (bytes) => "a: ".repeat(bytes / 3),
  "&a ": (bytes) => "&a ".repeat(bytes / 3),
  "!a ": (bytes) => "!a ".repeat(bytes / 3),
  '"': (bytes) => '"'.repeat(bytes),
  "%": (bytes) => "%\n".repeat(bytes / 2),
  "empty lines": (bytes) => "\n".repeat(bytes),
  "comments": (bytes) => "#\n".repeat(bytes / 2),
  "items": (bytes) => `[${"a,".repeat(bytes / 2)}]`,
  "indented keys": (bytes) =>
    stairs(Math.floor(Math.sqrt(2 * bytes)) - 4, "a:"),
  "indented items": (bytes) =>
    stairs(Math.floor(Math.sqrt(2 * bytes)) - 4, "-"),
};

function stairs(steps: number, word: string): string {
  return Array.from({ length: steps }, (_, i) => " ".repeat(i) + word)
    .join("\n");
}

Deno.test("parseConfig() refuses a mebibyte of one sign in one sentence that names the bound, before it parses any", () => {
  for (const [name, fill] of Object.entries(HOSTILE)) {
    const told = problems(fill(2 ** 20 - 10));
    assert.equal(told.length, 1, name);
    assert.match(
      told[0]!,
      /deeper than 32 levels$|more than 20000 values|more than 100000 lines$/,
      name,
    );
  }
});

Deno.test("findRefusal() lets pass whatever the tree takes, as deep and as large as it may be", () => {
  const lists = "[".repeat(32) + "]".repeat(32);
  const nested = `targets: ${lists.slice(1, -1)}`;
  const stair = stairs(32, "k:");
  const many = `a: [${"{ b: &x c, d: !t e },".repeat(4_900)}]`;
  const text = `a: |\n${"  [[[[{{{{ - - - -\n".repeat(40_000)}`;
  for (const good of [lists, nested, stair, many, text, "- ".repeat(33)]) {
    assert.equal(findRefusal(good), null, good.slice(0, 60));
  }
});

Deno.test("findRefusal() lets pass any small tree in any style (property)", () => {
  const value = fc.anything({
    maxDepth: 6,
    maxKeys: 8,
    values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)],
  });
  fc.assert(
    fc.property(value, fc.boolean(), (value, isFlow) => {
      const text = stringify(value, {
        collectionStyle: isFlow ? "flow" : "block",
      });
      assert.equal(findRefusal(text), null, text);
    }),
    RUNS,
  );
});
