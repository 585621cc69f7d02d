import assert from "node:assert/strict";
import { fuzzSession } from "./session_fuzz.ts";

/*
 * Some hundred lives of what `deno task test:long` tries a hundred thousand of:
 *
 *   KAR_FUZZ_SEED=7 KAR_FUZZ_SESSIONS=1 deno test -A tests/transport/http2/session_fuzz_test.ts
 */
const SEED = Number(Deno.env.get("KAR_FUZZ_SEED") ?? Date.now() % 1e9);
const SESSIONS = Number(Deno.env.get("KAR_FUZZ_SESSIONS") ?? 600);

Deno.test("Http2Pool bears whatever peers do: no throw, no hang, no call lost or done twice", async () => {
  const kinds = new Set<string>();
  for (let seed = SEED; seed < SEED + SESSIONS; seed++) {
    try {
      for (const kind of await fuzzSession(seed)) kinds.add(kind);
    } catch (error) {
      throw new Error(`KAR_FUZZ_SEED=${seed}`, { cause: error });
    }
  }
  // It gets as far as answers, and to every way in which they fail.
  if (SESSIONS < 100) return;
  const wanted =
    "200 404 protocol too_large timeout reset goaway closed aborted";
  for (const kind of wanted.split(" ")) assert.ok(kinds.has(kind), kind);
});
