/**
 * A record as a year of three targets at 100 requests a second each leaves it:
 * as many intervals of each level as are kept of it.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { PHASES } from "../../src/pattern/mod.ts";
import { Recording } from "../../src/record/mod.ts";
import { lawBinsOf, LawSums, storedOf } from "../../src/record/interval/mod.ts";
import {
  floorTo,
  KEPT_SEC,
  LAW_KEPT_SEC,
  type Level,
  LEVELS,
  shapeOfLevel,
} from "../../src/record/ladder/mod.ts";
import { RowWriter } from "../../src/record/store/row_writer.ts";
import {
  COARSE,
  Histogram,
  LAW_BINS,
  TALLY,
  type Totals,
} from "../../src/stats/mod.ts";
import { Chance } from "../fixtures/chance.ts";
import { metaFixture, momentFixture, NOON } from "./support.ts";

/** Seconds of the record. */
export const YEAR_SEC = 365 * 24 * 3600;
const SERIES = ["api", "checkout", "search"];
const RATE = 100;
/** Different contents that intervals of a level have by turns. */
const KINDS = 12;
/** Samples that are drawn for one content; of longer intervals each counts several times. */
const DRAWN_MAX = 20_000;

/** Writes it. */
export function writeYear(path: string): void {
  const recording = new Recording({ path, maxBytes: 2 ** 30 });
  recording.begin(metaFixture(NOON));
  recording.close(null, 0);
  const db = new DatabaseSync(path);
  const rows = new RowWriter(db);
  const end = NOON + YEAR_SEC;
  db.exec("BEGIN");
  for (const name of SERIES) {
    rows.describe({ kind: "target", name, protocol: "http" });
  }
  for (const level of LEVELS) {
    const from = floorTo(
      Math.max(NOON, end - KEPT_SEC[level]),
      LEVELS[LEVELS.indexOf(level) + 1] ?? level,
    );
    writeLevel(rows, level, { from, to: end });
    db.prepare("INSERT INTO ladder VALUES (?, ?, ?)").run(level, from, end);
  }
  db.prepare("UPDATE run SET moment = ?").run(
    JSON.stringify(momentFixture(end - 1)),
  );
  db.exec("COMMIT");
  db.close();
}

function writeLevel(
  rows: RowWriter,
  level: Level,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  const chance = new Chance(level);
  const kinds = Array.from({ length: KINDS }, () => totalsOf(level, chance))
    .map((totals) =>
      storedOf(totals, shapeOfLevel(level), lawsOf(level, chance))
    );
  const lawsFrom = level === LEVELS.at(-1) ? from : to - LAW_KEPT_SEC;
  for (let t = from, i = 0; t < to; t += level, i++) {
    const { laws, ...rest } = kinds[i % KINDS]!;
    rows.replace({ level, t }, { ...rest, laws: t < lawsFrom ? [] : laws });
    const due = RATE * SERIES.length * level;
    rows.addTimeline(level, {
      t,
      planned: due,
      ...{ due, sent: due, ok: due, failed: 0, missed: 0 },
      phases: PHASES.map((_, p) => p === PHASES.length - 1 ? 10 * level : 0),
    });
    rows.addGenerator(level, {
      t,
      ...{ digest: [1, 2], seconds: level, cpuMs: 40 * level, pollMs: level },
      ...{ rssBytes: 1e8, inFlight: 3, waiting: 0, workers: 1 },
    });
  }
}

/** Gaps of all requests of an interval, in bins that are nearly alike. */
function lawsOf(level: Level, chance: Chance) {
  const laws = new LawSums();
  const gaps = RATE * SERIES.length * level;
  const counts = new Float64Array(LAW_BINS);
  const drawn = Math.min(gaps, DRAWN_MAX);
  for (let i = 0; i < drawn; i++) {
    counts[chance.below(LAW_BINS)]! += gaps / drawn;
  }
  const pairs = [...counts].flatMap((n, bin) =>
    n > 0 ? [bin, Math.round(n)] : []
  );
  laws.addPairs("poisson", pairs);
  return laws.stored(lawBinsOf(level));
}

/** Mostly baseline, and a spike in one of five. */
function totalsOf(level: Level, chance: Chance): Totals {
  const spikes = chance.oneIn(5);
  const targets = SERIES.map((name) => {
    const share = (phase: number) =>
      phase === PHASES.indexOf("baseline")
        ? 1
        : spikes && phase === PHASES.indexOf("spike")
        ? 0.2
        : 0;
    const times = () =>
      PHASES.map((_, p) => durations(RATE * level * share(p), chance));
    return [name, {
      protocol: "http",
      codes: [[200, RATE * level, 0]],
      begun: 0,
      reasons: [],
      tallies: PHASES.map((_, p) => {
        const tally = new Array<number>(TALLY.width).fill(0);
        const n = Math.round(RATE * level * share(p));
        tally[TALLY.due] = tally[TALLY.sent] = tally[TALLY.ok] = n;
        return tally;
      }),
      response: times(),
      service: times(),
    }] as const;
  });
  return {
    digest: [0, 0],
    run: {
      sendLag: null,
      connect: durations(3, chance),
      firstByte: durations(RATE * level, chance),
    },
    targets: Object.fromEntries(targets),
  } as Totals;
}

/** Lognormal, median 20 ms, σ 0.5; three in a thousand ten times slower. */
function durations(count: number, chance: Chance) {
  if (count < 1) return null;
  const drawn = Math.min(count, DRAWN_MAX);
  const histogram = new Histogram(COARSE);
  for (let i = 0; i < drawn; i++) {
    let normal = -6;
    for (let k = 0; k < 12; k++) normal += chance.below(1e6) / 1e6;
    const slow = chance.below(1000) < 3 ? 10 : 1;
    histogram.record(20 * Math.exp(0.5 * normal) * slow);
  }
  const times = Math.max(1, Math.round(count / drawn));
  const { sumMs, minMs, maxMs } = histogram;
  const cells = [...histogram.distribution().cells()]
    .flatMap(([cell, n]) => [cell, n * times]);
  return { cells, sumMs: sumMs * times, minMs, maxMs };
}
