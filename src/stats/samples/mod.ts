/**
 * Single requests, kept as examples of what went wrong and of what was slow.
 *
 * @module
 */
export * from "./samples.ts";
