import {
  type Distribution,
  type LagProof,
  LAW_BINS,
  type LawCounts,
  type LawProof,
} from "../../stats/mod.ts";
import type { ProofResult } from "../../threshold/mod.ts";
import { SEND_LAG_LIMIT_MS } from "../limits.ts";

/**
 * Distance from the promised distribution that is tolerated. With millions of
 * arrivals every distance is significant, but hardly any is important: what
 * matters is whether it is small.
 */
const LAW_TOLERANCE = 0.02;
/** Probability of ever being wrong, however often one looks. */
const ALPHA = 0.01;

/** The distance of bins from the uniform distribution (Kolmogorov): the greatest difference of the sums up to an edge. */
export function distanceOf(bins: ArrayLike<number>): number | null {
  let count = 0;
  for (let i = 0; i < bins.length; i++) count += bins[i]!;
  if (count === 0) return null;
  let upTo = 0;
  let distance = 0;
  for (let i = 0; i < bins.length; i++) {
    upTo += bins[i]!;
    const off = Math.abs(upTo / count - (i + 1) / bins.length);
    if (off > distance) distance = off;
  }
  return distance;
}

/**
 * Half the width of a band around a distance that holds at every look at once,
 * from the first sample on: 0.85·√((ln ln(e·n) + 0.8·ln(1612/α)) / n)
 * (Howard and Ramdas, Bernoulli 28(3), 2022).
 */
export function bandOf(count: number): number {
  const iterated = Math.log(Math.log(Math.E * count));
  return 0.85 * Math.sqrt((iterated + 0.8 * Math.log(1612 / ALPHA)) / count);
}

/** What the gaps of a run, or of a part of it, prove of whichever law it has. */
export function lawIn({ poisson, uniform }: LawCounts): LawProof {
  const even = evenLawOf(uniform ?? []);
  const law = lawOf(poisson ?? []);
  return even.gaps > law.gaps ? even : law;
}

/**
 * What bins prove: all of the band lies on one side of what is tolerated. With
 * fewer bins than a sender's own, a distance within one of them is not seen.
 */
export function lawOf(bins: ArrayLike<number>): LawProof {
  return proofOf(distanceOf(bins), sum(bins), unseenIn(bins));
}

function unseenIn({ length }: ArrayLike<number>): number {
  return length === 0 || length >= LAW_BINS ? 0 : 1 / length;
}

/**
 * The same of evenly spread arrivals, whose bins hold how far off their places
 * they were sent, in gaps: half the mean distance, which for sends that wait
 * for a tick is what the distance of a Poisson process comes to.
 */
export function evenLawOf(bins: ArrayLike<number>): LawProof {
  const count = sum(bins);
  if (count === 0) return proofOf(null, 0);
  let off = 0;
  for (let i = 0; i < bins.length; i++) {
    // The bin's middle, back from u = 1 − e^(−distance).
    const distance = -Math.log1p(-(i + 0.5) / bins.length);
    off += bins[i]! * Math.min(1, i === 0 ? 0 : distance);
  }
  return proofOf(off / count / 2, count, unseenIn(bins));
}

function proofOf(
  distance: number | null,
  gaps: number,
  unseen = 0,
): LawProof {
  const band = gaps === 0 ? null : bandOf(gaps) + unseen;
  const result = distance === null || band === null
    ? "not_yet"
    : resultOf(distance, band);
  return { result, distance, band, tolerance: LAW_TOLERANCE, gaps };
}

function resultOf(distance: number, band: number): ProofResult {
  if (distance + band < LAW_TOLERANCE) return "proved";
  return distance - band > LAW_TOLERANCE ? "refuted" : "not_yet";
}

function sum(bins: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < bins.length; i++) sum += bins[i]!;
  return sum;
}

/** What the send lag proves: by the limit above which kar was the limit. */
export function lagProofOf(lag: Distribution): LagProof {
  const p99Ms = lag.percentile(0.99);
  const result = p99Ms === null
    ? "not_yet"
    : p99Ms <= SEND_LAG_LIMIT_MS
    ? "proved"
    : "refuted";
  const maxMs = lag.count === 0 ? null : lag.maxMs;
  return { result, p50Ms: lag.percentile(0.5), p99Ms, maxMs };
}
