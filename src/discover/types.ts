/** A value at the beginning and at the end of a step: means of its first and its last third. */
export interface Trend {
  readonly first: number;
  readonly last: number;
}

/** One threshold, held against what a step came to. */
export interface StepCheck {
  /** As it was written. */
  readonly text: string;
  readonly result: "kept" | "broken" | "unknown";
}

/** What one step came to: a steady rate, for a while. */
export interface StepMeasure {
  /** Requests a second that were asked for. */
  readonly rate: number;
  /** For which they were sent. */
  readonly durationMs: number;
  readonly due: number;
  readonly sent: number;
  /** Not sent, and kar's own doing. */
  readonly missedByKar: number;
  /** Not sent, since a bound on open requests or connections was reached. */
  readonly missedByBound: number;
  /** Answered, or failed by themselves. */
  readonly completed: number;
  /** Those of them that got an answer, be it an error. */
  readonly answered: number;
  readonly failed: number;
  /** Without an answer when the step ended and its time to end had passed. */
  readonly unfinished: number;
  readonly p95Ms: number | null;
  /** By which kar was late; null = too few to say. */
  readonly lagP99Ms: number | null;
  readonly inFlight: Trend;
  readonly responseMs: Trend;
  readonly checks: readonly StepCheck[];
  /** Whether it was cut short, since going on would have done harm. */
  readonly isHarmful: boolean;
}

/** What a step says of its rate. */
export type StepVerdict =
  | { readonly kind: "sustained" }
  /** The target was the limit; `first` is what gave way. */
  | { readonly kind: "broken"; readonly first: string }
  /** It did harm: nothing more is to be sent. */
  | { readonly kind: "harmful"; readonly first: string }
  /** kar could not send what it claims, or was too late to judge. */
  | { readonly kind: "kar"; readonly first: string }
  /** Nothing can be said, however long it went on. */
  | { readonly kind: "unknown"; readonly first: string };

/** A step that was made, in the order in which they were. */
export interface StepTaken {
  readonly pass: "up" | "down";
  readonly measure: StepMeasure;
  readonly verdict: StepVerdict;
}

/** Why a search ended. */
export type SearchEnd =
  | "target"
  | "kar"
  | "max"
  | "harmful"
  | "not_recovered"
  | "unknown"
  | "interrupted";
