/**
 * Reads HTTP/1.1 answers (RFC 9112) out of bytes cut anywhere, for the client
 * beside it. Keeps the status and where the answer ends; never the content,
 * never more than a line of it, and never throws.
 *
 * @module
 */
export { type ParserOptions, ResponseParser } from "./parser.ts";
export { BROKEN, MORE } from "./verdict.ts";
