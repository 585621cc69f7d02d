import type { Run } from "../run/mod.ts";
import type { Snapshot } from "../stats/mod.ts";

/** How much a line matters. */
export type LineLevel = "info" | "warn" | "error";

/** One line worth a log. */
export interface LogLine {
  readonly level: LineLevel;
  readonly message: string;
}

/** Tells all who follow a run one line; `info` unless it matters more. */
export type Tell = (message: string, level?: LineLevel) => void;

type Done = void | Promise<void>;

/**
 * Whoever follows a run. Each part may be left out, may throw, may reject and
 * may never end: it costs this observer what it wanted to do, and nobody else
 * anything. The one thing that it must not do is to block the thread.
 */
export interface Observer {
  /** Its name in warnings, after "the": `live screen`. */
  readonly name: string;
  /** Takes a line worth a log; there are some before a run begins. */
  line?(line: LogLine): Done;
  /**
   * Called when the run has begun.
   *
   * @param stop what a signal does: drains, and at the second call stops
   */
  begun?(run: Run, stop: () => void): Done;
  /**
   * Looks at the run again and again, once `begun` is done. A look that comes
   * while the last one goes on is left out.
   */
  readonly look?: {
    readonly everyMs: number;
    readonly at: (snapshot: Snapshot) => Done;
  };
  /** Called with what came of the run, before anybody is closed. */
  ended?(snapshot: Snapshot): Done;
  /** Gives back what it holds; called once, whether a run has begun or not. */
  close?(): Done;
}
