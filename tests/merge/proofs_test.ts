import assert from "node:assert/strict";
import { proofOf } from "../../src/record/merge/proofs.ts";
import { NO_PROOF, type ProofSnapshot } from "../../src/stats/mod.ts";
import type { ProofResult } from "../../src/threshold/mod.ts";

function partWith(result: ProofResult, n: number): ProofSnapshot {
  return {
    law: { result, distance: n / 100, band: n / 50, tolerance: 0.02, gaps: n },
    counts: { result, planned: 10 * n, handled: 10 * n, wrongLanes: 0 },
    lag: { result, p50Ms: n, p99Ms: 2 * n, maxMs: 3 * n },
    dispersion: [],
  };
}

Deno.test("proofOf() adds up what parts have counted, and the worst one speaks for all", () => {
  const both = proofOf([partWith("proved", 1), partWith("proved", 3)]);
  assert.deepEqual(both, {
    law: {
      result: "proved",
      distance: 0.03,
      band: 0.06,
      tolerance: 0.02,
      gaps: 4,
    },
    counts: { result: "proved", planned: 40, handled: 40, wrongLanes: 0 },
    lag: { result: "proved", p50Ms: 3, p99Ms: 6, maxMs: 9 },
    dispersion: [],
  });
});

Deno.test("proofOf() is refuted by one part, and proved by all alone, in every order", () => {
  const rows: readonly (readonly [ProofResult, ProofResult, ProofResult])[] = [
    ["proved", "refuted", "refuted"],
    ["not_yet", "refuted", "refuted"],
    ["proved", "not_yet", "not_yet"],
    ["not_yet", "not_yet", "not_yet"],
  ];
  for (const [a, b, both] of rows) {
    const [one, other] = [partWith(a, 1), partWith(b, 2)];
    assert.equal(proofOf([one, other]).law.result, both);
    assert.deepEqual(proofOf([other, one]), proofOf([one, other]));
  }
  const none = proofOf([NO_PROOF, partWith("proved", 2)]);
  assert.deepEqual([none.lag.result, none.lag.p99Ms], ["not_yet", 4]);
});
