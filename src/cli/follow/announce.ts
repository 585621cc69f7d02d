import { formatDuration } from "../../base/mod.ts";
import { formatProblem } from "../../config/mod.ts";
import type { RunOptions } from "../../run/mod.ts";
import type { SavedState } from "../../daemon/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import type { LoadedPlan } from "../load_plan.ts";

/** The run that is about to begin. */
export interface Announced {
  readonly loaded: LoadedPlan;
  readonly saved: SavedState | null;
  readonly options: RunOptions;
  readonly nowMs: number;
}

/** Prints what is needed to send the same again, and what may be unexpected. */
export function announce(
  tell: Tell,
  { loaded, saved, options, nowMs }: Announced,
): void {
  const { plan, warnings } = loaded;
  for (const warning of warnings) tell(formatProblem(warning), "warn");
  tell(`Plan ${plan.planId}, seed ${plan.pattern.seed}`);
  if (saved !== null) tellSaved(tell, saved, plan.planId);
  if (options.atMs === undefined) warnOfShift(tell, options, nowMs);
}

function tellSaved(
  tell: Tell,
  { savedAt, run }: SavedState,
  planId: string,
): void {
  const change = run.planId === planId
    ? ""
    : `; the plan was ${run.planId} then`;
  tell(`Resumed from the state saved at ${savedAt}${change}`);
}

/** A user who names a future instant may mean to wait for it. */
function warnOfShift(
  tell: Tell,
  { startMs }: RunOptions,
  nowMs: number,
): void {
  if (startMs === undefined || startMs <= nowMs) return;
  const ahead = formatDuration(Math.ceil((startMs - nowMs) / 1000) * 1000);
  tell(
    `Plan time is shifted: it begins ${ahead} ahead of the clock, and sending begins now; --at waits for an instant`,
  );
}
