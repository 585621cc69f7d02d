import assert from "node:assert/strict";
import { checkCircles } from "../../scripts/rules/circles.ts";

/** Circles of a small project in memory, each as `file:line`. */
function check(sources: Readonly<Record<string, string>>): string[] {
  const files = Object.entries(sources)
    .map(([path, source]) => ({ path, source }));
  return checkCircles(files).map(({ file, line }) => `${file}:${line}`);
}

Deno.test("checkCircles() finds files that import each other in a circle, once", () => {
  const found = check({
    "src/base/mod.ts": 'export * from "./a.ts";\n',
    "src/base/a.ts": 'import { b } from "./b.ts";\n',
    "src/base/b.ts": '// Why.\nimport type { C } from "./c.ts";\n',
    "src/base/c.ts": 'export { a } from "./a.ts";\n',
    "src/base/self.ts": 'import "./self.ts";\n',
  });
  assert.deepEqual(found, [
    "src/base/c.ts:1",
    "src/base/self.ts:1",
  ]);
});

Deno.test("checkCircles() takes two ways to one file for no circle", () => {
  const found = check({
    "src/base/mod.ts": 'export * from "./a.ts";\nexport * from "./b.ts";\n',
    "src/base/a.ts": 'import "./b.ts";\nimport "./c.ts";\n',
    "src/base/b.ts": 'import "./c.ts";\n',
    "src/base/c.ts": "",
  });
  assert.deepEqual(found, []);
});
