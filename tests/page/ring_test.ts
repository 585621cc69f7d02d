import assert from "node:assert/strict";
import fc from "fast-check";
import { LOOKS_MAX, SeriesRing } from "../../src/page/mod.ts";
import {
  FINE,
  Histogram,
  type Snapshot,
  type Step,
} from "../../src/stats/mod.ts";
import { snapshotFixture } from "../fixtures/snapshot.ts";

const PLAIN = snapshotFixture();

/** Snapshots of a run whose seconds have so many answers, each of so many milliseconds. */
function* snapshots(seconds: Iterable<number>): Generator<Snapshot> {
  const response = new Histogram(FINE);
  const steps: Step[] = [];
  let due = 0;
  const now = (): Snapshot => ({
    ...PLAIN,
    ...{ due, sent: due, completed: due, ok: due, failed: {}, missed: {} },
    nowMs: PLAIN.startMs + steps.length * 1000,
    latency: { ...PLAIN.latency, response: response.distribution() },
    targets: [],
    steps: [...steps],
  });
  yield now();
  for (const n of seconds) {
    for (let i = 0; i < n; i++) response.record(1 + i);
    due += n;
    const t = steps.length * 1000;
    const counts = { due: n, sent: n, completed: n, ok: n };
    steps.push({
      ...{ t, planned: n, ...counts, failed: 0, missed: 0 },
      phase: "baseline",
    });
    yield now();
  }
}

function countIn(cells: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 1; i < cells.length; i += 2) sum += cells[i]!;
  return sum;
}

Deno.test("SeriesRing keeps what came in each second: the seconds come to the run", () => {
  const property = fc.property(
    fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }),
    (seconds) => {
      const ring = new SeriesRing();
      let last = PLAIN;
      for (const snapshot of snapshots(seconds)) ring.look(last = snapshot);
      const intervals = [...ring.series(last).intervals()];
      assert.deepEqual(intervals.map(({ all }) => all.due), seconds);
      assert.deepEqual(
        intervals.map(({ all }) => countIn(all.response)),
        seconds,
      );
    },
  );
  fc.assert(property, { numRuns: 50 });
});

Deno.test("SeriesRing folds what it has instead of growing, and loses no count", () => {
  const ring = new SeriesRing();
  let last = PLAIN;
  const seconds = LOOKS_MAX + 7;
  for (const snapshot of snapshots(Array(seconds).fill(2))) {
    ring.look(last = snapshot);
  }
  assert.ok(ring.size <= LOOKS_MAX);
  const intervals = [...ring.series(last).intervals()];
  assert.ok(
    intervals.every(({ lengthMs }, i) =>
      lengthMs === 2000 || i === intervals.length - 1
    ),
  );
  assert.equal(
    intervals.reduce((sum, { all }) => sum + countIn(all.response), 0),
    2 * seconds,
  );
});
