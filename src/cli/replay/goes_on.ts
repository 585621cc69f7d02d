import { isoTime, KarError, SLOT_MS } from "../../base/mod.ts";
import type { SavedState } from "../../daemon/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import { readSavedRun } from "../../run/mod.ts";

/**
 * A plan that changed goes on with its changes; a replay only as it was: another
 * trace has nothing at the instant at which the first one was left.
 *
 * @throws {KarError} `usage` when a replay cannot go on from what was saved
 */
export function checkGoesOn(
  plan: Pick<Plan, "planId" | "replay">,
  { saved, durationMs, nowMs }: {
    /** Null = it begins anew. */
    readonly saved: SavedState | null;
    /** From the fire; absent = without end. */
    readonly durationMs: number | undefined;
    readonly nowMs: number;
  },
): void {
  if (plan.replay === undefined || saved === null) return;
  if (saved.run.planId !== plan.planId) {
    throw cannot(
      `what was saved is of plan ${saved.run.planId}, and this one is ${plan.planId}: give the same trace, target, --speed, --rate, --shift, --loop and --methods, or leave --resume out to begin anew`,
    );
  }
  const { history: { base, changes } } = readSavedRun(saved.run);
  const { firedSlot } = changes.at(-1)?.control ?? base;
  if (firedSlot === null || durationMs === undefined) return;
  const endMs = firedSlot * SLOT_MS + durationMs;
  if (nowMs < endMs) return;
  throw cannot(
    `the replay would have come to its end at ${
      isoTime(endMs)
    }; leave --resume out to begin anew`,
  );
}

function cannot(why: string): KarError {
  return new KarError("usage", `Cannot resume: ${why}`);
}
