/**
 * Checks: what an answer must be, and why one is not.
 *
 * @module
 */
export * from "./checker.ts";
