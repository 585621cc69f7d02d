/**
 * One record of those of several parts of a run: each level of the ladder is
 * merged by itself, interval by interval, and the sums are judged again.
 *
 * @module
 */
export { mergeRecords } from "./merge.ts";
export { readPart } from "./parts.ts";
export { proofOf } from "./proofs.ts";
export { mergedMoment, type MomentOfPart } from "./moments.ts";
