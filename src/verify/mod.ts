/**
 * The proofs of what was sent, taken from the server's own access log.
 *
 * ```
 *  line ─▶ AccessReader ─▶ AccessLine ─▶ LogProof ─▶ VerifyResult
 *                                      ▲
 *  plan, spans ─▶ arrivals made again ─┘
 * ```
 *
 * A log is walked once, in bounded memory: counts by second take any order of
 * lines, the law takes lines that are out of order by less than a request may
 * take. Reads no file.
 *
 * @module
 */
export { type AccessFormat, AccessReader, type LineOptions } from "./line.ts";
export { LogProof } from "./log_proof.ts";
export * from "./types.ts";
