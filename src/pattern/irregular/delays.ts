import { SLOT_MS } from "../../base/mod.ts";
import type { BackOff } from "./types.ts";

/** Bounds of a wait that is drawn evenly between them, in milliseconds. */
export interface Wait {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How long clients wait before the next try, after so many of them. */
export function waitOf(
  { baseMs, times, maxMs, jitter }: BackOff,
  tries: number,
): Wait {
  const ms = Math.min(maxMs, baseMs * times ** tries);
  if (jitter === "none") return { fromMs: ms, toMs: ms };
  return { fromMs: jitter === "full" ? 0 : ms / 2, toMs: ms };
}

/** How much more, or less, comes from a slot on than came in the one before. */
export interface DelayStep {
  readonly slot: number;
  readonly by: number;
}

/**
 * How a wait moves what lies evenly inside one slot to others: with the twice
 * summed distribution I of the wait and h the length of a slot,
 *
 *   share of slot m = (I((m + 1)h) − 2·I(mh) + I((m − 1)h)) / h
 *
 * A wait that is drawn evenly has a plateau, so that few steps say it all.
 */
export function delayOf({ fromMs, toMs }: Wait): DelayStep[] {
  const summed = (ms: number) => {
    if (ms <= fromMs) return 0;
    if (ms >= toMs) return ms - (fromMs + toMs) / 2;
    return (ms - fromMs) ** 2 / (2 * (toMs - fromMs));
  };
  const shareOf = (slot: number) => {
    const ms = slot * SLOT_MS;
    if (ms - SLOT_MS >= toMs || ms + SLOT_MS <= fromMs) return 0;
    if (ms - SLOT_MS >= fromMs && ms + SLOT_MS <= toMs) {
      return SLOT_MS / (toMs - fromMs);
    }
    const bend = summed(ms + SLOT_MS) - 2 * summed(ms) + summed(ms - SLOT_MS);
    return Math.max(0, bend / SLOT_MS);
  };
  const steps: DelayStep[] = [];
  // No wait is below 0: what would come earlier comes at once.
  let before = 0;
  const last = Math.ceil(toMs / SLOT_MS) + 1;
  for (let slot = 0; slot <= last; slot++) {
    const share = shareOf(slot) + (slot === 0 ? shareOf(-1) : 0);
    if (share !== before) steps.push({ slot, by: share - before });
    before = share;
  }
  return steps;
}

/** What comes later, slot by slot: it is added ahead and taken in order. */
export class Delayed {
  readonly #rise: Float64Array;
  #level = 0;
  #slot = 0;

  constructor(slots: number) {
    this.#rise = new Float64Array(slots);
  }

  /** Adds what comes of an amount of a slot. */
  add(slot: number, amount: number, delay: readonly DelayStep[]): void {
    for (const step of delay) {
      const at = slot + step.slot;
      if (at < this.#rise.length) this.#rise[at]! += amount * step.by;
    }
  }

  /** What comes in the next slot, the first one first. */
  take(): number {
    this.#level += this.#rise[this.#slot++]!;
    return Math.max(0, this.#level);
  }
}
