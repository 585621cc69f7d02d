import { absorb, finish, SLOT_MS, slotStartMs } from "../../base/mod.ts";
import {
  dueIn,
  lanesCount,
  type MergedParts,
  type PartName,
  partsIn,
  type PartSpan,
  partText,
} from "../../merge/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import { LANES } from "../../arrivals/mod.ts";
import type { BreakerSnapshot, MachineNoise } from "../../stats/mod.ts";
import { proofOf } from "./proofs.ts";
import type { StoredMoment } from "../meta.ts";
import type { PartRecord } from "./parts.ts";

/** Warnings that a merged report keeps; each part has a bound of its own. */
const WARNINGS_MAX = 1000;

/** What is known of a part besides its counts. */
export interface MomentOfPart
  extends Pick<PartRecord, "moment" | "endSlot" | "fireSlot" | "firedMs"> {
  readonly run: PartName & { readonly plan: Plan };
}

/**
 * What a run of several parts says besides the counts, without its verdict.
 *
 * @param also more warnings
 */
export function mergedMoment(
  parts: readonly MomentOfPart[],
  merged: MergedParts,
  also: readonly string[] = [],
): Omit<StoredMoment, "verdict" | "recovery"> {
  const moments = parts.map(({ moment }) => moment);
  const [first] = moments;
  const sum = (of: (moment: StoredMoment) => number) =>
    moments.reduce((sum, moment) => sum + of(moment), 0);
  const most = (of: (moment: StoredMoment) => number) =>
    Math.max(...moments.map(of));
  const endSlot = Math.max(...parts.map(({ endSlot }) => endSlot));
  return {
    state: moments.some(({ state }) => state === "stopped")
      ? "stopped"
      : first!.state,
    startMs: slotStartMs(parts[0]!.fireSlot),
    begunMs: Math.min(...parts.map(({ firedMs }) => firedMs)),
    nowMs: most(({ nowMs }) => nowMs),
    endMs: endSlot * SLOT_MS,
    parts: null,
    control: merged.spans[0]!.control,
    share: lanesCount(partsIn(merged.spans)) / LANES,
    isCutShort: moments.some(({ isCutShort }) => isCutShort),
    lastFullSecond: most(({ lastFullSecond }) => lastFullSecond),
    health: healthOf(moments),
    workersUp: sum(({ workersUp }) => workersUp),
    workersWanted: sum(({ workersWanted }) => workersWanted),
    cpuSec: sum(({ cpuSec }) => cpuSec),
    rssBytes: sum(({ rssBytes }) => rssBytes),
    pollMs: sum(({ pollMs }) => pollMs),
    pacing: first!.pacing,
    warnings: warningsOf(parts, merged, also),
    proof: proofOf(moments.map(({ proof }) => proof)),
    breaker: breakerOf(moments.map(({ breaker }) => breaker)),
    ownTrips: sum(({ ownTrips }) => ownTrips),
    ...noiseOf(moments),
    merged,
  };
}

/** A name for the run that some processes sent together, whatever their order. */
export function runIdOf(spans: readonly PartSpan[]): string {
  const ids = [...new Set(spans.map(({ runId }) => runId))].sort();
  let hash = ids.length;
  for (const char of ids.join(" ")) hash = absorb(hash, char.charCodeAt(0));
  return (finish(hash) >>> 0).toString(16).padStart(8, "0");
}

/** A target is well if all parts say so, and unwell if one does. */
function healthOf(moments: readonly StoredMoment[]): StoredMoment["health"] {
  // A part that has not taken another plan yet may know fewer of them.
  const most = Math.max(...moments.map(({ health }) => health.length));
  return Array.from({ length: most }, (_, target) => {
    const all = moments.flatMap(({ health }) => health[target] ?? []);
    const isUnwell = all.some(({ healthy }) => healthy === false);
    const isWell = all.some(({ healthy }) => healthy === true);
    return {
      healthy: isUnwell ? false : isWell ? true : null,
      removedMs: Math.max(...all.map(({ removedMs }) => removedMs)),
    };
  });
}

/** The worst of all machines: which of them a request came from is not kept. */
function noiseOf(
  moments: readonly StoredMoment[],
): Pick<StoredMoment, "noise"> {
  const known = moments.flatMap(({ noise }) => noise ?? []);
  if (known.length === 0) return {};
  const worst = (key: Exclude<keyof MachineNoise, "maxMs" | "wakes">) => {
    const all = known.map((noise) => noise[key]);
    return all.includes(null) ? null : Math.max(...all.map(Number));
  };
  return {
    noise: {
      wakes: known.reduce((sum, { wakes }) => sum + wakes, 0),
      p50Ms: worst("p50Ms"),
      p90Ms: worst("p90Ms"),
      p95Ms: worst("p95Ms"),
      p99Ms: worst("p99Ms"),
      p999Ms: worst("p999Ms"),
      maxMs: Math.max(...known.map(({ maxMs }) => maxMs)),
    },
  };
}

function breakerOf(all: readonly BreakerSnapshot[]): BreakerSnapshot {
  const reasons = all.flatMap(({ reason }) => reason === null ? [] : [reason]);
  return {
    level: Math.min(...all.map(({ level }) => level)),
    trips: all.reduce((sum, { trips }) => sum + trips, 0),
    heldMs: Math.max(...all.map(({ heldMs }) => heldMs)),
    reason: reasons.sort()[0] ?? null,
  };
}

/** Each part's own, with its name, in the order of their texts, whatever the order of merging. */
function warningsOf(
  parts: readonly MomentOfPart[],
  { holes }: MergedParts,
  also: readonly string[],
): string[] {
  const own = parts.flatMap(({ run, moment }) =>
    moment.warnings.map((line) =>
      run.part === 0 ? line : `Part ${partText(run)}: ${line}`
    )
  );
  const asked = new Set(
    parts.map(({ run }) => JSON.stringify(run.plan.judging)),
  );
  const all = new Set([
    ...own,
    ...also,
    ...(asked.size > 1 ? [OTHER_THRESHOLDS] : []),
    ...(dueIn(holes) < 0 ? [MORE_THAN_DUE] : []),
  ]);
  return [...all].sort().slice(0, WARNINGS_MAX);
}

const OTHER_THRESHOLDS =
  "The parts had different thresholds: those of the first one are judged";
const MORE_THAN_DUE =
  "A part has counted more than its plan says: its wall clock jumped, or its plan was changed under way";
