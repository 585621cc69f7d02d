import assert from "node:assert/strict";
import { type Faults, resolveFaults } from "../../src/echo/faults.ts";
import { FaultInjector, MAX_HELD } from "../../src/echo/fault_injector.ts";
import { tidyTest } from "./support.ts";

function injector(faults: Partial<Faults>): FaultInjector {
  return new FaultInjector(resolveFaults(faults));
}

Deno.test("FaultInjector.active tells whether there is any fault", () => {
  assert.equal(injector({}).active, false);
  assert.equal(injector({ errorShare: 0.1 }).active, true);
  assert.equal(injector({ latency: { kind: "constant", ms: 1 } }).active, true);
  const stall = { afterMs: 0, durationMs: 1, everyMs: null };
  assert.equal(injector({ stall }).active, true);
  assert.equal(injector({ capacity: 5 }).active, true);
});

Deno.test("FaultInjector.pass() gives the verdicts of the seed, in order of arrival", async () => {
  async function verdicts(): Promise<string[]> {
    const half = injector({ errorShare: 0.5, seed: 3 });
    const given = [];
    for (let i = 0; i < 200; i++) given.push(await half.pass());
    return given;
  }
  const first = await verdicts();
  assert.deepEqual(await verdicts(), first);
  assert.deepEqual(new Set(first), new Set(["answer", "error"]));
});

Deno.test("FaultInjector.pass() holds everyone for the rest of a stall", async () => {
  const durationMs = 100;
  const stalled = injector({
    stall: { afterMs: 0, durationMs, everyMs: null },
  });
  const begin = performance.now();
  await Promise.all([stalled.pass(), stalled.pass(), stalled.pass()]);
  assert.ok(performance.now() - begin >= durationMs - 1);
});

Deno.test("FaultInjector.pass() refuses at once when too many are held", async () => {
  const slow = injector({ latency: { kind: "constant", ms: 60_000 } });
  const held = Array.from({ length: MAX_HELD }, () => slow.pass());
  assert.equal(await slow.pass(), "error");
  slow.release();
  const verdicts = new Set(await Promise.all(held));
  assert.deepEqual(verdicts, new Set(["answer"]));
});

tidyTest(
  "FaultInjector.pass() lets go when nobody wants the answer any more",
  async () => {
    const slow = injector({ latency: { kind: "constant", ms: 60_000 } });
    const caller = new AbortController();
    const waiting = slow.pass(caller.signal);
    caller.abort();
    await waiting;
    await slow.pass(caller.signal);
  },
);

tidyTest(
  "FaultInjector.release() lets go whoever waits, and whoever comes later",
  async () => {
    const slow = injector({ latency: { kind: "constant", ms: 60_000 } });
    const waiting = [slow.pass(), slow.pass(), slow.pause(60_000)];
    slow.release();
    await Promise.all(waiting);
    assert.equal(await slow.pass(), "answer");
  },
);
