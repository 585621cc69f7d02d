/**
 * The proofs of sending: that every arrival of the plan was sent or missed with
 * a reason, that arrivals followed the plan's process, and how late they were.
 * None of them depends on an answer.
 *
 * @module
 */
export * from "./counts.ts";
export * from "./law.ts";
