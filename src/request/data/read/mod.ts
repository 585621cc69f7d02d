/**
 * Reading data: a file's bytes to a table. CSV goes from bytes to bytes and
 * never makes a string; the other formats are for smaller files.
 *
 * @module
 */
export { cellPlace } from "./cell_place.ts";
export * from "./table.ts";
export type { ReadTable } from "./types.ts";
