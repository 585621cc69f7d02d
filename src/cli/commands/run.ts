import { EXIT, KarError, messageOf } from "../../base/mod.ts";
import { type Run, type RunOptions, startRun } from "../../run/mod.ts";
import type { FleetPart } from "../fleet/fleet_run.ts";
import type { OpenedWhole } from "../fleet/followers.ts";
import {
  nameOfProcess,
  type Notifier,
  type SavedState,
} from "../../daemon/mod.ts";
import {
  follow,
  type Observer,
  Observers,
  type Tell,
} from "../../observer/mod.ts";
import type { Plan, UiPlan } from "../../plan/mod.ts";
import type { RecordObserver } from "../../record/mod.ts";
import type { ReportForm } from "../../report/mod.ts";
import { announce } from "../follow/announce.ts";
import { conclude } from "../follow/conclude.ts";
import { hostsObserver } from "../follow/hosts.ts";
import { openLiveView } from "../follow/live.ts";
import { openMetrics } from "../follow/metrics.ts";
import {
  checkOutputs,
  needRecord,
  readOutputs,
  type ReportOutput,
  takeStdout,
} from "../follow/outputs.ts";
import { type OpenedRecord, openRecord } from "../record/open.ts";
import { ReportFiles } from "../follow/report_files.ts";
import {
  openRunHost,
  type RunHostFlags,
  savedOf,
  withNotifier,
} from "../follow/run_host.ts";
import { StatusLines } from "../follow/status_lines.ts";
import { type LoadedPlan, loadPlan } from "../load_plan.ts";
import { openOtlp } from "../metrics/otlp.ts";
import { openWatch, type PageWatch } from "../page/watch.ts";
import type { System } from "../system.ts";
import { checkGoesOn } from "../replay/goes_on.ts";
import { EarlyStop } from "../run/early_stop.ts";
import {
  checkCommonStart,
  optionsOf,
  type SpanFlags,
  stripeOf,
} from "../run/options.ts";
import type { OutFlag } from "../values.ts";

/** What `kar run` takes; durations in milliseconds. */
export interface RunFlags extends RunHostFlags, SpanFlags {
  /** Where the report goes beside what a person reads. */
  readonly out?: readonly OutFlag[] | undefined;
  /** Where the record is written; else under the state folder, for a run with a name. */
  readonly record?: string | undefined;
  /** How much of the report is printed. */
  readonly report?: ReportForm | undefined;
  readonly quiet?: true | undefined;
  readonly screen?: true | undefined;
  /** Serves the live page, whatever the file says. */
  readonly ui?: true | undefined;
  readonly node?: string | undefined;
  readonly wait?: number | undefined;
  readonly planFiles?: true | undefined;
  /** Takes the plan of that run, and reads no file. */
  readonly isJoining?: true;
}

/** `kar run`: sends the traffic of a config file, headless. */
export function run(system: System, given: RunFlags): Promise<number> {
  const flags = { ...given, stripe: stripeOf(given) };
  return withNotifier(system, async (notifier) => {
    const prepared = await prepare(system, flags);
    await send(system, flags, { ...prepared, notifier });
    return EXIT.done;
  });
}

/** A run whose checks have all passed. */
interface PreparedRun {
  readonly outputs: readonly ReportOutput[];
  readonly loaded: LoadedPlan;
  /** What it goes on from; null = from nothing. */
  readonly saved: SavedState | null;
  readonly options: RunOptions;
  readonly nowMs: number;
  /** The part of a fleet's run that it is; null = it is none. */
  readonly part: FleetPart | null;
}

/** Finds what is wrong before anything is opened. */
async function prepare(system: System, flags: RunFlags): Promise<PreparedRun> {
  const outputs = readOutputs(flags.out);
  if (flags.screen && takeStdout(outputs)) throw stdoutIsTaken();
  if (flags.armed && flags.at !== undefined) throw waitsForTwo();
  checkCommonStart(flags);
  // A report that cannot be written is better known before an hour of traffic than after it.
  await checkOutputs(outputs);
  const nowMs = system.wallMs();
  if (flags.fleet !== undefined) {
    const { prepareFleet } = await import("../fleet/prepare.ts");
    const { options, ...fleet } = await prepareFleet(system, flags);
    const { loaded } = fleet;
    const own = optionsOf(loaded, { stripe: flags.stripe }, {
      saved: null,
      nowMs,
    });
    return {
      outputs,
      saved: null,
      nowMs,
      ...fleet,
      options: { ...own, ...options },
    };
  }
  const saved = await savedOf(system, flags);
  const drawnSeed = saved?.seed;
  const loaded = await loadPlan(system, { ...flags, drawnSeed });
  const durationMs = flags.duration;
  checkGoesOn(loaded.plan, { saved, durationMs, nowMs });
  const options = optionsOf(loaded, flags, { saved, nowMs });
  return { outputs, loaded, saved, options, nowMs, part: null };
}

