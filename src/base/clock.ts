/** Takes back what `after` or `soon` asked for; harmless when it already ran. */
export type Cancel = () => void;

/**
 * Time as an argument: the real one in `src/worker`, a fake one in tests.
 *
 * The monotonic clock paces; the wall clock only says where in the plan we
 * are. Neither is ever read by a pure folder.
 */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin, sub-microsecond steps. */
  now(): number;
  /** Wall time in milliseconds since the epoch; may jump either way. */
  wall(): number;
  /** Runs `task` once, no earlier than `delayMs` from now; timers are late by 1–2 ms. */
  after(delayMs: number, task: () => void): Cancel;
  /** Runs `task` after pending input and output was looked at. */
  soon(task: () => void): Cancel;
  /**
   * Runs `task` once at about `atMs`, late by some tens of microseconds where a
   * keeper serves and by 1–3 ms where it is gone; it may also run early. Absent
   * where nobody keeps time, and always in simulated time.
   *
   * @returns false when the instant has come already: `task` is not run
   */
  wake?(nowMs: number, atMs: number, task: () => void): boolean;
}
