import type {
  ProofResult,
  Threshold,
  UnknownReason,
} from "../threshold/mod.ts";
import type { SeriesName } from "./gather.ts";
import type { RecoveryWatch } from "./recovery/mod.ts";
import type { SpanSample } from "./sample.ts";

/** A share of fewer requests says little about the next ones: a window of them is not judged. */
export const SHARE_SAMPLES_MIN = 20;

/** What knows how targets came back from spikes. */
export type Recoveries = Pick<RecoveryWatch, "take" | "read" | "measure">;

/** A measured value, or why there is none. */
export type MeasuredValue =
  | { readonly kind: "value"; readonly value: number | ProofResult }
  | { readonly kind: "unknown"; readonly why: UnknownReason };

/**
 * What a threshold measures of a span, in the unit of its limit.
 *
 * @param least so many requests make a share
 */
export function valueOf(
  { measure: { name, statistic }, limit }: Threshold,
  sample: SpanSample,
  least: number,
): MeasuredValue {
  switch (limit.unit) {
    case "ms":
      return known(durationOf(sample, statistic), sample.size);
    case "share":
      return sample.whole < Math.max(1, least)
        ? none(sample.whole)
        : known(sample.part / sample.whole, sample.whole);
    case "count":
      // Where nothing was due, nothing could be missed.
      return name === "missed" && sample.whole === 0
        ? none(0)
        : known(sample.part, sample.whole);
    case "perSec":
      return sample.whole === 0
        ? none(0)
        : known(sample.part / sample.whole, sample.whole);
    case "proof":
      return none(0);
  }
}

/** A time of recovery, of the target that is selected. */
export function recoveryValue(
  { measure: { statistic, select } }: Threshold,
  recovery: Recoveries,
  series: readonly SeriesName[],
): MeasuredValue {
  const value = recovery.measure(statistic!, select.target ?? null, series);
  return value === null
    ? { kind: "unknown", why: "no_data" }
    : { kind: "value", value };
}

/** The user wants to know, too, when a proof is not available yet. */
export function proofValue(
  { measure: { proof }, limit }: Threshold,
  proofs: Readonly<Record<string, ProofResult>>,
): MeasuredValue {
  const value = proofs[proof!]!;
  return value === "not_yet" && limit.value !== value
    ? none(1)
    : { kind: "value", value };
}

function durationOf(
  { durations }: SpanSample,
  statistic: Threshold["measure"]["statistic"],
): number | null {
  if (durations === null || durations.count === 0) return null;
  switch (statistic?.kind) {
    case "percentile":
      return durations.percentile(statistic.share);
    case "mean":
      return durations.meanMs;
    case "max":
      return durations.maxMs;
    case undefined:
      return null;
  }
}

function known(value: number | null, size: number): MeasuredValue {
  return value === null ? none(size) : { kind: "value", value };
}

function none(size: number): MeasuredValue {
  return { kind: "unknown", why: size === 0 ? "no_data" : "too_few" };
}
