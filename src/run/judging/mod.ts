/**
 * Judges a run once a second: feeds the verdict with what was counted, and ends
 * the run or trips the breaker where a threshold asks for it.
 *
 * @module
 */
export { ProofWatch } from "./proof_watch.ts";
export { ThresholdWatch } from "./threshold_watch.ts";
