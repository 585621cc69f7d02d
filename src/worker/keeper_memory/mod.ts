/**
 * What the keeper and the senders share, and what the keeper notes of its
 * sleeps. Imports nothing else, so that the keeper's thread stays small.
 *
 * @module
 */
export { WakeLateness } from "./lateness.ts";
export * from "./memory.ts";
