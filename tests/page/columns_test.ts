import assert from "node:assert/strict";
import { RecordColumns, spanColumns } from "../../src/cli/record/columns.ts";
import { recordDetail } from "../../src/cli/record/detail.ts";
import { pageData, pageHead } from "../../src/page/mod.ts";
import { Recording, RecordReader } from "../../src/record/mod.ts";
import { snapshotFixture } from "../fixtures/snapshot.ts";
import {
  MadeUp,
  metaFixture,
  momentFixture,
  NOON,
  withRecord,
} from "../record/support.ts";
import { withGrowing } from "./simulated.ts";

/*
 * The columns of a page, of the record that is written meanwhile.
 */

const NAMES = ["api", "shop/pay"];

/** A record that grows by as many seconds as a test says. */
class GrowingRecord {
  readonly #recording: Recording;
  readonly #made = new MadeUp(5);
  #t = NOON;

  constructor(path: string) {
    this.#recording = new Recording({ path, maxBytes: 2 ** 28 });
    this.#recording.begin(metaFixture(NOON));
  }

  pass(seconds: number): void {
    for (let i = 0; i < seconds; i++) {
      this.#recording.take({
        interval: this.#made.second(this.#t++),
        moment: { ...metaMoment(this.#t) },
        changes: [],
        plans: [],
        notes: [],
      });
    }
  }

  close(): void {
    this.#recording.close(null, 0);
  }
}

function metaMoment(t: number) {
  return { ...momentFixture(t - 1), nowMs: t * 1000 };
}

Deno.test("RecordColumns reads again only what is new, and comes to the same as reading all", () =>
  withRecord((path) => {
    const growing = new GrowingRecord(path);
    const columns = new RecordColumns(NAMES);
    // Past 1,000 and 4,000 seconds columns become longer, and an hour is pruned.
    for (const seconds of [1, 3, 40, 700, 400, 1, 1900, 900, 70, 400]) {
      growing.pass(seconds);
      const record = new RecordReader(path);
      const now = columns.read(record);
      assert.deepEqual(now, spanColumns(record, NAMES));
      assert.ok(now.intervals.length <= 1000);
      record.close();
    }
    growing.close();
  }));

Deno.test("a page that is opened after an hour begins with the run, and a stretch of it is as fine as it is kept", () =>
  withRecord((path) => {
    const growing = new GrowingRecord(path);
    growing.pass(4400);
    const record = new RecordReader(path);
    const snapshot = {
      ...snapshotFixture(),
      ...{ startMs: NOON * 1000, nowMs: (NOON + 4400) * 1000 },
    };
    const head = pageHead({ snapshot, events: [], ahead: null });
    const names = head.senders.map(({ name }) => name);
    const columns = spanColumns(record, names);
    const all = pageData(head, { columns, marks: [] });
    assert.equal(all.span.fromMs, NOON * 1000);
    assert.ok(all.span.stepMs === 10_000, `${all.span.stepMs}`);
    const last = { fromMs: (NOON + 4400 - 600) * 1000, toMs: Infinity };
    const detail = recordDetail(record, head, {
      ...last,
      toMs: (NOON + 4400) * 1000,
    })!;
    assert.equal(detail.span.stepMs, 1000);
    assert.equal(detail.run.planned.length, 600);
    const early = recordDetail(record, head, {
      fromMs: NOON * 1000,
      toMs: (NOON + 600) * 1000,
    })!;
    assert.equal(early.span.stepMs, 10_000, "seconds are kept for an hour");
    assert.equal(
      recordDetail(record, head, { fromMs: 0, toMs: 1000 }),
      null,
      "before the run nothing is known",
    );
    record.close();
    growing.close();
  }));

Deno.test("a stretch that is looked at closely comes to the same counts as the columns", () =>
  withGrowing(async ({ pass, recorded }) => {
    const data = await pass(30);
    const { fromMs } = data.span;
    const text = recorded.maker().detail({ fromMs, toMs: fromMs + 60_000 });
    const detail = JSON.parse(text!);
    assert.deepEqual(detail.series[0].due, data.series[0]!.due);
    assert.deepEqual(detail.run, JSON.parse(JSON.stringify(data.run)));
  }));
