import assert from "node:assert/strict";
import type { LineLevel } from "../../src/observer/mod.ts";
import {
  type Entry,
  openWriter,
  RecordObserver,
  RecordReader,
  type RecordWriter,
  type WriterState,
} from "../../src/record/mod.ts";
import type { Measured, Run } from "../../src/run/mod.ts";
import {
  addTotals,
  LAW_BINS,
  NO_TOTALS,
  type Snapshot,
  type Totals,
} from "../../src/stats/mod.ts";
import { addLaws } from "../../src/record/interval/mod.ts";
import { planFixture, snapshotFixture } from "../fixtures/snapshot.ts";
import {
  MadeUp,
  metaFixture,
  momentFixture,
  NOON,
  rough,
  withRecord,
} from "./support.ts";

/** A writer that is busy for as long as the test says. */
class SlowWriter implements RecordWriter {
  readonly path = "/a/run.kar";
  onState: RecordWriter["onState"] = () => {};
  isReady = true;
  readonly entries: Entry[] = [];
  ending: unknown = undefined;

  begin(): void {}

  write(entry: Entry): void {
    this.entries.push(entry);
  }

  /** How it is closed. */
  last: WriterState = { kind: "writing" };

  close(ending: unknown): Promise<WriterState> {
    this.ending ??= ending;
    return Promise.resolve(this.last);
  }
}

/** A run of which a second passes whenever the test says. */
class SteppedRun {
  readonly warnings: string[] = [];
  readonly made = new MadeUp(98, { series: ["api", "users"] });
  totals: Totals = NO_TOTALS;
  t = NOON;

  pass(): void {
    this.totals = addTotals(this.totals, this.made.second(this.t++).totals);
  }

  get run(): Run {
    return {
      runId: "stepped",
      measured: () => this.#measured(),
      warn: (line: string) => void this.warnings.push(line),
    } as unknown as Run;
  }

  #measured(): Measured {
    return {
      totals: this.totals,
      former: null,
      moment: {
        ...momentFixture(this.t - 1),
        plan: planFixture(),
        warnings: this.warnings,
      },
      seconds: [],
      samples: [],
      changes: [],
      plans: [],
      law: { poisson: new Float64Array(LAW_BINS).fill(this.t - NOON) },
    };
  }
}

function observed(writer: RecordWriter, told: string[] = []) {
  const { kar, machine, part, parts } = metaFixture(NOON);
  let released: boolean | null = null;
  const observer = new RecordObserver({
    writer,
    about: { kar, machine, part, parts },
    wallMs: () => NOON * 1000,
    tell: (line: string, level: LineLevel = "info") =>
      void told.push(`${level} ${line}`),
    isKept: true,
    release: (isEmpty) => released = isEmpty,
  });
  return { observer, released: () => released };
}

Deno.test("RecordObserver lets what is new grow while the writer is busy, and loses nothing", async () => {
  const writer = new SlowWriter();
  const stepped = new SteppedRun();
  const { observer, released } = observed(writer);
  observer.begun(stepped.run);
  for (let i = 0; i < 10; i++) {
    writer.isReady = i % 4 === 0;
    stepped.pass();
    observer.look.at();
  }
  await observer.ended(snapshotFixture());
  await observer.close();
  assert.equal(writer.entries.length, 4);
  const sum = writer.entries.map(({ interval }) => interval.totals)
    .reduce(addTotals, NO_TOTALS);
  const laws = writer.entries.map(({ interval }) => interval.law)
    .reduce(addLaws, {});
  assert.deepEqual(
    laws?.poisson?.filter((_, i) => i % 2 === 1),
    new Array(LAW_BINS).fill(10),
  );
  assert.deepEqual(rough(sum), rough(stepped.totals));
  const seconds = writer.entries.map(({ interval }) => interval.load.seconds);
  assert.deepEqual(seconds, [1, 4, 4, 1]);
  assert.notEqual(writer.ending, undefined);
  assert.equal(released(), false);
});

Deno.test("RecordObserver tells once that nothing is written, in the report too, and once that it goes on", () => {
  const writer = new SlowWriter();
  const stepped = new SteppedRun();
  const told: string[] = [];
  const { observer } = observed(writer, told);
  observer.begun(stepped.run);
  writer.onState({ kind: "stuck", why: "no room is left" });
  assert.deepEqual(stepped.warnings, [
    "The record /a/run.kar is not written since 2026-11-24T12:00:00Z: no room is left; the run goes on",
  ]);
  writer.onState({ kind: "writing" });
  assert.deepEqual(told, ["info The record /a/run.kar is written again"]);
});

Deno.test("RecordObserver says once, in time for the report, what a closing that failed has cost", async () => {
  const closed = async (last: WriterState, before?: WriterState) => {
    const writer = new SlowWriter();
    const stepped = new SteppedRun();
    const told: string[] = [];
    const { observer } = observed(writer, told);
    observer.begun(stepped.run);
    if (before !== undefined) writer.onState(before);
    writer.last = last;
    await observer.ended(snapshotFixture());
    await observer.close();
    return [await observer.lastWarning(), told];
  };
  const stuck = { kind: "stuck", why: "no room is left" } as const;
  const lacks =
    "The record /a/run.kar lacks its last seconds and the run's end: no room is left";
  assert.deepEqual(await closed(stuck), [lacks, [`warn ${lacks}`]]);
  // It was told when it began.
  assert.deepEqual(await closed(stuck, stuck), [null, []]);
  assert.deepEqual(await closed({ kind: "writing" }, stuck), [
    null,
    ["info The record /a/run.kar is written again"],
  ]);
  const apart =
    "The record /a/run.kar is complete, but stays two files: it is locked: keep /a/run.kar-wal beside it";
  assert.deepEqual(await closed({ kind: "apart", why: "it is locked" }), [
    apart,
    [`warn ${apart}`],
  ]);
});

Deno.test("RecordObserver of a run that never began leaves an empty file to be removed", async () => {
  const { observer, released } = observed(new SlowWriter());
  await observer.close();
  assert.equal(released(), true);
});

Deno.test("RecordObserver writes through a thread, up to a file that is full, and the run hears of it", () =>
  withRecord(async (path) => {
    const writer = await openWriter({ path, maxBytes: 150_000 });
    const stepped = new SteppedRun();
    const { observer } = observed(writer);
    observer.begun(stepped.run);
    for (let i = 0; i < 400 && stepped.warnings.length === 0; i++) {
      observer.line({ level: "info", message: "x".repeat(2000) });
      stepped.pass();
      while (!writer.isReady) await new Promise((done) => setTimeout(done, 1));
      observer.look.at();
    }
    assert.match(
      stepped.warnings.join(),
      /no room is left on the disk, or below record\.max_size/,
    );
    await observer.ended(snapshotFixture() as Snapshot);
    const reader = new RecordReader(path);
    assert.ok(reader.notes().length > 10);
    reader.close();
  }));

Deno.test("openWriter() refuses in words what cannot be written", () =>
  withRecord(async (path) => {
    await assert.rejects(
      openWriter({ path: `${path}/no/run.kar`, maxBytes: 2 ** 20 }),
      /Cannot open the record .*no\/run\.kar/,
    );
  }));
