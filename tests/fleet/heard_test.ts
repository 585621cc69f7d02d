import assert from "node:assert/strict";
import type { Session } from "../../src/cli/fleet/session.ts";
import type { PartTold } from "../../src/cli/fleet/told/types.ts";
import { Heard } from "../../src/cli/watch/heard.ts";
import {
  FLEET_VERSION,
  type FleetRow,
  type HeardPart,
} from "../../src/fleet/mod.ts";
import { FakeClock } from "../sim/fake_clock.ts";

/* Of many parts not every message is read, and no part is left out for long. */

function heardOf(parts: number) {
  const clock = new FakeClock(1_000_000, 1_000_000);
  const row: FleetRow = {
    ...{ version: FLEET_VERSION, id: "r", kar: "0", plan: "sha", parts },
    ...{ fireMs: 1_000_000, fireSlot: 500, durationMs: null },
  };
  let say: (heard: HeardPart<PartTold>) => void = () => {};
  const reads = new Map<number, number>();
  const bus = { hear: (take: typeof say) => (say = take, () => {}) };
  const time = { nowMs: () => clock.now() };
  const heard = new Heard({ bus, clock, time } as unknown as Session, row);
  let seq = 0;
  const tellAll = (isBad = false) => {
    seq++;
    for (let part = 1; part <= parts; part++) {
      const told = { part, seq, epoch: 1, run: "r", spans: [] };
      const read = () => {
        reads.set(part, (reads.get(part) ?? 0) + 1);
        return isBad ? null : told as unknown as PartTold;
      };
      say({ part, read });
    }
  };
  return { heard, clock, reads, row, tellAll };
}

Deno.test("of a few parts every second's message is read, of many each within some seconds", async () => {
  for (const [parts, most] of [[3, 3], [100, 17], [256, 43]] as const) {
    const { heard, clock, reads, tellAll } = heardOf(parts);
    tellAll();
    assert.equal(heard.latest.length, parts, "each is known at once");
    for (let second = 0; second < 60; second++) {
      await clock.run(1000);
      tellAll();
      const before = [...reads.values()].reduce((a, b) => a + b, 0);
      assert.equal(heard.toldLately.length, parts);
      const after = [...reads.values()].reduce((a, b) => a + b, 0);
      assert.equal(after - before, most);
      const oldest = Math.min(...heard.latest.map(({ seq }) => seq));
      assert.ok(second + 2 - oldest <= 7, `${second + 2 - oldest} s old`);
      assert.ok(heard.isTelling(parts));
    }
    const seqs = new Set(heard.told.map(({ seq }) => seq));
    assert.deepEqual([...seqs], [61], "whoever wants them all gets them");
    heard.close();
  }
});

Deno.test("a part that is silent, or tells what cannot be, is not there", async () => {
  const { heard, clock, tellAll } = heardOf(2);
  tellAll(true);
  assert.deepEqual(heard.told, []);
  await clock.run(4000);
  assert.equal(heard.isTelling(1), false);
  tellAll();
  assert.equal(heard.isTelling(1), true);
  await clock.run(5500);
  assert.equal(heard.isTelling(1), false);
});

Deno.test("who told something long ago is silent at the first look, and nobody else", async () => {
  const { row } = heardOf(3);
  const clock = new FakeClock(1_020_000, 1_020_000);
  const tellers = [[1, 600], [2, 695]].map(([part, madeUpTo]) => ({
    ...{
      part,
      seq: 1,
      epoch: 1,
      run: "r",
      spans: [{ fromSlot: 500, madeUpTo }],
    },
  }));
  const bus = {
    hear: () => () => {},
    lastTold: () => Promise.resolve(tellers),
    look: () => Promise.resolve({ events: [], claim: null }),
  };
  const time = { nowMs: () => clock.now() };
  const heard = new Heard({ bus, clock, time } as unknown as Session, row);
  await heard.read();
  const isTelling = [1, 2, 3].map((part) => heard.isTelling(part));
  assert.deepEqual(isTelling, [false, true, true]);
});
