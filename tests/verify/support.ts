/**
 * Logs of a server that saw what a plan has, line by line.
 *
 * @module
 */
import { arrivalsIn, lanesOf, offsetMsOf } from "../../src/arrivals/mod.ts";
import { slotOf, slotStartMs } from "../../src/base/mod.ts";
import { trafficOf } from "../../src/merge/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import {
  type Expected,
  LogProof,
  type VerifyResult,
} from "../../src/verify/mod.ts";
import { planWith } from "../sim/plans.ts";

/** A Tuesday at noon, by plan time and by the wall clock. */
export const NOON_MS = Date.UTC(2026, 10, 24, 12);

/** A run that was sent without a fault. */
export interface SentRun {
  readonly plan: Plan;
  readonly seconds: number;
  /** Wall clock at its start; absent = plan time. */
  readonly wallMs?: number;
}

/** A run at a steady rate. */
export function runAt(ratePerSec: number, seconds: number): SentRun {
  return { plan: planWith({ pattern: { base: ratePerSec } }), seconds };
}

/** What its record would say. */
export function expectedOf(
  { plan, seconds, wallMs = NOON_MS }: SentRun,
  change: Partial<Expected> = {},
): Expected {
  const fireSlot = slotOf(NOON_MS);
  const expected: Expected = {
    plan,
    traffic: trafficOf({ plan, fireSlot, changes: [] }),
    spans: [{
      from: fireSlot,
      to: fireSlot + seconds * 10,
      lanes: lanesOf({ index: 1, count: 1 }),
      isKilled: false,
    }],
    offsetMs: wallMs - NOON_MS,
    targets: null,
    due: instantsOf({ plan, seconds }).length,
    missed: 0,
    unanswered: 0,
    latencyMs: 5,
    slackMs: 0,
    ...change,
  };
  return expected;
}

/** When its requests were due, by the wall clock. */
export function instantsOf(
  { plan, seconds, wallMs = NOON_MS }: SentRun,
): number[] {
  const span = { startMs: NOON_MS, durationMs: seconds * 1000 };
  const instants: number[] = [];
  for (const { slot, list } of arrivalsIn(plan, span)) {
    for (let i = 0; i < list.length; i++) {
      const atMs = slotStartMs(slot) + offsetMsOf(list.at(i));
      instants.push(atMs + wallMs - NOON_MS);
    }
  }
  return instants;
}

/** How a server stamps its lines. */
export type Stamping = (atMs: number) => string;

/** Lines as common servers write them. */
export const STAMPINGS = {
  /** nginx, `$msec` behind the combined format. */
  msec: (atMs) => `${COMBINED(atMs)} ${(Math.floor(atMs) / 1000).toFixed(3)}`,
  combined: (atMs) => COMBINED(atMs),
  /** nginx, common with `$time_iso8601`. */
  iso: (atMs) => `10.0.0.1 ${iso(atMs)} "GET /api HTTP/1.1" 200 2`,
  caddy: (atMs) =>
    JSON.stringify({
      level: "info",
      ts: (atMs + 40) / 1000,
      logger: "http.log.access",
      request: { method: "GET", uri: "/api", headers: {} },
      duration: 0.04,
      status: 200,
    }),
} as const satisfies Record<string, Stamping>;

function COMBINED(atMs: number): string {
  const time = new Date(atMs).toUTCString().slice(5, 25)
    .replace(/^(\d+) (\w+) (\d+) /, "$1/$2/$3:");
  return `10.0.0.1 - - [${time} +0000] "GET /api HTTP/1.1" 200 2 "-" "kar"`;
}

function iso(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}+00:00`;
}

/** What lines prove. */
export function proved(
  expected: Expected,
  lines: Iterable<string>,
  options?: ConstructorParameters<typeof LogProof>[1],
): VerifyResult {
  const proof = new LogProof(expected, options);
  for (const line of lines) proof.take(line);
  return proof.end();
}
