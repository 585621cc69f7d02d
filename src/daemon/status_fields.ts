import { type Snapshot, total } from "../stats/mod.ts";
import type { LogFields } from "./log/mod.ts";

/** The numbers of a line on how a run goes, for machines. */
export function statusFields(snapshot: Snapshot): LogFields {
  const { recent } = snapshot;
  return {
    state: snapshot.state,
    phase: snapshot.phase,
    ...(snapshot.scenario !== null && { scenario: snapshot.scenario }),
    plannedRate: round(snapshot.plannedRate),
    sentRate: round(snapshot.sentRate),
    due: snapshot.due,
    sent: snapshot.sent,
    completed: snapshot.completed,
    ok: snapshot.ok,
    failed: total(snapshot.failed),
    missed: total(snapshot.missed),
    inFlight: snapshot.inFlight,
    p50Ms: roundOrNull(recent.percentile(0.5)),
    p99Ms: roundOrNull(recent.percentile(0.99)),
    ...thresholdFields(snapshot),
  };
}

function thresholdFields({ verdict: { thresholds } }: Snapshot): LogFields {
  if (thresholds.length === 0) return {};
  const broken = thresholds.filter(({ result }) => result === "fail");
  return {
    thresholdsNotKept: broken.map(({ threshold }) => threshold.text).join("; "),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function roundOrNull(value: number | null): number | null {
  return value === null ? null : round(value);
}
