import {
  ArrivalSource,
  lanesOf,
  offsetMsOf,
  targetOf,
  WHOLE,
} from "../../arrivals/mod.ts";
import { SLOT_MS } from "../../base/mod.ts";
import { EventLog, Traffic } from "../../pattern/mod.ts";
import { type Plan, RUN_TARGETS_MAX } from "../../plan/mod.ts";
import { dispersionOf } from "../rate/bursts.ts";
import { ManyDraws } from "../fit/numbers.ts";
import type { Learned } from "../learn.ts";
import { STRETCH_SEC } from "../read/instants.ts";

/** How counts of one length vary, in the log and in the plan. */
export interface CheckRow {
  readonly sec: number;
  readonly log: number;
  /** Of the simulated times. */
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

const TIMES = 20;
/** Rates are looked at once in so many seconds for long scales. */
const LOOK_SEC = 10;
const LOOK_SLOTS = LOOK_SEC * 1000 / SLOT_MS;
const SPAN_SEC_MAX = 28 * 86_400;
const BURSTY_SPAN_SEC_MAX = 6 * 3600;
/** Arrivals that are made for short scales, in all simulations together. */
const ARRIVALS_MAX = 1_500_000;
const STRETCHES_MAX = 4;

/**
 * Compares a plan with the log that it was learned from: the plan is simulated
 * 20 times with other seeds, over the span of the log, and the dispersion of
 * counts is compared at each scale.
 */
export function checkPlan(learned: Learned, plan: Plan): CheckRow[] {
  const scales = learned.dispersion.map(({ sec }) => sec);
  const times = Array.from({ length: TIMES }, (_, i) => {
    const own = {
      ...plan,
      pattern: { ...plan.pattern, seed: plan.pattern.seed + 1 + i },
    };
    return simulated(own, learned, scales);
  });
  return learned.dispersion.map(({ sec, idc }, k) => {
    const values = times.map((time) => time[k]!).filter((v) => !Number.isNaN(v))
      .sort((a, b) => a - b);
    return {
      sec,
      log: idc,
      middle: values[values.length >> 1] ?? NaN,
      low: values[0] ?? NaN,
      high: values.at(-1) ?? NaN,
    };
  });
}

function simulated(
  plan: Plan,
  learned: Learned,
  scales: readonly number[],
): number[] {
  const fromSlot = Math.floor(learned.fromSec * 1000 / SLOT_MS);
  const events = new EventLog();
  events.append({ slot: fromSlot, kind: "fire", value: 0, durationMs: 0 });
  const traffic = new Traffic([plan.pattern], events);
  const visits = visitsOf(plan);
  const short = shortScales(plan, { fromSlot, traffic, visits, learned });
  // Bursts move from slot to slot; all else moves slowly.
  const isBursty = plan.pattern.burst !== undefined;
  const looks = isBursty ? LOOK_SLOTS : 1;
  const spanMax = isBursty ? BURSTY_SPAN_SEC_MAX : SPAN_SEC_MAX;
  const spanSec = Math.min(spanMax, learned.toSec - learned.fromSec);
  const rates = new Float64Array(Math.floor(spanSec / LOOK_SEC));
  for (let i = 0; i < rates.length; i++) {
    const slot = fromSlot + i * LOOK_SLOTS + (looks === 1 ? LOOK_SLOTS / 2 : 0);
    let sum = 0;
    for (let k = 0; k < looks; k++) {
      sum += traffic.rateAt(slot + Math.floor(k * LOOK_SLOTS / looks));
    }
    rates[i] = sum / looks * visits.mean;
  }
  return scales.map((sec) =>
    sec < LOOK_SEC
      ? short.find((row) => row.sec === sec)?.idc ?? NaN
      : longScale(rates, sec, visits)
  );
}

/** Variance of the expected counts over their mean, and what chance adds: 1, or as much as visits have. */
function longScale(
  rates: Float64Array,
  sec: number,
  { spread }: Visits,
): number {
  const per = Math.round(sec / LOOK_SEC);
  const bins = Math.floor(rates.length / per);
  if (bins < 2) return NaN;
  const counts = new Float64Array(bins);
  for (let b = 0; b < bins; b++) {
    for (let i = 0; i < per; i++) counts[b]! += rates[b * per + i]! * LOOK_SEC;
  }
  const mean = counts.reduce((a, b) => a + b, 0) / bins;
  const square = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0);
  return mean === 0 ? NaN : spread + square / (bins - 1) / mean;
}

/** What arrivals become: so many requests each, over time. */
interface Visits {
  /** Requests of an arrival. */
  readonly mean: number;
  /** E[N²] / E[N]. */
  readonly spread: number;
  /** By the number of an arrival's target: thinking after each request in ms. */
  readonly thinking: ReadonlyMap<number, readonly number[]>;
}

function visitsOf({ journeys = [] }: Plan): Visits {
  const thinking = new Map<number, readonly number[]>();
  let [weights, requests, squares] = [0, 0, 0];
  journeys.forEach(({ weight, items }, i) => {
    const thinks = items.flatMap((item) => {
      const think = item.kind === "think" ? item.think : item.think ?? null;
      return think === null ? [] : [think.meanMs];
    });
    const steps = items.filter(({ kind }) => kind === "step").length;
    thinking.set(RUN_TARGETS_MAX + i, thinks);
    weights += weight;
    requests += weight * steps;
    squares += weight * steps * steps;
  });
  if (weights === 0 || requests === 0) return { mean: 1, spread: 1, thinking };
  return { mean: requests / weights, spread: squares / requests, thinking };
}

/** The dispersion of exact instants, of some stretches spread over the span. */
function shortScales(
  plan: Plan,
  { fromSlot, traffic, visits, learned }: {
    readonly fromSlot: number;
    readonly traffic: Traffic;
    readonly visits: Visits;
    readonly learned: Learned;
  },
) {
  if (learned.instants === 0) return [];
  const source = new ArrivalSource({ plan, lanes: lanesOf(WHOLE), traffic });
  const draws = new ManyDraws();
  const slots = STRETCH_SEC * 1000 / SLOT_MS;
  const spanSlots = (learned.toSec - learned.fromSec) * 1000 / SLOT_MS;
  const perStretch = Math.max(1, learned.meanRate * STRETCH_SEC);
  const count = Math.max(
    1,
    Math.min(
      STRETCHES_MAX,
      Math.floor(ARRIVALS_MAX / TIMES / perStretch),
      Math.floor(spanSlots / slots),
    ),
  );
  const stretches = Array.from({ length: count }, (_, k) => {
    const first = fromSlot + Math.floor(k * (spanSlots - slots) / count);
    const instants: number[] = [];
    for (let slot = first; slot < first + slots; slot++) {
      const list = source.slot(slot);
      for (let i = 0; i < list.length; i++) {
        const arrival = list.at(i);
        let ms = (slot - first) * SLOT_MS + offsetMsOf(arrival);
        instants.push(ms * 1000);
        for (const mean of visits.thinking.get(targetOf(arrival)) ?? []) {
          ms -= mean * Math.log(1 - draws.unit());
          instants.push(ms * 1000);
        }
      }
    }
    return Float64Array.from(instants).sort()
      .filter((us) => us < STRETCH_SEC * 1e6);
  });
  return dispersionOf(stretches, learned.tickUs);
}
