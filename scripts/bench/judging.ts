/**
 * What proof and thresholds cost, in a process of its own. Result: one JSON
 * line.
 */
import {
  COARSE,
  createRegion,
  type DurationGrowth,
  FINE,
  Layout,
  ProofWriter,
  type SeriesGrowth,
} from "../../src/stats/mod.ts";
import { parseThreshold, type Threshold } from "../../src/threshold/mod.ts";
import { type JudgedSecond, Judging } from "../../src/verdict/mod.ts";

const SENDS = 2_000_000;
const SECONDS = 600;
const ROUNDS = 5;
/** Thresholds of each kind: fifty in all. */
const LINES = [
  "response.p99 < 250ms over 10s",
  "response.p99.9{phase=spike,target=api} < 800ms over 5m for 3",
  "service.p95{target=web} < 1s over 1m",
  "errors < 5% over 1m",
  "status.5xx < 1% over 30s",
  "achieved >= 98% over 10s",
  "lag.p99 < 3ms",
  "response.p95 < 300ms",
  "missed == 0",
  "rate >= 10/s over 1m",
];
const EACH = 5;

/** Nanoseconds a send of the proof, and milliseconds a second of fifty thresholds, of each round. */
export interface JudgingResult {
  readonly proofNs: readonly number[];
  readonly thresholdsMs: readonly number[];
}

function proofNs(): number {
  const layout = new Layout(1);
  const proof = new ProofWriter(createRegion(layout), layout);
  const ratePerSec = 1000;
  const slot = { slot: 1, startMs: 0, isUniform: false, shape: null };
  proof.slot({ ...slot, ratePerSec, wholePerSec: ratePerSec });
  const arrival = { lane: 0, intendedMs: 0, sentMs: 0 };
  const started = performance.now();
  for (let i = 0; i < SENDS; i++) {
    arrival.lane = i & 255;
    arrival.sentMs += (i % 97) / 48;
    proof.sent(arrival);
  }
  return (performance.now() - started) * 1e6 / SENDS;
}

function thresholds(): Threshold[] {
  return Array.from({ length: EACH }, (_, i) =>
    // Each is another one: windows are shared by nobody.
    LINES.map((line) => line.replace(/(\d+)(ms|%|\/s|s)/, `$1.${i}$2`)))
    .flat().map((line) => {
      const result = parseThreshold(line);
      if (result.kind === "wrong") throw new Error(result.message);
      return result.threshold;
    });
}

function durations(
  second: number,
  count: number,
  fine = false,
): DurationGrowth {
  const cells = Array.from({ length: count }, (_, i) => [
    1000 + (i * 37 + second * 11) % 400,
    1 + i % 3,
  ]).flat();
  const shape = fine ? FINE : COARSE;
  return { shape, cells, sumMs: 20 * count, minMs: 5, maxMs: 90 };
}

function secondOf(i: number): JudgedSecond {
  const part = (target: number): SeriesGrowth => ({
    ...{ target, phase: i % 20 === 0 ? "spike" : "baseline", scenario: -1 },
    ...{ sent: 500, missed: 0, late: 0, workerLost: 0, completed: 500 },
    ...{ failed: i % 7, generator: 0 },
    response: durations(i, 80),
    service: durations(i + 1, 80),
  });
  return {
    parts: [part(0), part(1)],
    codes: [{ target: 0, codes: [[200, 499, 0], [500, 1, 1]] }],
    sendLag: durations(i, 60, true),
    connect: durations(i, 0),
    firstByte: durations(i, 80),
    ...{ atMs: 1000 * i, seconds: 1, phase: "baseline", scenario: null },
    ...{ spike: 1, scenarios: [] },
    proofs: { law: "not_yet", counts: "not_yet", lag: "not_yet" },
  };
}

function thresholdsMs(): number {
  const series = [{ name: "api" }, { name: "web" }];
  const judging = new Judging(() => series);
  const asked = thresholds();
  judging.ask({ thresholds: asked, tolerate: 1, allowUnknown: false });
  const seconds = Array.from({ length: SECONDS }, (_, i) => secondOf(i));
  const started = performance.now();
  for (const second of seconds) judging.take(second);
  return (performance.now() - started) / SECONDS;
}

if (import.meta.main) {
  const rounds = <T>(of: () => T) => Array.from({ length: ROUNDS }, of);
  const result: JudgingResult = {
    proofNs: rounds(proofNs),
    thresholdsMs: rounds(thresholdsMs),
  };
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
