import assert from "node:assert/strict";
import { readState } from "../../src/daemon/state_file.ts";
import { StateKeeper } from "../../src/daemon/state_keeper.ts";
import { FakeRun, withFolder } from "./support.ts";
import { until } from "../fixtures/until.ts";

Deno.test("StateKeeper saves from the start, again and again, and at the end", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.json`;
    const run = new FakeRun();
    const keeper = new StateKeeper({
      path,
      seed: () => 98,
      now: () => 0,
      changed: (problem) => assert.fail(String(problem)),
    });
    const saved = async () =>
      ((await readState(path))?.run.body as { actions: number }).actions;
    await keeper.begun(run);
    assert.equal(await saved(), 0);
    await run.apply({ kind: "pause" });
    await until(
      "it is saved again",
      async () => (await Deno.readTextFile(path)).includes('"actions":1'),
    );
    await run.apply({ kind: "resume" });
    await keeper.ended();
    assert.equal(await saved(), 2);
  }));

Deno.test("StateKeeper saves anew half a second after a save: a kill costs less than a second", () =>
  withFolder(async (folder) => {
    const keeper = new StateKeeper({
      path: `${folder}/a.json`,
      seed: () => 98,
      now: () => 0,
      changed: (problem) => assert.fail(String(problem)),
    });
    const { setTimeout } = globalThis;
    const delaysMs: (number | undefined)[] = [];
    globalThis.setTimeout = ((task: () => void, ms?: number) => {
      delaysMs.push(ms);
      return setTimeout(task, ms);
    }) as typeof setTimeout;
    try {
      await keeper.begun(new FakeRun());
    } finally {
      globalThis.setTimeout = setTimeout;
    }
    assert.deepEqual(delaysMs, [500]);
    await keeper.ended();
  }));

Deno.test("StateKeeper tells once that it cannot save, and once that it can again", () =>
  withFolder(async (folder) => {
    const path = `${folder}/sub/a.json`;
    const told: (string | null)[] = [];
    const keeper = new StateKeeper({
      path,
      seed: () => 98,
      now: () => 0,
      changed: (problem) => told.push(problem),
    });
    await keeper.begun(new FakeRun());
    assert.match(keeper.problem!, /^Cannot save the state in /);
    await Deno.mkdir(`${folder}/sub`);
    await until("it can", () => keeper.problem === null);
    await keeper.ended();
    assert.deepEqual(told.map((problem) => problem === null), [false, true]);
  }));
