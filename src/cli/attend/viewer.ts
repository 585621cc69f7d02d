import type { Cancel } from "../../base/mod.ts";
import type { Run } from "../../controller/mod.ts";
import {
  formatEntry,
  type LogFields,
  type LogFormat,
  statusFields,
} from "../../daemon/mod.ts";
import { statusLine } from "../../report/mod.ts";
import type { System } from "../system.ts";

/** How a person follows a run. */
export interface Viewer {
  /** Shows one line worth a log. */
  log(line: string): void;
  /**
   * Follows a run that has begun.
   *
   * @param stop what a signal does: drains, and at the second call stops
   */
  watch(run: Run, stop: () => void): void;
  /** Ends following, and gives the terminal back. */
  close(): Promise<void>;
}

/** Time between two status lines. */
const STATUS_INTERVAL_MS = 3000;

/** One line on standard error every few seconds, for people or for machines. */
export class StatusLines implements Viewer {
  readonly #system: System;
  readonly #format: LogFormat;
  #end: Cancel = () => {};

  constructor(system: System, format: LogFormat = "text") {
    this.#system = system;
    this.#format = format;
  }

  log(line: string): void {
    this.#write(line);
  }

  watch(run: Run): void {
    this.#end = this.#system.every(STATUS_INTERVAL_MS, () => {
      const snapshot = run.snapshot();
      this.#write(statusLine(snapshot), statusFields(snapshot));
    });
  }

  close(): Promise<void> {
    this.#end();
    return Promise.resolve();
  }

  /** People read the message; what follows from it is for machines. */
  #write(message: string, fields: LogFields = {}): void {
    const { stderr, wallMs } = this.#system;
    const entry = { timeMs: wallMs(), level: "info", message, fields } as const;
    stderr.write(
      this.#format === "json"
        ? formatEntry(entry, "json")
        : `kar: ${message}\n`,
    );
  }
}

/** Says nothing. */
export const SILENT: Viewer = {
  log: () => {},
  watch: () => {},
  close: () => Promise.resolve(),
};
