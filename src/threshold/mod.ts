/**
 * What may be asked of a run: thresholds as plain data, and the one line in
 * which each is written. Stands below config, which reads them, and plan, which
 * keeps them; `verdict` judges by them. Knows no counter and no value of a run.
 *
 * ```ts
 * parseThreshold("response.p99{target=api} < 250ms over 1m for 3 -> stop");
 * ```
 *
 * @module
 */
export * from "./each.ts";
export * from "./measures.ts";
export * from "./names.ts";
export { parseThreshold, strideSec, THRESHOLD_CHARS_MAX } from "./parse.ts";
export { FORM } from "./scan.ts";
export * from "./snapshot.ts";
export * from "./threshold.ts";
export * from "./words.ts";
export * from "./saved.ts";
