/**
 * What is kept so that others can prove what was sent, and what is known of it:
 * cells of a worker's region, and the proofs of a snapshot.
 *
 * @module
 */
export * from "./cells.ts";
export * from "./snapshot.ts";
