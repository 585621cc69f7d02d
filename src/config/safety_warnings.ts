import { formatDuration } from "../base/mod.ts";
import type { Check, Subject, Warning } from "./traffic_warnings.ts";

/** The breaker judges ten seconds with twenty requests at least. */
const RATE_TO_TRIP = 2;

/** What of the circuit breaker can never come to anything. */
export const SAFETY_CHECKS: readonly Check[] = [
  tooFew,
  tooPatient,
  asShare,
];

/** By the base rate: a breaker that wakes up in spikes only is asleep too. */
function tooFew({ config }: Subject): Warning[] {
  const { safety, controller: { base_tps } } = config;
  if (!safety.enabled || base_tps === 0 || base_tps >= RATE_TO_TRIP) return [];
  return [{
    path: ["safety", "enabled"],
    message:
      `the circuit breaker wants 20 requests in 10s before it trips, and base_tps is below ${RATE_TO_TRIP}`,
  }];
}

/** A request that has timed out has taken its timeout and no longer. */
function tooPatient({ config }: Subject): Warning[] {
  const { safety, targets } = config;
  const boundMs = safety.p95_latency_above;
  const timeoutMs = Math.max(
    ...targets.filter(({ weight }) => weight > 0)
      .map(({ timeout }) => timeout),
  );
  if (!safety.enabled || boundMs === undefined || boundMs < timeoutMs) {
    return [];
  }
  return [{
    path: ["safety", "p95_latency_above"],
    message: `no request takes longer than its timeout, ${
      formatDuration(timeoutMs)
    } at most: this can never trip`,
  }];
}

/** A share where percent are wanted would trip at the first failure. */
function asShare({ config: { safety } }: Subject): Warning[] {
  const rate = safety.error_rate_above;
  if (!safety.enabled || rate === undefined || rate === 0 || rate >= 1) {
    return [];
  }
  return [{
    path: ["safety", "error_rate_above"],
    message: `is in percent: ${rate} is one failure in ${
      Math.round(100 / rate)
    } requests, ${Number((100 * rate).toPrecision(6))} is a share of ${rate}`,
  }];
}
