import { type Cancel, SLOT_MS } from "../base/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import type { Notifier } from "./notify.ts";
import type { Env } from "./places/mod.ts";

/** Time between two looks at the run's state. */
const LOOK_MS = 2000;
/** The service manager wants a sign of life within this part of its patience. */
const WATCHDOG_SHARE = 0.5;
/** Time that an end takes beside waiting for open requests. */
const END_MARGIN_MS = 10_000;

/** What a heartbeat needs. */
export interface HeartbeatOptions {
  readonly env: Env;
  readonly pid: number;
  readonly notifier: Notifier;
  readonly snapshot: () => Snapshot;
}

/**
 * Tells the service manager that kar is alive as long as it can send, and that
 * it is about to end once it is.
 */
export function startHeartbeat(options: HeartbeatOptions): Cancel {
  const { notifier, snapshot } = options;
  if (!notifier.isOn) return () => {};
  let isEnding = false;
  const look = setInterval(() => {
    const { state, plan } = snapshot();
    if (isEnding || state !== "draining") return;
    isEnding = true;
    const endsWithinMs = plan.shutdownTimeoutMs + END_MARGIN_MS;
    void notifier.send(
      "STOPPING=1",
      `EXTEND_TIMEOUT_USEC=${endsWithinMs * 1000}`,
    );
  }, LOOK_MS);
  const endWatchdog = startWatchdog(options);
  return () => {
    clearInterval(look);
    endWatchdog();
  };
}

function startWatchdog(
  { env, pid, notifier, snapshot }: HeartbeatOptions,
): Cancel {
  const patienceMs = Number(env("WATCHDOG_USEC") || NaN) / 1000;
  const isMine = !env("WATCHDOG_PID") || env("WATCHDOG_PID") === String(pid);
  if (!(patienceMs > 0) || !isMine) return () => {};
  const beat = setInterval(() => {
    const { workersUp, state } = snapshot();
    // Without a worker nothing is sent: a restart is what helps.
    if (workersUp > 0 || state === "stopped") void notifier.send("WATCHDOG=1");
  }, Math.max(SLOT_MS, patienceMs * WATCHDOG_SHARE));
  return () => clearInterval(beat);
}
