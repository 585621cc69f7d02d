import { type Snapshot, total } from "../stats/mod.ts";
import { besideState } from "./breaker_text.ts";
import { compact, formatElapsed, formatMs, formatRate } from "./format/mod.ts";

/** One line on how the run goes, for a log or a terminal without a live screen. */
export function statusLine(snapshot: Snapshot): string {
  const { state, recent } = snapshot;
  const beside = besideState(snapshot);
  const missed = total(snapshot.missed);
  return [
    formatElapsed(snapshot.nowMs - snapshot.startMs),
    beside === "" ? state : `${state} ${beside}`,
    `${formatRate(snapshot.sentRate)} of ${formatRate(snapshot.plannedRate)}`,
    `sent ${compact(snapshot.sent)}`,
    `failed ${compact(total(snapshot.failed))}`,
    ...(missed > 0 ? [`missed ${compact(missed)}`] : []),
    `in flight ${compact(snapshot.inFlight)}`,
    `p50 ${formatMs(recent.percentile(0.5))}`,
    `p99 ${formatMs(recent.percentile(0.99))}`,
  ].join(" · ");
}
