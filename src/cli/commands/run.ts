import { dirname } from "node:path";
import { KarError } from "../../base/mod.ts";
import { formatProblem } from "../../config/mod.ts";
import type { RunOptions } from "../../controller/mod.ts";
import { renderJson, writeReport } from "../../report/mod.ts";
import { attend, concluded, printReport } from "../attend/attend.ts";
import { openMetrics } from "../attend/metrics.ts";
import { SILENT, StatusLines, type Viewer } from "../attend/viewer.ts";
import { type LoadedPlan, loadPlan, type PlanFlags } from "../load_plan.ts";
import type { System } from "../system.ts";
import {
  type OutFile,
  startMsIn,
  type StartTime,
  type StripeFlag,
} from "../values.ts";

/** What `kar run` takes; durations in milliseconds. */
export interface RunFlags extends PlanFlags {
  readonly duration?: number | undefined;
  readonly start?: StartTime | undefined;
  readonly armed?: true | undefined;
  readonly stripe?: StripeFlag | undefined;
  readonly out?: OutFile | undefined;
  readonly quiet?: true | undefined;
}

/** `kar run`: sends the traffic of a config file, headless. */
export async function run(system: System, flags: RunFlags): Promise<number> {
  const loaded = await loadPlan(system, flags);
  // Better before an hour of traffic than after it.
  if (flags.out !== undefined) await checkFolder(system, flags.out.path);
  const viewer = flags.quiet ? SILENT : new StatusLines(system);
  announce(viewer, loaded);
  const metrics = await openMetrics(loaded.plan, viewer);
  try {
    const snapshot = await attend(system, optionsOf(loaded, flags), {
      viewer,
      begun: metrics.show,
    });
    printReport(system, snapshot);
    if (flags.out !== undefined) {
      await writeReport(flags.out.path, renderJson(snapshot));
    }
    return concluded(system, snapshot);
  } finally {
    await metrics.close();
  }
}

/** What one needs to send the same again. */
function announce(viewer: Viewer, { plan, warnings }: LoadedPlan): void {
  for (const warning of warnings) viewer.log(formatProblem(warning));
  viewer.log(`Plan ${plan.planId}, seed ${plan.pattern.seed}`);
}

function optionsOf(
  { plan, variables }: LoadedPlan,
  { start, duration, armed, stripe }: RunFlags,
): RunOptions {
  return {
    plan,
    variables,
    ...(start && { startMs: startMsIn(start, plan.pattern.zone) }),
    ...(duration && { durationMs: duration }),
    ...(armed && { armed }),
    ...(stripe && { stripe }),
  };
}

async function checkFolder(system: System, path: string): Promise<void> {
  const folder = dirname(path);
  if (await system.isFolder(folder)) return;
  throw new KarError(
    "cannotStart",
    `--out: cannot write ${path}: ${folder} is not a folder; create it, or choose another path`,
  );
}
