import assert from "node:assert/strict";
import { startRun } from "../../src/run/mod.ts";
import { Nginx } from "./nginx.ts";
import { isFound, pause, planFor } from "./support.ts";

const RATE = 500;
const DURATION_MS = 8000;
const DOWN_AT_MS = 2000;
const DOWN_FOR_MS = 2000;
const SLOT_MS = 100;

Deno.test({
  name: "a server that restarts under load meets the plan again, and no burst",
  ignore: !await isFound("nginx"),
  fn: async () => {
    await using nginx = await Nginx.start();
    const url = `http://127.0.0.1:${nginx.http}/ok`;
    const plan = planFor({ url, timeoutMs: 2000 }, RATE);
    const run = await startRun({
      plan,
      variables: {},
      durationMs: DURATION_MS,
    });
    await pause(DOWN_AT_MS);
    await nginx.stop();
    await pause(DOWN_FOR_MS);
    await nginx.restart();
    const upAtMs = run.snapshot().nowMs - run.snapshot().startMs;
    const s = await run.finished;

    assert.ok((s.failed.refused ?? 0) > RATE, "refused while it was down");
    // From the first full second after it listens again.
    const after = s.steps.filter(({ t }) =>
      t >= Math.ceil(upAtMs / 1000) * 1000
    );
    assert.ok(after.length >= 2);
    for (const step of after) {
      assert.equal(step.failed, 0);
      assert.equal(step.missed, 0);
      assert.ok(
        Math.abs(step.sent - step.planned) <= 5 * Math.sqrt(step.planned),
      );
    }
    // What arrived in any tenth of a second stays near the plan: nothing was saved up.
    const perSlot = new Map<number, number>();
    for (const { atMs } of await nginx.log()) {
      const slot = Math.floor(atMs / SLOT_MS);
      perSlot.set(slot, (perSlot.get(slot) ?? 0) + 1);
    }
    const mean = RATE * SLOT_MS / 1000;
    // A slot as the server sees it can take a neighbour's requests when the
    // machine is busy: two slots together must not pass two slots' worth.
    for (const [slot, count] of perSlot) {
      const pair = count + (perSlot.get(slot + 1) ?? 0);
      assert.ok(
        pair <= 2 * mean + 5 * Math.sqrt(2 * mean),
        `${pair} in 200 ms`,
      );
    }
  },
});
