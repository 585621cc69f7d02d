import type { JourneyLoop, JourneyLoopResult } from "./journey_loop.ts";
import { median, script } from "./process.ts";
import { rootsOf } from "./roots.ts";
import { atLeast, type Bench, plain } from "./rows.ts";
import { startTarget } from "./servers.ts";

const ROUNDS = 3;
const CONCURRENCY = 50;
const DURATION_MS = 3000;
/** Steps a second on one core. */
const GOAL = 60_000;

/** Journeys of two steps: a token out of JSON, and a request that carries it. */
export const JOURNEYS: Bench = {
  name: "journeys",
  about: "steps a second of journeys, closed loop, 50 open",
  run: async ({ pinned, options, say }) => {
    const server = await startTarget(pinned);
    const all = new Map<string, JourneyLoopResult[]>();
    try {
      const rounds = options.rounds ?? ROUNDS;
      for (let round = 1; round <= rounds; round++) {
        say(`journeys: round ${round} of ${rounds}`);
        for (const { root, suffix } of rootsOf(options)) {
          const job: JourneyLoop = {
            url: server.http,
            concurrency: CONCURRENCY,
            durationMs: DURATION_MS,
          };
          const at = { pinned, root };
          const r = await script<JourneyLoopResult>("journey_loop.ts", job, at);
          all.set(suffix, [...all.get(suffix) ?? [], r]);
        }
      }
    } finally {
      await server.stop();
    }
    return [...all].flatMap(([suffix, results]) => {
      const bench = "journeys";
      return [
        atLeast({
          bench,
          what: `steps of journeys of two steps${suffix}`,
          value: median(results.map(({ steps, seconds }) => steps / seconds)),
          unit: "/s",
        }, GOAL),
        plain({
          bench,
          what: `CPU of a step${suffix}`,
          value: median(
            results.map(({ steps, cpuSec }) => 1e6 * cpuSec / steps),
          ),
          unit: "µs",
        }),
      ];
    });
  },
};
