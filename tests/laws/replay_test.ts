/** What more and fewer users do to the variance of counts: copies and thinning of a replay. */
import assert from "node:assert/strict";
import {
  ArrivalSource,
  lanesOf,
  offsetMsOf,
  WHOLE,
} from "../../src/arrivals/mod.ts";
import { ManyDraws } from "../../src/learn/fit/numbers.ts";
import type { Plan } from "../../src/plan/mod.ts";
import type { ReplaySpec, TraceReader } from "../../src/trace/mod.ts";
import { instantsOf, MONDAY_MS, steady } from "../learn/made_log.ts";
import { packed, readerOf, specOf } from "../trace/memory_trace.ts";

const SECONDS = 7200;
const BASE = 20;
const FIRED = 17_000_000_000;
/** Counted from here, so that all copies have begun. */
const FROM_SEC = 60;
const SCALES_SEC = [0.1, 1, 10, 60];

/** Instants in seconds of traffic that drifts, of so many times the users. */
function truth(users: number): number[] {
  const pattern = {
    ...steady(BASE * users),
    drift: [{ amplitude: 0.25, timeMs: 300_000 }],
  };
  const made = { pattern, fromMs: MONDAY_MS, seconds: SECONDS };
  return [...instantsOf(made)].map((ms) => (ms - MONDAY_MS) / 1000);
}

function traceOf(instants: readonly number[]): TraceReader {
  const draws = new ManyDraws();
  return readerOf(packed(instants.map((sec) => ({
    ...{ us: MONDAY_MS * 1000 + Math.round(sec * 1e6), form: 0 },
    part: Math.floor(256 * draws.unit()),
  }))));
}

/** Instants in seconds that a replay sends. */
function sent(reader: TraceReader, change: Partial<ReplaySpec>): number[] {
  const replay = { ...specOf(reader), ...change };
  const pattern = { base: BASE, seed: 1 };
  const plan = { arrivals: "replay", replay, pattern, targets: [] };
  const source = new ArrivalSource({
    plan: plan as unknown as Plan,
    ...{ lanes: lanesOf(WHOLE), traffic: { rateAt: () => BASE } },
    replay: { reader, firedSlotAt: () => FIRED },
  });
  const instants: number[] = [];
  for (let slot = 0; slot < SECONDS * 10; slot++) {
    const list = source.slot(FIRED + slot);
    for (let n = 0; n < list.length; n++) {
      instants.push(slot / 10 + offsetMsOf(list.at(n)) / 1000);
    }
  }
  return instants;
}

/** Variance over mean of counts, by scale. */
function dispersions(instants: readonly number[]): number[] {
  return SCALES_SEC.map((scale) => {
    const counts = new Float64Array(Math.floor((SECONDS - FROM_SEC) / scale));
    for (const sec of instants) {
      const bin = Math.floor((sec - FROM_SEC) / scale);
      if (bin >= 0 && bin < counts.length) counts[bin]!++;
    }
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
    const square = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0);
    return square / (counts.length - 1) / mean;
  });
}

Deno.test("whole copies moved by some seconds vary as three times the users do, at all scales", () => {
  const reader = traceOf(truth(1));
  const ideal = dispersions(truth(3));
  const copies = dispersions(sent(reader, { rate: 3, shiftUs: 5e6 }));
  const said = `${copies} beside ${ideal}`;
  copies.forEach((idc, i) =>
    assert.ok(Math.abs(idc / ideal[i]! - 1) < 0.2, said)
  );
  // Copies at the same instants triple what is pure chance.
  const [same = 0] = dispersions(sent(reader, { rate: 3, shiftUs: 0 }));
  assert.ok(same > 2.5, `${same}`);
});

Deno.test("half of the clients vary as half of the users do", () => {
  const ideal = dispersions(truth(0.5));
  const half = dispersions(sent(traceOf(truth(1)), { rate: 0.5 }));
  const said = `${half} beside ${ideal}`;
  half.forEach((idc, i) =>
    assert.ok(Math.abs(idc / ideal[i]! - 1) < 0.2, said)
  );
});
