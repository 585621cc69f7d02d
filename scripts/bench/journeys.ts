import type { JourneyLoop, JourneyLoopResult } from "./journey_loop.ts";
import { driveK6, type K6Result } from "./k6_journeys.ts";
import { median, script } from "./process.ts";
import { rootsOf } from "./roots.ts";
import { atLeast, type Bench, plain, type Row } from "./rows.ts";
import { startTarget } from "./servers.ts";

const ROUNDS = 3;
const CONCURRENCY = 50;
const SECONDS = 3;
/** Steps a second on one core. */
const GOAL = 60_000;
/** How often as many as k6 makes on the same core. */
const K6_GOAL = 5;
const BENCH = "journeys";

/** Journeys of two steps: a token out of JSON, and a request that carries it. */
export const JOURNEYS: Bench = {
  name: BENCH,
  about: "steps a second of journeys, closed loop, 50 open, beside k6",
  run: async ({ pinned, options, peers, say }) => {
    const server = await startTarget(pinned);
    const all = new Map<string, JourneyLoopResult[]>();
    const ofK6: K6Result[] = [];
    const { http: url } = server;
    try {
      const rounds = options.rounds ?? ROUNDS;
      for (let round = 1; round <= rounds; round++) {
        say(`journeys: round ${round} of ${rounds}`);
        for (const { root, suffix } of rootsOf(options)) {
          const job: JourneyLoop = {
            ...{ url, concurrency: CONCURRENCY, durationMs: SECONDS * 1000 },
          };
          const at = { pinned, root };
          const r = await script<JourneyLoopResult>("journey_loop.ts", job, at);
          all.set(suffix, [...all.get(suffix) ?? [], r]);
        }
        if (!peers.has("k6")) continue;
        const job = { url, users: CONCURRENCY, seconds: SECONDS, pinned };
        ofK6.push(await driveK6(job));
      }
    } finally {
      await server.stop();
    }
    const kar = [...all].flatMap(([suffix, results]) =>
      rowsOf(suffix, results)
    );
    return ofK6.length === 0 ? kar : [...kar, ...k6Rows(ofK6, all.get("")!)];
  },
};

function rowsOf(suffix: string, results: readonly JourneyLoopResult[]): Row[] {
  return [
    atLeast({
      bench: BENCH,
      what: `steps of journeys of two steps${suffix}`,
      value: median(results.map(perSec)),
      unit: "/s",
    }, GOAL),
    plain({
      bench: BENCH,
      what: `CPU of a step${suffix}`,
      value: median(
        results.map(({ steps, cpuSec }) => 1e6 * cpuSec / steps),
      ),
      unit: "µs",
    }),
  ];
}

function k6Rows(
  all: readonly K6Result[],
  kar: readonly JourneyLoopResult[],
): Row[] {
  return [
    plain({
      bench: BENCH,
      what: "k6: the same steps",
      value: median(all.map(({ perSec }) => perSec)),
      unit: "/s",
    }),
    plain({
      bench: BENCH,
      what: "k6: CPU of a step, its start included",
      value: median(all.map(({ steps, cpuSec }) => 1e6 * cpuSec / steps)),
      unit: "µs",
    }),
    atLeast({
      bench: BENCH,
      what: "kar's steps over k6's",
      value: median(kar.map((r, i) => perSec(r) / all[i]!.perSec)),
      unit: "×",
    }, K6_GOAL),
  ];
}

function perSec({ steps, seconds }: JourneyLoopResult): number {
  return steps / seconds;
}
