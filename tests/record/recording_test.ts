import assert from "node:assert/strict";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { ARMED } from "../../src/pattern/mod.ts";
import {
  addTotals,
  NO_PROOF,
  NO_TOTALS,
  type Totals,
} from "../../src/stats/mod.ts";
import { Recording, RecordReader, snapshotOf } from "../../src/record/mod.ts";
import { NO_RECOVERY } from "../../src/threshold/mod.ts";
import { planFixture } from "../fixtures/snapshot.ts";
import {
  entryOf,
  MadeUp,
  metaFixture,
  momentFixture,
  NOON,
  rough,
  withRecord,
} from "./support.ts";

const MAX_BYTES = 2 ** 30;

/** Records some seconds, and says what they come to. */
function recordSeconds(
  path: string,
  seconds: readonly number[],
  made = new MadeUp(98),
): Totals {
  const recording = new Recording({ path, maxBytes: MAX_BYTES });
  recording.begin(metaFixture(seconds[0]!));
  let sum = NO_TOTALS;
  for (const t of seconds) {
    const interval = made.second(t);
    sum = addTotals(sum, interval.totals);
    assert.deepEqual(recording.take(entryOf(interval)), { kind: "writing" });
  }
  assert.deepEqual(recording.close(null, 0), { kind: "writing" });
  return sum;
}

const secondsFrom = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => from + i);

Deno.test("a record of minutes gives back each span as the sum of its seconds", () =>
  withRecord((path) => {
    const seconds = secondsFrom(NOON - 65, 700);
    recordSeconds(path, seconds);
    const made = new MadeUp(98);
    const intervals = seconds.map((t) => made.second(t));
    reading(path, (reader) =>
      fc.assert(
        fc.property(fc.nat(699), fc.integer({ min: 1, max: 700 }), (a, n) => {
          const span = {
            from: seconds[0]! + a,
            to: Math.min(seconds[0]! + a + n, NOON + 635),
          };
          const expected = intervals
            .filter(({ t }) => t >= span.from && t < span.to)
            .map(({ totals }) => totals).reduce(addTotals, NO_TOTALS);
          const { totals, span: covered } = reader.measures(span);
          assert.deepEqual(covered, span);
          assert.deepEqual(rough(totals), rough(expected));
        }),
        { seed: 98, numRuns: 25 },
      ));
  }));

Deno.test("each level of a record comes to the sum of its seconds, least and greatest durations too", () =>
  withRecord((path) => {
    const sum = recordSeconds(
      path,
      secondsFrom(NOON, 4000),
      new MadeUp(98, { series: ["api"], rate: 3 }),
    );
    reading(path, (reader) => {
      const { totals, span } = reader.measures();
      assert.deepEqual(span, { from: NOON, to: NOON + 4000 });
      assert.deepEqual(rough(totals), rough(sum));
      // Seconds older than an hour are gone, and the minutes are all there.
      const [seconds] = reader.rungs();
      assert.ok(seconds!.from >= NOON + 350);
      const minutes = [...reader.steps({ from: NOON, to: NOON + 3600 }, 60)];
      assert.deepEqual([...new Set(minutes.map(({ level }) => level))], [60]);
      assert.equal(new Set(minutes.map(({ t }) => t)).size, 60);
    });
  }));

Deno.test("the timeline of a span is in columns of one length, and comes to its counts", () =>
  withRecord((path) => {
    recordSeconds(path, secondsFrom(NOON, 130));
    reading(path, (reader) => {
      const { totals } = reader.measures();
      for (const columns of [130, 100, 2]) {
        const { level, rows } = reader.timeline({}, columns);
        assert.ok(rows.length <= columns + 1);
        assert.ok(rows.every(({ t }) => t % level === 0));
        const due = rows.reduce((n, row) => n + row.due, 0);
        const slots = rows.flatMap(({ phases }) => phases)
          .reduce((n, slots) => n + slots, 0);
        assert.equal(slots, 1300);
        const counted = Object.values(totals.targets)
          .flatMap(({ tallies }) => tallies.map(([due]) => due!))
          .reduce((a, b) => a + b);
        assert.equal(due, counted);
      }
    });
  }));

Deno.test("seconds that come late, twice or out of order are added, whatever was rolled up before", () =>
  withRecord((path) => {
    const order = [
      ...secondsFrom(NOON, 200),
      NOON + 3,
      NOON + 150,
      // Plan time went back behind the beginning, and far ahead.
      NOON - 7000,
      ...secondsFrom(NOON + 90_000, 30),
      NOON + 5,
    ];
    const sum = recordSeconds(path, order);
    reading(path, (reader) => {
      assert.deepEqual(rough(reader.measures().totals), rough(sum));
      const { rows } = reader.timeline();
      assert.equal(
        rows.flatMap(({ phases }) => phases).reduce((a, b) => a + b),
        order.length * 10,
      );
    });
  }));

Deno.test("a record goes on where another process has left it", () =>
  withRecord((path) => {
    const made = new MadeUp(7);
    const first = recordSeconds(path, secondsFrom(NOON, 75), made);
    const second = recordSeconds(path, secondsFrom(NOON + 80, 75), made);
    reading(path, (reader) => {
      assert.deepEqual(
        rough(reader.measures().totals),
        rough(addTotals(first, second)),
      );
      assert.equal(reader.runs().length, 2);
    });
  }));

