import { SLOT_MS } from "../base/mod.ts";
import { EventLog, Traffic } from "../pattern/mod.ts";
import type { Plan } from "../plan/mod.ts";
import type { TraceReader } from "../trace/mod.ts";
import { Digest } from "./arrival.ts";
import { lanesOf, type Stripe, WHOLE } from "./lanes.ts";
import type { ArrivalList } from "./list.ts";
import { ArrivalSource } from "./source.ts";

/** The span of a digest, and which part of the traffic. */
export interface DigestSpan {
  readonly startMs: number;
  readonly durationMs: number;
  readonly stripe?: Stripe;
  /** The trace of a replay. */
  readonly trace?: TraceReader;
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

/** The arrivals of one slot of a span. */
export interface SlotArrivals {
  readonly slot: number;
  /** In the order of their instants, valid until the next slot. */
  readonly list: ArrivalList;
}

/**
 * All arrivals of a span, slot by slot, as a run of `plan` fired at its start
 * has them.
 */
export function* arrivalsIn(
  plan: Plan,
  { startMs, durationMs, stripe = WHOLE, trace }: DigestSpan,
): Generator<SlotArrivals> {
  const first = Math.floor(startMs / SLOT_MS);
  const end = first + Math.ceil(durationMs / SLOT_MS);
  const events = new EventLog();
  events.append({ slot: first, kind: "fire", value: 0, durationMs: 0 });
  const traffic = new Traffic([plan.pattern], events);
  const source = new ArrivalSource({
    plan,
    lanes: lanesOf(stripe),
    traffic,
    replay: trace ? { reader: trace, firedSlotAt: () => first } : null,
  });
  for (let slot = first; slot < end; slot++) {
    yield { slot, list: source.slot(slot) };
  }
}

/**
 * Digest and number of all arrivals of a span, without sending. Yields its
 * progress; the last word is the result.
 */
export function* digestSpan(
  plan: Plan,
  span: DigestSpan,
): Generator<DigestProgress> {
  const count = Math.ceil(span.durationMs / SLOT_MS);
  const digest = new Digest();
  let arrivals = 0;
  let made = 0;
  for (const { slot, list } of arrivalsIn(plan, span)) {
    digest.addSlot(slot, list.view(), list.length);
    arrivals += list.length;
    if (++made % SLOTS_PER_STEP === 0) {
      yield { digest: digest.toString(), arrivals, done: made / count };
    }
  }
  yield { digest: digest.toString(), arrivals, done: 1 };
}
