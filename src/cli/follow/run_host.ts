import manifest from "../../../deno.json" with { type: "json" };
import { KarError } from "../../base/mod.ts";
import type { Config } from "../../config/mod.ts";
import type { Run } from "../../run/mod.ts";
import {
  checkName,
  DaemonHost,
  type DaemonHostOptions,
  DEFAULT_NAME,
  failureLines,
  type LogFormat,
  type LogLevel,
  nameOfProcess,
  type Notifier,
  openNotifier,
  readSaved,
  type SavedState,
} from "../../daemon/mod.ts";
import type { Observer, Tell } from "../../observer/mod.ts";
import { loadPlan, type PlanFlags } from "../load_plan.ts";
import type { System } from "../system.ts";
import type { AtTime, StartTime } from "../values.ts";

/** The flags that decide how a run is hosted. */
export interface RunHostFlags extends PlanFlags {
  readonly name?: string | undefined;
  readonly resume?: true | undefined;
  readonly start?: StartTime | undefined;
  readonly at?: AtTime | undefined;
  readonly logFormat: LogFormat;
}

/** What lets others operate a run, and what stays of it. */
export interface RunHost {
  /** Log, saved state, service manager: those of them that there are. */
  readonly observers: readonly Observer[];
  /** Lets others operate a run that has begun; a run with a name requires it. */
  serve(run: Run): Promise<void>;
  /** Adds a line to the log alone: what is told elsewhere too. */
  record(line: string, level: LogLevel): void;
  close(): Promise<void>;
}

/** Runs a step; when it fails, the service manager is told. */
export async function withNotifier<Result>(
  { env }: System,
  task: (notifier: Notifier) => Promise<Result>,
): Promise<Result> {
  const notifier = openNotifier(env);
  try {
    return await task(notifier);
  } catch (error) {
    await notifier.send(...failureLines(error));
    throw error;
  } finally {
    notifier.close();
  }
}

/**
 * What `--resume` goes on from; null without it, and the first time.
 *
 * @throws {KarError} for flags that contradict each other, and a state that cannot be used
 */
export async function savedOf(
  { env, runtime, stderr }: System,
  flags: RunHostFlags,
): Promise<SavedState | null> {
  if (flags.name !== undefined) checkName(flags.name);
  if (isKept(flags) && runtime.os === "windows") {
    throw new KarError(
      "usage",
      "--name and --resume are not supported on Windows: run kar there without them",
    );
  }
  if (!flags.resume) return null;
  if (flags.start !== undefined) {
    throw new KarError(
      "usage",
      "--resume goes on where the last run was, --start says where to begin: give one of them",
    );
  }
  if (flags.at !== undefined) {
    throw new KarError(
      "usage",
      "--resume goes on at once, --at waits for an instant: give one of them",
    );
  }
  const saved = await readSaved(env, flags.name ?? DEFAULT_NAME);
  if (saved === null && flags.name === undefined) {
    stderr.write(
      `kar: --resume without --name goes on from the run called "${DEFAULT_NAME}", of which nothing is saved: this one starts over; --name says which run is meant\n`,
    );
  }
  return saved;
}

/** Callbacks and inputs of a run's host. */
export interface RunHostTells {
  /** What the run's first plan was made of. */
  readonly first: Config;
  readonly notifier: Notifier;
  /** Tells all who follow the run. */
  readonly tell: Tell;
}

/**
 * Opens the host of a run. Only a run that was given a name requires it.
 *
 * @throws {KarError} when a run with a name cannot have it
 */
export async function openRunHost(
  system: System,
  flags: RunHostFlags,
  tells: RunHostTells,
): Promise<RunHost> {
  if (system.runtime.os === "windows") return NO_HOST;
  try {
    const host = await DaemonHost.open(optionsOf(system, flags, tells));
    return hosted(system, host, (error) => unserved(error, flags, tells));
  } catch (error) {
    unserved(error, flags, tells);
    return NO_HOST;
  }
}

const NO_HOST: RunHost = {
  observers: [],
  serve: () => Promise.resolve(),
  record: () => {},
  close: () => Promise.resolve(),
};

/** The control API is disabled: a run with a name ends, any other one goes on. */
function unserved(
  error: unknown,
  flags: RunHostFlags,
  { tell }: RunHostTells,
): void {
  if (isKept(flags) || !(error instanceof KarError)) throw error;
  tell(`Control API disabled: ${error.message}`, "warn");
}

/** A run with a name of its own is worth keeping. */
function isKept({ name, resume }: RunHostFlags): boolean {
  return name !== undefined || resume === true;
}

function optionsOf(
  system: System,
  flags: RunHostFlags,
  tells: RunHostTells,
): DaemonHostOptions {
  const { env, pid } = system;
  const kept = flags.name ?? DEFAULT_NAME;
  return {
    env,
    pid,
    name: isKept(flags) ? kept : nameOfProcess(pid),
    // A run whose time began elsewhere has nothing that a later one could go on from.
    keeps: !isKept(flags) ? "nothing" : flags.start ? "log" : "state",
    version: manifest.version,
    config: flags.config,
    logFormat: flags.logFormat,
    readPlan: ({ pattern }) =>
      flags.replay === undefined
        ? loadPlan(system, { ...flags, drawnSeed: pattern.seed })
        : Promise.reject(noReload()),
    ...tells,
  };
}

function noReload(): KarError {
  return new KarError(
    "usage",
    "A replay cannot be reloaded: it has its trace and the options that it was started with, and no file that could have changed; stop it, and start another one",
  );
}

function hosted(
  { onReloadSignal }: System,
  host: DaemonHost,
  unserved: (error: unknown) => void,
): RunHost {
  let deafen = () => {};
  return {
    observers: host.observers,
    async serve(run) {
      // What comes of it stands in the log.
      deafen = onReloadSignal(() => void host.reload().catch(() => {}));
      await host.serve(run).catch(unserved);
    },
    record: (line, level) => host.record(line, level),
    async close() {
      deafen();
      await host.close();
    },
  };
}
