import { SLOT_MS } from "../base/mod.ts";
import type { Run } from "../run/mod.ts";
import type { Observer } from "../observer/mod.ts";
import { statusLine } from "../report/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import type { Notifier } from "./notify.ts";
import type { Env } from "./paths/mod.ts";

/** Time between two looks at the run's state. */
const LOOK_MS = 2000;
/** The service manager wants a sign of life within this part of its patience. */
const WATCHDOG_SHARE = 0.5;
/** Time that an end takes beside waiting for open requests. */
const END_MARGIN_MS = 10_000;

/** What the service manager is told with. */
export interface ServiceManagerOptions {
  readonly env: Env;
  readonly pid: number;
  readonly notifier: Notifier;
  /** Waits until a run that has begun is ready; bounded. */
  readonly ready: () => Promise<void>;
}

/**
 * Those who tell the service manager how the run goes, and that kar is alive as
 * long as it can send; nobody where there is no manager.
 */
export function serviceManager(options: ServiceManagerOptions): Observer[] {
  if (!options.notifier.isOn) return [];
  return [new ServiceManager(options), ...watchdog(options)];
}

/** Says that the run is ready, how it goes, and that it is about to end once it is. */
class ServiceManager implements Observer {
  readonly name = "service manager";
  readonly look = {
    everyMs: LOOK_MS,
    at: (snapshot: Snapshot) => this.#tell(snapshot),
  };
  readonly #o: ServiceManagerOptions;
  #isEnding = false;

  constructor(options: ServiceManagerOptions) {
    this.#o = options;
  }

  async begun(run: Run): Promise<void> {
    const { notifier, pid, ready } = this.#o;
    await ready();
    const status = statusOf(run.snapshot());
    await notifier.send("READY=1", `MAINPID=${pid}`, status);
  }

  async ended(snapshot: Snapshot): Promise<void> {
    await this.#o.notifier.send(statusOf(snapshot));
  }

  async #tell(snapshot: Snapshot): Promise<void> {
    const lines = [statusOf(snapshot)];
    if (!this.#isEnding && snapshot.state === "draining") {
      this.#isEnding = true;
      const endsWithinMs = snapshot.plan.shutdownTimeoutMs + END_MARGIN_MS;
      lines.push("STOPPING=1", `EXTEND_TIMEOUT_USEC=${endsWithinMs * 1000}`);
    }
    await this.#o.notifier.send(...lines);
  }
}

/** How a run goes, in the service manager's words. */
function statusOf(snapshot: Snapshot): string {
  return `STATUS=${statusLine(snapshot)}`;
}

/** Sends watchdog messages, where the manager wants them of this process. */
function watchdog({ env, pid, notifier }: ServiceManagerOptions): Observer[] {
  const patienceMs = Number(env("WATCHDOG_USEC") || NaN) / 1000;
  const isMine = !env("WATCHDOG_PID") || env("WATCHDOG_PID") === String(pid);
  if (!(patienceMs > 0) || !isMine) return [];
  return [{
    name: "watchdog",
    look: {
      everyMs: Math.max(SLOT_MS, patienceMs * WATCHDOG_SHARE),
      at({ workersUp, state }) {
        // Without a worker nothing is sent, and only a restart helps.
        const isAlive = workersUp > 0 || state === "stopped";
        return isAlive ? notifier.send("WATCHDOG=1") : undefined;
      },
    },
  }];
}
