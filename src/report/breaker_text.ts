import type { BreakerSnapshot, Snapshot } from "../stats/mod.ts";
import {
  dim,
  formatPercent,
  grouped,
  type Line,
  roundDuration,
  type Section,
  wrap,
} from "./format/mod.ts";

/** Whether there is a circuit breaker to speak of, or was one before a reload. */
export function hasBreaker({ plan, breaker }: Snapshot): boolean {
  return Boolean(plan.safety) || breaker.trips > 0;
}

/** What the circuit breaker did, in words; `when` says of which moment its level is. */
export function breakerText(breaker: BreakerSnapshot, when = "now"): string {
  const { trips, heldMs, level } = breaker;
  if (trips === 0) return "never tripped";
  const times = trips === 1 ? "once" : `${grouped(trips)} times`;
  const now = level === 1 ? "" : `, ${formatPercent(level, 1)} ${when}`;
  return `tripped ${times}, held traffic back for ${
    roundDuration(heldMs)
  }${now}`;
}

/** How often and for how long the circuit breaker held traffic back, and why. */
export function breakerSection(snapshot: Snapshot, width: number): Section {
  const { breaker } = snapshot;
  if (!hasBreaker(snapshot)) return [];
  const style = breaker.trips === 0 ? "title" : "warn";
  const why = breaker.reason === null ? [] : wrap(
    `the last time because ${breaker.reason}`,
    width - 2,
  ).map((line): Line => [dim(`  ${line}`)]);
  const when = snapshot.state === "stopped" ? "at the end" : "now";
  const text = breakerText(breaker, when);
  return [[[style, "Circuit breaker"], `  ${text}`], ...why];
}
