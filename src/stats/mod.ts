/**
 * What is counted, and how it is read: histograms, recorder, snapshot.
 *
 * @module
 */
export * from "./histogram.ts";
export * from "./snapshot.ts";
