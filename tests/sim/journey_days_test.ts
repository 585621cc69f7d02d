/** Minutes of journeys amid trouble; `tests/long` has days of it. */
import assert from "node:assert/strict";
import { troubledJourneys } from "./journey_days.ts";

/*
 * Another story:
 *
 *   KAR_DAYS_SEED=7 deno task test tests/sim/journey_days_test.ts
 */
const SEED = Number(Deno.env.get("KAR_DAYS_SEED") ?? Date.now() % 1e6);

Deno.test("four minutes of journeys with stalls, deaths, silent servers, pauses: sums hold at each look, and the digest is one for any number of workers", async () => {
  console.log(`KAR_DAYS_SEED=${SEED}`);
  const runs = [];
  for (const workers of [1, 3]) {
    runs.push(
      await troubledJourneys({
        ...{ seed: SEED, workers, durationMs: 240_000, ratePerSec: 4 },
        ...{ troubleMs: 5000, lookMs: 1000 },
      }),
    );
  }
  const [one, three] = runs;
  assert.ok(one!.due > 200 && one!.troubles > 10 && one!.pauses > 0);
  assert.deepEqual(
    [three!.due, three!.arrivalsDigest],
    [one!.due, one!.arrivalsDigest],
  );
});
