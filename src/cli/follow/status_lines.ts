import { printable } from "../../base/mod.ts";
import {
  formatEntry,
  type LogEntry,
  type LogFormat,
  statusFields,
} from "../../daemon/mod.ts";
import type { LogLine, Observer } from "../../observer/mod.ts";
import { statusLine } from "../../report/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { System } from "../system.ts";

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
export class StatusLines implements Observer {
  readonly name = "status lines";
  readonly look: NonNullable<Observer["look"]>;
  readonly #system: System;
  readonly #format: LogFormat;
  #intervals = 0;

  constructor(system: System, format: LogFormat = "text") {
    this.#system = system;
    this.#format = format;
    this.look = {
      everyMs: system.stderr.isTerminal ? READ_INTERVAL_MS : KEPT_INTERVAL_MS,
      at: (snapshot) => this.#tell(snapshot),
    };
  }

  line({ level, message }: LogLine): void {
    this.#write(message, { level });
  }

  /** What comes after it, such as the report, finds all lines written. */
  async close(): Promise<void> {
    await this.#system.stderr.flushed();
  }

  #tell(snapshot: Snapshot): void {
    const { stderr } = this.#system;
    if (!stderr.isTerminal && !isKept(++this.#intervals)) return;
    const fields = statusFields(snapshot);
    this.#write(statusLine(snapshot), { level: "info", fields });
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
