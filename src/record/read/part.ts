import {
  FINE,
  Histogram,
  type HistogramTotals,
  NO_PROOF,
  type ProofSnapshot,
} from "../../stats/mod.ts";
import { NO_VERDICT } from "../../threshold/mod.ts";
import { lagProofOf, lawIn, recoveryIn } from "../../verdict/mod.ts";
import type { StoredMoment } from "../meta.ts";
import type { RunRow } from "../store/mod.ts";
import { judgeRecord } from "./judge.ts";
import type { RecordReader, SpanMeasures } from "../reader/mod.ts";

/** What is judged of a part of a run. */
export type JudgedPart = Pick<StoredMoment, "verdict" | "proof" | "recovery">;

/**
 * Judges a part of a run by the thresholds of its plan, as if it were all of
 * it: its proofs are those of its own gaps and lags, its recoveries those after
 * spikes that began in it, as the run has watched them.
 */
export function judgedPart(
  reader: RecordReader,
  { plan, moment }: RunRow,
  measures: SpanMeasures,
): JudgedPart {
  const { control, recovery: ofRun } = moment!;
  const { span } = measures;
  const [fromMs, endMs] = [span.from * 1000, span.to * 1000];
  const proof = proofIn(moment!.proof, measures);
  const within = { fromMs, toMs: endMs };
  const spikes = reader.spikes(within);
  const recovery = recoveryIn(
    spikes === null || spikes.length === 0 ? ofRun : { ...ofRun, spikes },
    within,
  );
  if (!plan.judging?.thresholds.length) {
    return { verdict: { ...NO_VERDICT, isOfPart: true }, proof, recovery };
  }
  const { verdict } = judgeRecord({
    ...{ reader, plan, span, endMs, proof, recovery },
    fireSlot: control.firedSlot ?? 0,
  });
  return { verdict: { ...verdict, isOfPart: true }, proof, recovery };
}

function proofIn(
  { counts }: ProofSnapshot,
  { law, totals }: SpanMeasures,
): ProofSnapshot {
  return {
    law: lawIn(law),
    // Lane by lane and minute by minute they agree, or somewhere they do not.
    counts: counts.result === "proved" ? counts : NO_PROOF.counts,
    lag: lagProofOf(distributionOf(totals.run.sendLag)),
    dispersion: [],
  };
}

function distributionOf(totals: HistogramTotals | null | undefined) {
  const histogram = new Histogram(FINE);
  if (!totals) return histogram.distribution();
  const { cells, ...moments } = totals;
  for (let i = 0; i + 1 < cells.length; i += 2) {
    histogram.counts[cells[i]!]! += cells[i + 1]!;
  }
  return Object.assign(histogram, moments).distribution();
}
