/**
 * What a process exit code means. An API: scripts and units rely on it.
 *
 * | code | meaning |
 * |---|---|
 * | 0 | done, or drained after a signal |
 * | 1 | a bug in kar |
 * | 2 | wrong use of the command line |
 * | 3 | a configuration that cannot be used |
 * | 4 | cannot start: port busy, no permission, … |
 * | 5 | nothing is running that could be asked |
 * | 6 | the target answered none of the requests |
 * | 7 | a threshold failed, or no request was answered as wanted |
 * | 8 | the run is invalid: kar itself was the limit |
 * | 9 | a threshold could not be judged |
 * | 10 | stopped by a threshold, or by the circuit breaker, and not resumed |
 * | 130 | cancelled by Ctrl-C |
 */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  config: 3,
  cannotStart: 4,
  notRunning: 5,
  noAnswer: 6,
  failed: 7,
  invalid: 8,
  unknown: 9,
  stopped: 10,
  cancelled: 130,
} as const;

/** The name of one exit code. */
export type ExitName = keyof typeof EXIT;

/**
 * A failure that its user can do something about.
 *
 * The message names what failed, the value, and what would be right; it is
 * printed as it stands, without a stack. Anything else that is thrown is a bug.
 */
export class KarError extends Error {
  override readonly name = "KarError";

  /**
   * @param exit which exit code the process ends with
   * @param message one sentence or several lines, without a final newline
   */
  constructor(
    readonly exit: Exclude<ExitName, "done">,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Throws when a condition that kar itself guarantees does not hold. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${what}`);
}

/** Marks a place that the types rule out. */
export function unreachable(value: never): never {
  throw new Error(`Invariant broken: unexpected ${JSON.stringify(value)}`);
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  try {
    return String(error);
  } catch {
    // It cannot be turned into text, like an object without a prototype.
    return typeof error;
  }
}
