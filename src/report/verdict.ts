import type { Snapshot } from "../stats/mod.ts";
import {
  type LimitReason,
  limitsOf,
  SEND_LAG_LIMIT_MS,
} from "../verdict/mod.ts";
import { formatMs, formatPercent, grouped } from "./format/mod.ts";

/** The reasons for which kar was the limit; none when it was not. */
export function limitReasons(snapshot: Snapshot): LimitReason[] {
  const { due, missed, failed, latency: { sendLag } } = snapshot;
  return limitsOf({
    due,
    late: missed.late ?? 0,
    workerLost: missed.worker_lost ?? 0,
    generator: failed.generator ?? 0,
    sendLag,
  });
}

/** One reason in words, with its numbers. */
export function explainLimit(reason: LimitReason, snapshot: Snapshot): string {
  const { missed, failed, due, latency } = snapshot;
  switch (reason) {
    case "late":
      return `${
        countOf(missed.late, due)
      } came too late to be sent; kar was busy or stood still`;
    case "worker_lost":
      return `${
        countOf(missed.worker_lost, due)
      } were lost with a worker of kar`;
    case "generator":
      return `${
        countOf(failed.generator, due)
      } failed in kar, which had no file descriptor, port or memory left`;
    case "send_lag": {
      const lag = formatMs(latency.sendLag.percentile(0.99));
      return `send lag p99 is ${lag}, above ${SEND_LAG_LIMIT_MS}ms: response times contain kar's own lateness`;
    }
  }
}

/**
 * Bounds that the settings put on the traffic and that it reached. Neither
 * the target nor kar is to blame before one knows why.
 */
export function explainBounds({ plan, missed, share }: Snapshot): string[] {
  const lines: string[] = [];
  const divided = share < 1 ? ", divided by the parts" : "";
  if (missed.in_flight_limit) {
    lines.push(
      `${
        grouped(missed.in_flight_limit)
      } were missed at limits.in_flight = ${plan.limits.inFlight}${divided}: the target held requests for longer than this rate allows, or the limit is low`,
    );
  }
  if (missed.no_connection) {
    lines.push(
      `${
        grouped(missed.no_connection)
      } were missed because no connection was free and limits.connections = ${plan.limits.connections}${divided} allowed no more`,
    );
  }
  return lines;
}

function countOf(count: number | undefined, whole: number): string {
  const requests = count === 1 ? "request" : "requests";
  return `${grouped(count ?? 0)} ${requests} (${
    formatPercent(count ?? 0, whole)
  })`;
}
