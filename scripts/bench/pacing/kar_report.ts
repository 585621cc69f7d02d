import type { LatencyV1, ReportV1 } from "../../../src/report/mod.ts";
import type { Reading, Times } from "./reading.ts";

/**
 * What a report tells of times, from the first request on or without the ramp.
 *
 * A report has the send lag of the whole run only; in the ramp, too few
 * requests are sent to move a percentile below the last one.
 */
export function reportTimes(
  report: Pick<ReportV1, "latency" | "phases">,
  from: "cold" | "warm",
): Pick<Reading, "lag" | "service" | "response"> {
  const flat = report.phases.find(({ phase }) => phase === "baseline");
  const { service, response } = from === "warm" && flat !== undefined
    ? flat.latency
    : report.latency;
  return {
    lag: usOf(report.latency.sendLag),
    service: usOf(service),
    response: usOf(response),
  };
}

/** Due and not sent, in percent. */
export function missedPercent(
  { due, missed }: Pick<ReportV1, "due" | "missed">,
): number {
  const all = Object.values(missed).reduce((sum, count) => sum + count, 0);
  return due === 0 ? 0 : 100 * all / due;
}

function usOf({ p50Ms, p90Ms, p99Ms }: LatencyV1): Times {
  const us = (ms: number | null) => ms === null ? null : ms * 1000;
  return { p50: us(p50Ms), p90: us(p90Ms), p99: us(p99Ms) };
}
