import { type Cancel, printable } from "../../base/mod.ts";
import type { Run } from "../../controller/mod.ts";
import {
  formatEntry,
  type LogEntry,
  type LogFormat,
  type LogLevel,
  statusFields,
} from "../../daemon/mod.ts";
import { statusLine } from "../../report/mod.ts";
import type { System } from "../system.ts";

/** How a person follows a run. */
export interface Viewer {
  /** Shows one line worth a log; `info` unless it matters more. */
  log(line: string, level?: LogLevel): void;
  /**
   * Follows a run that has begun.
   *
   * @param stop what a signal does: drains, and at the second call stops
   */
  watch(run: Run, stop: () => void): void;
  /** Ends following, and gives the terminal back. */
  close(): Promise<void>;
}

/** Time between two status lines that somebody reads as they come. */
const READ_INTERVAL_MS = 3000;
/**
 * Where lines are kept (a pipe, a file, a journal), how they go on after so
 * many intervals of `KEPT_INTERVAL_MS`: at 5 s, then every 10 s for two
 * minutes, then every minute, since a journal holds months of them.
 */
const KEPT_INTERVAL_MS = 5000;
const OFTEN = { every: 2, until: 25 } as const;
const SELDOM_EVERY = 12;

/** One line on standard error now and then, for people or for machines. */
export class StatusLines implements Viewer {
  readonly #system: System;
  readonly #format: LogFormat;
  #end: Cancel = () => {};

  constructor(system: System, format: LogFormat = "text") {
    this.#system = system;
    this.#format = format;
  }

  log(line: string, level: LogLevel = "info"): void {
    this.#write(line, { level });
  }

  watch(run: Run): void {
    const { stderr, every } = this.#system;
    const isRead = stderr.isTerminal;
    let intervals = 0;
    this.#end = every(isRead ? READ_INTERVAL_MS : KEPT_INTERVAL_MS, () => {
      if (!isRead && !isKept(++intervals)) return;
      const snapshot = run.snapshot();
      const fields = statusFields(snapshot);
      this.#write(statusLine(snapshot), { level: "info", fields });
    });
  }

  /** What comes after it, such as the report, finds all lines written. */
  async close(): Promise<void> {
    this.#end();
    await this.#system.stderr.flushed();
  }

  /** People read the message; what follows from it is for machines. */
  #write(message: string, more: Pick<LogEntry, "level" | "fields">): void {
    const { stderr, wallMs } = this.#system;
    const entry = { timeMs: wallMs(), message, ...more };
    stderr.writeSoon(
      this.#format === "json"
        ? formatEntry(entry, "json")
        : `kar: ${printable(message)}\n`,
    );
  }
}

/** Whether a line is written after so many intervals, from 1 on. */
function isKept(intervals: number): boolean {
  const { every, until } = OFTEN;
  return intervals <= until
    ? intervals % every === 1
    : (intervals - until) % SELDOM_EVERY === 0;
}

/** Says nothing. */
export const SILENT: Viewer = {
  log: () => {},
  watch: () => {},
  close: () => Promise.resolve(),
};
