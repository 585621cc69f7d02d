import assert from "node:assert/strict";
import { keeperChaos } from "./chaos.ts";

/*
 * A bounded part of what tests/long does for ten minutes:
 *
 *   KAR_KEEPER_SEED=7 deno test -A tests/worker/chaos
 */

const SEED = Number(Deno.env.get("KAR_KEEPER_SEED") ?? 3);

Deno.test("no request is lost, sent twice or misplaced while the keeper is killed, frozen and replaced", async () => {
  const { end, keepers, story } = await keeperChaos({
    seed: SEED,
    ratePerSec: 500,
    durationMs: 8000,
    workers: 2,
  });
  assert.ok(keepers > 1, `a keeper was replaced: ${story.join("; ")}`);
  assert.ok(end.warnings.length > 0);
  for (const warning of end.warnings) assert.match(warning, /^Keeper lost: /);
});
