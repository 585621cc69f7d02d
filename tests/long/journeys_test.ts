import assert from "node:assert/strict";
import { troubledJourneys } from "../sim/journey_days.ts";

/*
 * Days of what the suite does for four minutes:
 *
 *   KAR_DAYS_SEED=7 KAR_DAYS=1 deno task test:long tests/long/journeys_test.ts
 */
const SEED = Number(Deno.env.get("KAR_DAYS_SEED") ?? Date.now() % 1e6);
const DAYS = Number(Deno.env.get("KAR_DAYS") ?? 2);
const DAY_MS = 86_400_000;

Deno.test(`${DAYS} days of journeys with stalls, deaths, silent servers, pauses: sums hold at each look, and the digest is one for any number of workers`, async () => {
  console.log(`KAR_DAYS_SEED=${SEED}`);
  const runs = [];
  for (const workers of [1, 2, 5]) {
    const run = await troubledJourneys({
      ...{ seed: SEED, workers, durationMs: DAYS * DAY_MS, ratePerSec: 0.5 },
      ...{ troubleMs: 120_000, lookMs: 10_000 },
    });
    const { due, troubles, pauses, end } = run;
    const { failed, missed } = end;
    console.log(JSON.stringify({
      ...{ workers, due, troubles, pauses, failed, missed },
      digest: run.arrivalsDigest,
    }));
    runs.push([due, run.arrivalsDigest]);
  }
  assert.deepEqual(runs[1], runs[0]);
  assert.deepEqual(runs[2], runs[0]);
});
