/**
 * Who follows a run, by one interface: screen, status lines, log, metrics,
 * saved state, service manager, report. None of them can hold a run up, and
 * none can end it by failing.
 *
 * ```
 *  startRun() ─▶ Run ─▶ follow() ─▶ Observers ─▶ Observer, Observer, …
 *                                       ▲
 *                  lines worth a log ───┘
 * ```
 *
 * @module
 */
export { follow } from "./follow.ts";
export type { LineLevel, LogLine, Observer, Tell } from "./observer.ts";
export { Observers } from "./observers.ts";
export { withTimeout } from "./with_timeout.ts";
