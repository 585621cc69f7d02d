/**
 * Reads HTTP/1.1 answers (RFC 9112) from bytes cut at any place, for the client
 * in the parent folder. Keeps the status and where the answer ends; never the
 * content, never more than a line of it. Never throws.
 *
 * @module
 */
export { type ParserOptions, ResponseParser } from "./parser.ts";
export { BROKEN, MORE } from "./verdict.ts";
