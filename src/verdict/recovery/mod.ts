/**
 * How long targets take to come back after spikes: windows after the planned
 * end of each, held against the baseline before it.
 *
 * @module
 */
export { quantileOf } from "./kaplan_meier.ts";
export { KnownRecovery, recoveryIn } from "./known.ts";
export { RecoveryWatch } from "./recovery.ts";
