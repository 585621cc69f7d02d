/** How far something that was measured may go. */
export interface Threshold<Subject, Name extends string = string> {
  readonly name: Name;
  /** Null = too little is known to judge. */
  readonly measure: (subject: Subject) => number | null;
  /** Passed by what lies above; in the measure's own unit. */
  readonly max: number;
}

/** What came of one threshold. */
export interface Verdict<Name extends string = string> {
  readonly name: Name;
  /** Null = too little is known. */
  readonly value: number | null;
  readonly max: number;
  /** What nobody can judge passes nothing. */
  readonly isKept: boolean;
}

/**
 * Measures a run, or some seconds of it, and holds it against thresholds: one
 * verdict each, in their order.
 */
export function judge<Subject, Name extends string>(
  thresholds: readonly Threshold<Subject, Name>[],
  subject: Subject,
): Verdict<Name>[] {
  return thresholds.map(({ name, measure, max }) => {
    const value = measure(subject);
    return { name, value, max, isKept: value === null || value <= max };
  });
}
