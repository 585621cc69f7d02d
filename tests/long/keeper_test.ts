import assert from "node:assert/strict";
import { keeperChaos } from "../worker/chaos/chaos.ts";
import { watchQuiet } from "./timers.ts";

/*
 * Ten minutes of what the suite does for some seconds:
 *
 *   KAR_KEEPER_SEED=7 KAR_KEEPER_MINUTES=1 deno task test:long
 */

const SEED = Number(Deno.env.get("KAR_KEEPER_SEED") ?? Date.now() % 1e6);
const MINUTES = Number(Deno.env.get("KAR_KEEPER_MINUTES") ?? 10);
/** Without a keeper timers wake the senders, 1–3 ms late. */
const LAG_P50_MS_MAX = 3;
Deno.test("ten minutes at 1,000/s with a keeper that is killed, frozen and replaced: all is sent once, late by what timers are late at most", async () => {
  console.log(`KAR_KEEPER_SEED=${SEED}`);
  const quiet = watchQuiet();
  const { end, keepers, story } = await keeperChaos({
    seed: SEED,
    ratePerSec: 1000,
    durationMs: MINUTES * 60_000,
    workers: 1,
  });
  const { sendLag } = end.latency;
  const lag = [0.5, 0.9, 0.99, 0.999].map((share) =>
    `p${100 * share} ${sendLag.percentile(share)?.toFixed(3)} ms`
  );
  console.log(
    `${end.sent} sent; ${keepers} keepers; ${story.length} deeds; lag ${
      lag.join(", ")
    }, max ${sendLag.maxMs.toFixed(1)} ms`,
  );
  assert.ok(keepers > 1);
  assert.ok(end.warnings.length > 0);
  for (const warning of end.warnings) assert.match(warning, /^Keeper lost: /);
  if (quiet.stop()) assert.ok(sendLag.percentile(0.5)! < LAG_P50_MS_MAX);
});
