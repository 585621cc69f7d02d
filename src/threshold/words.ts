/** How a value is held against its limit; longer ones first, as they are read. */
const OPERATORS = ["<=", ">=", "==", "<", ">"] as const;
/** One of `OPERATORS`. */
export type Operator = typeof OPERATORS[number];

/** What happens where a threshold is not kept. */
export const THRESHOLD_ACTIONS = ["fail", "warn", "stop", "breaker"] as const;
/** One of `THRESHOLD_ACTIONS`. */
export type ThresholdAction = typeof THRESHOLD_ACTIONS[number];

/** What a proof comes to. */
export const PROOF_RESULTS = ["proved", "refuted", "not_yet"] as const;
/** One of `PROOF_RESULTS`. */
export type ProofResult = typeof PROOF_RESULTS[number];

/** What can be proved. */
export const PROOFS = ["law", "counts", "lag"] as const;
/** One of `PROOFS`. */
export type ProofName = typeof PROOFS[number];

/** By what a part of the traffic is chosen, in the order in which it is written. */
export const SELECTORS = [
  "phase",
  "target",
  "step",
  "scenario",
  "status",
] as const;
/** One of `SELECTORS`. */
export type Selector = typeof SELECTORS[number];

/** In what a limit is given; a share is written in percent. */
export type Unit = "ms" | "share" | "count" | "perSec" | "proof";
