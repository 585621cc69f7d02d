import type { ProofResult } from "../../threshold/mod.ts";

/** Whether arrivals came as the plan's process has them. */
export interface LawProof {
  readonly result: ProofResult;
  /** Greatest distance of the gaps' distribution from the promised one; null = no gap yet. */
  readonly distance: number | null;
  /** Half the width of the band around it, which is valid at every look. */
  readonly band: number | null;
  /** Distance that is tolerated. */
  readonly tolerance: number;
  readonly gaps: number;
}

/** Whether every arrival of the plan was sent, or missed with a reason. */
export interface CountsProof {
  readonly result: ProofResult;
  /** Counted again from the plan afterwards, and what workers sent or missed of it. */
  readonly planned: number;
  readonly handled: number;
  /** Minutes of plan time, by lane, that do not agree; 0 = the proof is exact. */
  readonly wrongLanes: number;
}

/** Whether requests left at their instant. */
export interface LagProof {
  readonly result: ProofResult;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

/**
 * How much more the counts of seconds vary than those of a Poisson process: 1 =
 * as much. Reported, and never judged.
 */
export interface Dispersion {
  readonly windowSec: number;
  readonly windows: number;
  /** Mean of (sent − planned)² / planned; null = too few windows. */
  readonly index: number | null;
}

/** The proofs of what this process sent. */
export interface ProofSnapshot {
  readonly law: LawProof;
  readonly counts: CountsProof;
  readonly lag: LagProof;
  readonly dispersion: readonly Dispersion[];
}

/** Nothing is proved yet. */
export const NO_PROOF: ProofSnapshot = {
  law: {
    result: "not_yet",
    distance: null,
    band: null,
    tolerance: 0.02,
    gaps: 0,
  },
  counts: { result: "not_yet", planned: 0, handled: 0, wrongLanes: 0 },
  lag: { result: "not_yet", p50Ms: null, p99Ms: null, maxMs: null },
  dispersion: [],
};