/** Sends, with all who follow the run, and prints what came of it. */
async function send(
  system: System,
  flags: RunFlags,
  prepared: PreparedRun & { readonly notifier: Notifier },
): Promise<void> {
  const { outputs, loaded, options, notifier, part } = prepared;
  const observers = new Observers(system);
  const tell = observers.say;
  const early = new EarlyStop(system);
  observers.add(...await viewersOf(system, flags, part));
  const host = await openRunHost(system, flags, {
    first: loaded.config,
    notifier,
    tell,
  });
  observers.add(...host.observers);
  let recorded: OpenedRecord | null = null;
  let whole: OpenedWhole | null = null;
  try {
    announce(tell, prepared);
    if (part !== null) part.tell = tell;
    observers.add(...await metricsOf(system, { ...prepared, tell }));
    // A member that begins again goes on with its record.
    const keeping = part === null ? flags : { ...flags, resume: true } as const;
    recorded = await openRecord(system, keeping, {
      config: loaded.config,
      tell,
      isNeeded: isRecordNeeded(flags, prepared),
      fleet: part?.row.id,
    });
    const page = await openPage(system, flags, {
      ...{ ...prepared, tell },
      record: recorded?.observer ?? null,
    });
    if (page !== null) observers.add(page);
    whole = await openWhole(system, flags, { ...prepared, tell });
    observers.add(...whole?.observers ?? []);
    const record = (line: string) => host.record(line, "info");
    const { observer: recorder = null } = recorded ?? {};
    const files = new ReportFiles(outputs, { record, page, recorder });
    observers.add(hostsObserver(loaded, tell), files);
    if (recorder !== null) observers.add(recorder);
    early.check();
    const snapshot = await follow(
      beginning({ ...options, log: tell, cancel: early.signal }, part),
      { observers, onStopSignal: system.onStopSignal, prepare: host.serve },
    );
    const { report: form } = flags;
    const isPart = part !== null;
    const how = { outputs, files, form, isPart };
    try {
      await conclude(system, { snapshot, page }, how);
    } finally {
      // That another process has the part matters more than what this one came to.
      part?.checkEnd?.();
    }
  } catch (thrown) {
    const error = loaded.located(thrown);
    // Nobody reads the output of a background run at its end.
    host.record(messageOf(error), "error");
    throw error;
  } finally {
    early.deafen();
    await observers.close();
    await recorded?.discard();
    await whole?.discard();
    await host.close();
    await part?.session.bus.close();
  }
}

/** Who shows the run to Prometheus, or sends it by OTLP. */
async function metricsOf(
  system: System,
  { loaded, tell }: PreparedRun & { readonly tell: Tell },
): Promise<Observer[]> {
  const metrics = await openMetrics(loaded.plan);
  if (metrics !== null) tell(metrics.told);
  const otlp = await openOtlp(system, { ...loaded, tell });
  return [metrics, otlp].filter((each) => each !== null);
}

/** The run, or the part of a fleet's run that it is. */
async function beginning(
  options: RunOptions,
  part: FleetPart | null,
): Promise<Run> {
  const run = await startRun(options);
  if (part === null) return run;
  const { FleetRun } = await import("../fleet/fleet_run.ts");
  return new FleetRun(run, part);
}

/** Whether somebody looks at what happened second by second. */
function isRecordNeeded(
  flags: RunFlags,
  { outputs, loaded: { plan }, part }: PreparedRun,
): boolean {
  const isShown = part === null && uiOf(plan, flags) !== null;
  return isShown || needRecord(outputs);
}

/** What a part of a fleet's run keeps and shows of all of them; null where nobody wants it. */
async function openWhole(
  system: System,
  flags: RunFlags,
  { loaded, part, tell }: PreparedRun & { readonly tell: Tell },
): Promise<OpenedWhole | null> {
  const ui = uiOf(loaded.plan, flags);
  const { recordAll } = flags;
  if (part === null || (ui === null && recordAll === undefined)) return null;
  const { openAllParts } = await import("../fleet/followers.ts");
  const { name = nameOfProcess(system.pid) } = flags;
  const isQuiet = flags.quiet === true || flags.screen === true;
  const serving = { ...loaded, name, tell, isQuiet };
  return await openAllParts(system, part, { recordAll, ui, serving });
}

/** Who follows the run for a page; null where nobody wants one. */
async function openPage(
  system: System,
  flags: RunFlags,
  { record, tell, ...prepared }: PreparedRun & {
    readonly tell: Tell;
    readonly record: RecordObserver | null;
  },
): Promise<PageWatch | null> {
  if (record === null || !isRecordNeeded(flags, prepared)) return null;
  const { plan, variables } = prepared.loaded;
  // The live page of a part shows all of them, from a record of all.
  const ui = prepared.part === null ? uiOf(plan, flags) : null;
  const name = flags.name ?? nameOfProcess(system.pid);
  const isQuiet = flags.quiet === true || flags.screen === true;
  const serving = { plan, variables, name, tell, isQuiet };
  return await openWatch(system, record, ui && { ui, serving });
}

/** The live page, as the file or the flag asks for it; null = there is none. */
function uiOf({ ui }: Plan, flags: RunFlags): UiPlan | null {
  if (!flags.ui && !ui?.enabled) return null;
  return ui ?? { enabled: true, address: null, control: false, token: null };
}

/** How a person follows the run. */
async function viewersOf(
  system: System,
  flags: RunFlags,
  part: FleetPart | null,
): Promise<Observer[]> {
  if (flags.screen) {
    const screen = await openLiveView(system);
    if (part === null) return [screen];
    const { ofAllParts } = await import("../fleet/followers.ts");
    return [ofAllParts(screen, part)];
  }
  return flags.quiet ? [] : [new StatusLines(system, flags.logFormat)];
}

function stdoutIsTaken(): KarError {
  return new KarError(
    "usage",
    "--screen draws on standard output, where --out - puts the report: name a file for the report",
  );
}

function waitsForTwo(): KarError {
  return new KarError(
    "usage",
    "--armed waits for a person, --at for an instant: give one of them",
  );
}
