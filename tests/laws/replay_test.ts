/** What more and fewer users do to the variance of counts: copies and thinning of a replay. */
import assert from "node:assert/strict";
import {
  ArrivalSource,
  lanesOf,
  offsetMsOf,
  WHOLE,
} from "../../src/arrivals/mod.ts";
import { ManyDraws } from "../../src/learn/fit/numbers.ts";
import type { Pattern } from "../../src/pattern/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import type { ReplaySpec, TraceReader } from "../../src/trace/mod.ts";
import { instantsOf, MONDAY_MS, ratesOf, steady } from "../learn/made_log.ts";
import { packed, readerOf, specOf } from "../trace/memory_trace.ts";

const SECONDS = 3600;
const BASE = 60;
/** Each with a drift and with arrivals of its own. */
const RUNS = 16;
/** How far a dispersion may be from that of as many users. */
const APART_MAX = 0.02;
const FIRED = 17_000_000_000;
/** Counted from here, so that all copies have begun. */
const FROM_SEC = 60;
const SCALES_SEC = [0.1, 1, 10, 60];

/** Traffic that drifts, of so many times the users. */
interface Truth {
  readonly users: number;
  /** Of the drift, which traffic of more users has, too. */
  readonly seed: number;
  readonly draws: ManyDraws;
}

function driftingOf(users: number): Pattern {
  const drift = [{ amplitude: 0.25, timeMs: 300_000 }];
  return { ...steady(BASE * users), drift };
}

/** Instants in seconds. */
function truth({ users, seed, draws }: Truth): number[] {
  const pattern = { ...driftingOf(users), seed };
  const made = { pattern, fromMs: MONDAY_MS, seconds: SECONDS };
  return [...instantsOf(made, draws)].map((ms) => (ms - MONDAY_MS) / 1000);
}

function traceOf(instants: readonly number[], draws: ManyDraws): TraceReader {
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

/**
 * Dispersions that so many users have, given how their rate drifts:
 *
 *   IDC(τ) = 1 + S²(Λ) / mean(Λ)     Λ: the area under the rate in bins of τ
 */
function expected({ users, seed }: Omit<Truth, "draws">): number[] {
  const pattern = { ...driftingOf(users), seed };
  const rates = [...ratesOf({ pattern, fromMs: MONDAY_MS, seconds: SECONDS })]
    .slice(FROM_SEC);
  return SCALES_SEC.map((scale) => {
    const per = Math.max(1, scale);
    const areas = Array.from(
      { length: Math.floor(rates.length / per) },
      (_, i) =>
        rates.slice(i * per, (i + 1) * per).reduce((a, b) => a + b, 0) *
        scale / per,
    );
    const mean = areas.reduce((a, b) => a + b, 0) / areas.length;
    const square = areas.reduce((sum, n) => sum + (n - mean) ** 2, 0);
    return 1 + square / (areas.length - 1) / mean;
  });
}

/**
 * Dispersions of a replay over those of as many users, by scale: the mean of
 * many runs, and its standard error.
 *
 * Of one run the error is large: of n independent counts the variance is known
 * to √(2/n) of itself, and where a drift of amplitude a is most of it, to
 * 2/(a·√N) by the chance of N arrivals. What drifts is taken as it was, so that
 * its own chance, which is larger by far, is in neither.
 */
function ratios(
  users: number,
  change: Partial<ReplaySpec>,
): { readonly mean: number; readonly error: number }[] {
  const runs = Array.from({ length: RUNS }, (_, run) => {
    const draws = new ManyDraws(run + 1);
    const seed = run + 1;
    const wanted = expected({ users, seed });
    const trace = traceOf(truth({ users: 1, seed, draws }), draws);
    return dispersions(sent(trace, change)).map((idc, i) => idc / wanted[i]!);
  });
  return SCALES_SEC.map((_, i) => {
    const all = runs.map((ratio) => ratio[i]!);
    const mean = all.reduce((a, b) => a + b, 0) / RUNS;
    const square = all.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0);
    return { mean, error: Math.sqrt(square / (RUNS - 1) / RUNS) };
  });
}

/** Alike within two hundredths, as far as so many runs can tell. */
function checkAlike(found: ReturnType<typeof ratios>): void {
  const said = found.map(({ mean, error }) =>
    `${mean.toFixed(4)} ± ${error.toFixed(4)}`
  ).join(", ");
  found.forEach(({ mean, error }) => {
    // Else the next line could not fail.
    assert.ok(error < 0.01, said);
    assert.ok(Math.abs(mean - 1) < APART_MAX + 2 * error, said);
  });
}

Deno.test("whole copies moved by some seconds vary as three times the users do, at all scales", () => {
  checkAlike(ratios(3, { rate: 3, shiftUs: 5e6 }));
  // Copies at the same instants triple what is pure chance.
  const draws = new ManyDraws();
  const reader = traceOf(truth({ users: 1, seed: 1, draws }), draws);
  const [same = 0] = dispersions(sent(reader, { rate: 3, shiftUs: 0 }));
  assert.ok(same > 2.5, `${same}`);
});

Deno.test("half of the clients vary as half of the users do", () => {
  checkAlike(ratios(0.5, { rate: 0.5 }));
});
