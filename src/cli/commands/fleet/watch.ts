import { EXIT } from "../../../base/mod.ts";
import type { FleetAddress } from "../../../nats/mod.ts";
import { follow, type Observer, Observers } from "../../../observer/mod.ts";
import { PlanChain } from "../../fleet/plan/plan_chain.ts";
import { readPlan } from "../../fleet/plan/plan_text.ts";
import {
  openRow,
  openSession,
  type Session,
  WAIT_MS,
} from "../../fleet/session.ts";
import { conclude } from "../../follow/conclude.ts";
import { openLiveView } from "../../follow/live.ts";
import { openMetrics } from "../../follow/metrics.ts";
import {
  checkOutputs,
  needRecord,
  readOutputs,
  type ReportOutput,
} from "../../follow/outputs.ts";
import { ReportFiles } from "../../follow/report_files.ts";
import { StatusLines } from "../../follow/status_lines.ts";
import { openWatch } from "../../page/watch.ts";
import { type OpenedRecord, openRecord } from "../../record/open.ts";
import { EarlyStop } from "../../run/early_stop.ts";
import type { System } from "../../system.ts";
import type { OutFlag } from "../../values.ts";
import { WatchedRun } from "../../watch/watched_run.ts";

/** What `kar watch` takes. */
export interface WatchFlags {
  readonly fleet: FleetAddress;
  readonly wait?: number | undefined;
  readonly out?: readonly OutFlag[] | undefined;
  readonly record?: string | undefined;
  readonly quiet?: true | undefined;
  readonly screen?: true | undefined;
  readonly ui?: true | undefined;
}

/** `kar watch`: follows all parts of a fleet's run as one, and judges them. */
export async function watch(
  system: System,
  flags: WatchFlags,
): Promise<number> {
  const outputs = readOutputs(flags.out);
  await checkOutputs(outputs);
  const observers = new Observers(system);
  observers.add(...await viewersOf(system, flags));
  const early = new EarlyStop(system);
  const session = await openSession(system, {
    address: flags.fleet,
    name: "viewer",
    isToOpen: false,
    isToWaitForRun: true,
    waitMs: flags.wait,
    tell: observers.say,
  });
  try {
    await followed(system, flags, { session, outputs, observers, early });
    return EXIT.done;
  } finally {
    early.deafen();
    await observers.close();
    await session.bus.close();
  }
}

async function viewersOf(
  system: System,
  flags: WatchFlags,
): Promise<Observer[]> {
  if (flags.screen) return [await openLiveView(system)];
  return flags.quiet ? [] : [new StatusLines(system)];
}

async function followed(
  system: System,
  flags: WatchFlags,
  { session, outputs, observers, early }: {
    readonly session: Session;
    readonly outputs: readonly ReportOutput[];
    readonly observers: Observers;
    readonly early: EarlyStop;
  },
): Promise<void> {
  const tell = observers.say;
  const waitMs = flags.wait ?? WAIT_MS;
  const row = await openRow(session, { waitMs, tell });
  const plan = readPlan(await session.bus.getPlan(row.plan));
  const plans = new PlanChain(session.bus, plan);
  const ui = flags.ui ? UI : null;
  const isNeeded = ui !== null || needRecord(outputs);
  const stripe = { index: 0, count: row.parts };
  const opened: OpenedRecord | null = await openRecord(
    system,
    { record: flags.record, stripe },
    { config: NO_CONFIG, tell, isNeeded },
  );
  try {
    const serving = {
      ...{ plan, variables: {}, name: flags.fleet.run, tell },
      isQuiet: flags.quiet === true || flags.screen === true,
    };
    const page = isNeeded && opened !== null
      ? await openWatch(system, opened.observer, ui && { ui, serving })
      : null;
    if (page !== null) observers.add(page);
    const metrics = await openMetrics(plan);
    if (metrics !== null) observers.add(metrics);
    if (metrics !== null) tell(metrics.told);
    const { observer: recorder = null } = opened ?? {};
    const record = () => {};
    const files = new ReportFiles(outputs, { record, page, recorder });
    observers.add(files);
    if (recorder !== null) observers.add(recorder);
    const options = { session, row, plans, tell, tellSilence: tell };
    const run = await WatchedRun.begin(options, () => early.isAsked);
    if (run === null) return early.check();
    early.deafen();
    const { onStopSignal } = system;
    const snapshot = await follow(Promise.resolve(run), {
      ...{ observers, onStopSignal },
    });
    const how = { outputs, files, form: "full" } as const;
    await conclude(system, { snapshot, page }, how);
  } finally {
    await observers.close();
    await opened?.discard();
  }
}

/** The page of whoever asks for it: it only shows. */
const UI = { enabled: true, address: null, control: false, token: null };

/** A record of a name is a member's own. */
const NO_CONFIG = { record: { enabled: false, max_size: 2 ** 30, keep: 1 } };
