/**
 * What is proved of the sending: that every arrival of the plan was sent or
 * missed with a reason, that they came as the plan's process has them, and how
 * late they were. Nothing of it rests on an answer.
 *
 * @module
 */
export * from "./counts.ts";
export * from "./law.ts";
