import type { ProofSnapshot } from "../../stats/mod.ts";
import type { ProofResult } from "../../threshold/mod.ts";

/**
 * What is proved of several parts: each was looked at by itself, and the worst
 * one speaks for all. How the counts of seconds vary is no sum of parts.
 */
export function proofOf(all: readonly ProofSnapshot[]): ProofSnapshot {
  const laws = all.map(({ law }) => law);
  const counts = all.map(({ counts }) => counts);
  const lags = all.map(({ lag }) => lag);
  return {
    law: {
      result: resultOf(laws),
      distance: most(laws.map(({ distance }) => distance)),
      band: most(laws.map(({ band }) => band)),
      tolerance: Math.max(...laws.map(({ tolerance }) => tolerance)),
      gaps: sum(laws.map(({ gaps }) => gaps)),
    },
    counts: {
      result: resultOf(counts),
      planned: sum(counts.map(({ planned }) => planned)),
      handled: sum(counts.map(({ handled }) => handled)),
      wrongLanes: sum(counts.map(({ wrongLanes }) => wrongLanes)),
    },
    lag: {
      result: resultOf(lags),
      p50Ms: most(lags.map(({ p50Ms }) => p50Ms)),
      p99Ms: most(lags.map(({ p99Ms }) => p99Ms)),
      maxMs: most(lags.map(({ maxMs }) => maxMs)),
    },
    dispersion: [],
  };
}

/** Refuted by one is refuted; proved is what all have proved. */
function resultOf(
  proofs: readonly { readonly result: ProofResult }[],
): ProofResult {
  const results = proofs.map(({ result }) => result);
  if (results.includes("refuted")) return "refuted";
  return results.every((result) => result === results[0])
    ? results[0]!
    : "not_yet";
}

function sum(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function most(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
