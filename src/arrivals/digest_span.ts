import { SLOT_MS } from "../base/mod.ts";
import { EventLog, Traffic } from "../pattern/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { Digest } from "./arrival.ts";
import { lanesOf, type Stripe, WHOLE } from "./lanes.ts";
import { ArrivalSource } from "./source.ts";

/** The span of a digest, and which part of the traffic. */
export interface DigestSpan {
  readonly startMs: number;
  readonly durationMs: number;
  readonly stripe?: Stripe;
}

/** Digest and number of the arrivals seen so far. */
export interface DigestProgress {
  /** 16 hexadecimal digits. */
  readonly digest: string;
  readonly arrivals: number;
  /** Share of the span that is done, up to 1. */
  readonly done: number;
}

/** Slots between two words of progress. */
const SLOTS_PER_STEP = 6000;

/**
 * All arrivals of a span as a run of `plan` fired at its start would have
 * them, without sending. Yields its progress; the last word is the result.
 */
export function* digestSpan(
  plan: Plan,
  { startMs, durationMs, stripe = WHOLE }: DigestSpan,
): Generator<DigestProgress> {
  const first = Math.floor(startMs / SLOT_MS);
  const count = Math.ceil(durationMs / SLOT_MS);
  const events = new EventLog();
  events.append({ slot: first, kind: "fire", value: 0, durationMs: 0 });
  const traffic = new Traffic([plan.pattern], events);
  const source = new ArrivalSource({
    plan,
    lanes: lanesOf(stripe),
    rateAt: (slot) => traffic.rateAt(slot),
  });
  const digest = new Digest();
  let arrivals = 0;
  for (let i = 0; i < count; i++) {
    const list = source.slot(first + i);
    digest.addSlot(first + i, list.view(), list.length);
    arrivals += list.length;
    if (i % SLOTS_PER_STEP === SLOTS_PER_STEP - 1) {
      yield { digest: digest.toString(), arrivals, done: (i + 1) / count };
    }
  }
  yield { digest: digest.toString(), arrivals, done: 1 };
}
