import {
  columnsOf,
  DurationCells,
  type PageData,
  pageData,
  pageHead,
  type SeriesInterval,
  type SeriesPart,
} from "../../src/page/mod.ts";
import { cellOf, ROUGH } from "../../src/stats/mod.ts";
import { PHASES } from "../../src/pattern/mod.ts";
import { Chance } from "../fixtures/chance.ts";
import {
  planFixture,
  snapshotFixture,
  targetFixture,
} from "../fixtures/snapshot.ts";

const NAMES = ["api", "search", "checkout"];
/** Response times lie in so many cells; each is 5 % above the one before. */
const CELLS = 120;
const FIRST_US = 4000;
const PER_SEC = 40;

/** The page of a run of so many hours with three targets, as a record would give it. */
export function longRun(hours: number): PageData {
  const chance = new Chance(5);
  const spanMs = hours * 3_600_000;
  let lengthMs = 1000;
  while (spanMs / lengthMs > 4000) lengthMs *= 2;
  const count = Math.floor(spanMs / lengthMs);
  const plan = planFixture({
    targets: NAMES.map((name) => targetFixture({ name, weight: 1 })),
  });
  const snapshot = snapshotFixture({ plan });
  const { startMs } = snapshot;
  const head = pageHead({
    snapshot: { ...snapshot, nowMs: startMs + spanMs },
    events: [],
    ahead: null,
  });
  const intervals = Array.from({ length: count }, (_, i) => {
    const span = { startMs: startMs + i * lengthMs, lengthMs };
    return intervalOf(chance, { ...span, phase: PHASES[i % 97 < 6 ? 2 : 4]! });
  });
  const toMs = startMs + count * lengthMs;
  const columns = columnsOf({ lengthMs, intervals, toMs });
  return pageData(head, { columns, marks: [] });
}

function intervalOf(
  chance: Chance,
  span: Pick<SeriesInterval, "startMs" | "lengthMs" | "phase">,
): SeriesInterval {
  const { lengthMs } = span;
  const targets = NAMES.map(() => part(chance, lengthMs / 1000));
  const sum = (read: (part: SeriesPart) => number) =>
    targets.reduce((all, each) => all + read(each), 0);
  return {
    ...span,
    planned: PER_SEC * NAMES.length * lengthMs / 1000,
    all: {
      due: sum(({ due }) => due),
      sent: sum(({ sent }) => sent),
      ok: sum(({ ok }) => ok),
      failed: targets[0]!.failed,
      missed: {},
      response: targets[0]!.response,
    },
    targets,
    factors: { base: 120, noise: 0.9 + chance.below(200) / 1000 },
    generator: {
      cpuMs: lengthMs * 0.1,
      ofMs: lengthMs,
      rssBytes: 90e6,
      inFlight: 4,
      sendLag: cells([20, 900, 60, 90, 400, 10]),
    },
  };
}

/** Durations in µs and how many took so long, by turns and rising. */
function cells(pairs: readonly number[]): DurationCells {
  const counts = new Map<number, number>();
  for (let i = 0; i < pairs.length; i += 2) {
    const cell = cellOf(ROUGH, pairs[i]!);
    counts.set(cell, (counts.get(cell) ?? 0) + pairs[i + 1]!);
  }
  return new DurationCells([...counts].flat());
}

/** Lognormal response times, about. */
function part(chance: Chance, seconds: number): SeriesPart {
  const due = Math.round(PER_SEC * seconds * (0.9 + chance.below(200) / 1000));
  const response: number[] = [];
  for (let cell = 0; cell < CELLS; cell++) {
    const expected = due * 0.045 * Math.exp(-(((cell - 40) / 14) ** 2) / 2);
    const n = Math.floor(expected + chance.below(1000) / 1000);
    if (n > 0) response.push(Math.round(FIRST_US * 1.05 ** cell), n);
  }
  const failed = chance.below(4);
  return {
    ...{
      due,
      sent: due,
      ok: due - failed,
      missed: {},
      response: cells(response),
    },
    failed: failed === 0 ? {} : { "status 503": failed },
  };
}
