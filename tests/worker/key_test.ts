import assert from "node:assert/strict";
import fc from "fast-check";
import { ArrivalCursor, arrivalsIn } from "../../src/arrivals/mod.ts";
import { SLOT_MS } from "../../src/base/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { blankExchange, type Exchange } from "../../src/transport/mod.ts";
import { planWith, targetWith } from "../sim/plans.ts";
import { exchangesUntil, FIRST, RUN_START_MS, WorkerBench } from "./support.ts";

const SLOTS = 12;

/** Key, target and nothing else. */
function keyOf({ slot, lane, index, target }: Exchange): string {
  return `${slot - FIRST} ${lane} ${index} ${target}`;
}

/** The keys of all arrivals as so many workers take them between them. */
function keysOf(plan: Plan, workers: number): string[] {
  const keys: string[] = [];
  for (let index = 1; index <= workers; index++) {
    const bench = new WorkerBench(plan, { index, count: workers });
    bench.shared.endBeat = SLOTS;
    const untilMs = RUN_START_MS + SLOTS * SLOT_MS;
    keys.push(...exchangesUntil(bench, untilMs).map(keyOf));
  }
  return keys.sort();
}

/** The keys of the same arrivals as a simulation counts them. */
function keysInSimulate(plan: Plan): string[] {
  const keys: string[] = [];
  const span = { startMs: FIRST * SLOT_MS, durationMs: SLOTS * SLOT_MS };
  let cursor: ArrivalCursor | undefined;
  for (const { slot, list } of arrivalsIn(plan, span)) {
    cursor ??= new ArrivalCursor(list);
    cursor.begin(slot, list);
    while (cursor.hasNext) {
      const exchange = blankExchange();
      cursor.take(exchange);
      keys.push(keyOf(exchange));
    }
  }
  return keys.sort();
}

Deno.test("the key of an arrival is the same for 1, 2, 3 and 8 workers and in simulate, and no other has it", () => {
  fc.assert(
    fc.property(
      fc.record({
        arrivals: fc.constantFrom("poisson", "uniform"),
        seed: fc.nat(),
        base: fc.constantFrom(20, 700, 30_000),
        weight: fc.constantFrom(0, 1, 5),
      }),
      ({ arrivals, seed, base, weight }) => {
        const plan = planWith({
          arrivals,
          pattern: { seed, base },
          targets: [targetWith(), targetWith({ name: "other", weight })],
        });
        const keys = keysOf(plan, 1);
        for (const workers of [2, 3, 8]) {
          assert.deepEqual(keysOf(plan, workers), keys);
        }
        assert.deepEqual(keysInSimulate(plan), keys);
        const parts = keys.map((key) => key.slice(0, key.lastIndexOf(" ")));
        assert.equal(new Set(parts).size, keys.length);
      },
    ),
    { numRuns: 12 },
  );
});

Deno.test("arrivals of a lane are numbered from 0 in each slot, in the order of their instants", () => {
  const bench = new WorkerBench(planWith({ pattern: { base: 50_000 } }));
  const exchanges = exchangesUntil(bench, RUN_START_MS + 300);
  const next = new Map<string, number>();
  for (const { slot, lane, index } of exchanges) {
    const place = `${slot} ${lane}`;
    assert.equal(index, next.get(place) ?? 0);
    next.set(place, index + 1);
  }
  assert.ok(Math.max(...next.values()) > 20);
});

Deno.test("an arrival that is missed has used its number up", async () => {
  const seen = new Set<string>();
  for (const maxLatenessMs of [100, 20]) {
    const bench = new WorkerBench(
      planWith({ pattern: { base: 5000 }, limits: { maxLatenessMs } }),
    );
    bench.shared.endBeat = SLOTS;
    // Every timer comes too late for some of what is due by then.
    bench.clock.timerLateMs = () => 40;
    bench.server.watch = (exchange) => {
      const key = keyOf(exchange);
      if (maxLatenessMs === 100) seen.add(key);
      else assert.ok(seen.has(key), key);
    };
    await bench.go(RUN_START_MS + 2 * SLOTS * SLOT_MS);
    const { due, sent } = bench.run();
    assert.equal(sent < due, maxLatenessMs === 20);
  }
});
