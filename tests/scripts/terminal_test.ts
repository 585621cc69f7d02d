import assert from "node:assert/strict";
import { checkProject } from "../../scripts/rules.ts";

const DOOR = "/**\n * What it is.\n *\n * @module\n */\n";

/** Findings of a small project in memory, each as `file:line: rule`. */
function check(sources: Readonly<Record<string, string>>): string[] {
  const files = Object.entries(sources)
    .map(([path, source]) => ({ path, source }));
  return checkProject(files).map(({ file, line, rule }) =>
    `${file}:${line}: ${rule}`
  );
}

Deno.test("checkProject() finds every way to a terminal past the door", () => {
  const ways = [
    'console.log("x");',
    'console["log"]("x");',
    "Deno.stdout.writeSync(bytes);",
    "const out = Deno . stderr;",
    "const { stdout } = Deno;",
    'Deno["stdout"];',
    'process.stdout.write("x");',
    'import tty from "node:tty";',
    'await import("node:readline/promises");',
    'Deno.openSync("/dev/tty");',
    'Deno.openSync("/proc/self/fd/1");',
    'new Deno.Command("ls", { stdout: "inherit" });',
    'prompt("x");',
    "file.writeSync(bytes);",
    "const text = name as Painted;",
    'const text = "\\x1b[2J";',
    "const text = `\\u001b[2J`;",
    'const text = "\x1b[2J";',
    'const text = "\x9b2J";',
  ];
  for (const way of ways) {
    const found = check({ "src/worker/mod.ts": DOOR, "src/worker/x.ts": way });
    assert.deepEqual(found.slice(0, 1), ["src/worker/x.ts:1: terminal"], way);
    const elsewhere = { "scripts/x.ts": way, "tests/x_test.ts": way };
    assert.deepEqual(check(elsewhere), []);
  }
});

Deno.test("checkProject() takes for a way to a terminal only what is one", () => {
  const sources = [
    "// console.log and \\x1b[2J and Deno.stdout",
    'const text = "console.log";',
    "file.write(bytes);",
    "const prompts = asked.prompt();",
    "let painted: Painted;",
    'Deno.readTextFile("/dev/shm/x");',
    "const os = Deno.build.os;",
  ];
  for (const source of sources) {
    const project = { "src/worker/mod.ts": DOOR, "src/worker/x.ts": source };
    assert.deepEqual(check(project), [], source);
  }
});
