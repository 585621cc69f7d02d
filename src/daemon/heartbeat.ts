import { type Cancel, SLOT_MS } from "../base/mod.ts";
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

/** What a heartbeat needs. */
export interface HeartbeatOptions {
  readonly env: Env;
  readonly pid: number;
  readonly notifier: Notifier;
  readonly snapshot: () => Snapshot;
  /** Calls `task` again and again. */
  readonly every: (intervalMs: number, task: () => void) => Cancel;
}

/** How a run goes, in the service manager's words. */
export function managerStatus(snapshot: Snapshot): string {
  return `STATUS=${statusLine(snapshot)}`;
}

/**
 * Tells the service manager how the run goes, that kar is alive as long as it
 * can send, and that it is about to end once it is.
 */
export function startHeartbeat(options: HeartbeatOptions): Cancel {
  const { notifier, snapshot, every } = options;
  if (!notifier.isOn) return () => {};
  let isEnding = false;
  const endLook = every(LOOK_MS, () => {
    const now = snapshot();
    const lines = [managerStatus(now)];
    if (!isEnding && now.state === "draining") {
      isEnding = true;
      const endsWithinMs = now.plan.shutdownTimeoutMs + END_MARGIN_MS;
      lines.push("STOPPING=1", `EXTEND_TIMEOUT_USEC=${endsWithinMs * 1000}`);
    }
    void notifier.send(...lines);
  });
  const endWatchdog = startWatchdog(options);
  return () => {
    endLook();
    endWatchdog();
  };
}

function startWatchdog(
  { env, pid, notifier, snapshot, every }: HeartbeatOptions,
): Cancel {
  const patienceMs = Number(env("WATCHDOG_USEC") || NaN) / 1000;
  const isMine = !env("WATCHDOG_PID") || env("WATCHDOG_PID") === String(pid);
  if (!(patienceMs > 0) || !isMine) return () => {};
  return every(Math.max(SLOT_MS, patienceMs * WATCHDOG_SHARE), () => {
    const { workersUp, state } = snapshot();
    // Without a worker nothing is sent: a restart is what helps.
    if (workersUp > 0 || state === "stopped") void notifier.send("WATCHDOG=1");
  });
}
