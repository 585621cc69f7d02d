import type { PlanSources } from "../transport/mod.ts";
import { uptime } from "node:os";
import { assert, type Cancel, messageOf } from "../base/mod.ts";
import type { Run } from "../run/mod.ts";
import type { Observer, Tell } from "../observer/mod.ts";
import { type Config, differences } from "../config/mod.ts";
import { changedFiles, type Plan } from "../plan/mod.ts";
import { ControlEndpoint } from "./control_endpoint.ts";
import { openPersistence, type Persistence } from "./persistence.ts";
import type { LogFormat, LogLevel } from "./log/mod.ts";
import { LogObserver } from "./log_observer.ts";
import type { Notifier } from "./notify.ts";
import { type Env, runtimeFolder } from "./paths/mod.ts";
import type { Reloaded } from "./serve/mod.ts";
import { serviceManager } from "./service_manager.ts";
import { StateKeeper } from "./state_keeper.ts";

/** Time between two looks whether the control socket is still there. */
const REPAIR_MS = 5000;

/** A plan, and the value of each variable it uses. */
export interface PlanInput {
  /** What the plan was made of. */
  readonly config: Config;
  readonly plan: Plan;
  readonly variables: Readonly<Record<string, string>>;
  /** Data and files that its requests are made of. */
  readonly sources?: PlanSources;
  /** An error of the plan's targets with the places of its file. */
  readonly located?: (error: unknown) => unknown;
}

/** What a run is hosted with. */
export interface DaemonHostOptions {
  readonly env: Env;
  readonly pid: number;
  readonly name: string;
  /** What stays when the process is gone; `state` includes the log. */
  readonly keeps: "nothing" | "log" | "state";
  /** kar's own version. */
  readonly version: string;
  /** The config file. */
  readonly config: string;
  readonly logFormat: LogFormat;
  readonly notifier: Notifier;
  /** What the run's first plan was made of. */
  readonly first: Config;
  /** Reads the plan that takes the place of the current one. */
  readonly readPlan: (current: Plan) => Promise<PlanInput>;
  /** Tells all who follow the run, the log among them. */
  readonly tell: Tell;
}

/**
 * Hosts a run that others operate: its name, its control socket, and
 * those who follow it for them: log, saved state, service manager.
 */
export class DaemonHost {
  readonly #o: DaemonHostOptions;
  readonly #endpoint: ControlEndpoint;
  readonly #persistence: Persistence;
  readonly #log: LogObserver | null;
  readonly #state: StateKeeper | null;
  /** Those who follow the run. */
  readonly observers: readonly Observer[];
  #endRepairs: Cancel = () => {};
  #run: Run | null = null;
  /** The plan as it was at the start, or at the last reload. */
  #plan!: Plan;
  /** What it was made of. */
  #config: Config;
  /** The reload that is under way, and the one that waits for its end. */
  #reloading: Promise<unknown> = Promise.resolve();
  #nextReload: Promise<Reloaded> | null = null;
  /** Why nobody can reach the run; null when that is not so. */
  #unreachable: string | null = null;

