/**
 * Fields: what differs from request to request. A template is parsed (`parse`),
 * compiled (`compile`), and then written for each arrival without making a
 * string, drawn by the arrival's key.
 *
 * @module
 */
export * from "./compile.ts";
export { GENERATOR_NAMES, isGenerator } from "./generators.ts";
export { WHOLE_BYTES, writeWhole } from "./numbers.ts";
export * from "./parse.ts";
export * from "./text.ts";
export * from "./types.ts";
export * from "./values.ts";
