import assert from "node:assert/strict";
import { fuzzResponses } from "../transport/http1/response_fuzz.ts";
import { fuzzSession } from "../transport/http2/session_fuzz.ts";

/*
 * A million answers and a hundred thousand connections of what the suite tries
 * some hundred of:
 *
 *   KAR_FUZZ_SEED=7 deno task test:long
 */
const SEED = Number(Deno.env.get("KAR_FUZZ_SEED") ?? Date.now() % 1e9);
const RESPONSES = Number(Deno.env.get("KAR_FUZZ_RESPONSES") ?? 1_000_000);
const SESSIONS = Number(Deno.env.get("KAR_FUZZ_SESSIONS") ?? 100_000);

Deno.test(`${RESPONSES} answers of HTTP/1.1, valid and not, are borne: no throw, no call lost or done twice`, async () => {
  console.log(`KAR_FUZZ_SEED=${SEED} KAR_FUZZ_RESPONSES=${RESPONSES}`);
  const kinds = await fuzzResponses(SEED, RESPONSES);
  console.log([...kinds].sort().join(" "));
  assert.ok(kinds.has("200") && kinds.has("protocol"));
});

Deno.test(`${SESSIONS} sessions of HTTP/2 with attacks are borne: no throw, no hang, no call lost or done twice`, async () => {
  console.log(`KAR_FUZZ_SEED=${SEED} KAR_FUZZ_SESSIONS=${SESSIONS}`);
  const counts = new Map<string, number>();
  for (let seed = SEED; seed < SEED + SESSIONS; seed++) {
    try {
      for (const kind of await fuzzSession(seed)) {
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    } catch (error) {
      throw new Error(`KAR_FUZZ_SEED=${seed}`, { cause: error });
    }
  }
  console.log(Object.fromEntries([...counts].sort()));
  assert.ok(counts.get("200")! > 0 && counts.get("protocol")! > 0);
});
