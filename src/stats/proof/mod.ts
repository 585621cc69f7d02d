/**
 * What is kept so that others can prove what was sent, and the results: cells
 * of a worker's region, and the proofs of a snapshot.
 *
 * @module
 */
export * from "./cells.ts";
export * from "./snapshot.ts";
