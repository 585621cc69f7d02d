import type { Operator, Result } from "../threshold/mod.ts";

/** A bound of a measured value. */
export interface Bound<Subject, Name extends string = string> {
  readonly name: Name;
  /** Null = too little is known to judge. */
  readonly measure: (subject: Subject) => number | string | null;
  readonly operator: Operator;
  /** In the measure's own unit. */
  readonly limit: number | string;
}

/** The result of one bound. */
export interface Verdict<Name extends string = string> {
  readonly name: Name;
  /** Null = too little is known. */
  readonly value: number | string | null;
  readonly limit: number | string;
  readonly result: Result;
}

/**
 * Measures a run, or some seconds of it, and holds it against bounds: one
 * verdict each, in their order. The only place that compares.
 */
export function judge<Subject, Name extends string>(
  bounds: readonly Bound<Subject, Name>[],
  subject: Subject,
): Verdict<Name>[] {
  return bounds.map((bound) => judgeOne(bound, subject));
}

/** As `judge`, for one bound. */
export function judgeOne<Subject, Name extends string>(
  { name, measure, operator, limit }: Bound<Subject, Name>,
  subject: Subject,
): Verdict<Name> {
  const value = measure(subject);
  if (value === null) return { name, value, limit, result: "unknown" };
  const result = isKept(value, operator, limit) ? "pass" : "fail";
  return { name, value, limit, result };
}

/** The names of the bounds that are not kept; those that cannot be judged are not among them. */
export function brokenBounds<Subject, Name extends string>(
  bounds: readonly Bound<Subject, Name>[],
  subject: Subject,
): Name[] {
  return judge(bounds, subject).filter(({ result }) => result === "fail")
    .map(({ name }) => name);
}

function isKept(
  value: number | string,
  operator: Operator,
  limit: number | string,
): boolean {
  switch (operator) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case "==":
      return value === limit;
    case ">=":
      return value >= limit;
    case ">":
      return value > limit;
  }
}
