import {
  type PageData,
  pageData,
  type SeriesPart,
} from "../../src/page/mod.ts";
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
  return pageData({
    snapshot: { ...snapshot, nowMs: startMs + spanMs },
    series: {
      *intervals() {
        for (let i = 0; i < count; i++) {
          const targets = NAMES.map(() => part(chance, lengthMs / 1000));
          const sum = (read: (part: SeriesPart) => number) =>
            targets.reduce((all, each) => all + read(each), 0);
          yield {
            startMs: startMs + i * lengthMs,
            lengthMs,
            planned: PER_SEC * NAMES.length * lengthMs / 1000,
            phase: PHASES[i % 97 < 6 ? 2 : 4]!,
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
              rssBytes: 9e7 + chance.below(1e6),
              inFlight: chance.below(30),
              sendLag: [20, 900, 60, 90, 400, 10],
            },
          };
        }
      },
    },
    events: [],
    ahead: null,
  });
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
    ...{ due, sent: due, ok: due - failed, missed: {}, response },
    failed: failed === 0 ? {} : { "status 503": failed },
  };
}
