import assert from "node:assert/strict";
import { type Faults, resolveFaults } from "../../src/echo/faults.ts";
import { Gate, MAX_HELD } from "../../src/echo/gate.ts";
import { tidyTest } from "./support.ts";

function gate(faults: Partial<Faults>): Gate {
  return new Gate(resolveFaults(faults));
}

Deno.test("Gate.active tells whether there is any fault", () => {
  assert.equal(gate({}).active, false);
  assert.equal(gate({ errorShare: 0.1 }).active, true);
  assert.equal(gate({ latency: { kind: "constant", ms: 1 } }).active, true);
  const stall = { afterMs: 0, durationMs: 1, everyMs: null };
  assert.equal(gate({ stall }).active, true);
});

Deno.test("Gate.pass() gives the verdicts of the seed, in order of arrival", async () => {
  async function verdicts(): Promise<string[]> {
    const half = gate({ errorShare: 0.5, seed: 3 });
    const given = [];
    for (let i = 0; i < 200; i++) given.push(await half.pass());
    return given;
  }
  const first = await verdicts();
  assert.deepEqual(await verdicts(), first);
  assert.deepEqual(new Set(first), new Set(["answer", "error"]));
});

Deno.test("Gate.pass() holds everyone for the rest of a stall", async () => {
  const durationMs = 100;
  const stalled = gate({ stall: { afterMs: 0, durationMs, everyMs: null } });
  const begin = performance.now();
  await Promise.all([stalled.pass(), stalled.pass(), stalled.pass()]);
  assert.ok(performance.now() - begin >= durationMs - 1);
});

Deno.test("Gate.pass() refuses at once when too many are held", async () => {
  const slow = gate({ latency: { kind: "constant", ms: 60_000 } });
  const held = Array.from({ length: MAX_HELD }, () => slow.pass());
  assert.equal(await slow.pass(), "error");
  slow.release();
  const verdicts = new Set(await Promise.all(held));
  assert.deepEqual(verdicts, new Set(["answer"]));
});

tidyTest(
  "Gate.pass() lets go when nobody wants the answer any more",
  async () => {
    const slow = gate({ latency: { kind: "constant", ms: 60_000 } });
    const caller = new AbortController();
    const waiting = slow.pass(caller.signal);
    caller.abort();
    await waiting;
    await slow.pass(caller.signal);
  },
);

tidyTest(
  "Gate.release() lets go whoever waits, and whoever comes later",
  async () => {
    const slow = gate({ latency: { kind: "constant", ms: 60_000 } });
    const waiting = [slow.pass(), slow.pass(), slow.pause(60_000)];
    slow.release();
    await Promise.all(waiting);
    assert.equal(await slow.pass(), "answer");
  },
);
