import { KarError, suggest } from "../base/mod.ts";
import { COMPARE_MEASURES } from "./measures.ts";
import type { ComparedMeasure, Comparison } from "./types.ts";

/** What must not be: `response.p99 worse by 10%`. */
export interface FailIf {
  readonly text: string;
  readonly measure: string;
  /** Of a duration the share by which it grew, of a share its points; 0 = any. */
  readonly by: number;
}

const FAIL_IF_REGEXP = /^(\S+) worse(?: by ([0-9]+(?:\.[0-9]+)?)%)?$/;

/**
 * Reads a condition.
 *
 * @throws {KarError} `usage` that says what would be right
 */
export function parseFailIf(text: string): FailIf {
  const match = FAIL_IF_REGEXP.exec(text.trim().replace(/\s+/g, " "));
  if (match === null) {
    throw new KarError(
      "usage",
      `--fail-if '${text}': write a measure and by how much, such as 'response.p99 worse by 10%'`,
    );
  }
  const measure = match[1]!;
  const names = COMPARE_MEASURES.map(({ name }) => name);
  if (!names.includes(measure)) {
    const meant = suggest(measure, names);
    const hint = meant === undefined
      ? `known: ${names.join(", ")}`
      : `did you mean ${meant}?`;
    throw new KarError(
      "usage",
      `--fail-if '${text}': no measure ${measure}; ${hint}`,
    );
  }
  return { text, measure, by: Number(match[2] ?? 0) / 100 };
}

/** Whether a condition holds; null = nobody can tell. */
export function failsIf(
  { measure, by }: FailIf,
  { measures }: Comparison,
): boolean | null {
  const row = measures.find((row) => row.measure === measure)!;
  const { word, change, high } = row;
  // However wide the interval is: all of it may lie below the limit.
  if (word === "cannot tell") return high !== null && high < by ? false : null;
  return word === "worse" && change !== null && change >= by;
}

/** A measure of a comparison. */
export function measureOf(
  { measures }: Comparison,
  name: string,
): ComparedMeasure {
  return measures.find(({ measure }) => measure === name)!;
}