  private constructor(
    options: DaemonHostOptions,
    endpoint: ControlEndpoint,
    persistence: Persistence,
  ) {
    this.#o = options;
    this.#config = options.first;
    this.#endpoint = endpoint;
    this.#persistence = persistence;
    const { log, statePath } = persistence;
    this.#log = log === null ? null : new LogObserver(log);
    this.#state = statePath === null ? null : this.#keeperOf(statePath);
    this.observers = [
      ...[this.#log, this.#state].filter((each) => each !== null),
      ...serviceManager({
        ...options,
        ready: () => this.#state?.saveNow() ?? Promise.resolve(),
      }),
    ];
  }

  /**
   * Takes the run's name, and opens what is kept under it.
   *
   * @throws {KarError} when the name is in use, or a folder cannot be used
   */
  static async open(options: DaemonHostOptions): Promise<DaemonHost> {
    const endpoint = await ControlEndpoint.open(
      runtimeFolder(options.env),
      options.name,
    );
    try {
      return new DaemonHost(options, endpoint, await openPersistence(options));
    } catch (error) {
      await endpoint.close();
      throw error;
    }
  }

  /** Adds a line to the log alone: what is told elsewhere too. */
  record(message: string, level: LogLevel = "info"): void {
    this.#persistence.log?.add(level, message);
  }

  /**
   * Lets others operate a run that has begun.
   *
   * @throws {KarError} when the control socket cannot be served
   */
  async serve(run: Run): Promise<void> {
    this.#run = run;
    this.#plan = run.snapshot().plan;
    const { name, version, pid, config } = this.#o;
    const logFile = this.#persistence.logPath ?? "";
    await this.#endpoint.serve({
      about: { name, version, pid, config, logFile },
      run,
      warnings: () => this.#warnings(),
      keep: () => this.#state?.saveNow() ?? Promise.resolve(),
      reload: () => this.reload(),
    });
    this.#endRepairs = every(REPAIR_MS, () => void this.#repair());
  }

  /**
   * Reads the plan again and takes it; opens the log again too. Whoever asks
   * while one waits for the end of another shares it: the file is read after
   * everyone has asked.
   *
   * @throws {KarError} when the file is wrong: the old plan goes on
   */
  reload(): Promise<Reloaded> {
    this.#persistence.log?.reopen();
    this.#nextReload ??= this.#reloading.then(() => {
      this.#nextReload = null;
      const reloaded = this.#reload();
      this.#reloading = reloaded.catch(() => {});
      return reloaded;
    });
    return this.#nextReload;
  }

  async #reload(): Promise<Reloaded> {
    // A little later than now, since this clock has a coarse hand.
    const nowUsec = Math.ceil((uptime() + 0.01) * 1e6);
    await this.#o.notifier.send("RELOADING=1", `MONOTONIC_USEC=${nowUsec}`);
    try {
      return await this.#takePlan();
    } catch (error) {
      const why = messageOf(error);
      this.#o.tell(`Not reloaded, the old plan goes on: ${why}`, "warn");
      throw error;
    } finally {
      await this.#o.notifier.send("READY=1");
    }
  }

  /** Gives name, socket and files back. */
  async close(): Promise<void> {
    this.#endRepairs();
    await this.#endpoint.close();
    this.#log?.finish();
    await this.#persistence.close();
  }

  /** Removing the runtime folder must not leave a run that cannot be stopped. */
  async #repair(): Promise<void> {
    const before = this.#unreachable;
    try {
      const isNew = await this.#endpoint.repair();
      this.#unreachable = null;
      if (isNew) {
        this.#o.tell("The control socket was gone; it is back", "warn");
      }
    } catch (error) {
      this.#unreachable = messageOf(error);
      if (before !== this.#unreachable) this.#o.tell(this.#unreachable, "warn");
    }
  }

  async #takePlan(): Promise<Reloaded> {
    const run = this.#run;
    assert(run !== null, "only a run that has begun is reloaded");
    // Read from the run and not from a snapshot, which may still show the plan before.
    const before = this.#plan;
    const { config, plan, variables, sources, located } = await this.#o
      .readPlan(before);
    const holdsFromMs = await run.reload(plan, variables, sources)
      .catch((error) => {
        throw located?.(error) ?? error;
      });
    this.#plan = plan;
    const changes = [
      ...differences(this.#config, config),
      ...changedFiles(before, plan),
    ];
    this.#config = config;
    const what = changes.length === 0 ? "no difference" : changes.join("; ");
    this.#o.tell(`Reloaded ${this.#o.config}: ${what}`);
    return { holdsFromMs, changes };
  }

  #keeperOf(path: string): StateKeeper {
    return new StateKeeper({
      path,
      seed: () => this.#plan.pattern.seed,
      now: () => Date.now(),
      changed: (problem) =>
        problem === null
          ? this.#o.tell("The state is saved again")
          : this.#o.tell(problem, "warn"),
    });
  }

  #warnings(): string[] {
    const { log } = this.#persistence;
    const problems = [log?.problem, this.#state?.problem];
    if (log !== null && log.lost > 0) {
      problems.push(`${log.lost} lines of the log were lost`);
    }
    return problems.filter((each) => typeof each === "string");
  }
}

function every(intervalMs: number, task: () => void): Cancel {
  const timer = setInterval(task, intervalMs);
  return () => clearInterval(timer);
}
