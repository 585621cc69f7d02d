import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { IN_ITS_PLACE, jobsFor, raceArgs } from "../../scripts/test_race.ts";

const TASKS: Readonly<Record<string, unknown>> = manifest.tasks;

Deno.test("there is a task for each name that users of the Go program know", () => {
  for (
    const name of [
      "build",
      "build-all",
      "test",
      "test-race",
      "run-server",
      "demo",
      "docker",
    ]
  ) {
    assert.ok(Object.hasOwn(TASKS, name), name);
  }
});

Deno.test("raceArgs() runs tests that exist, beside each other", () => {
  const args = raceArgs(["--filter", "x"]);
  assert.ok(args.includes("--parallel"));
  const folders = args.filter((arg) => arg.startsWith("tests/"));
  assert.ok(folders.includes("tests/worker") && folders.includes("tests/sim"));
  for (const folder of folders) {
    assert.ok(Deno.statSync(folder).isDirectory);
    assert.ok(IN_ITS_PLACE.includes(folder), "and says what they are");
  }
  assert.deepEqual(args.slice(-2), ["--filter", "x"]);
  assert.equal(jobsFor(1), 4);
  assert.equal(jobsFor(8), 16);
});
