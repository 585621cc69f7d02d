import type { Phase } from "../pattern/mod.ts";
import type { MeasureName } from "./measures.ts";
import type {
  Operator,
  ProofName,
  ProofResult,
  ThresholdAction,
  Unit,
} from "./words.ts";

/** What is taken of a distribution. */
export type Statistic =
  | { readonly kind: "percentile"; readonly share: number }
  | { readonly kind: "mean" }
  | { readonly kind: "max" };

/** Codes of answers, both ends included. */
export type CodeSpan = readonly [from: number, to: number];

/** Which part of the traffic is looked at; what is absent is not asked for. */
export interface Selection {
  readonly phase?: Phase;
  readonly target?: string;
  readonly step?: string;
  readonly scenario?: string;
  readonly status?: CodeSpan;
}

/** What is measured. */
export interface Measure {
  readonly name: MeasureName;
  /** Of a duration; null = the measure has none. */
  readonly statistic: Statistic | null;
  /** Of `status`; null = the measure has none. */
  readonly codes: CodeSpan | null;
  /** Of `proof`; null = the measure has none. */
  readonly proof: ProofName | null;
  readonly select: Selection;
}

/** A value with the unit in which it is meant: a share is 0 to 1. */
export type Limit =
  | { readonly unit: Exclude<Unit, "proof">; readonly value: number }
  | { readonly unit: "proof"; readonly value: ProofResult };

/** The windows of a threshold. */
export interface WindowSpec {
  /** As it slides: seconds to a minute, whole minutes to an hour, whole hours beyond. */
  readonly lengthSec: number;
  /** As it was written, milliseconds. */
  readonly askedMs: number;
  /** So many in a row, end to end, must breach. */
  readonly times: number;
}

/** One threshold, read and checked: plain data. */
export interface Threshold {
  /** As everything shows it: one line without spare spaces. */
  readonly text: string;
  readonly measure: Measure;
  readonly operator: Operator;
  readonly limit: Limit;
  /** Null = the whole run. */
  readonly window: WindowSpec | null;
  readonly action: ThresholdAction;
}
