import { addLaws } from "./law.ts";
import type { Interval, Load, TimelineRow } from "./types.ts";
import { addTotals } from "../../stats/mod.ts";

/** Seconds of the timeline that wait for a place at most; older ones become one. */
const WAITING_SECONDS_MAX = 600;

/** Two loads, one after the other, as one. */
export function addLoads(earlier: Load, later: Load): Load {
  return {
    ...later,
    seconds: earlier.seconds + later.seconds,
    cpuMs: earlier.cpuMs + later.cpuMs,
    pollMs: earlier.pollMs + later.pollMs,
  };
}

/** Two rows of the timeline as one that begins where the first does. */
export function addRows(first: TimelineRow, other: TimelineRow): TimelineRow {
  return {
    t: first.t,
    planned: first.planned + other.planned,
    due: first.due + other.due,
    sent: first.sent + other.sent,
    ok: first.ok + other.ok,
    failed: first.failed + other.failed,
    missed: first.missed + other.missed,
    phases: first.phases.map((slots, i) => slots + (other.phases[i] ?? 0)),
  };
}

/**
 * Two intervals, one after the other, as one: what could not be written in time
 * loses only resolution.
 */
export function addIntervals(earlier: Interval, later: Interval): Interval {
  return {
    t: later.t,
    totals: addTotals(earlier.totals, later.totals),
    timeline: joined([...earlier.timeline, ...later.timeline]),
    load: addLoads(earlier.load, later.load),
    law: addLaws(earlier.law, later.law),
  };
}

/** One row for each second, of at most `WAITING_SECONDS_MAX` seconds. */
function joined(rows: readonly TimelineRow[]): TimelineRow[] {
  const bySecond = new Map<number, TimelineRow>();
  for (const row of rows) {
    const known = bySecond.get(row.t);
    bySecond.set(row.t, known === undefined ? row : addRows(known, row));
  }
  const all = [...bySecond.values()].sort((a, b) => a.t - b.t);
  const excess = all.length - WAITING_SECONDS_MAX;
  if (excess <= 0) return all;
  const oldest = all.slice(0, excess + 1).reduce(addRows);
  return [oldest, ...all.slice(excess + 1)];
}
