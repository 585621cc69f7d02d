/**
 * Records of made-up parts of one run, and what there is in a record.
 *
 * @module
 */
import { dirname } from "node:path";
import {
  LEVELS,
  mergeRecords,
  Recording,
  RecordReader,
  snapshotOf,
} from "../../src/record/mod.ts";
import { ARMED } from "../../src/pattern/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { buildReport } from "../../src/report/mod.ts";
import { addTotals, NO_TOTALS } from "../../src/stats/mod.ts";
import {
  MadeUp,
  metaFixture,
  momentFixture,
  NOON,
  rough,
  withRecord,
} from "../record/support.ts";

/** A made-up part, by seconds since the start. */
export interface MadePart {
  readonly part: number;
  readonly parts: number;
  readonly from: number;
  readonly to: number;
  /** Only every so many seconds something is written; absent = 1. */
  readonly every?: number;
  /** The run of a fleet that it belongs to; absent = none. */
  readonly fleet?: string;
  /** The plan that it begins with; absent = that of all made-up runs. */
  readonly plan?: Plan;
  /** A plan that takes over. */
  readonly taken?: { readonly at: number; readonly plan: Plan };
}

/** Gives a folder, and takes it away again. */
export function inFolder(use: (folder: string) => void): Promise<void> {
  return withRecord((path) => use(dirname(path)));
}

/** Writes the record of a part that has ended. */
export function writePart(path: string, one: MadePart): void {
  const { part, parts, from, to, every = 1, fleet, plan, taken } = one;
  const recording = new Recording({ path, maxBytes: 2 ** 30 });
  const startMs = (NOON + from) * 1000;
  recording.begin(
    metaFixture(NOON, {
      part,
      parts,
      startMs,
      begunMs: startMs,
      runId: `run-${part}-${from}`,
      ...(plan && { plan }),
      fleet,
    }),
  );
  const made = new MadeUp(part * 1000 + from, { rate: 4 });
  let totals = NO_TOTALS;
  const slot = (NOON + (taken?.at ?? 0)) * 10;
  const control = { ...ARMED, firedSlot: NOON * 10, plan: 1 };
  for (let t = NOON + from; t < NOON + to; t += every) {
    const interval = made.second(t);
    totals = addTotals(totals, interval.totals);
    const isTaken = taken !== undefined && t === NOON + taken.at;
    recording.take({
      interval,
      moment: momentFixture(t, {
        state: "stopped",
        startMs,
        begunMs: startMs,
        endMs: (NOON + to) * 1000,
        warnings: [`from ${from}`],
      }),
      changes: isTaken ? [{ slot, control }] : [],
      plans: isTaken ? [{ slot, plan: taken.plan }] : [],
      notes: [{ atMs: t * 1000 + part, level: "info", text: `second ${t}` }],
    });
  }
  recording.close({ totals, steps: [], stepMs: 1000 }, (NOON + to) * 1000);
}

/** Merges records into a file. */
export function mergeTo(path: string, from: readonly string[]): string {
  const readers = from.map((file) => new RecordReader(file));
  try {
    mergeRecords(readers, { path, kar: "0.0.0" });
  } finally {
    for (const reader of readers) reader.close();
  }
  return path;
}

/**
 * Everything that a record says, level by level, but for what a generator was
 * like at the end of an interval: it has no sum.
 */
export function contentOf(path: string): unknown {
  const reader = new RecordReader(path);
  try {
    const levels = LEVELS.map((level) => {
      const { from, to } = reader.rungs().find((rung) => rung.level === level)!;
      const rows = [];
      const piece = { level, from, to };
      for (const row of reader.rows.timeline(piece)) rows.push(row);
      for (const row of reader.rows.generator(piece)) {
        const { digest, seconds, cpuMs, pollMs } = row;
        rows.push({ digest, seconds, cpuMs, pollMs });
      }
      for (const row of reader.rows.steps(piece)) rows.push(row);
      for (const row of reader.rows.whole(piece)) rows.push(row);
      return { level, from, to, rows };
    });
    return {
      levels,
      report: buildReport(snapshotOf(reader, undefined)),
      totals: rough(reader.measures().totals),
      notes: reader.notes(),
      runs: reader.runs(),
    };
  } finally {
    reader.close();
  }
}
