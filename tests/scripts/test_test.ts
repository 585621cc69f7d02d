import assert from "node:assert/strict";
import { formatCount, readSummary, testArgs } from "../../scripts/test.ts";

Deno.test("readSummary() reads the last line of deno test", () => {
  const output =
    "a ... ok (1ms)\n\nok | 12 passed (3 steps) | 0 failed | 2 ignored (1s)\n\n";
  assert.deepEqual(readSummary(output), { passed: 12, failed: 0, skipped: 2 });
});

Deno.test("readSummary() reads it in colour too", () => {
  const output =
    "\x1b[0m\x1b[31mFAILED\x1b[0m | 1 passed | 3 failed \x1b[0m(6ms)\x1b[0m\n";
  assert.deepEqual(readSummary(output), { passed: 1, failed: 3, skipped: 0 });
});

Deno.test("readSummary() is not taken in by what a test prints", () => {
  const output =
    "ok | 99 passed | 0 failed (1s)\nFAILED | 1 passed | 1 failed (2s)\n";
  assert.equal(readSummary(output)?.failed, 1);
  assert.equal(readSummary("my tests: ok | 99 passed | 0 failed\n"), undefined);
});

Deno.test("readSummary() is undefined when no test began", () => {
  assert.equal(readSummary("error: Module not found\n"), undefined);
});

Deno.test("formatCount() is one line, with skipped tests where there are some", () => {
  assert.equal(
    formatCount({ passed: 7, failed: 0, skipped: 0 }),
    "7 passed, 0 failed",
  );
  assert.equal(
    formatCount({ passed: 7, failed: 1, skipped: 2 }),
    "7 passed, 1 failed, 2 skipped",
  );
});

Deno.test("testArgs() runs all of tests, less the tiers with tasks of their own", () => {
  const args = testArgs([]);
  assert.equal(args.at(-1), "tests");
  assert.ok(
    args.includes("--ignore=tests/real,tests/binary,tests/bench,tests/long"),
  );
});

Deno.test("testArgs() hands arguments on; a path takes the place of all tests", () => {
  assert.deepEqual(testArgs(["--filter", "x"]).slice(-3), [
    "--filter",
    "x",
    "tests",
  ]);
  assert.equal(testArgs(["tests/cli"]).at(-1), "tests/cli");
  assert.equal(
    testArgs(["./tests/cli/x_test.ts"]).at(-1),
    "./tests/cli/x_test.ts",
  );
});
