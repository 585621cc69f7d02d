/**
 * Data: what fields take their values from. Tables as bytes in shared memory,
 * and the rule that says which row an arrival gets.
 *
 * @module
 */
export * from "./bytes.ts";
export * from "./cell_checks.ts";
export * from "./encodings.ts";
export * from "./pick.ts";
export * from "./read/mod.ts";
export * from "./types.ts";
