import assert from "node:assert/strict";
import { fuzzResponses } from "./response_fuzz.ts";

/*
 * Some thousand of what `deno task test:long` tries a million of:
 *
 *   KAR_FUZZ_SEED=7 KAR_FUZZ_RESPONSES=1 deno test -A tests/transport/http1/response_fuzz_test.ts
 */
const SEED = Number(Deno.env.get("KAR_FUZZ_SEED") ?? Date.now() % 1e9);
const RESPONSES = Number(Deno.env.get("KAR_FUZZ_RESPONSES") ?? 20_000);

Deno.test("Http1Connection bears whatever answers: no throw, each call done once, and the same however it is cut", async () => {
  const kinds = await fuzzResponses(SEED, RESPONSES);
  if (RESPONSES < 10_000) return;
  const wanted = "200 204 304 protocol truncated closed too_large";
  for (const kind of wanted.split(" ")) {
    assert.ok(kinds.has(kind), `${kind}: KAR_FUZZ_SEED=${SEED}`);
  }
});
