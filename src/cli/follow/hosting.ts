import manifest from "../../../deno.json" with { type: "json" };
import { KarError } from "../../base/mod.ts";
import type { Run } from "../../controller/mod.ts";
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
import { loadPlan, type PlanFlags } from "../load_plan.ts";
import type { System } from "../system.ts";
import type { AtTime, StartTime } from "../values.ts";
import type { Viewer } from "./viewer.ts";

/** The flags that decide how a run is hosted. */
export interface HostingFlags extends PlanFlags {
  readonly name?: string | undefined;
  readonly resume?: true | undefined;
  readonly start?: StartTime | undefined;
  readonly at?: AtTime | undefined;
  readonly logFormat: LogFormat;
}

/** What lets others operate a run. */
export interface Hosting {
  /** Shows what there is to see, and logs it. */
  readonly viewer: Viewer;
  begun(run: Run): Promise<void>;
  /** Adds a line to the log alone: what is told elsewhere too. */
  record(line: string, level: LogLevel): void;
  close(): Promise<void>;
}

/** Does something that the service manager hears of when it fails. */
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
  { env, runtime }: System,
  flags: HostingFlags,
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
  return await readSaved(env, flags.name ?? DEFAULT_NAME);
}

/**
 * Opens what surrounds a run. Only a run that was given a name insists on it.
 *
 * @throws {KarError} when a run with a name cannot have it
 */
export async function openHosting(
  system: System,
  flags: HostingFlags,
  { notifier, shown }: {
    readonly notifier: Notifier;
    readonly shown: Viewer;
  },
): Promise<Hosting> {
  if (system.runtime.os === "windows") return withoutHost(shown);
  try {
    const host = await DaemonHost.open(
      optionsOf(system, flags, { notifier, shown }),
    );
    return new HostedRun(system, host, { shown, insists: isKept(flags) });
  } catch (error) {
    if (isKept(flags) || !(error instanceof KarError)) throw error;
    shown.log(`Control API disabled: ${error.message}`, "warn");
    return withoutHost(shown);
  }
}

/** A run with a name of its own is worth keeping. */
function isKept({ name, resume }: HostingFlags): boolean {
  return name !== undefined || resume === true;
}

function optionsOf(
  system: System,
  flags: HostingFlags,
  { notifier, shown }: {
    readonly notifier: Notifier;
    readonly shown: Viewer;
  },
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
    notifier,
    readPlan: ({ pattern }) =>
      loadPlan(system, { ...flags, drawnSeed: pattern.seed }),
    tell: (line, level) => shown.log(line, level),
  };
}

function withoutHost(viewer: Viewer): Hosting {
  const nothing = () => Promise.resolve();
  return { viewer, begun: nothing, record: () => {}, close: nothing };
}

class HostedRun implements Hosting {
  readonly viewer: Viewer;
  readonly #system: System;
  readonly #host: DaemonHost;
  readonly #insists: boolean;
  #deafen: () => void = () => {};

  constructor(
    system: System,
    host: DaemonHost,
    { shown, insists }: { readonly shown: Viewer; readonly insists: boolean },
  ) {
    this.#system = system;
    this.#host = host;
    this.#insists = insists;
    this.viewer = {
      log: (line, level) => {
        shown.log(line, level);
        host.log(line, level);
      },
      watch: (run, stop) => shown.watch(run, stop),
      close: () => shown.close(),
    };
  }

  async begun(run: Run): Promise<void> {
    // What comes of it stands in the log.
    this.#deafen = this.#system.onReloadSignal(() =>
      void this.#host.reload().catch(() => {})
    );
    try {
      await this.#host.begun(run);
    } catch (error) {
      if (this.#insists || !(error instanceof KarError)) throw error;
      const line = `Control API disabled: ${error.message}`;
      this.viewer.log(line, "warn");
    }
  }

  record(line: string, level: LogLevel): void {
    this.#host.log(line, level);
  }

  async close(): Promise<void> {
    this.#deafen();
    await this.#host.close();
  }
}
