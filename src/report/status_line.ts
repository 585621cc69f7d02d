import { type Snapshot, total } from "../stats/mod.ts";
import { compact, formatMs, formatProgress, formatRate } from "./format/mod.ts";
import { besideState } from "./state_text.ts";

/** One line on how the run goes, for a log or a terminal without a live screen. */
export function statusLine(snapshot: Snapshot): string {
  const { state, phase, scenario, recent, breaker: { level } } = snapshot;
  const beside = besideState({ state, phase, scenario, level });
  const missed = total(snapshot.missed);
  return [
    formatProgress(snapshot.nowMs - snapshot.startMs),
    beside === "" ? state : `${state} ${beside}`,
    `sent ${formatRate(snapshot.sentRate)}, planned ${
      formatRate(snapshot.plannedRate)
    }`,
    `${compact(snapshot.sent)} sent`,
    `failed ${compact(total(snapshot.failed))}`,
    ...(missed > 0 ? [`missed ${compact(missed)}`] : []),
    `in flight ${compact(snapshot.inFlight)}`,
    `p50 ${formatMs(recent.percentile(0.5))}`,
    `p99 ${formatMs(recent.percentile(0.99))}`,
    ...brokenText(snapshot),
  ].join(" · ");
}

/** Thresholds that are not kept, by their number: the report names them. */
function brokenText({ verdict: { thresholds } }: Snapshot): string[] {
  const broken = thresholds.filter(({ result }) => result === "fail").length;
  if (broken === 0) return [];
  return [`${broken} ${broken === 1 ? "threshold" : "thresholds"} not kept`];
}
