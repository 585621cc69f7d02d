/**
 * Scripts on their way from a file to what threads run: read once, checked
 * before anything is sent.
 *
 * @module
 */
export { loadScript } from "./load.ts";
export { readScript } from "./read.ts";
