import { SLOT_MS } from "../../base/mod.ts";
import { Delayed, delayOf, waitOf } from "./delays.ts";
import {
  type IrregularShape,
  type RetrySpec,
  TABLE_SLOTS_MAX,
} from "./types.ts";

/**
 * Retries of clients whose requests fail in an outage. r_k is the rate of the
 * k-th try as a multiple of the rate of first ones:
 *
 *   r_0 = 1     r_{k+1} = (r_k · p · 1[outage]) ∗ wait_k     factor = Σ r_k
 *
 * p is the share that fails. The wait is `after` and the back-off. It is open
 * loop: it asks what happens if clients do this, whatever the service answers.
 */
export function retryShape(spec: RetrySpec): IrregularShape {
  const { outageMs, fails, afterMs, backoff, tries } = spec;
  const slots = Math.min(TABLE_SLOTS_MAX, retrySlots(spec));
  const failing = Math.ceil(outageMs / SLOT_MS);
  const sum = new Float64Array(slots);
  let rate = new Float64Array(slots).fill(1, 0, failing);
  for (let k = 0; k < tries; k++) {
    const wait = waitOf(backoff, k);
    const delay = delayOf({
      fromMs: afterMs + wait.fromMs,
      toMs: afterMs + wait.toMs,
    });
    const next = new Delayed(slots);
    for (let slot = 0; slot < failing; slot++) {
      next.add(slot, rate[slot]! * fails, delay);
    }
    rate = Float64Array.from({ length: slots }, () => next.take());
    for (let i = 0; i < slots; i++) sum[i]! += rate[i]!;
  }
  const peak = sum.reduce((most, value) => Math.max(most, value), 0);
  return {
    lead: 0,
    slots,
    factorAt: (i) => 1 + sum[i]!,
    addedAt: () => 0,
    mixedAt: () => 0,
    hotAt: () => 0,
    heightAt: (i) => peak === 0 ? 0 : sum[i]! / peak,
  };
}

/** Slots from the begin of an outage to the last retry. */
export function retrySlots(
  { outageMs, afterMs, backoff, tries }: Pick<
    RetrySpec,
    "outageMs" | "afterMs" | "backoff" | "tries"
  >,
): number {
  // Only what is tried in the outage is tried again.
  let lastMs = 0;
  for (let k = 0; k < tries; k++) {
    lastMs = Math.max(lastMs, waitOf(backoff, k).toMs);
  }
  return Math.ceil((outageMs + afterMs + lastMs) / SLOT_MS) + 2;
}
