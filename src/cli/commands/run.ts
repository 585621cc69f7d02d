import { EXIT, messageOf } from "../../base/mod.ts";
import { formatProblem } from "../../config/mod.ts";
import type { RunOptions } from "../../controller/mod.ts";
import type { Notifier, SavedState } from "../../daemon/mod.ts";
import { checkReport, renderJson, writeReport } from "../../report/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import { attend, checkAnswered, printReport } from "../attend/attend.ts";
import {
  type Hosting,
  type HostingFlags,
  openHosting,
  savedOf,
  withNotifier,
} from "../attend/hosting.ts";
import { openLiveView } from "../attend/live.ts";
import { openMetrics } from "../attend/metrics.ts";
import { SILENT, StatusLines, type Viewer } from "../attend/viewer.ts";
import { type LoadedPlan, loadPlan } from "../load_plan.ts";
import type { System } from "../system.ts";
import { type OutFile, startMsIn, type StripeFlag } from "../values.ts";

/** What `kar run` takes; durations in milliseconds. */
export interface RunFlags extends HostingFlags {
  readonly duration?: number | undefined;
  readonly armed?: true | undefined;
  readonly stripe?: StripeFlag | undefined;
  readonly out?: OutFile | undefined;
  readonly quiet?: true | undefined;
  readonly screen?: true | undefined;
  /** Whether a run goes on without metrics where their port is taken. */
  readonly metricsMayFail?: true | undefined;
}

/** `kar run`: sends the traffic of a config file, headless. */
export function run(system: System, flags: RunFlags): Promise<number> {
  return withNotifier(
    system,
    async (notifier) => await send(system, flags, notifier),
  );
}

async function send(
  system: System,
  flags: RunFlags,
  notifier: Notifier,
): Promise<number> {
  const saved = await savedOf(system, flags);
  const drawnSeed = saved?.seed;
  const loaded = await loadPlan(system, { ...flags, drawnSeed });
  // Better before an hour of traffic than after it.
  if (flags.out !== undefined) await checkReport(flags.out.path);
  const shown = await viewerOf(system, flags);
  const hosting = await openHosting(system, flags, { notifier, shown });
  const { viewer } = hosting;
  try {
    announce(viewer, loaded, saved);
    const metrics = await openMetrics(loaded.plan, viewer, {
      mayFail: flags.metricsMayFail === true,
    });
    try {
      const snapshot = await attend(system, optionsOf(loaded, flags, saved), {
        viewer,
        begun: async (run) => {
          metrics.show(run);
          await hosting.begun(run);
        },
      });
      return await conclude(system, flags, { snapshot, hosting });
    } finally {
      await metrics.close();
    }
  } catch (error) {
    // A run in the background has nobody who reads what it says at its end.
    hosting.record(messageOf(error), "error");
    throw error;
  } finally {
    await hosting.close();
  }
}

async function conclude(
  system: System,
  { out }: RunFlags,
  { snapshot, hosting }: {
    readonly snapshot: Snapshot;
    readonly hosting: Hosting;
  },
): Promise<number> {
  printReport(system, snapshot);
  if (out !== undefined) {
    await writeReport(out.path, renderJson(snapshot));
    hosting.record(`Report in ${out.path}`, "info");
  }
  checkAnswered(snapshot);
  return EXIT.done;
}

async function viewerOf(system: System, flags: RunFlags): Promise<Viewer> {
  if (flags.screen) return await openLiveView(system);
  return flags.quiet ? SILENT : new StatusLines(system, flags.logFormat);
}

/** What one needs to send the same again. */
function announce(
  viewer: Viewer,
  { plan, warnings }: LoadedPlan,
  saved: SavedState | null,
): void {
  for (const warning of warnings) viewer.log(formatProblem(warning), "warn");
  viewer.log(`Plan ${plan.planId}, seed ${plan.pattern.seed}`);
  if (saved === null) return;
  const { planId } = saved.run;
  const change = planId === plan.planId ? "" : `; the plan was ${planId} then`;
  viewer.log(`Goes on from what was saved at ${saved.savedAt}${change}`);
}

function optionsOf(
  { plan, variables }: LoadedPlan,
  { start, duration, armed, stripe }: RunFlags,
  saved: SavedState | null,
): RunOptions {
  return {
    plan,
    variables,
    ...(start && { startMs: startMsIn(start, plan.pattern.zone) }),
    ...(duration && { durationMs: duration }),
    ...(armed && { armed }),
    ...(stripe && { stripe }),
    ...(saved && { restore: saved.run }),
  };
}