Deno.test("a record at its bound says so, loses resolution alone, and goes on when there is room", () =>
  withRecord((path) => {
    const maxBytes = 200_000;
    const recording = new Recording({ path, maxBytes });
    recording.begin(metaFixture(NOON));
    const made = new MadeUp(98);
    let sum = NO_TOTALS;
    let t = NOON;
    const second = () => {
      const interval = made.second(t++);
      sum = addTotals(sum, interval.totals);
      return recording.take(entryOf(interval));
    };
    let state = second();
    // Notes of the log fill it.
    const text = "x".repeat(4000);
    for (let i = 0; i < 100 && state.kind === "writing"; i++) {
      const interval = made.second(t++);
      sum = addTotals(sum, interval.totals);
      const notes = [{ atMs: 0, level: "info", text }];
      state = recording.take(entryOf(interval, { notes }));
    }
    assert.equal(state.kind, "stuck");
    assert.match(state.kind === "stuck" ? state.why : "", /no room/);
    // Someone makes room.
    const other = new DatabaseSync(path);
    other.exec("DELETE FROM note");
    other.close();
    for (let i = 0; i < 11; i++) state = second();
    assert.deepEqual(state, { kind: "writing" });
    recording.close(null, 0);
    reading(
      path,
      (reader) => assert.deepEqual(rough(reader.measures().totals), rough(sum)),
    );
  }));

Deno.test("a record of a kar that knew no proof and no recovery is read as one without them", () =>
  withRecord((path) => {
    recordSeconds(path, secondsFrom(NOON, 5));
    const db = new DatabaseSync(path);
    db.exec(
      "UPDATE run SET moment = json_remove(moment, '$.proof', '$.recovery')",
    );
    db.close();
    reading(path, (reader) => {
      const { proof, recovery } = snapshotOf(reader, undefined);
      assert.deepEqual([proof, recovery], [NO_PROOF, NO_RECOVERY]);
    });
  }));

Deno.test("a record without a table that came later is read, and goes on", () =>
  withRecord((path) => {
    recordSeconds(path, secondsFrom(NOON, 5));
    const db = new DatabaseSync(path);
    db.exec("DROP TABLE sample");
    db.close();
    reading(path, (reader) => assert.deepEqual(reader.samples(), []));
    recordSeconds(path, secondsFrom(NOON + 5, 5));
    reading(path, (reader) => assert.equal(reader.runs().length, 2));
  }));

Deno.test("what is no record, and what a newer kar has written, is refused in words", () =>
  withRecord((path) => {
    const open = () => new RecordReader(path);
    assert.throws(open, /Cannot open the record .*run\.kar/);
    Deno.writeTextFileSync(
      path,
      "no database at all, and long enough for one".repeat(99),
    );
    assert.throws(open, /is not a record of kar: name another file/);
    Deno.removeSync(path);
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE x (y)");
    other.close();
    assert.throws(open, /a database of something else/);
    Deno.removeSync(path);
    recordSeconds(path, [NOON]);
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 99");
    newer.close();
    assert.throws(open, /a newer kar has written it .*use that kar/);
  }));

Deno.test("a reader beside the writer sees whole seconds", () =>
  withRecord((path) => {
    const recording = new Recording({ path, maxBytes: MAX_BYTES });
    recording.begin(metaFixture(NOON));
    const made = new MadeUp(98);
    let sum = NO_TOTALS;
    for (const t of secondsFrom(NOON, 40)) {
      const interval = made.second(t);
      sum = addTotals(sum, interval.totals);
      recording.take(entryOf(interval));
      if (t % 13 !== 0) continue;
      reading(
        path,
        (reader) =>
          assert.deepEqual(rough(reader.measures().totals), rough(sum)),
      );
    }
    recording.close(null, 0);
  }));

Deno.test("changes, notes and the plan are kept as they were", () =>
  withRecord((path) => {
    const recording = new Recording({ path, maxBytes: MAX_BYTES });
    recording.begin(metaFixture(NOON));
    const change = { slot: NOON * 10 + 3, control: { ...ARMED, scale: 2 } };
    const note = { atMs: 5, level: "warn", text: "Scale ×2" };
    const plan = { ...planFixture(), planId: "another" };
    const interval = new MadeUp(98).second(NOON);
    recording.take(
      entryOf(interval, {
        changes: [change],
        notes: [note],
        plans: [{ slot: change.slot, plan }],
      }),
    );
    recording.close(null, 0);
    reading(path, (reader) => {
      assert.deepEqual(reader.changes(), [change]);
      assert.deepEqual(reader.notes(), [note]);
      const [run] = reader.runs();
      assert.deepEqual(run!.plan, plan);
      assert.deepEqual(reader.plans(), [
        { slot: -Infinity, plan: planFixture() },
        { slot: change.slot, plan },
      ]);
      assert.deepEqual(run!.moment, momentFixture(NOON));
    });
  }));

function reading(path: string, use: (reader: RecordReader) => void): void {
  const reader = new RecordReader(path);
  try {
    use(reader);
  } finally {
    reader.close();
  }
}
